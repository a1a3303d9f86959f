import type { IncomingMessage, ServerResponse } from "node:http";
import type { AuthInfo } from "@modelcontextprotocol/sdk/server/auth/types.js";
import type { JSONRPCRequest } from "@modelcontextprotocol/sdk/types.js";
import { createGatewaySession, type GatewaySession, type GatewaySessionOptions } from "../gateway-session.ts";
import type { ServerPlace } from "../open-upstream.ts";
import type { TraceContext } from "../trace-context.ts";
import { StatelessClient } from "./stateless-client.ts";

/** What lanes are made of. */
export interface StatelessLanesOptions
  extends Pick<GatewaySessionOptions, "guard" | "passMethods" | "approvalWaitMs" | "onTrouble"> {
  readonly trace: Promise<TraceContext>;
}

/** Whose request it is, and to which server. */
export interface LaneKey {
  readonly server: string;
  readonly place: ServerPlace;
  readonly subject: string;
}

/**
 * Requests over HTTP that belong to no session. Those of one subject to one server share a connection, and are one
 * conversation until nobody has used it for long: rules that look back see no less than they would of a session.
 */
export interface StatelessLanes {
  readonly size: number;
  /** Whether a request of this key needs no new lane. */
  has(key: LaneKey): boolean;
  /** Takes a request; `false` when its server could not be started. */
  take(
    key: LaneKey,
    request: JSONRPCRequest,
    incoming: IncomingMessage & { auth?: AuthInfo },
    response: ServerResponse,
  ): Promise<boolean>;
  /** Ends lanes that nobody has used since, in milliseconds since the epoch. */
  endIdle(limit: number): void;
  close(): Promise<void>;
}

interface Lane {
  readonly client: StatelessClient;
  readonly session: GatewaySession;
  readonly started: Promise<boolean>;
  lastUsedAt: number;
}

/** Makes lanes as they are needed. */
export function createStatelessLanes(options: StatelessLanesOptions): StatelessLanes {
  const lanes = new Map<string, Lane>();
  const running = new Set<GatewaySession>();

  function open({ server, place }: LaneKey, trace: TraceContext, onClosing: () => void): Lane {
    const client = new StatelessClient();
    const session = createGatewaySession({
      guard: options.guard,
      server,
      transport: "http",
      sessionId: crypto.randomUUID(),
      client,
      place,
      passMethods: options.passMethods,
      approvalWaitMs: options.approvalWaitMs,
      trace,
      // what belongs to no request is for nobody here
      hasStream: () => true,
      onTrouble: options.onTrouble,
      onClosing,
      onEnd: () => void running.delete(session),
    });
    running.add(session);
    const started = session.start().then(
      () => true,
      (cause: unknown) => {
        options.onTrouble({ server, problem: "The server could not be started.", cause });
        return false;
      },
    );
    return { client, session, started, lastUsedAt: Date.now() };
  }

  return {
    get size() {
      return lanes.size;
    },
    has: (key) => lanes.has(nameOf(key)),
    async take(key, request, incoming, response) {
      const name = nameOf(key);
      const trace = await options.trace;
      const forget = () => void (lanes.get(name) === lane && lanes.delete(name));
      const lane: Lane = lanes.get(name) ?? open(key, trace, forget);
      lanes.set(name, lane);
      lane.lastUsedAt = Date.now();
      if (!(await lane.started)) return false;
      lane.client.take(request, incoming, response);
      return true;
    },
    endIdle(limit) {
      for (const { session, lastUsedAt } of lanes.values())
        if (lastUsedAt < limit && !session.isBusy()) void session.close();
    },
    async close() {
      await Promise.all([...running].map((session) => session.close()));
    },
  };
}

function nameOf({ server, subject }: LaneKey): string {
  return JSON.stringify([server, subject]);
}

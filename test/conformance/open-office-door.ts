import { type AuthZenHost, identifySubject } from "@forego/authzen";
import {
  type Call,
  createGuard,
  type Decision,
  type DecisionEvent,
  type Engine,
  type Guard,
  type GuardOptions,
  type SettleEvent,
  verified,
} from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import type { Answer, Door, ModelCall, OpenDoor, Person } from "./door.ts";
import { type OfficeTools, openOffice } from "./office-tools.ts";

/** A door that is open on the office, with everything that happened behind it. */
export interface OfficeDoor extends OpenDoor {
  readonly guard: Guard<never>;
  readonly ran: OfficeTools["ran"];
  /** Decisions about calls of tools. */
  readonly decisions: readonly DecisionEvent[];
  readonly settles: readonly SettleEvent[];
  /** One call in a turn of its own. */
  call(tool: string, args: unknown, person?: Person): Promise<Answer>;
  /** What the guard decides of a call of an adapter that can do what the door can, without a host. */
  admitAlone(call: Omit<Call, "host" | "fulfils">): Promise<Decision>;
}

/** What a verification may have otherwise. */
export interface OfficeOptions extends Partial<Pick<GuardOptions<unknown>, "facts" | "deadlineMs" | "mode">> {
  /** Defaults to `ana`. */
  readonly session?: string;
  readonly claim?: Readonly<Record<string, unknown>>;
  readonly engine?: Engine;
  /** Keeps whoever calls from being identified, as long as it answers `true`. */
  readonly isLost?: () => boolean | Promise<boolean>;
}

/** Opens a door on the office. */
export async function openOfficeDoor(
  door: Door,
  engine: Engine,
  { session = "ana", claim, isLost = () => false, ...options }: OfficeOptions = {},
): Promise<OfficeDoor> {
  const decisions: DecisionEvent[] = [];
  const settles: SettleEvent[] = [];
  const asked: string[] = [];
  const guard = createGuard<never>({
    engine,
    agent: { id: "office-1", scope: "office" },
    state: memoryStores().state,
    facts: { risk: () => 0 },
    deadlineMs: 5000,
    ...options,
    async identify(host) {
      if (await isLost()) throw new Error("the directory at 10.0.0.7 is down");
      return verified({ user: { id: callerOf(host), groups: ["office"] } });
    },
    observers: [
      {
        onDecision: (event) => {
          if (event.phase === "tool_call") decisions.push(event);
          return undefined;
        },
        onSettle: (event) => void settles.push(event),
        onAsk: ({ requests }) => void asked.push(...requests.map(({ id }) => id)),
      },
    ],
  });
  const office = openOffice();
  const opened = await door.open({
    guard,
    tools: office,
    session,
    asked,
    ...(claim === undefined ? {} : { claim }),
  });
  let calls = 0;
  return {
    ...opened,
    guard,
    ran: office.ran,
    decisions,
    settles,
    async call(tool, args, person) {
      const one: ModelCall = { id: `call-${++calls}`, tool, args };
      const [answer] = await opened.turn([one], person);
      return answer ?? { state: "waiting", text: "" };
    },
    async admitAlone(call) {
      const fulfils = door.lacks?.arguments === undefined ? (["redact", "transform"] as const) : [];
      return (await guard.admit({ ...call, fulfils, host: hostOf(session) })).decision;
    },
  };
}

/** The context of somebody who calls without a host. */
export function hostOf(session: string): never {
  return { adapter: "none", context: { session } } as never;
}

/** Whose session a host's context is, by what the application itself has put there. */
export function callerOf(host: unknown): string {
  const caller = sessionOf(host as HostContext | AuthZenHost);
  if (caller === undefined) throw new Error("no session");
  return caller;
}

function sessionOf(host: HostContext | AuthZenHost): string | undefined {
  if ("caller" in host) return identifySubject(host).user?.id;
  const isGateway = host.adapter === "mcp" && host.transport !== "client";
  return (isGateway ? host.authInfo?.extra : host.context)?.session;
}

interface HostContext {
  readonly adapter: string;
  readonly transport?: string;
  readonly context?: { readonly session?: string };
  readonly authInfo?: { readonly extra?: { readonly session?: string } };
}

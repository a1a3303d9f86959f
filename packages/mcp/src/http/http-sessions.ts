import type { IncomingMessage, ServerResponse } from "node:http";
import { ForegoError, type Guard, hostnameOf, isWelcome, loopbackHosts } from "@forego/core";
import type { AuthInfo } from "@modelcontextprotocol/sdk/server/auth/types.js";
import { JSONRPCRequestSchema, type RequestId } from "@modelcontextprotocol/sdk/types.js";
import type { Authenticated, GatewayOptions } from "../gateway.ts";
import { createGatewaySession, type GatewaySession } from "../gateway-session.ts";
import type { GatewayTrouble } from "../gateway-trouble.ts";
import { errorCodes, property } from "../json-rpc.ts";
import type { McpHost } from "../mcp-host.ts";
import type { ServerPlace } from "../open-upstream.ts";
import { isStateless, isWhole, saysTheSame, statelessVersion } from "../stateless/stateless.ts";
import { createStatelessLanes, type LaneKey } from "../stateless/stateless-lanes.ts";
import type { TraceContext } from "../trace-context.ts";
import { HttpClient } from "./http-client.ts";
import { readBody } from "./read-body.ts";

/** What HTTP sessions are made of. */
export interface HttpSessionsOptions extends Omit<GatewayOptions, "servers"> {
  readonly guard: Guard<McpHost>;
  readonly servers: ReadonlyMap<string, ServerPlace>;
  readonly trace: Promise<TraceContext>;
  readonly onTrouble: (trouble: GatewayTrouble) => void;
  readonly approvalWaitMs: number;
}

/** The sessions of a gateway over Streamable HTTP. */
export interface HttpSessions {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  close(): Promise<void>;
}

interface HttpSession {
  readonly server: string;
  readonly subject: string;
  readonly transport: HttpClient;
  readonly session: GatewaySession;
  /** Responses that somebody still reads. */
  responses: number;
  /** Those of them that the client keeps open for what belongs to no request. */
  streams: number;
  lastUsedAt: number;
}

const path = /^\/mcp\/([^/?#]+)$/;
const metadataPath = /^\/\.well-known\/oauth-protected-resource(\/mcp\/[^/?#]+)$/;

/** Serves clients over Streamable HTTP, each session with a connection of its own to its server. */
export function createHttpSessions(options: HttpSessionsOptions): HttpSessions {
  const { guard, servers, onTrouble, authenticate } = options;
  const usual = [...loopbackHosts, ...hostsOf(options.publicUrl)];
  const allowedHosts = (options.allowedHosts ?? usual).map(hostnameOf);
  const { sessionIdleMs = 30 * 60_000, maxSessions = 1000, maxSessionsPerSubject = 100 } = options;
  const { authorizationServers = [] } = options;
  const sessions = new Map<string, HttpSession>();
  const lanes = createStatelessLanes({ ...options, passMethods: options.passMethods ?? [] });
  let isClosing = false;
  const sweeper = setInterval(endIdle, Math.min(sessionIdleMs, 60_000)).unref();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await route(request, response);
    } catch (cause) {
      onTrouble({ server: "", problem: "An HTTP request could not be handled.", cause });
      if (!response.headersSent) refuse(response, 500, -32603, "The request could not be handled.");
      else response.destroy();
    }
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isClosing) return refuse(response, 503, -32000, "The gateway is closing.");
    const [pathname = ""] = (request.url ?? "").split("?");
    const { host = "", origin } = request.headers;
    if (!isWelcome({ url: `http://${host}`, origin }, allowedHosts))
      return refuse(response, 403, -32000, "This host or origin is not allowed.");
    const resource = metadataPath.exec(pathname)?.[1];
    if (resource !== undefined && authorizationServers.length > 0)
      return describe(request, response, resource);
    const server = path.exec(pathname)?.[1];
    const place = server === undefined ? undefined : servers.get(server);
    if (server === undefined || place === undefined)
      return refuse(response, 404, -32001, "There is no such server.");
    const caller = await callerOf(request, server);
    if (caller === undefined) return challenge(request, response, pathname);
    const sessionId = request.headers["mcp-session-id"];
    const known = typeof sessionId === "string" ? sessions.get(sessionId) : undefined;
    // fail closed: a session is its subject's, and its server's
    const isTheirs = known?.server === server && known.subject === caller.subject;
    if (sessionId !== undefined && !isTheirs) return refuse(response, 404, -32001, "Session not found");
    const authenticated = Object.assign(
      request,
      caller.authInfo === undefined ? {} : { auth: caller.authInfo },
    );
    if (known === undefined) return begin(server, place, caller.subject, authenticated, response);
    await goOn(known, authenticated, response);
  }

  async function callerOf(request: IncomingMessage, server: string): Promise<Caller | undefined> {
    if (authenticate === undefined) return { subject: "" };
    try {
      return await authenticate(request);
    } catch (cause) {
      onTrouble({ server, problem: "A request was refused: it is not known who sends it.", cause });
      // fail closed: who cannot be verified is nobody
      return undefined;
    }
  }

  async function begin(
    server: string,
    place: ServerPlace,
    subject: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (request.method !== "POST") return refuse(response, 400, -32000, "Mcp-Session-Id header is required");
    const body = await readBody(request);
    if (!body.ok) return refuse(response, body.status, -32700, body.problem);
    // nobody would end a session that begins now
    if (isClosing) return refuse(response, 503, -32000, "The gateway is closing.");
    if (Array.isArray(body.value) && request.headers["mcp-protocol-version"] === statelessVersion)
      return refuse(response, 400, errorCodes.invalidRequest, "There are no batches.");
    const isClaimed = isStateless(property(body.value, "params"));
    if (isClaimed || request.headers["mcp-protocol-version"] === statelessVersion)
      return takeAlone({ server, place, subject }, body.value, request, response);
    if (property(body.value, "method") !== "initialize") {
      return refuse(response, 400, -32000, "Bad Request: no session: begin with initialize");
    }
    if (isFull() || hasEnough(subject)) return refuse(response, 503, -32000, "There are too many sessions.");
    const opened = await open(server, place, subject);
    if (opened === undefined) return refuse(response, 502, -32000, "The server could not be started.");
    countResponse(opened, request, response);
    await opened.transport.handleRequest(request, response, body.value);
    // a request that the transport refused has begun nothing
    if (opened.transport.sessionId === undefined) await opened.session.close();
  }

  /** Takes a request that belongs to no session. */
  async function takeAlone(
    key: LaneKey,
    body: unknown,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const parsed = JSONRPCRequestSchema.safeParse(body);
    // whoever closes a response takes its request back: there is nothing else to notify of
    if (!parsed.success && property(body, "id") === undefined) return void response.writeHead(202).end();
    if (!parsed.success) return refuse(response, 400, errorCodes.invalidRequest, "This is no request.");
    const { id, params } = parsed.data;
    if (!isWhole(params))
      return refuse(response, 400, errorCodes.invalidParams, "The request does not say what it must.", id);
    if (!saysTheSame(request.headers, parsed.data)) {
      const problem = "The headers do not say what the body says.";
      return refuse(response, 400, errorCodes.headerMismatch, problem, id);
    }
    if (isFull() && !lanes.has(key)) return refuse(response, 503, -32000, "There are too many sessions.");
    if (await lanes.take(key, parsed.data, request, response)) return;
    refuse(response, 502, -32000, "The server could not be started.");
  }

  function isFull(): boolean {
    return sessions.size + lanes.size >= maxSessions;
  }

  /** Whether one subject has so many sessions that others would find none. */
  function hasEnough(subject: string): boolean {
    if (authenticate === undefined) return false;
    const own = [...sessions.values()].filter((session) => session.subject === subject);
    return own.length >= maxSessionsPerSubject;
  }

  async function open(server: string, place: ServerPlace, subject: string): Promise<HttpSession | undefined> {
    const sessionId = crypto.randomUUID();
    const transport = new HttpClient({ sessionIdGenerator: () => sessionId });
    const session = createGatewaySession({
      guard,
      server,
      transport: "http",
      sessionId,
      client: transport,
      place,
      passMethods: options.passMethods ?? [],
      approvalWaitMs: options.approvalWaitMs,
      trace: await options.trace,
      hasStream: () => known.streams > 0,
      onTrouble,
      onEnd: () => void sessions.delete(sessionId),
    });
    const known: HttpSession = {
      server,
      subject,
      transport,
      session,
      responses: 0,
      streams: 0,
      lastUsedAt: Date.now(),
    };
    sessions.set(sessionId, known);
    try {
      await session.start();
      return known;
    } catch (cause) {
      onTrouble({ server, problem: "The server could not be started.", cause });
      return undefined;
    }
  }

  async function goOn(known: HttpSession, request: IncomingMessage, response: ServerResponse): Promise<void> {
    countResponse(known, request, response);
    if (request.method !== "POST") return known.transport.handleRequest(request, response);
    const body = await readBody(request);
    if (!body.ok) return refuse(response, body.status, -32700, body.problem);
    // fail closed: an answer goes to the request with its id, and there would be two
    if (isRepeated(body.value, known.session)) {
      return refuse(response, 400, -32600, "A request with this id is under way.");
    }
    await known.transport.handleRequest(request, response, body.value);
  }

  function challenge(request: IncomingMessage, response: ServerResponse, pathname: string): void {
    const metadata = `${baseUrl(request)}/.well-known/oauth-protected-resource${pathname}`;
    const where = authorizationServers.length === 0 ? "" : `, resource_metadata="${metadata}"`;
    response.setHeader("www-authenticate", `Bearer error="invalid_token"${where}`);
    refuse(response, 401, -32000, "The token is missing or not valid.");
  }

  function describe(request: IncomingMessage, response: ServerResponse, resource: string): void {
    const body = {
      resource: `${baseUrl(request)}${resource}`,
      authorization_servers: authorizationServers,
      bearer_methods_supported: ["header"],
    };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  }

  function baseUrl({ headers }: IncomingMessage): string {
    return options.publicUrl?.replace(/\/$/, "") ?? `http://${URL.parse(`http://${headers.host}`)?.host}`;
  }

  function endIdle(): void {
    const limit = Date.now() - sessionIdleMs;
    lanes.endIdle(limit);
    for (const { session, responses, streams, lastUsedAt } of sessions.values()) {
      // a call that its server does not answer keeps nothing open once its client has gone away
      const isAwaited = (responses > 0 && session.isBusy()) || session.isWaiting();
      if (streams === 0 && lastUsedAt < limit && !isAwaited) void session.close();
    }
  }

  return {
    handle,
    async close() {
      isClosing = true;
      clearInterval(sweeper);
      await Promise.all([lanes.close(), ...[...sessions.values()].map(({ session }) => session.close())]);
    },
  };
}

function hostsOf(publicUrl: string | undefined): readonly string[] {
  if (publicUrl === undefined) return [];
  const host = URL.parse(publicUrl)?.hostname ?? "";
  if (host !== "") return [host];
  const problem = `${JSON.stringify(publicUrl)} is no URL that clients could reach the gateway at.`;
  throw new ForegoError("FG4305", problem, "give `publicUrl` as a whole, such as https://tools.example.");
}

type Caller = Pick<Authenticated, "subject"> & { readonly authInfo?: AuthInfo };

/** Notes that a session is used, and for how long somebody reads what comes of it. */
function countResponse(known: HttpSession, { method }: IncomingMessage, response: ServerResponse): void {
  known.lastUsedAt = Date.now();
  if (response.destroyed) return;
  const streams = method === "GET" ? 1 : 0;
  known.responses += 1;
  known.streams += streams;
  response.once("close", () => {
    known.responses -= 1;
    known.streams -= streams;
  });
}

/** Whether one of the ids of a request, or of a batch of them, is in use or comes twice. */
function isRepeated(body: unknown, session: GatewaySession): boolean {
  const ids = (Array.isArray(body) ? body : [body])
    .filter((message) => property(message, "method") !== undefined)
    .map((message) => property(message, "id") as RequestId | undefined)
    .filter((id) => id !== undefined);
  return new Set(ids).size !== ids.length || ids.some((id) => session.isOpen(id));
}

function refuse(
  response: ServerResponse,
  status: number,
  code: number,
  message: string,
  id: RequestId | null = null,
): void {
  const body = { jsonrpc: "2.0", error: { code, message }, id };
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

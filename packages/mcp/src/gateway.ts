import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Readable, Writable } from "node:stream";
import { ForegoError, type Guard, loopbackHosts, quietly } from "@forego/core";
import type { AuthInfo } from "@modelcontextprotocol/sdk/server/auth/types.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { createGatewaySession, type GatewaySession } from "./gateway-session.ts";
import type { GatewayTrouble } from "./gateway-trouble.ts";
import { createHttpSessions } from "./http/http-sessions.ts";
import { property } from "./json-rpc.ts";
import type { McpHost } from "./mcp-host.ts";
import type { ServerPlace } from "./open-upstream.ts";
import { loadTraceContext } from "./trace-context.ts";

/** Who sends an HTTP request, as far as it was verified. */
export interface Authenticated {
  /** Whose session it is: nobody else continues it. */
  readonly subject: string;
  /** Goes to the guard's `identify`. */
  readonly authInfo: AuthInfo;
}

/** How a gateway is put together. */
export interface GatewayOptions {
  /** The servers behind it, by the names that policies know as `action.server`. */
  readonly servers: Readonly<Record<string, ServerPlace>>;
  /**
   * Verifies who sends an HTTP request: from its bearer token, or from a header that a proxy before this gateway sets.
   * A throw or a rejection refuses the request. Defaults to nobody: `identify` then sees no `authInfo`, and the gateway
   * listens on loopback only.
   */
  readonly authenticate?: (request: IncomingMessage) => Authenticated | PromiseLike<Authenticated>;
  /** URLs of the authorization servers whose tokens `authenticate` accepts: clients are told where to get one. */
  readonly authorizationServers?: readonly string[];
  /** Where clients reach the gateway, when that is not where it listens: such as `https://tools.example`. */
  readonly publicUrl?: string;
  /**
   * Host names or addresses under which the gateway is reached; ports do not count. Defaults to those of loopback, and
   * that of `publicUrl`.
   */
  readonly allowedHosts?: readonly string[];
  /** Methods beyond the protocol's own that go to the servers undecided. Defaults to none: they are refused. */
  readonly passMethods?: readonly string[];
  /** Milliseconds that the client's user has to answer a question about a call. Defaults to 15 minutes. */
  readonly approvalWaitMs?: number;
  /** Milliseconds after which an HTTP session ends that nobody uses. Defaults to 30 minutes. */
  readonly sessionIdleMs?: number;
  /** HTTP sessions at a time. Defaults to 1,000. */
  readonly maxSessions?: number;
  /** Those of one subject, where `authenticate` tells them apart. Defaults to 100. */
  readonly maxSessionsPerSubject?: number;
  /** Hears what went wrong beside decisions. For the operator. Defaults to nobody. */
  readonly onTrouble?: (trouble: GatewayTrouble) => void;
}

/** Where a gateway listens. */
export interface ListenOptions {
  /** Defaults to `127.0.0.1`. */
  readonly host?: string;
  /** Defaults to any free port. */
  readonly port?: number;
}

/** A guard in front of MCP servers. */
export interface Gateway {
  /** Takes an HTTP request of an application's own server: each MCP server is at `/mcp/<name>`. */
  handleRequest(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /**
   * Listens; answers with the address, such as `http://127.0.0.1:4000`.
   *
   * @throws ForegoError FG4303 when it would be reached from other machines without `authenticate`, FG4306 when it cannot
   * listen there.
   */
  listen(options?: ListenOptions): Promise<string>;
  /**
   * Serves one client over the process's own input and output, or over other streams. Resolves when the session has ended.
   *
   * @throws ForegoError FG4302 when there is no such server, FG4304 when it cannot be started.
   */
  serveStdio(server: string, input?: Readable, output?: Writable): Promise<void>;
  /** Ends all sessions. */
  close(): Promise<void>;
}

const serverName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * Puts a guard in front of MCP servers. Each client's session has a connection of its own to the server.
 *
 * @throws ForegoError FG4301 when a server has no usable name, FG4007 when one of `allowedHosts` is no host, FG4305 when
 * `publicUrl` is no URL.
 */
export function createGateway(guard: Guard<McpHost>, options: GatewayOptions): Gateway {
  const servers = readServers(options.servers);
  const { approvalWaitMs = 15 * 60_000 } = options;
  const onTrouble = (trouble: GatewayTrouble): void => void quietly(() => options.onTrouble?.(trouble));
  const trace = loadTraceContext();
  const running = new Set<GatewaySession>();
  const sessions = createHttpSessions({ ...options, guard, servers, trace, onTrouble, approvalWaitMs });
  const http = createServer((request, response) => void sessions.handle(request, response));

  return {
    handleRequest: (request, response) => sessions.handle(request, response),
    async listen({ host = "127.0.0.1", port = 0 } = {}) {
      requireAuthentication(host, options);
      await new Promise<void>((resolve, reject) => {
        http.once("error", (cause) => reject(notListening(host, port, cause)));
        http.listen(port, host.replace(/^\[|\]$/g, ""), resolve);
      });
      const address = http.address() as AddressInfo;
      return `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
    },
    async serveStdio(server, input = process.stdin, output = process.stdout) {
      const place = servers.get(server);
      if (place === undefined) throw unknownServer(server, servers);
      const ended = Promise.withResolvers<void>();
      const session = createGatewaySession({
        guard,
        server,
        transport: "stdio",
        sessionId: crypto.randomUUID(),
        client: new StdioServerTransport(input, output),
        place,
        passMethods: options.passMethods ?? [],
        approvalWaitMs,
        trace: await trace,
        hasStream: () => true,
        onTrouble,
        onEnd: ended.resolve,
      });
      running.add(session);
      // the transport does not see its input end
      input.once("close", () => void session.close()).once("end", () => void session.close());
      try {
        await session.start().catch((cause: unknown) => {
          throw notStarted(server, cause);
        });
        await ended.promise;
      } finally {
        running.delete(session);
      }
    },
    async close() {
      await Promise.all([sessions.close(), ...[...running].map((session) => session.close())]);
      await new Promise((resolve) => {
        http.close(resolve);
        http.closeAllConnections();
      });
    },
  };
}

function readServers(servers: GatewayOptions["servers"]): ReadonlyMap<string, ServerPlace> {
  const found = new Map(Object.entries(servers));
  for (const name of found.keys()) {
    if (serverName.test(name)) continue;
    throw new ForegoError(
      "FG4301",
      `The server name ${JSON.stringify(name)} cannot stand in a URL.`,
      "name servers by letters, digits, dots, dashes and underscores, 64 at most.",
    );
  }
  return found;
}

function unknownServer(name: string, servers: ReadonlyMap<string, unknown>): ForegoError {
  const names = [...servers.keys()].join(", ");
  return new ForegoError("FG4302", `There is no server ${JSON.stringify(name)}.`, `name one of: ${names}.`);
}

function notStarted(name: string, cause: unknown): ForegoError {
  const code = property(cause, "code");
  return new ForegoError(
    "FG4304",
    `The server ${JSON.stringify(name)} could not be started${code === undefined ? "" : ` (${String(code)})`}.`,
    "look at its `command` and its `cwd`: the process must be there, and it may not be in the PATH of this one.",
    { cause },
  );
}

function notListening(host: string, port: number, cause: unknown): ForegoError {
  const problem = `The gateway cannot listen on ${host}:${port} (${String(property(cause, "code"))}).`;
  return new ForegoError("FG4306", problem, "name another `host` or `port`.", { cause });
}

/** Whether an address that a server listens on is reached from this machine only. */
function isLoopback(host: string): boolean {
  return [...loopbackHosts, "::1"].includes(host);
}

function requireAuthentication(host: string, { authenticate }: GatewayOptions): void {
  // fail closed: what other machines reach is used by nobody unknown
  if (authenticate !== undefined || isLoopback(host)) return;
  throw new ForegoError(
    "FG4303",
    `The gateway would listen on '${host}', and ask nobody who they are.`,
    `give it \`authenticate\`, or let it listen on ${loopbackHosts.join(" or ")}.`,
  );
}

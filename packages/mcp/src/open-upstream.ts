import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { FetchLike, Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { createFetch } from "./http-fetch.ts";

/** A server that is started for each session: its process gets no more of the environment than `env` and what every process needs. */
export interface StdioServer {
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A server that is reached over Streamable HTTP. */
export interface HttpServer {
  readonly url: string;
  /** Sent with each request: the gateway's own credentials. A client's never are. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where a server is. */
export type ServerPlace = StdioServer | HttpServer;

/** A connection to a server that was not started yet. */
export interface Upstream {
  readonly transport: Transport;
  /** Tells the server that the session ends, where there is a way to. */
  end(): Promise<void>;
}

/** Milliseconds for which an answer may still come after its stream broke off, where the server lets streams be resumed. */
const resumeMs = 30_000;

/** Prepares a connection. `unanswered` hears of requests whose answer cannot come any more, by their ids. */
export function openUpstream(place: ServerPlace, unanswered: (id: number) => void): Upstream {
  if ("command" in place) {
    const { command, args = [], env = {}, cwd } = place;
    const transport = new StdioClientTransport({
      command,
      args: [...args],
      env: { ...env },
      ...(cwd === undefined ? {} : { cwd }),
    });
    return { transport, end: async () => {} };
  }
  const transport = new StreamableHTTPClientTransport(new URL(place.url), {
    requestInit: { headers: { ...place.headers } },
    fetch: watchingFetch(unanswered),
  });
  return { transport, end: () => transport.terminateSession() };
}

/** Fetches, and says which request a response was to answer when the response has ended. */
function watchingFetch(unanswered: (id: number) => void): FetchLike {
  return createFetch(({ method, body }, isResumable) => {
    const id = method === "POST" ? requestIdOf(body) : undefined;
    // the transport reads what has come first
    if (id !== undefined) setTimeout(unanswered, isResumable ? resumeMs : 0, id).unref();
  });
}

/** The id that the relay gave a request: it writes them this way. */
function requestIdOf(body: unknown): number | undefined {
  const found = typeof body === "string" ? /^\{"jsonrpc":"2\.0","id":(\d+),"method":/.exec(body) : undefined;
  return found == null ? undefined : Number(found[1]);
}

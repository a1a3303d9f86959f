import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { ForegoError } from "@forego/core";

/** Answers requests in the form of web standards. Does not reject. */
export type RequestHandler = (request: Request) => Promise<Response>;

/** Where a server listens. */
export interface ListenOptions {
  /** Defaults to `127.0.0.1`: this machine alone. */
  readonly host?: string | undefined;
  /** Defaults to any that is free. */
  readonly port?: number | undefined;
}

/** A server that listens. */
export interface ListeningServer {
  readonly url: string;
  /** Ends it, with the connections that are open. */
  close(): Promise<void>;
}

/**
 * Serves a handler over HTTP.
 *
 * @throws ForegoError FG4504 when it cannot listen there.
 */
export async function serveHandler(
  handler: RequestHandler,
  { host = "127.0.0.1", port = 0 }: ListenOptions = {},
): Promise<ListeningServer> {
  const server = createServer((incoming, outgoing) => void answer(handler, incoming, outgoing));
  await listen(server, host, port);
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host.replace(/^\[|\]$/g, "")}]` : host}:${own}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const problem = `The server cannot listen on ${host}:${port}.`;
      reject(new ForegoError("FG4504", problem, "name another `host` or `port` under `listen`.", { cause }));
    });
    server.listen(port, host.replace(/^\[|\]$/g, ""), resolve);
  });
}

async function answer(
  handler: RequestHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const request = toRequest(incoming);
  // fail closed: what cannot be written as a request is not asked
  const response =
    request === undefined
      ? new Response("The request cannot be read.", { status: 400 })
      : await handler(request);
  const body = Buffer.from(await response.arrayBuffer());
  // what was not read is not waited for
  if (!incoming.complete) outgoing.setHeader("connection", "close");
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(body);
}

/** A request in the form of web standards; `undefined` for one that has no such form: no host, `TRACE`, a broken URL. */
function toRequest(incoming: IncomingMessage): Request | undefined {
  const { method = "GET", url = "/", headers } = incoming;
  if (headers.host === undefined) return undefined;
  const hasBody = method !== "GET" && method !== "HEAD";
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  try {
    // a path may begin with two slashes, and is no host then; what comes through a proxy names its own
    return new Request(url.startsWith("/") ? `http://${headers.host}${url}` : url, {
      method,
      headers: pairs,
      ...(hasBody ? { body: Readable.toWeb(incoming), duplex: "half" } : {}),
    } as unknown as RequestInit);
  } catch {
    return undefined;
  }
}

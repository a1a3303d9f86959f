import { setTimeout } from "node:timers/promises";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type {
  FetchLike,
  Transport,
  TransportSendOptions,
} from "@modelcontextprotocol/sdk/shared/transport.js";
import type {
  JSONRPCMessage,
  JSONRPCRequest,
  MessageExtraInfo,
  RequestId,
  RequestInfo,
} from "@modelcontextprotocol/sdk/types.js";
import { createFetch } from "./http-fetch.ts";
import { isNotification, isRequest, property } from "./json-rpc.ts";
import { claimedVersion, headersOf } from "./stateless.ts";

/** A server that is reached over Streamable HTTP. */
export interface HttpServer {
  readonly url: string;
  /** Sent with each request: the gateway's own credentials. A client's never are. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a message goes to a server: with the HTTP request that it came in, where it came so. */
export interface UpstreamSendOptions extends TransportSendOptions {
  readonly requestInfo?: RequestInfo | undefined;
}

/** What is known of a message of a server's: the request that it belongs to, where each has a response of its own. */
export interface UpstreamExtraInfo extends MessageExtraInfo {
  readonly about?: RequestId;
}

/** Milliseconds for which an answer may still come after its stream broke off, where the server lets streams be resumed. */
const resumeMs = 30_000;
/** Milliseconds that a server has to hear that a session ends. */
const farewellMs = 1000;

/**
 * A server over Streamable HTTP, as one side of a relay: the session of the versions that have one, and each request of
 * 2026-07-28 by itself. Such a request is taken back by closing its response.
 */
export class HttpUpstream implements Transport {
  onmessage?: Transport["onmessage"];
  onclose?: Transport["onclose"];
  onerror?: Transport["onerror"];
  readonly #place: HttpServer;
  readonly #unanswered: (id: number) => void;
  readonly #session: StreamableHTTPClientTransport;
  readonly #alone = new Map<RequestId, StreamableHTTPClientTransport>();

  /** `unanswered` hears of requests whose answer cannot come any more, by their ids. */
  constructor(place: HttpServer, unanswered: (id: number) => void) {
    this.#place = place;
    this.#unanswered = unanswered;
    this.#session = new StreamableHTTPClientTransport(new URL(place.url), {
      requestInit: { headers: { ...place.headers } },
      fetch: createFetch(({ method, body }, isResumable) => {
        const id = method === "POST" ? requestIdOf(body) : undefined;
        if (id !== undefined) this.#unanswer(id, isResumable ? resumeMs : 0);
      }),
    });
  }

  async start(): Promise<void> {
    this.#session.onmessage = (message) => this.onmessage?.(message);
    this.#session.onclose = () => this.onclose?.();
    this.#session.onerror = (error) => this.onerror?.(error);
    await this.#session.start();
  }

  setProtocolVersion(version: string): void {
    this.#session.setProtocolVersion(version);
  }

  async send(message: JSONRPCMessage, options?: UpstreamSendOptions): Promise<void> {
    if (isRequest(message) && claimedVersion(message.params) !== undefined)
      return this.#sendAlone(message, options?.requestInfo);
    const about = isNotification(message) ? property(message.params, "requestId") : undefined;
    const alone = this.#alone.get(about as RequestId);
    await (alone === undefined ? this.#session.send(message, options) : alone.close());
  }

  /** Tells the server that its session ends, where it has one; a server that does not hear it forgets it in time. */
  async close(): Promise<void> {
    this.#session.onerror = () => {};
    await Promise.race([
      this.#session.terminateSession().catch(() => {}),
      setTimeout(farewellMs, undefined, { ref: false }),
    ]);
    await Promise.all([this.#session, ...this.#alone.values()].map((transport) => transport.close()));
  }

  #unanswer(id: number, waitMs: number): void {
    // the transport reads what has come first
    globalThis.setTimeout(this.#unanswered, waitMs, id).unref();
  }

  async #sendAlone(request: JSONRPCRequest, requestInfo: RequestInfo | undefined): Promise<void> {
    const { url, headers } = this.#place;
    const id = Number(request.id);
    const ended = () => {
      this.#alone.delete(id);
      this.#unanswer(id, 0);
    };
    const alone = new StreamableHTTPClientTransport(new URL(url), {
      requestInit: { headers: { ...argumentHeaders(requestInfo), ...headersOf(request), ...headers } },
      fetch: readingRefusals(createFetch(ended), id),
    });
    this.#alone.set(id, alone);
    const about: UpstreamExtraInfo = { about: id };
    alone.onmessage = (message) => this.onmessage?.(message, about);
    alone.onerror = (error) => void (this.#alone.has(id) && this.onerror?.(error));
    alone.onclose = () => void this.#alone.delete(id);
    await alone.start();
    try {
      await alone.send(request);
    } catch (cause) {
      // what was taken back has not failed
      if (this.#alone.delete(id)) throw cause;
    }
  }
}

/** Arguments that a tool wants in headers too, for those on the way that read no bodies. The server holds them against the body. */
function argumentHeaders(requestInfo: RequestInfo | undefined): Record<string, string> {
  const all = Object.entries(requestInfo?.headers ?? {});
  return Object.fromEntries(
    all.flatMap(([name, value]) =>
      name.startsWith("mcp-param-") && typeof value === "string" ? [[name, value]] : [],
    ),
  );
}

/** Reads a refusal as the answer that it is, where it is one. */
function readingRefusals(fetch: FetchLike, id: number): FetchLike {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (response.status !== 400 && response.status !== 404) return response;
    const text = await response.text();
    const status = isAnswerTo(text, id) ? 200 : response.status;
    return new Response(text, { status, headers: response.headers });
  };
}

function isAnswerTo(text: string, id: number): boolean {
  try {
    return property(JSON.parse(text), "id") === id;
  } catch {
    return false;
  }
}

/** The id that the relay gave a request: it writes them this way. */
function requestIdOf(body: unknown): number | undefined {
  const found = typeof body === "string" ? /^\{"jsonrpc":"2\.0","id":(\d+),"method":/.exec(body) : undefined;
  return found == null ? undefined : Number(found[1]);
}

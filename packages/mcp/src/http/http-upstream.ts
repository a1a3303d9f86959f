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
} from "@modelcontextprotocol/sdk/types.js";
import { isNotification, isRequest, property } from "../json-rpc.ts";
import { headersOf, isStateless } from "../stateless/stateless.ts";
import { createFetch, requestIdOf } from "./http-fetch.ts";
import { isAnswerTo } from "./lone-answer.ts";

/** A server that is reached over Streamable HTTP. */
export interface HttpServer {
  readonly url: string;
  /** Sent with each request: the gateway's own credentials. A client's never are. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a request goes to a server: with headers beside those of its version. */
export interface UpstreamSendOptions extends TransportSendOptions {
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is known of a message of a server's: the request that it belongs to, where each has a response of its own. */
export interface UpstreamExtraInfo extends MessageExtraInfo {
  readonly about?: RequestId;
}

/** Milliseconds for which a response may go on after its answer. */
const lingerMs = 1000;
/** A response of 2026-07-28 that broke off is not gone on with. */
const neverAgain = {
  initialReconnectionDelay: 0,
  maxReconnectionDelay: 0,
  reconnectionDelayGrowFactor: 1,
  maxRetries: 0,
};
/** Milliseconds from one stream that is opened to the next, however soon a server lets its clients come back. */
const streamPauseMs = 100;
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
  /** Streams that are gone on with: answers to requests whose own streams have ended may come by them. */
  readonly #resumed = new Set<RequestInit>();
  #nextStreamAt = 0;

  /**
   * `unanswered` hears of requests whose answer cannot come any more, by their ids: where the server lets streams be
   * resumed, when there has been none for `resumeMs` milliseconds.
   */
  constructor(place: HttpServer, unanswered: (id: number) => void, resumeMs = 30_000) {
    this.#place = place;
    this.#unanswered = unanswered;
    this.#session = new StreamableHTTPClientTransport(new URL(place.url), {
      requestInit: { headers: { ...place.headers } },
      fetch: this.#fetchOfSession(resumeMs),
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
    if (isRequest(message) && isStateless(message.params)) return this.#sendAlone(message, options?.headers);
    const isCancelling = isNotification(message) && message.method === "notifications/cancelled";
    const alone = isCancelling
      ? this.#alone.get(property(message.params, "requestId") as RequestId)
      : undefined;
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

  #fetchOfSession(resumeMs: number): FetchLike {
    const fetch = createFetch((request, isResumable) => {
      this.#resumed.delete(request);
      const id = requestIdOf(request);
      if (id !== undefined) this.#unanswer(id, isResumable ? resumeMs : 0);
    });
    return async (url, init = {}) => {
      if (new Headers(init.headers).has("last-event-id")) this.#resumed.add(init);
      try {
        if (init.method === "GET") await this.#awaitTurn();
        return await fetch(url, init);
      } catch (cause) {
        this.#resumed.delete(init);
        throw cause;
      }
    };
  }

  /** A server that breaks off each stream at once would have the gateway do nothing but open the next. */
  async #awaitTurn(): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.#nextStreamAt);
    this.#nextStreamAt = at + streamPauseMs;
    if (at > now) await setTimeout(at - now, undefined, { ref: false });
  }

  #closeIn(ms: number, alone: StreamableHTTPClientTransport): void {
    globalThis.setTimeout(() => void alone.close(), ms).unref();
  }

  #unanswer(id: number, waitMs: number): void {
    // the transport reads what has come first
    globalThis
      .setTimeout(() => {
        if (waitMs > 0 && this.#resumed.size > 0) this.#unanswer(id, waitMs);
        else this.#unanswered(id);
      }, waitMs)
      .unref();
  }

  async #sendAlone(request: JSONRPCRequest, given: UpstreamSendOptions["headers"]): Promise<void> {
    const { url, headers } = this.#place;
    const id = Number(request.id);
    const ended = () => {
      this.#unanswer(id, 0);
      this.#closeIn(0, alone);
    };
    const alone = new StreamableHTTPClientTransport(new URL(url), {
      requestInit: { headers: { ...given, ...headersOf(request), ...headers } },
      fetch: readingRefusals(createFetch(ended), id),
      reconnectionOptions: neverAgain,
    });
    this.#alone.set(id, alone);
    const about: UpstreamExtraInfo = { about: id };
    alone.onmessage = (message) => {
      this.onmessage?.(message, about);
      // a server that has answered ends its response, or it is ended
      if (!("method" in message)) this.#closeIn(lingerMs, alone);
    };
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

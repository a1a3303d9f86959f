import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
} from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { EngineTrouble } from "@forego/core";
import type { OpaTarget } from "./opa-server.ts";

/** One request to an OPA server. */
export interface OpaQuestion {
  /** Below `/v1/data`, with its query. */
  readonly path: string;
  /** JSON text; without it, the request is a GET. */
  readonly body?: string;
  /** Milliseconds until the request is broken off. */
  readonly timeoutMs: number;
  /** Bytes of answer that are read. */
  readonly maxBytes: number;
}

/** Asks an OPA server over connections that are kept open. */
export interface OpaClient {
  /** Answers with the JSON of a 200. Rejects for all else, with what is odd about it and no value, header or address. */
  ask(question: OpaQuestion): Promise<unknown>;
  /** Closes all connections; what is under way rejects. */
  close(): void;
}

/** Codes of a kept connection that was closed by the other side before it got the request. */
const staleCodes: readonly unknown[] = ["ECONNRESET", "EPIPE"];

/**
 * Makes a client over `node:http`, which is faster here than `fetch`, knows unix sockets, and never follows a redirect.
 * A connection that waits for its next request does not keep the process alive.
 */
export function createOpaClient(target: OpaTarget): OpaClient {
  const options = { keepAlive: true, maxSockets: target.maxConnections };
  const agent = target.isSecure ? new HttpsAgent(options) : new HttpAgent(options);
  const send = target.isSecure ? requestHttps : requestHttp;

  const start = ({ path, body }: OpaQuestion, signal: AbortSignal): ClientRequest => {
    const own = {
      accept: "application/json",
      ...(body === undefined
        ? {}
        : { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) }),
    };
    const sent = send({
      ...target.place,
      agent,
      signal,
      path: `${target.basePath}/v1/data/${path}`,
      method: body === undefined ? "GET" : "POST",
      headers: { ...currentHeaders(target), ...own },
    });
    sent.end(body);
    return sent;
  };

  const exchange = async (question: OpaQuestion, signal: AbortSignal, isAgain = false): Promise<unknown> => {
    const sent = start(question, signal);
    let response: IncomingMessage;
    try {
      response = await responseOf(sent);
    } catch (cause) {
      const isStale = sent.reusedSocket && staleCodes.includes(codeOf(cause));
      // evaluating changes nothing: it may be asked twice
      if (isStale && !isAgain && !signal.aborted) return exchange(question, signal, true);
      throw cause;
    }
    try {
      return await readJson(response, question.maxBytes);
    } catch (cause) {
      // what is left of an odd answer must not be read as the next one
      sent.destroy();
      throw cause;
    }
  };

  const underWay = new Set<AbortController>();
  let isClosed = false;
  return {
    async ask(question) {
      if (isClosed) throw closed();
      const stop = new AbortController();
      // fail closed: an answer that is not there in time is none
      const timer = setTimeout(() => stop.abort(tooLate(question.timeoutMs)), question.timeoutMs);
      underWay.add(stop);
      try {
        return await exchange(question, stop.signal);
      } catch (cause) {
        throw stop.signal.aborted ? stop.signal.reason : withoutValues(cause);
      } finally {
        clearTimeout(timer);
        underWay.delete(stop);
      }
    },
    close() {
      isClosed = true;
      for (const one of underWay) one.abort(closed());
      agent.destroy();
    },
  };
}

function tooLate(timeoutMs: number): EngineTrouble {
  return new EngineTrouble("forego.deadline", `the OPA server took more than ${timeoutMs} ms`);
}

function closed(): Error {
  return new Error("the engine was closed");
}

/** An answer that is not one. Its message has no value in it. */
class OddAnswer extends Error {}

function responseOf(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once("response", resolve);
    // stays: an error after the answer was read is nobody's
    sent.on("error", reject);
    sent.once("close", () => reject(new OddAnswer("the OPA server closed the connection")));
  });
}

async function readJson(response: IncomingMessage, maxBytes: number): Promise<unknown> {
  const { statusCode, headers } = response;
  // fail closed: redirects are not followed, and an error is no decision
  if (statusCode !== 200) throw new OddAnswer(`the OPA server answered with status ${statusCode}`);
  const [type = ""] = (headers["content-type"] ?? "").split(";");
  // fail closed: a page of some proxy is no answer of OPA's
  if (type.trim().toLowerCase() !== "application/json" || headers["content-encoding"] !== undefined)
    throw new OddAnswer("the OPA server's answer is not plain JSON");
  const bytes = await readBytes(response, maxBytes);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // what the parser says quotes the answer
    throw new OddAnswer("the OPA server's answer is not JSON");
  }
}

async function readBytes(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    // fail closed: what is too large is not read to its end
    if (size > maxBytes) throw new OddAnswer(`the OPA server's answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function currentHeaders(target: OpaTarget): Readonly<Record<string, string>> {
  try {
    return target.headers();
  } catch {
    // its own message may hold what it failed on
    throw new OddAnswer("the token for the OPA server could not be had");
  }
}

/** What went wrong, without the address, the packet and the header that Node's own error may hold. */
function withoutValues(cause: unknown): Error {
  if (cause instanceof OddAnswer) return cause;
  return new OddAnswer(`the OPA server could not be asked (${String(codeOf(cause) ?? "unknown")})`);
}

function codeOf(cause: unknown): unknown {
  return typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
}

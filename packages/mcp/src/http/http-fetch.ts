import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import { loneAnswer } from "./lone-answer.ts";

/** Bytes of one message, whether it comes as JSON or as an event. */
const maxMessageBytes = 10 * 1024 * 1024;

/** Milliseconds after which a connection that nobody uses is closed: before servers do, which wait five seconds. */
const idle = { keepAlive: true, timeout: 4000 };
const agents = { http: new HttpAgent(idle), https: new HttpsAgent(idle) };

/** Hears that the response to a request has ended, and whether it was a stream that can be resumed. */
export type ResponseEnded = (request: RequestInit, isResumable: boolean) => void;

/**
 * `fetch` over Node's own client, that says when a response has ended: of a stream, `fetch` itself tells only its
 * reader. It follows no redirect and takes no compressed body. A message that is too large breaks its response off.
 */
export function createFetch(ended: ResponseEnded): FetchLike {
  return (url, init = {}) => {
    const { method = "GET", body, signal } = init;
    const target = new URL(url);
    const isSecure = target.protocol === "https:";
    const headers = Object.fromEntries(new Headers(init.headers));
    const options = {
      method,
      headers,
      agent: isSecure ? agents.https : agents.http,
      ...(signal ? { signal } : {}),
    };
    return new Promise((resolve, reject) => {
      const receive = async (response: IncomingMessage) => {
        const hear = (isResumable: boolean) => ended(init, isResumable);
        const id = requestIdOf(init);
        const mayBeLone = response.statusCode === 200 && isStream(response);
        const answer = id !== undefined && mayBeLone ? await loneAnswer(response, id) : undefined;
        return answer === undefined
          ? toResponse(response, hear)
          : plainAnswer(answer, response, () => hear(false));
      };
      const received = (response: IncomingMessage) => {
        const broken = (cause: unknown) => {
          response.destroy();
          reject(cause);
        };
        // fail closed: what is no response, such as one with a status that there is not, ends nothing but itself
        receive(response).then(resolve, broken);
      };
      const sent = isSecure
        ? httpsRequest(target, options, received)
        : httpRequest(target, options, received);
      sent.on("error", reject);
      sent.end(body);
    });
  };
}

/** The id that the relay gave the request in a body: it writes them this way. */
export function requestIdOf({ method, body }: RequestInit): number | undefined {
  const isSent = method === "POST" && typeof body === "string";
  const found = isSent ? /^\{"jsonrpc":"2\.0","id":(\d+),"method":/.exec(body) : undefined;
  return found == null ? undefined : Number(found[1]);
}

function toResponse(incoming: IncomingMessage, ended: (isResumable: boolean) => void): Response {
  const { statusCode: status = 500 } = incoming;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(incoming.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  if ([204, 205, 304].includes(status)) {
    incoming.resume();
    ended(false);
    return new Response(null, { status, headers });
  }
  return new Response(toBody(incoming, isStream(incoming), ended), { status, headers });
}

function isStream({ headers }: IncomingMessage): boolean {
  return headers["content-type"]?.startsWith("text/event-stream") === true;
}

/** An answer as a server gives it that opens no stream: the SDK's own streams cost more than the call. */
function plainAnswer(answer: string, incoming: IncomingMessage, ended: () => void): Response {
  incoming.once("close", ended).resume();
  const session = incoming.headers["mcp-session-id"];
  const headers = { "content-type": "application/json" };
  return new Response(answer, {
    headers: typeof session === "string" ? { ...headers, "mcp-session-id": session } : headers,
  });
}

function toBody(
  incoming: IncomingMessage,
  isStream: boolean,
  ended: (isResumable: boolean) => void,
): ReadableStream<Uint8Array> {
  let bytes = 0;
  let isResumable = false;
  let isRead = true;
  let isOver = false;
  const end = (): void => {
    if (!isOver) ended(isResumable);
    isOver = true;
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (incoming.destroyed) {
        controller.error(new Error("the response broke off"));
        end();
        return;
      }
      incoming.on("data", (chunk: Buffer) => {
        bytes = isStream && hasEventEnd(chunk) ? 0 : bytes + chunk.length;
        // fail closed: a server does not fill the memory of the gateway
        if (bytes > maxMessageBytes)
          incoming.destroy(new Error(`a message of more than ${maxMessageBytes} bytes`));
        else if (isRead) controller.enqueue(chunk);
        isResumable ||= isStream && hasEventId(chunk);
        if (isRead && (controller.desiredSize ?? 1) <= 0) incoming.pause();
      });
      incoming.once("end", () => {
        if (isRead) controller.close();
        end();
      });
      incoming.once("error", (cause) => {
        if (isRead) controller.error(cause);
        end();
      });
    },
    pull: () => void incoming.resume(),
    cancel() {
      isRead = false;
      // the rest of a plain answer is read and forgotten, so that its connection can be used again
      if (!isStream) return void incoming.resume();
      incoming.destroy();
      end();
    },
  });
}

function hasEventId(chunk: Buffer): boolean {
  return chunk.includes("\nid:") || chunk.subarray(0, 3).toString() === "id:";
}

function hasEventEnd(chunk: Buffer): boolean {
  return chunk.includes("\n\n") || chunk.includes("\r\n\r\n");
}

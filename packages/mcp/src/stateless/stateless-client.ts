import type { IncomingMessage, ServerResponse } from "node:http";
import type { AuthInfo } from "@modelcontextprotocol/sdk/server/auth/types.js";
import type { Transport, TransportSendOptions } from "@modelcontextprotocol/sdk/shared/transport.js";
import type {
  JSONRPCMessage,
  JSONRPCRequest,
  MessageExtraInfo,
  RequestId,
} from "@modelcontextprotocol/sdk/types.js";
import { cancelling } from "../decisions/questions.ts";
import { type OpenAnswer, openAnswer } from "../http/open-answer.ts";
import { isResult, property } from "../json-rpc.ts";
import { ofSubscription } from "./stateless.ts";

interface OpenRequest {
  readonly id: RequestId;
  readonly progressToken: unknown;
  readonly answer: OpenAnswer;
}

/**
 * Clients over HTTP that have no sessions, as one side of a relay. They know nothing of each other, so their requests
 * get ids and progress tokens of our own; who closes a response takes its request back.
 */
export class StatelessClient implements Transport {
  onmessage?: (message: JSONRPCMessage, extra?: MessageExtraInfo) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly #open = new Map<RequestId, OpenRequest>();
  #lastId = 0;

  async start(): Promise<void> {}

  /** Takes a request; its answer goes into the response. */
  take(
    request: JSONRPCRequest,
    incoming: IncomingMessage & { auth?: AuthInfo },
    response: ServerResponse,
  ): void {
    const id = ++this.#lastId;
    const progressToken = property(property(request.params, "_meta"), "progressToken");
    const answer = openAnswer(response, undefined, () => {
      if (this.#open.delete(id)) this.onmessage?.(cancelling(id));
    });
    this.#open.set(id, { id: request.id, progressToken, answer });
    const extra = incoming.auth === undefined ? {} : { authInfo: incoming.auth };
    const own = progressToken === undefined ? request : withToken(request, id);
    this.onmessage?.({ ...own, id }, extra);
  }

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    const isAnswer = !("method" in message);
    const id = isAnswer ? message.id : options?.relatedRequestId;
    const open = id === undefined ? undefined : this.#open.get(id);
    // what belongs to no request that somebody waits for has nowhere to go
    if (id === undefined || open === undefined) return;
    if (!isAnswer) {
      const { progressToken } = open;
      const own = message.method === "notifications/progress" ? { progressToken } : {};
      return open.answer.add({
        ...message,
        params: { ...ofSubscription(message.params ?? {}, open.id), ...own },
      });
    }
    const own = isResult(message) ? { ...message, result: ofSubscription(message.result, open.id) } : message;
    open.answer.end({ ...own, id: open.id });
    this.#open.delete(id);
  }

  async close(): Promise<void> {
    for (const { answer } of this.#open.values()) answer.end();
    this.#open.clear();
    this.onclose?.();
  }
}

function withToken(request: JSONRPCRequest, progressToken: number): JSONRPCRequest {
  return { ...request, params: { ...request.params, _meta: { ...request.params?._meta, progressToken } } };
}

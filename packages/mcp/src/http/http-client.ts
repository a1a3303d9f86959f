import type { IncomingMessage, ServerResponse } from "node:http";
import type { AuthInfo } from "@modelcontextprotocol/sdk/server/auth/types.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { TransportSendOptions } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  type JSONRPCMessage,
  type JSONRPCRequest,
  JSONRPCRequestSchema,
  type RequestId,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/sdk/types.js";
import { property } from "../json-rpc.ts";
import { type OpenAnswer, openAnswer } from "./open-answer.ts";

type AuthenticatedRequest = IncomingMessage & { auth?: AuthInfo };

/**
 * A client over Streamable HTTP, as the SDK has it. The usual request of a session that runs is answered in the same
 * form, and without the SDK's own streams, which cost more than the call.
 */
export class HttpClient extends StreamableHTTPServerTransport {
  readonly #open = new Map<RequestId, OpenAnswer>();
  #isClosed = false;

  override async handleRequest(
    request: AuthenticatedRequest,
    response: ServerResponse,
    body?: unknown,
  ): Promise<void> {
    const message = usualRequest(request, body);
    const { sessionId } = this;
    // what is odd in any way is the SDK's to answer, or to refuse
    if (message === undefined || sessionId === undefined || this.#isClosed)
      return super.handleRequest(request, response, body);
    const { id } = message;
    const answer = openAnswer(response, sessionId, () => {
      if (this.#open.get(id) === answer) this.#open.delete(id);
    });
    this.#open.set(id, answer);
    this.onmessage?.(message, request.auth === undefined ? {} : { authInfo: request.auth });
  }

  override async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    const isAnswer = !("method" in message);
    const id = isAnswer ? message.id : options?.relatedRequestId;
    const answer = id === undefined ? undefined : this.#open.get(id);
    if (id === undefined || answer === undefined) {
      const sent = super.send(message, options);
      // what belongs to a request that nobody waits for any more is dropped
      return isAnswer || id === undefined ? sent : sent.catch(() => {});
    }
    if (!isAnswer) return answer.add(message);
    answer.end(message);
    this.#open.delete(id);
  }

  override async close(): Promise<void> {
    this.#isClosed = true;
    for (const answer of this.#open.values()) answer.end();
    this.#open.clear();
    await super.close();
  }
}

/** A single request with the headers that clients must send; `undefined` for anything else. */
function usualRequest({ headers, method }: IncomingMessage, body: unknown): JSONRPCRequest | undefined {
  const { accept = "", "content-type": type, "mcp-protocol-version": version } = headers;
  const isUsual =
    method === "POST" &&
    type === "application/json" &&
    accept.includes("application/json") &&
    accept.includes("text/event-stream") &&
    (version === undefined || SUPPORTED_PROTOCOL_VERSIONS.includes(String(version)));
  if (!isUsual || property(body, "method") === "initialize") return undefined;
  const parsed = JSONRPCRequestSchema.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}

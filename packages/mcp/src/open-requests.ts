import type {
  JSONRPCNotification,
  JSONRPCRequest,
  JSONRPCResponse,
  MessageExtraInfo,
  RequestId,
} from "@modelcontextprotocol/sdk/types.js";
import { property } from "./json-rpc.ts";

/** A request of the client's that has no answer yet. */
export interface Incoming {
  readonly request: JSONRPCRequest;
  readonly extra: MessageExtraInfo | undefined;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Makes the client's answer of the server's, or of the relay's own where the request was never sent. */
export type Finish = (
  response: JSONRPCResponse,
  wasUnsent?: boolean,
) => JSONRPCResponse | Promise<JSONRPCResponse>;

/** A request as it is under way. */
export interface OpenRequest extends Incoming {
  readonly controller: AbortController;
  /** The id that it went to the server with. */
  upstreamId?: number;
  finish?: Finish;
}

/** Why a signal is aborted, at the end of each request: an error would be made for each of them. */
const ended = "nobody waits any more";

/** The requests of a client that are under way: by its own ids, and by those that they went to the server with. */
export class OpenRequests {
  readonly #byId = new Map<RequestId, OpenRequest>();
  readonly #sent = new Map<RequestId, OpenRequest>();
  #lastId = 0;

  get size(): number {
    return this.#byId.size;
  }

  get(id: RequestId): OpenRequest | undefined {
    return this.#byId.get(id);
  }

  all(): readonly OpenRequest[] {
    return [...this.#byId.values()];
  }

  begin(request: JSONRPCRequest, extra: MessageExtraInfo | undefined): OpenRequest {
    const controller = new AbortController();
    const open = { request, extra, controller, signal: controller.signal };
    this.#byId.set(request.id, open);
    return open;
  }

  /** A request as it is under way; `undefined` once it has ended. */
  find(incoming: Incoming): OpenRequest | undefined {
    const open = this.#byId.get(incoming.request.id);
    // fail closed: what comes of a request that was cancelled is no answer to the next one with its id
    return open === incoming ? open : undefined;
  }

  end(open: OpenRequest): void {
    this.#byId.delete(open.request.id);
    if (open.upstreamId !== undefined) this.#sent.delete(open.upstreamId);
    open.controller.abort(ended);
  }

  /** Notes that a request goes to the server, and answers with the id that it has there. */
  send(open: OpenRequest, finish: Finish): number {
    const id = ++this.#lastId;
    open.upstreamId = id;
    open.finish = finish;
    this.#sent.set(id, open);
    return id;
  }

  /** The request that went to the server with an id, and has no answer yet. */
  sentAs(id: unknown): OpenRequest | undefined {
    return this.#sent.get(id as RequestId);
  }

  /** Notes that the server has answered: once. */
  answer(id: RequestId): void {
    this.#sent.delete(id);
  }

  /** The request that a notification of the server's is about, by what is known of it, or by what it says. */
  about({ method, params }: JSONRPCNotification, known: RequestId | undefined): OpenRequest | undefined {
    if (known !== undefined) return this.#sent.get(known);
    if (method !== "notifications/progress") return undefined;
    const token = property(params, "progressToken");
    return [...this.#sent.values()].find(({ request }) => tokenOf(request) === token);
  }

  /** The only request that the server has; of several, the latest where `orLatest` says so. */
  only(orLatest: boolean): RequestId | undefined {
    if (this.#sent.size !== 1 && !orLatest) return undefined;
    return [...this.#sent.values()].at(-1)?.request.id;
  }
}

function tokenOf({ params }: JSONRPCRequest): unknown {
  return property(property(params, "_meta"), "progressToken");
}

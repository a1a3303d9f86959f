import type {
  JSONRPCMessage,
  JSONRPCNotification,
  JSONRPCRequest,
  JSONRPCResponse,
  MessageExtraInfo,
  RequestId,
} from "@modelcontextprotocol/sdk/types.js";
import { property } from "../json-rpc.ts";

/** What a request asks for. */
export type Question = Pick<JSONRPCRequest, "method" | "params">;

/** What the client answered. */
export interface Answer {
  readonly response: JSONRPCResponse;
  readonly extra: MessageExtraInfo | undefined;
}

/** Requests that go to the client: the server's, and our own. */
export interface Questions {
  /** How many have no answer yet. */
  readonly size: number;
  /** Hands on a request of the server's; `ended` makes the server's answer of the client's. */
  relay(request: JSONRPCRequest, about: RequestId | undefined, ended: Ended): void;
  /** Asks something of our own. Answers with `undefined` when the signal aborts before the client does. */
  ask(question: Question, about: RequestId, signal: AbortSignal): Promise<Answer | undefined>;
  /** Takes an answer of the client's; `false` when nobody asked. */
  answered(answer: Answer): boolean;
  /** Takes back what the server takes back. */
  cancelled(notification: JSONRPCNotification, about: RequestId | undefined): void;
}

/** Makes what is handed on of what a request came to. Never rejects. */
export type Ended = (response: JSONRPCResponse) => Promise<JSONRPCResponse>;

interface Asked {
  /** The server's id; absent for a question of our own. */
  readonly serverId?: RequestId;
  readonly take: (answer: Answer) => void | Promise<void>;
}

/** Asks a client under ids of our own, so that what a server asks and what we ask cannot be taken for one another. */
export function createQuestions(
  toClient: (message: JSONRPCMessage, about?: RequestId) => void,
  toServer: (message: JSONRPCMessage) => void,
): Questions {
  const asked = new Map<RequestId, Asked>();
  let lastId = 0;

  return {
    get size() {
      return asked.size;
    },
    relay({ id: serverId, ...question }, about, ended) {
      const id = ++lastId;
      const take = async ({ response }: Answer) => toServer({ ...(await ended(response)), id: serverId });
      asked.set(id, { serverId, take });
      toClient({ ...question, id }, about);
    },
    async ask(question, about, signal) {
      if (signal.aborted) return undefined;
      const id = ++lastId;
      const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
      const giveUp = () => {
        asked.delete(id);
        toClient(cancelling(id), about);
        resolve(undefined);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      asked.set(id, { take: resolve });
      toClient({ jsonrpc: "2.0", id, ...question }, about);
      const answer = await promise;
      signal.removeEventListener("abort", giveUp);
      return answer;
    },
    answered(answer) {
      const { id } = answer.response;
      const known = id === undefined ? undefined : asked.get(id);
      if (id === undefined || known === undefined) return false;
      asked.delete(id);
      void known.take(answer);
      return true;
    },
    cancelled(notification, about) {
      const serverId = property(notification.params, "requestId");
      const [id] = [...asked].find(([, one]) => "serverId" in one && one.serverId === serverId) ?? [];
      if (id === undefined) return;
      asked.delete(id);
      toClient({ ...notification, params: { ...notification.params, requestId: id } }, about);
    },
  };
}

/** Takes back a request. */
export function cancelling(requestId: RequestId): JSONRPCNotification {
  return { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } };
}

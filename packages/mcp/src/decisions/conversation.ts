import type { MessageExtraInfo, RequestId } from "@modelcontextprotocol/sdk/types.js";
import type { McpHost } from "../mcp-host.ts";
import type { CallPlace } from "./to-call.ts";

/** What clients and a server say to each other, as far as rules may ask: who speaks, for how long, and how often. */
export interface Conversation {
  /** A call was answered. */
  answered(): void;
  /** Whom a message comes from. */
  hostOf(extra: MessageExtraInfo | undefined): McpHost;
  /** What is known when somebody looks. */
  viewer(extra: MessageExtraInfo | undefined): Omit<CallPlace, "callId">;
  /** Where a new call comes from. A client may use an id again: as another call it is decided and charged anew. */
  place(extra: MessageExtraInfo | undefined, id?: RequestId): CallPlace;
}

/** What a conversation is made of. */
export interface ConversationOptions {
  /** The configured name of the server. */
  readonly server: string;
  readonly transport: "stdio" | "http";
  readonly sessionId: string;
}

/** Begins a conversation. */
export function createConversation({ server, transport, sessionId }: ConversationOptions): Conversation {
  const startedAt = performance.now();
  let calls = 0;
  let answered = 0;

  const hostOf = (extra: MessageExtraInfo | undefined): McpHost => {
    const host = { adapter: "mcp", transport, server } as const;
    return extra?.authInfo === undefined ? host : { ...host, authInfo: extra.authInfo };
  };
  const viewer = (extra: MessageExtraInfo | undefined) => {
    const ageSeconds = Math.max(0, Math.floor((performance.now() - startedAt) / 1000));
    return {
      host: hostOf(extra),
      conversationId: sessionId,
      session: { toolCallCount: answered, ageSeconds },
    };
  };

  return {
    answered: () => {
      answered += 1;
    },
    hostOf,
    viewer,
    place: (extra, id) => {
      calls += 1;
      const callId = [sessionId, calls, ...(id === undefined ? [] : [JSON.stringify(id)])].join(":");
      return { ...viewer(extra), callId };
    },
  };
}

/** One conversation of one tenant. The id is the host's, or the model's: hostile. */
export interface SessionKey {
  readonly tenant: string;
  readonly conversationId: string;
}

/** What a store knows of a conversation. */
export interface SessionTotals {
  readonly turns: number;
  readonly toolCalls: number;
  readonly tokens: number;
  /** Milliseconds since it was first added to, by the store's clock. */
  readonly ageMs: number;
  readonly dataClasses: readonly string[];
}

/** What is added to a conversation; what is left out stays as it is. Counts are whole, 0 to 2^53 - 1. */
export interface SessionAddition {
  readonly turns?: number;
  readonly toolCalls?: number;
  readonly tokens?: number;
  readonly dataClasses?: readonly string[];
}

type Awaitable<T> = T | PromiseLike<T>;

/**
 * Keeps what is known of conversations, for all processes that share the store. Nothing of a conversation is taken
 * back; one that nobody has added to for 30 days is forgotten. A throw or a rejection denies the call.
 */
export interface SessionStore {
  /** `undefined` for a conversation that nobody has added to. */
  read(key: SessionKey): Awaitable<SessionTotals | undefined>;
  /** One step, whatever runs beside it. Throws or rejects with a RangeError when a count is none. */
  add(key: SessionKey, addition: SessionAddition): Awaitable<void>;
}

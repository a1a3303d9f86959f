/** One tool call, as it was made or as it should have been. */
export interface RecordedCall {
  /** The model's own id of the call. Ids repeat within a conversation, for different calls. */
  readonly callId?: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Answers of the model so far, the one with this call included. */
  readonly turnCount: number;
  /** Tool calls that were answered before this one. */
  readonly toolCallCount: number;
  /** Whether the user's last message before the call says yes. */
  readonly userSaidYes: boolean;
  /** What the tool answered; `undefined` for a reference call, which nobody has run. */
  readonly result?: string;
  /** What should be decided, where a recording of our own says so. */
  readonly expected?: Expectation;
}

/** The decision that a recording expects of one call. */
export interface Expectation {
  readonly effect: string;
  /** The reasons, sorted. */
  readonly reasons: readonly string[];
}

/** The calls of one user, in their order: they share one copy of the database. */
export interface Conversation {
  /** What the report calls it: `task 3, trial 1`. */
  readonly name: string;
  readonly userId: string;
  readonly calls: readonly RecordedCall[];
}

/** The tools that change the airline's database; all others only read. */
export const writes: ReadonlySet<string> = new Set([
  "book_reservation",
  "cancel_reservation",
  "update_reservation_flights",
  "update_reservation_baggages",
  "update_reservation_passengers",
  "send_certificate",
]);

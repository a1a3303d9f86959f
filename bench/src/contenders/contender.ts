import type { Input } from "@forego/core";

/** What a contender decided, in one vocabulary. */
export interface Answer {
  readonly effect: "allow" | "deny" | "require_approval";
  /** Codes, in any order; absent where the contender's interface has no room for them. */
  readonly reasons?: readonly string[];
}

/** One way to decide the 30 rules. */
export interface Contender<TRaw = unknown> {
  readonly name: string;
  /** Gets ready to decide one input over and over: only what is returned is timed. */
  prepare(input: Input): () => TRaw | Promise<TRaw>;
  /** Reads what a run returned. Not timed. */
  read(raw: TRaw): Answer;
}

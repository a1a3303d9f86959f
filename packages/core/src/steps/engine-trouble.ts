import type { ReservedReason } from "../contract/reserved-reasons.ts";

/**
 * Thrown by an engine that knows why it cannot decide: it waited too long, it has no release, or another one.
 * Whatever else an engine throws denies for `forego.engine_error`.
 */
export class EngineTrouble extends Error {
  override readonly name = "EngineTrouble";
  readonly reason: ReservedReason & ("forego.deadline" | "forego.no_policy" | "forego.release_mismatch");

  /** The message is for the operator. It holds no secrets and no values. */
  constructor(reason: EngineTrouble["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

import type { Decision } from "@forego/core";

const brand = Symbol.for("dev.forego/policy-denied");

/**
 * Thrown by a guarded tool in place of running: the SDK turns it into a tool error that the model reads. The message
 * is the decision's own and holds no values; `decision` is for the application.
 */
export class PolicyDeniedError extends Error {
  override readonly name = "PolicyDeniedError";
  readonly [brand] = true;
  readonly decision: Decision;

  constructor(decision: Decision) {
    super(decision.message);
    this.decision = decision;
  }

  /** Tells a denial from any other error, even when two copies of this package are loaded. */
  static isInstance(value: unknown): value is PolicyDeniedError {
    return value instanceof Error && brand in value;
  }
}

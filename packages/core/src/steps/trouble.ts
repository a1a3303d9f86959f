import type { ReservedReason } from "../contract/reserved-reasons.ts";
import { EngineTrouble } from "./engine-trouble.ts";
import { Interrupted } from "./steps.ts";
import { StoreTrouble } from "./store-trouble.ts";

/** Why there is no engine output: a reserved reason for the model, a cause for the operator. */
export interface Trouble {
  readonly trouble: ReservedReason;
  /** For the operator only. Never shown to the model. */
  readonly cause?: unknown;
}

/** Tells trouble from what was decided. */
export function isTrouble<TDecided extends object>(decided: TDecided | Trouble): decided is Trouble {
  return "trouble" in decided;
}

/** Turns what was thrown into trouble; interruptions of {@link Steps}, {@link EngineTrouble} and stores have a reason of their own. */
export function troubleOf(cause: unknown, reason: ReservedReason): Trouble {
  if (cause instanceof Interrupted) return { trouble: cause.reason, cause: cause.message };
  if (cause instanceof StoreTrouble) return { trouble: "forego.state_unavailable", cause: cause.cause };
  return { trouble: cause instanceof EngineTrouble ? cause.reason : reason, cause };
}

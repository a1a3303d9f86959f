import { Interrupted, type Steps } from "./steps.ts";

/** A store that the guard needs has failed: its `cause` says how, and is for the operator. */
export class StoreTrouble extends Error {
  override readonly name = "StoreTrouble";
}

/** Does what needs a store. What the store throws is told as its trouble, and not as the engine's. */
export function* fromStore<TResult>(steps: () => Steps<TResult>): Steps<TResult> {
  try {
    return yield* steps();
  } catch (cause) {
    if (cause instanceof Interrupted) throw cause;
    throw new StoreTrouble("a store has failed", { cause });
  }
}

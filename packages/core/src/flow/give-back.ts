import { giveBackGrants } from "../approvals/approval-flow.ts";
import type { GuardSetup } from "../setup/guard-setup.ts";
import type { Steps } from "../steps/steps.ts";
import type { ClearedCall } from "./clear-call.ts";

/** Does what may fail while a call holds something of limits, or has used approvals, and gives that back when it does. */
export function* orGiveBack<TResult>(
  setup: GuardSetup,
  cleared: ClearedCall,
  steps: Steps<TResult>,
): Steps<TResult> {
  try {
    return yield* steps;
  } catch (cause) {
    giveBack(setup, cleared);
    throw cause;
  }
}

/** Gives back what a call holds of limits, and the approvals that it used. Does not wait for it. */
export function giveBack(setup: GuardSetup, { held, granted = [] }: ClearedCall): void {
  void giveBackGrants(setup, granted);
  // where it fails, the charge stays until its window has passed
  if (held !== undefined) new Promise((resolve) => resolve(setup.state.release(held.id))).catch(() => {});
}

import type { Admission, CallOutcome, Guard, Settlement } from "@forego/core";
import { isGraphBubbleUp, isGraphInterrupt } from "@langchain/langgraph";

/** What an admitted call came to, and what may be handed on of it; or what it threw. */
export type SettledRun<TResult> = ({ readonly result: TResult } | { readonly error: unknown }) & {
  readonly settlement: Settlement;
};

/** What the guard is told of an admitted call when it has ended. */
export interface RunOutcome<TResult> {
  readonly of: (result: TResult) => CallOutcome;
  /** Of one that threw; that it failed, unless it is said. */
  readonly ofError?: (error: unknown) => CallOutcome;
}

/** Runs an admitted call and settles it: with what it came to, or that it failed. */
export async function settleRun<TResult>(
  guard: Pick<Guard<never>, "settle">,
  admission: Admission,
  run: () => TResult | Promise<TResult>,
  { of, ofError = (error) => ({ error }) }: RunOutcome<TResult>,
): Promise<SettledRun<TResult>> {
  let result: TResult;
  try {
    result = await run();
  } catch (error) {
    // suspended, not ended: the call comes back when the graph is resumed, is decided and charged then
    if (isGraphInterrupt(error)) await guard.settle(admission, { error });
    if (isGraphBubbleUp(error)) throw error;
    return { error, settlement: await guard.settle(admission, ofError(error)) };
  }
  return { result, settlement: await guard.settle(admission, of(result)) };
}

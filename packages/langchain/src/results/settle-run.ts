import type { Admission, CallOutcome, Guard, Settlement } from "@forego/core";
import { isGraphBubbleUp, isGraphInterrupt, isParentCommand, type ParentCommand } from "@langchain/langgraph";

/** What an admitted call came to when it was settled; or what it threw. */
export type SettledRun<TEnd> =
  | { readonly end: TEnd }
  | { readonly error: unknown; readonly settlement: Settlement };

/** How an admitted call is settled when it has ended. */
export interface RunEnd<TResult, TEnd> {
  readonly end: (result: TResult) => Promise<TEnd>;
  /** What the guard is told of one that threw; that it failed, unless it is said. */
  readonly ofError?: (error: unknown) => CallOutcome;
  /** What becomes of a command that was thrown, which is what a graph within a tool leads out of itself by. */
  readonly ofCommand?: (thrown: ParentCommand) => Promise<TEnd>;
}

/** Runs an admitted call and settles it: with what it came to, or that it failed. */
export async function settleRun<TResult, TEnd>(
  guard: Pick<Guard<never>, "settle">,
  admission: Admission,
  run: () => TResult | Promise<TResult>,
  { end, ofError = (error) => ({ error }), ofCommand }: RunEnd<TResult, TEnd>,
): Promise<SettledRun<TEnd>> {
  let result: TResult;
  try {
    result = await run();
  } catch (error) {
    // fail closed: what leads on by being thrown is what the tool returned
    if (ofCommand !== undefined && error instanceof Error && isParentCommand(error))
      return { end: await ofCommand(error) };
    if (error instanceof Error && isGraphBubbleUp(error)) {
      // suspended, not ended: the call comes back when the graph is resumed, is decided and charged then
      await guard.settle(admission, { error, isSuspended: isGraphInterrupt(error) });
      throw error;
    }
    return { error, settlement: await guard.settle(admission, ofError(error)) };
  }
  return { end: await end(result) };
}

import type { Admission, CallOutcome, Settlement } from "@forego/core";
import type { Tool, ToolExecutionOptions } from "ai";
import { type Conversation, settleCall, toCall } from "./conversation.ts";
import { PolicyDeniedError } from "./policy-denied-error.ts";

type Execute = NonNullable<Tool["execute"]>;
type ExecuteOptions = ToolExecutionOptions<unknown>;

/** The tool that is guarded, and how it answers. */
export interface GuardedExecute {
  readonly name: string;
  readonly execute: Execute;
  readonly conversation: Conversation;
  /** Whether it is a plain function that answers with a stream of preliminary results. */
  readonly isStreaming: boolean;
}

/**
 * Wraps a tool's `execute` so that it only runs when it is admitted: whoever calls it, the SDK's loop, a nested agent
 * or code mode. Throws {@link PolicyDeniedError} in its place.
 *
 * The SDK looks at what `execute` returns, before awaiting it, to know whether it streams preliminary results. A
 * generator function is wrapped by a generator, and any other function by an asynchronous one: both can wait for
 * the decision. Only a plain function that returns a stream must be decided at once.
 */
export function guardExecute(guarded: GuardedExecute): Execute {
  if (isAsyncGeneratorFunction(guarded.execute)) {
    return (input, options) => streamAfter(guarded, () => admit(guarded, input, options), input, options);
  }
  if (guarded.isStreaming) {
    return (input, options) => {
      const admission = guarded.conversation.guard.admitNow(callOf(guarded, input, options));
      return streamAfter(guarded, () => admission, input, options);
    };
  }
  return (input, options) => runOnce(guarded, input, options);
}

async function runOnce(guarded: GuardedExecute, input: unknown, options: ExecuteOptions): Promise<unknown> {
  const admission = requireAllow(await admit(guarded, input, options));
  const run = async () => lastOf(await guarded.execute(inputOf(admission, input), options));
  return settled(guarded, admission, run);
}

/** What rules made of the input, or the input itself. */
function inputOf({ args }: Admission, input: unknown): unknown {
  return args ?? input;
}

/** Streams what the tool streams, once it is admitted; where results are decided, only what was decided. */
async function* streamAfter(
  guarded: GuardedExecute,
  decide: () => Admission | Promise<Admission>,
  input: unknown,
  options: ExecuteOptions,
): AsyncGenerator<unknown> {
  const admission = requireAllow(await decide());
  const { guard } = guarded.conversation;
  if (guard.decidesResults(guarded.name)) {
    // fail closed: a preliminary result that leaves before the decision cannot be taken back
    yield await settled(guarded, admission, async () =>
      lastOf(await guarded.execute(inputOf(admission, input), options)),
    );
    return;
  }
  let outcome: CallOutcome = { error: new Error("the stream was abandoned") };
  let settlement: Settlement;
  try {
    let last: unknown;
    for await (const output of outputsOf(await guarded.execute(inputOf(admission, input), options))) {
      last = output;
      yield output;
    }
    outcome = { result: last };
  } catch (error) {
    outcome = { error };
    throw error;
  } finally {
    settlement = await settleCall(guarded.conversation, admission, outcome);
  }
  // fail closed: the last part of a stream is its result once the stream ends, which a withheld one does not
  if (settlement.withheld) throw new PolicyDeniedError(settlement.decision ?? admission.decision);
}

async function settled(
  guarded: GuardedExecute,
  admission: Admission,
  run: () => Promise<unknown>,
): Promise<unknown> {
  let result: unknown;
  try {
    result = await run();
  } catch (error) {
    await settleCall(guarded.conversation, admission, { error });
    throw error;
  }
  const settled = await settleCall(guarded.conversation, admission, { result });
  if (settled.withheld) throw new PolicyDeniedError(settled.decision ?? admission.decision);
  return "result" in settled ? settled.result : result;
}

function admit(guarded: GuardedExecute, input: unknown, options: ExecuteOptions): Promise<Admission> {
  return guarded.conversation.guard.admit(callOf(guarded, input, options));
}

function callOf(
  { name, conversation }: GuardedExecute,
  input: unknown,
  { toolCallId, messages }: ExecuteOptions,
) {
  return toCall({ toolCallId, toolName: name, input }, messages, conversation);
}

function requireAllow(admission: Admission): Admission {
  // fail closed: only an allow runs
  if (!admission.decision.allow) throw new PolicyDeniedError(admission.decision);
  return admission;
}

/** A plain function may return a stream all the same: its last part is the result, and the others are lost. */
async function lastOf(output: unknown): Promise<unknown> {
  if (!isAsyncIterable(output)) return output;
  let last: unknown;
  for await (const part of output) last = part;
  return last;
}

async function* outputsOf(output: unknown): AsyncGenerator<unknown> {
  if (isAsyncIterable(output)) yield* output;
  else yield output;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

const AsyncGeneratorFunction = Object.getPrototypeOf(async function* () {}).constructor;

function isAsyncGeneratorFunction(execute: unknown): boolean {
  return execute instanceof AsyncGeneratorFunction;
}

import {
  type Admission,
  type CallOutcome,
  isMcpResult,
  rebuildMcpResult,
  type Settlement,
  type Snapshot,
  sameAsJson,
  sameJson,
  snapshotJson,
  toolFailed,
  viewMcpResult,
} from "@forego/core";
import { asSchema, type Tool, type ToolExecutionOptions } from "ai";
import { type Conversation, settleCall, toCall } from "./conversation.ts";
import { PolicyDeniedError } from "./policy-denied-error.ts";

type Execute = NonNullable<Tool["execute"]>;
type ExecuteOptions = ToolExecutionOptions<unknown>;

/** The tool that is guarded, and how it answers. */
export interface GuardedExecute {
  readonly name: string;
  readonly execute: Execute;
  readonly schema: Tool["inputSchema"] | undefined;
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
  const { guard } = guarded.conversation;
  if (isAsyncGeneratorFunction(guarded.execute)) {
    return (input, options) => {
      const run = takeRun(guarded, input, options);
      return streamAfter(run, () => guard.admit(callOf(run)));
    };
  }
  if (guarded.isStreaming) {
    return (input, options) => {
      const run = takeRun(guarded, input, options);
      const admission = guard.admitNow(callOf(run));
      return streamAfter(run, () => admission);
    };
  }
  return (input, options) => runOnce(takeRun(guarded, input, options));
}

/** One run of a tool, from the moment at which it is wanted. */
interface ToolRun {
  readonly guarded: GuardedExecute;
  /** As the SDK hands it over. Others hold it too, and may write into it while the guard decides. */
  readonly input: unknown;
  /** What the input says at first, which is what is decided. */
  readonly decided: Snapshot;
  readonly options: ExecuteOptions;
}

function takeRun(guarded: GuardedExecute, input: unknown, options: ExecuteOptions): ToolRun {
  return { guarded, input, decided: snapshotJson(input), options };
}

async function runOnce(run: ToolRun): Promise<unknown> {
  const admission = requireAllow(await run.guarded.conversation.guard.admit(callOf(run)));
  const input = await takeInput(run, admission);
  // fail closed: what nobody wants any more, or nobody decided, does not start
  if (!mayStart(run, admission)) await stop(run, admission);
  return settled(run, admission, input);
}

/** What an admitted call starts with: the input, or what the tool's schema makes of what rules made of it. */
async function takeInput(run: ToolRun, admission: Admission): Promise<unknown> {
  const { args } = admission;
  if (args === undefined) return run.input;
  const { schema, conversation } = run.guarded;
  const validate = schema === undefined ? undefined : asSchema<unknown>(schema).validate;
  if (validate === undefined) return args;
  // rules see JSON; the tool may take dates and sets
  const taken = await (async () => validate(args))().catch(() => ({ success: false }) as const);
  if (taken.success && sameAsJson(taken.value, args)) return taken.value;
  // fail closed: it would run with what it cannot be given, or with something else than was decided
  const cause = "the tool's schema does not take the arguments as rules have changed them";
  const decision = await conversation.guard.deny(callOf(run), "forego.obligation_unfulfilled", cause);
  await settleCall(conversation, admission, { error: new Error(cause) });
  throw new PolicyDeniedError(decision);
}

/** Whether an admitted call is still wanted, and still the one that was decided. */
function mayStart({ input, decided, options }: ToolRun, { args }: Admission): boolean {
  if (options.abortSignal?.aborted === true) return false;
  // what rules made of the input is nobody's but ours; what could not be read was not decided by what it says
  if (args !== undefined || !decided.ok) return true;
  const now = snapshotJson(input);
  return now.ok && sameJson(now.value, decided.value);
}

/** Ends an admitted call that {@link mayStart} no more. Returns where the guard is told to obey nothing. */
async function stop({ guarded, input, options }: ToolRun, admission: Admission): Promise<void> {
  const { name, conversation } = guarded;
  const { abortSignal, toolCallId, messages } = options;
  if (abortSignal?.aborted === true) {
    await settleCall(conversation, admission, { error: abortSignal.reason });
    throw abortSignal.reason;
  }
  const changed = toCall({ toolCallId, toolName: name, input }, messages, conversation);
  const cause = "the arguments were changed while the guard decided";
  const decision = await conversation.guard.deny(changed, "forego.call_changed", cause);
  if (decision.allow) return;
  await settleCall(conversation, admission, { error: new Error(cause) });
  throw new PolicyDeniedError(decision);
}

/** Streams what the tool streams, once it is admitted; where results are decided, only what was decided. */
async function* streamAfter(
  run: ToolRun,
  decide: () => Admission | Promise<Admission>,
): AsyncGenerator<unknown> {
  const admission = requireAllow(await decide());
  const { conversation, execute } = run.guarded;
  const input = await takeInput(run, admission);
  // fail closed: nor does a stream of it
  if (!mayStart(run, admission)) await stop(run, admission);
  if (admission.decidesResult) {
    // fail closed: a preliminary result that leaves before the decision cannot be taken back
    yield await settled(run, admission, input);
    return;
  }
  let outcome: CallOutcome = { error: new Error("the stream was abandoned") };
  let settlement: Settlement;
  try {
    let last: unknown;
    for await (const output of outputsOf(await execute(input, run.options))) {
      last = output;
      // fail closed: who leaves a stream has had what it said, and what was reserved is charged
      outcome = { result: last };
      yield output;
    }
    outcome = { result: last };
  } catch (error) {
    outcome = { error };
    throw error;
  } finally {
    settlement = await settleCall(conversation, admission, outcome);
  }
  // fail closed: the last part of a stream is its result once the stream ends, which a withheld one does not
  if (settlement.withheld) throw new PolicyDeniedError(settlement.decision ?? admission.decision);
}

/** Runs an admitted tool to its end, and answers with what may be handed on. */
async function settled(run: ToolRun, admission: Admission, input: unknown): Promise<unknown> {
  const { conversation, execute } = run.guarded;
  let result: unknown;
  try {
    result = await lastOf(await execute(input, run.options));
  } catch (error) {
    await settleCall(conversation, admission, { error });
    // fail closed: what an error says of a result, no rule has looked at
    if (admission.decidesResult) throw new Error(toolFailed, { cause: error });
    throw error;
  }
  return handOn(run, admission, result);
}

/** What may be handed on of a result. Of what MCP servers return, rules see what the gateway shows them. */
async function handOn(
  { guarded: { conversation } }: ToolRun,
  admission: Admission,
  result: unknown,
): Promise<unknown> {
  const isMcp = isMcpResult(result);
  const view = isMcp ? viewMcpResult(result) : result;
  const hasFailed = isMcp && (result as { readonly isError?: unknown }).isError === true;
  const settled = await settleCall(conversation, admission, { result: view, hasFailed });
  if (settled.withheld) throw new PolicyDeniedError(settled.decision ?? admission.decision);
  const decided = "result" in settled ? settled.result : view;
  // fail closed: what stands beside what was decided, nobody has looked at
  if (isMcp && settled.decision?.metadata.enforced === true) return rebuildMcpResult(result, decided);
  return "result" in settled ? settled.result : result;
}

function callOf({ guarded, input, decided, options }: ToolRun) {
  const { name, conversation } = guarded;
  const { toolCallId, messages } = options;
  const args = decided.ok ? decided.value : input;
  // a model may give one id to several calls of a step: each execution is one run
  return { ...toCall({ toolCallId, toolName: name, input: args }, messages, conversation), run: options };
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

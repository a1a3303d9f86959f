import type { Input } from "../contract/contract.ts";
import { reaches, redactArguments, transformArguments } from "../decision/fulfil-obligations.ts";
import { type DecidedOutput, type Evaluation, failed } from "../evaluation/evaluation.ts";
import { byRule, withServer } from "../evaluation/join-server.ts";
import { judgeCall } from "../evaluation/judge-call.ts";
import type { PreparedCall } from "../input/prepare-call.ts";
import { type Json, sameJson } from "../json/json-snapshot.ts";
import { union } from "../json/union.ts";
import type { EngineOutput } from "../release/engine.ts";
import type { Steps } from "../steps/steps.ts";
import { isTrouble } from "../steps/trouble.ts";

type Arguments = Readonly<Record<string, Json>>;

/** An allowed call as it will be made. */
export interface MadeCall {
  /** With the arguments that rules set, before values are taken out of them. */
  readonly prepared: PreparedCall;
  /** What stands: all that was said of the call as it came, and as it will be made. */
  readonly evaluation: Evaluation;
  /** What was said of it as it will be made: what it takes from limits is that. */
  readonly made: EngineOutput;
  /** The arguments that it runs with. */
  readonly args: Arguments;
}

/**
 * Does with an allowed call what its obligations say. A call that is changed is decided again as it will be made, and
 * owes what it owes then; the deny that may come of it is the answer.
 *
 * @param granted the asks that were granted for the call.
 */
export function* makeCall(
  prepared: PreparedCall,
  evaluation: Evaluation,
  decided: DecidedOutput,
  granted: readonly string[],
): Steps<MadeCall | Evaluation> {
  // fail closed: what would be taken out of a result is taken out by the rule that speaks when there is one
  if (owesUnseenResult(prepared, evaluation, decided)) return unable(decided);
  const given = prepared.args as Arguments;
  const transforms = decided.obligations.some(({ kind }) => kind === "transform");
  if (!transforms && !reaches("args", decided.obligations))
    return { prepared, evaluation, made: decided, args: given };
  const refused = refuseUnable(prepared, decided);
  if (refused !== undefined) return refused;
  const changed = yield* decideChanged(
    prepared,
    evaluation,
    transformArguments(given, decided.obligations),
    granted,
  );
  if (!("made" in changed)) return changed;
  const owing = changed.evaluation.decided as DecidedOutput;
  const unableThen = refuseUnable(prepared, owing);
  if (unableThen !== undefined) return unableThen;
  const args = redactArguments(changed.args, owing.obligations);
  // fail closed: what cannot be found cannot be taken out
  return args === undefined ? otherForm(owing) : { ...changed, args };
}

/** The deny of a call that rules want made in a form in which its adapter cannot make it. */
export function refuseUnable(
  { call: { fulfils = [] } }: Pick<PreparedCall, "call">,
  owing: DecidedOutput,
): Evaluation | undefined {
  const transforms = owing.obligations.some(({ kind }) => kind === "transform");
  // fail closed: an adapter that cannot make the call in its changed form must not make it in the other
  if (transforms && !fulfils.includes("transform")) return unable(owing);
  // fail closed: nor in the form that has what must be taken out
  return reaches("args", owing.obligations) && !fulfils.includes("redact") ? unable(owing) : undefined;
}

const unable = (owing: DecidedOutput) => unfulfilled("the adapter cannot change calls", owing);
const otherForm = (owing: DecidedOutput) => unfulfilled("the arguments have another form", owing);

/** A deny for obligations that cannot be met. */
export function unfulfilled(
  problem: string,
  { obligations }: Pick<DecidedOutput, "obligations">,
): Evaluation {
  const rules = obligations.flatMap(({ kind, rule }) => (kind === "audit" ? [] : [rule]));
  return failed("forego.obligation_unfulfilled", `${problem}: ${rules.join(", ")}`, undefined);
}

/** Whether a rule wants something taken out of the result, and will not be asked about the result. */
function owesUnseenResult(
  { setup, phase }: PreparedCall,
  { server }: Evaluation,
  decided: EngineOutput,
): boolean {
  if (!reaches("result", decided.obligations)) return false;
  // fail closed: no rule is asked about what a server's resource holds, or a model answers
  if (phase !== "tool_call") return true;
  const rules = withServer(setup.rules, server);
  return decided.obligations.some(
    (one) => reaches("result", [one]) && rules.rule(one.rule)?.on.includes("tool_result") !== true,
  );
}

/** Decides a call with the arguments that rules set; a deny where they deny it, or would change it once more. */
function* decideChanged(
  prepared: PreparedCall,
  evaluation: Evaluation,
  args: Arguments,
  granted: readonly string[],
): Steps<MadeCall | Evaluation> {
  const decided = evaluation.decided as DecidedOutput;
  if ("trouble" in prepared.ready || sameJson(args, prepared.args))
    return { prepared, evaluation, made: decided, args };
  const { input } = prepared.ready;
  const changed: Input = { ...input, action: { ...input.action, args } };
  const made = { ...prepared, args, ready: { input: changed } };
  const again = yield* judgeCall(made, granted);
  const stands = asChanged(decided, again.decided, args);
  if (stands === again.decided) return again;
  return isTrouble(stands)
    ? { projected: undefined, decided: stands }
    : {
        prepared: made,
        evaluation: joinEvaluations(evaluation, stands, again),
        made: again.decided as DecidedOutput,
        args,
      };
}

/**
 * What stands of an allowed call that rules change, by what they say of it as it will be made: all that either says; or
 * the deny, where that is none or they would change it once more.
 *
 * @param args the arguments that rules have set.
 */
export function asChanged(
  first: DecidedOutput,
  again: Evaluation["decided"],
  args: Arguments,
): Evaluation["decided"] {
  // fail closed: what rules make of a call is decided like any other call
  if (isTrouble(again) || again.effect === "deny") return again;
  const isStable = sameJson(transformArguments(args, again.obligations), args);
  if (isStable && again.effect === "allow") return joinAllows(first, again);
  return {
    trouble: "forego.conflicting_obligations",
    cause: "a changed call would be changed again, or asked about",
  };
}

/** What was said of a call at first, and of the same call changed, with what stands of both. */
function joinEvaluations(evaluation: Evaluation, decided: DecidedOutput, again: Evaluation): Evaluation {
  const { server } = again;
  const beside = evaluation.server?.rules.filter(({ id }) => !server?.rules.some((rule) => rule.id === id));
  return {
    ...evaluation,
    decided,
    ...(server === undefined ? {} : { server: { ...server, rules: [...(beside ?? []), ...server.rules] } }),
  };
}

/** All that two allows say of a call: what either owes is owed. */
function joinAllows(first: DecidedOutput, again: EngineOutput): DecidedOutput {
  const added = again.obligations.filter(
    (one) => !first.obligations.some((known) => sameJson(known as unknown as Json, one as unknown as Json)),
  );
  return {
    ...first,
    hits: union(first.hits, again.hits),
    overridden: union(first.overridden, again.overridden),
    reasons: union(first.reasons, again.reasons),
    obligations: [...first.obligations, ...added].sort(byRule),
  };
}

import {
  chargesOf,
  type HeldCharges,
  type LimitOutcome,
  refuseByLimits,
  reserveCharges,
} from "./charge-limits.ts";
import type { Input } from "./contract.ts";
import type { EngineOutput } from "./engine.ts";
import { type Evaluation, failed, isTrouble, troubleOf } from "./evaluate-input.ts";
import { reaches, redactArguments, transformArguments } from "./fulfil-obligations.ts";
import { type Json, sameJson } from "./json-snapshot.ts";
import { judgeCall } from "./judge-call.ts";
import type { PreparedCall } from "./prepare-call.ts";
import type { Steps } from "./steps.ts";

type Arguments = Readonly<Record<string, Json>>;

/** A call whose rules allow it, in the form in which it may be made; or the deny that came instead. */
export interface ClearedCall {
  readonly evaluation: Evaluation;
  /** The arguments to run with, where they are not those of the call. */
  readonly args?: Arguments;
  /** What it holds of limits. */
  readonly held?: HeldCharges;
  /** The asks that were granted for it. */
  readonly granted?: readonly string[];
}

/**
 * Does with an allowed call what its obligations say, and takes what it costs from the limits: all of it, or the call
 * is denied.
 *
 * @param granted the asks that were granted for the call.
 */
export function* clearCall(
  prepared: PreparedCall,
  evaluation: Evaluation,
  granted: readonly string[],
  reservation: string,
): Steps<ClearedCall> {
  if (isTrouble(evaluation.decided) || "trouble" in prepared.ready) return { evaluation };
  const changed = yield* changeArguments(prepared, evaluation.decided, granted);
  if ("decided" in changed) return { evaluation: changed };
  const cleared = yield* chargeCall(prepared, evaluation, evaluation.decided, reservation);
  const isSame = sameJson(changed.args, prepared.args);
  return isSame ? cleared : { ...cleared, args: changed.args };
}

/** The arguments as rules want them; a call that is changed is decided again as it will be made. */
function* changeArguments(
  prepared: PreparedCall,
  { obligations }: EngineOutput,
  granted: readonly string[],
): Steps<{ readonly args: Arguments } | Evaluation> {
  const { fulfils = [] } = prepared.call;
  const given = prepared.args as Arguments;
  const transforms = obligations.some(({ kind }) => kind === "transform");
  const redacts = reaches("args", obligations);
  if (!transforms && !redacts) return { args: given };
  const isAble = (!transforms || fulfils.includes("transform")) && (!redacts || fulfils.includes("redact"));
  // fail closed: an adapter that cannot make the call in its changed form must not make it in the other
  if (!isAble) return failed("forego.obligation_unfulfilled", "the adapter cannot change calls", undefined);
  const args = transformArguments(given, obligations);
  const refusal = yield* decideChanged(prepared, args, granted);
  if (refusal !== undefined) return refusal;
  const redacted = redactArguments(args, obligations);
  // fail closed: what cannot be found cannot be taken out
  if (redacted === undefined)
    return failed("forego.obligation_unfulfilled", "the arguments have another form", undefined);
  return { args: redacted };
}

/** The deny of a call with the arguments that rules set, where they deny it, or would change it once more. */
function* decideChanged(
  prepared: PreparedCall,
  args: Arguments,
  granted: readonly string[],
): Steps<Evaluation | undefined> {
  if ("trouble" in prepared.ready || sameJson(args, prepared.args)) return undefined;
  const { input } = prepared.ready;
  const changed: Input = { ...input, action: { ...input.action, args } };
  const again = yield* judgeCall({ ...prepared, ready: { input: changed } }, granted);
  // fail closed: what rules make of a call is decided like any other call
  if (isTrouble(again.decided) || again.decided.effect === "deny") return again;
  const isStable = sameJson(transformArguments(args, again.decided.obligations), args);
  if (isStable && again.decided.effect === "allow") return undefined;
  return failed(
    "forego.conflicting_obligations",
    "a changed call would be changed again, or asked about",
    undefined,
  );
}

/** Takes what the call costs from the limits. */
function* chargeCall(
  prepared: PreparedCall,
  evaluation: Evaluation,
  output: EngineOutput,
  id: string,
): Steps<ClearedCall> {
  const charges = chargesOf(prepared, output);
  if (charges.length === 0) return { evaluation };
  let limits: readonly LimitOutcome[];
  try {
    limits = yield* reserveCharges(prepared.setup, id, charges);
  } catch (cause) {
    // fail closed: what cannot be counted is not spent
    const decided = troubleOf(cause, "forego.state_unavailable");
    return { evaluation: { projected: evaluation.projected, decided } };
  }
  const decided = refuseByLimits(output, limits, prepared.setup.rules);
  const counted = { ...evaluation, decided, limits };
  return decided.effect === "allow"
    ? { evaluation: counted, held: { id, charges } }
    : { evaluation: counted };
}

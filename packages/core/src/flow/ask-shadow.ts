import type { Input } from "../contract/contract.ts";
import { createDecision, type Decision } from "../decision/decision.ts";
import type { Notifier } from "../decision/notifier.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import { withServer } from "../evaluation/join-server.ts";
import { judgeCall } from "../evaluation/judge-call.ts";
import { fetchFactsFor, type PreparedCall } from "../input/prepare-call.ts";
import { type Json, sameJson } from "../json/json-snapshot.ts";
import { runSteps, type Steps } from "../steps/steps.ts";
import { troubleOf } from "../steps/trouble.ts";

/**
 * Lets the shadow release decide a call that was decided, in its own time, and tells observers where the two differ.
 * Reserves nothing, asks nobody, and never throws.
 *
 * @param granted the asks that were granted for the call.
 */
export async function askShadow(
  prepared: PreparedCall,
  decision: Decision,
  granted: readonly string[],
  notify: Notifier,
): Promise<void> {
  const { setup, call, phase } = prepared;
  if (setup.shadow === undefined || "trouble" in prepared.ready) return;
  try {
    const shadow = await runSteps(decideInShadow(prepared, granted), setup.clock, setup.deadlineMs);
    if (!isSame(decision, shadow)) notify.differed({ tool: call.tool, phase, decision, shadow });
  } catch {
    // whatever became of the shadow, the decision stands
  }
}

function* decideInShadow(prepared: PreparedCall, granted: readonly string[]): Steps<Decision> {
  const { setup, ready } = prepared;
  const { shadow, clock } = setup;
  if (shadow === undefined || "trouble" in ready) throw new Error("there is nothing to decide in shadow");
  const startedAt = clock.monotonic();
  const beside = { ...setup, ...shadow };
  const { decided, server } = yield* judgeInShadow({ ...prepared, setup: beside, startedAt }, granted);
  const durationUs = Math.round((clock.monotonic() - startedAt) * 1000);
  const { engine } = shadow;
  const rules = withServer(shadow.rules, server);
  const decisionId = setup.newId();
  const { phase } = prepared;
  return createDecision({
    release: engine.release,
    rules,
    phase,
    decided,
    decisionId,
    durationUs,
    enforced: false,
  });
}

function* judgeInShadow(prepared: PreparedCall, granted: readonly string[]): Steps<Evaluation> {
  const { setup, call, ready } = prepared;
  if ("trouble" in ready) return { projected: undefined, decided: ready };
  try {
    const { input } = yield* fetchFactsFor(setup, call, yield* classifyAnew(prepared, ready.input));
    return yield* judgeCall({ ...prepared, ready: { input } }, granted);
  } catch (cause) {
    return { projected: undefined, decided: troubleOf(cause, "forego.engine_error") };
  }
}

/** A call with the classes that the shadow's own policies declare. A result keeps those that it was found to have. */
function* classifyAnew({ setup, call, phase, args }: PreparedCall, input: Input): Steps<Input> {
  if (phase === "tool_result") return input;
  const classes = yield* setup.classify.call(call.tool, args as Readonly<Record<string, Json>>);
  return classes === undefined
    ? input
    : { ...input, action: { ...input.action, data_classes_referenced: [...classes] } };
}

/** Whether two decisions come to the same: ids of releases, rules and times aside. */
function isSame(one: Decision, other: Decision): boolean {
  const said = ({ effect, reasons, obligations }: Decision) =>
    ({
      effect,
      reasons,
      obligations: obligations.map(({ rule: _whose, ...what }) => what),
    }) as unknown as Json;
  return sameJson(said(one), said(other));
}

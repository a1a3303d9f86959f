import type { Input } from "../contract/contract.ts";
import type { DecidedOutput, Evaluation } from "../evaluation/evaluation.ts";
import { judgeCall } from "../evaluation/judge-call.ts";
import type { PreparedCall } from "../input/prepare-call.ts";
import { type Json, sameJson } from "../json/json-snapshot.ts";
import type { Engine } from "../release/engine.ts";
import type { Steps } from "../steps/steps.ts";
import { isTrouble } from "../steps/trouble.ts";
import { clearProposed } from "./clear-call.ts";

/** What an admission stands on. */
export interface JudgedCall {
  readonly engine: Engine;
  readonly decided: DecidedOutput;
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly context: Input["context"];
}

/** What is kept of a judgement; nothing of one that came to trouble. */
export function judgedAs(prepared: PreparedCall, { decided }: Evaluation): JudgedCall | undefined {
  const { setup, ready, startedAt } = prepared;
  if (isTrouble(decided) || "trouble" in ready) return undefined;
  return { engine: setup.engine, decided, at: startedAt, context: ready.input.context };
}

/**
 * Whether the rules still say of a call what they said when it was admitted: its next try, or another hook, then shares
 * the decision. Within the time that a decision may take they are not asked again. The counts of the conversation are
 * those of then: the call itself is among them since.
 */
export function* isStillSo(prepared: PreparedCall, judged: JudgedCall): Steps<boolean> {
  const { setup, ready } = prepared;
  // fail closed: another release may say otherwise
  if (setup.engine !== judged.engine) return false;
  const elapsed = prepared.startedAt - judged.at;
  if (elapsed >= 0 && elapsed <= setup.deadlineMs) return true;
  if ("trouble" in ready) return false;
  const { data_classes_seen: seen } = ready.input.context;
  const context = { ...judged.context, data_classes_seen: seen };
  const again = { ...prepared, ready: { input: { ...ready.input, context } } };
  // as it will be made, where rules change it
  const { decided } = yield* clearProposed(again, yield* judgeCall(again, []));
  // fail closed: what has been allowed stays so only as long as it would be
  return !isTrouble(decided) && sameJson(decided as unknown as Json, judged.decided as unknown as Json);
}

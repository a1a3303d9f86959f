import type { PreparedCall } from "../input/prepare-call.ts";
import { type Charge, mostCounted, type Reservation } from "../ports/state-store.ts";
import type { EngineOutput } from "../release/engine.ts";
import type { RuleInfo } from "../release/release.ts";
import { findRules, type RuleIndex } from "../release/rule-index.ts";
import type { GuardSetup } from "../setup/guard-setup.ts";
import { ask, type Steps } from "../steps/steps.ts";

/** What became of one limit that a call takes from. */
export interface LimitOutcome {
  readonly rule: string;
  readonly limit: number;
  /** What is used of it now, what this call takes included where it was granted. */
  readonly used: number;
  /** Whether too little was left. */
  readonly refused: boolean;
}

/** What a call holds of limits until it is settled. */
export interface HeldCharges {
  readonly id: string;
  readonly charges: readonly Pick<RuleCharge, "rule" | "charge">[];
}

/** What became of an admitted call; `suspended`: it will be made again, and decided then. */
export type CallEnd = "done" | "failed" | "suspended";

/** What became of what a call held of one limit. */
export interface SettledCharge {
  readonly rule: string;
  readonly reserved: number;
  readonly charged: number;
}

/** One limit that a call takes from. */
export interface RuleCharge {
  readonly rule: RuleInfo;
  readonly charge: Charge;
}

/** What a limit's rule has computed. */
interface LimitValues {
  readonly cost: number;
  readonly limit: number;
  readonly key?: string;
}

/** The limits that a call takes from: those whose rules matched. */
export function chargesOf(prepared: PreparedCall, output: EngineOutput): readonly RuleCharge[] {
  return findRules(prepared.setup.rules, output.hits).flatMap(
    (rule) => chargeOf(rule, prepared, output) ?? [],
  );
}

/** What is counted by a limit for a call; nothing for a rule that is none, or has not computed it. */
function chargeOf(rule: RuleInfo, prepared: PreparedCall, { values }: EngineOutput): RuleCharge | undefined {
  if (rule.budget === undefined || !Object.hasOwn(values, rule.id)) return undefined;
  const { cost, limit, key } = values[rule.id] as unknown as LimitValues;
  const { window_ms: windowMs, soft } = rule.budget;
  const counter = JSON.stringify([prepared.identity?.tenant.id, rule.id, key ?? null]);
  return { rule, charge: { counter, cost, limit, windowMs, soft } };
}

/** Reserves all that a call takes, or nothing. */
export function* reserveCharges(
  setup: GuardSetup,
  id: string,
  charges: readonly RuleCharge[],
): Steps<readonly LimitOutcome[]> {
  const reserved = charges.map(({ charge }) => charge);
  let reserving: Reservation | PromiseLike<Reservation> | undefined;
  let answered = false;
  try {
    const answer = yield* ask(setup.state.reserve, () => {
      reserving = setup.state.reserve(id, reserved);
      return reserving;
    });
    answered = true;
    const refused = refusedOf(reserved, answer);
    return charges.map(({ rule, charge: { limit } }, index) => ({
      rule: rule.id,
      limit,
      used: Number(answer.used[index]),
      refused: refused.includes(index),
    }));
  } finally {
    // nobody waits any more: what comes late is given back, and what was taken though no answer came
    if (!answered)
      Promise.resolve(reserving)
        .then(
          (late) => late?.granted && setup.state.release(id),
          () => setup.state.release(id),
        )
        // a store that fails, or answers nothing, must not end the process
        .catch(() => {});
  }
}

/** Indexes of the charges that did not fit: some, unless the store says that it has granted them. */
function refusedOf(charges: readonly Charge[], { granted, refused }: Reservation): readonly number[] {
  if (granted === true) return [];
  const known = charges.flatMap(({ soft }, index) => (soft !== true && refused.includes(index) ? index : []));
  // fail closed: where the store names no limit that can refuse the call, none is known to fit
  if (known.length === 0) throw new TypeError("the store of limits refuses, and does not name which limit");
  return known;
}

/** What has been used so far of the limits that rules read, in the form in which they read it. */
export function* readLimits(
  prepared: PreparedCall,
  output: EngineOutput,
  limits: readonly string[],
): Steps<Record<string, Record<string, unknown>>> {
  const { setup } = prepared;
  const known = limits.flatMap((id) => {
    const rule = setup.rules.rule(id);
    return (rule === undefined ? undefined : chargeOf(rule, prepared, output)) ?? [];
  });
  const counters = known.map(({ charge }) => charge);
  const used = yield* ask(setup.state.usage, () => setup.state.usage(counters));
  const state: Record<string, Record<string, unknown>> = {};
  for (const [index, { rule, charge }] of known.entries()) {
    const [, policy = "", name = ""] = rule.id.split(".");
    const taken = Math.min(Number(used[index]), mostCounted);
    const remaining = Math.max(0, charge.limit - taken);
    state[policy] = { ...state[policy], [name]: { used: taken, limit: charge.limit, remaining } };
  }
  return state;
}

/**
 * What a call really cost. One that failed gives back all but the call itself, and what it is known to have used; one
 * that will be made again gives back the call, too.
 */
export function settledCharges(
  { charges }: HeldCharges,
  end: CallEnd,
  usage: Readonly<Record<string, unknown>>,
): readonly SettledCharge[] {
  return charges.map(({ rule, charge: { cost } }) => {
    const unit = rule.budget?.unit ?? "";
    const real = Object.hasOwn(usage, unit) ? usage[unit] : undefined;
    const hasRun = end === "done" || (end === "failed" && rule.budget?.rate === true);
    const isGivenBack = real === undefined && !hasRun;
    // fail closed: what is no count is charged as reserved
    const charged = Number.isSafeInteger(real) && Number(real) >= 0 ? Number(real) : cost;
    return { rule: rule.id, reserved: cost, charged: isGivenBack ? 0 : charged };
  });
}

/**
 * What becomes of limits as another release has them, by what was used of them when a call was decided: one that it does
 * not take from refuses nothing.
 */
export function limitsAsOf(
  outcomes: readonly LimitOutcome[],
  { hits, values }: EngineOutput,
  rules: Pick<RuleIndex, "rule">,
): readonly LimitOutcome[] {
  return outcomes.flatMap((one) => {
    if (!hits.includes(one.rule) || !Object.hasOwn(values, one.rule)) return [];
    const { cost, limit } = values[one.rule] as unknown as LimitValues;
    // what was granted is in what was used, as it cost then
    const taken = one.refused ? one.used + cost : one.used;
    const isSoft = rules.rule(one.rule)?.budget?.soft === true;
    return [{ ...one, limit, refused: !isSoft && taken > limit }];
  });
}

/** The output of an engine, with the refusal of limits in the place of its allow. */
export function refuseByLimits(
  output: EngineOutput,
  outcomes: readonly LimitOutcome[],
  rules: Pick<RuleIndex, "rule">,
): EngineOutput {
  const refused = outcomes.flatMap(({ rule, refused }) => (refused ? [rule] : []));
  if (refused.length === 0) return output;
  const reasons = [...new Set(findRules(rules, refused).map(({ reason }) => reason))].sort();
  return { ...output, effect: "deny", reasons, obligations: [] };
}

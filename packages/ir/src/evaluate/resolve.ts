import { pathName } from "../check-input.ts";
import type { IrEffect, IrRule } from "../ir-release.ts";
import { sameValue } from "./same-value.ts";

/** What rules computed, by their ids. */
export type RuleValues = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What the rules said, before it is resolved. */
export interface RuleFindings {
  readonly phase: unknown;
  /** Ids of the `require_approval` rules whose approval was granted. */
  readonly granted: ReadonlySet<string>;
  readonly hits: readonly IrRule[];
  readonly invalid: readonly IrRule[];
  /** The paths that made them so. */
  readonly missing: ReadonlySet<string>;
  readonly values: RuleValues;
  readonly defaultEffect: "allow" | "deny";
}

/** What must be done with a call that is allowed. */
export type Obligation =
  | { readonly kind: "audit"; readonly rule: string }
  | { readonly kind: "redact"; readonly rule: string; readonly paths: readonly string[] }
  | { readonly kind: "transform"; readonly rule: string; readonly set: Readonly<Record<string, unknown>> };

/** The effect of a release, and the reasons that made it, sorted. */
export interface Resolution {
  readonly effect: "allow" | "deny" | "require_approval";
  readonly reasons: readonly string[];
  /** Ids of the rules that were lifted, sorted. */
  readonly overridden: readonly string[];
  /** By rule; none where the call is denied. */
  readonly obligations: readonly Obligation[];
}

const needAllow: ReadonlySet<unknown> = new Set(["tool_call", "mcp_resource_read", "mcp_prompt_get"]);
const needNoAllow: ReadonlySet<unknown> = new Set(["tool_result", "model_call"]);
// what these would change is permitted, or told of, without them
const harmless: ReadonlySet<IrEffect> = new Set(["allow", "lift", "audit"]);

/**
 * Resolves what the rules of all categories said into one effect. The resolution module of every release says the
 * same in Rego, and a truth table in the tests says it a third time.
 */
export function resolve(findings: RuleFindings): Resolution {
  const overridden = liftedRules(findings.hits);
  const active = findings.hits.filter((rule) => !overridden.has(rule));
  const obligations = active.flatMap((rule) => obligationOf(rule, findings.values));
  const { effect, reasons } = effectOf({ ...findings, hits: active }, obligations);
  return {
    effect,
    reasons: [...new Set(reasons)].sort(),
    overridden: [...overridden].map(({ id }) => id).sort(),
    obligations: effect === "deny" ? [] : obligations.sort(byRule),
  };
}

function effectOf(
  { phase, granted, hits, invalid, missing, defaultEffect }: RuleFindings,
  obligations: readonly Obligation[],
): Pick<Resolution, "effect" | "reasons"> {
  // fail closed: a phase that nobody has defined is not decided
  if (!needAllow.has(phase) && !needNoAllow.has(phase)) return deny(["forego.invalid_input"]);
  const denies = hits.filter((rule) => rule.effect === "deny");
  const broken = invalid.filter((rule) => !harmless.has(rule.effect));
  if (denies.length > 0 || broken.length > 0) {
    // fail closed: a rule that restricts, and cannot be checked, denies
    return deny([...denies.map((rule) => rule.reason), ...doubts(broken, missing)]);
  }
  const asks = hits.filter((rule) => rule.effect === "require_approval");
  const allows = hits.filter((rule) => rule.effect === "allow");
  const allowed = allows.length > 0 || asks.some((rule) => rule.id.startsWith("resource."));
  const byDefault = !allowed && defaultEffect === "allow" && needAllow.has(phase);
  // fail closed: what no rule allows is denied
  if (!allowed && !byDefault && needAllow.has(phase)) return deny(["forego.no_matching_allow"]);
  // fail closed: of two values for one argument, neither is known to be right
  if (areInConflict(obligations)) return deny(["forego.conflicting_obligations"]);
  const open = asks.filter((rule) => !granted.has(rule.id));
  if (open.length > 0) return { effect: "require_approval", reasons: open.map((rule) => rule.reason) };
  const reasons = byDefault ? ["forego.default_allow"] : [...allows, ...asks].map((rule) => rule.reason);
  return { effect: "allow", reasons };
}

/** The rules that matched, and that a lift which matched takes back: its owner may, and they mean what it was made for. */
function liftedRules(hits: readonly IrRule[]): ReadonlySet<IrRule> {
  const lifted = hits.filter(({ id, overridable }) =>
    hits.some(({ lifts }) => {
      const by = lifts?.rules.find(({ rule }) => rule === id);
      // fail closed: a rule that nobody may lift, or that has changed since, stays
      return by !== undefined && lifts !== undefined && mayLift(overridable, lifts.owner, by.meaning);
    }),
  );
  return new Set(lifted);
}

function mayLift(overridable: IrRule["overridable"], owner: string, meaning: string): boolean {
  return overridable?.by.includes(owner) === true && overridable.meaning === meaning;
}

function obligationOf(rule: IrRule, values: RuleValues): readonly Obligation[] {
  const { id, effect, paths = [] } = rule;
  if (effect === "audit") return [{ kind: "audit", rule: id }];
  if (effect === "redact") return [{ kind: "redact", rule: id, paths }];
  return effect === "transform" ? [{ kind: "transform", rule: id, set: values[id] ?? {} }] : [];
}

function areInConflict(obligations: readonly Obligation[]): boolean {
  const sets = obligations.flatMap((one) => (one.kind === "transform" ? Object.entries(one.set) : []));
  return sets.some(([name, value]) => sets.some((other) => other[0] === name && !sameValue(other[1], value)));
}

function byRule(one: Obligation, other: Obligation): number {
  return one.rule < other.rule ? -1 : 1;
}

/** Why rules that could not be checked deny: for the arguments when only they are not what they must be. */
function doubts(broken: readonly IrRule[], missing: ReadonlySet<string>): readonly string[] {
  if (broken.length === 0) return [];
  // what is left of a limit is not known where its own rule could not be checked: that is told of what it lacks
  const wrong = broken
    .flatMap(({ guard }) => guard.map(pathName))
    .filter((path) => missing.has(path) && !path.startsWith("state."));
  const isArguments = wrong.length > 0 && wrong.every((path) => path.startsWith("action.args"));
  return [isArguments ? "forego.invalid_arguments" : "forego.invalid_rule"];
}

function deny(reasons: readonly string[]): Pick<Resolution, "effect" | "reasons"> {
  return { effect: "deny", reasons };
}

import { passes, pathName } from "../check-input.ts";
import type { RegoAnswers } from "../evaluate/evaluate-expression.ts";
import type { GuardedPath, IrRelease, IrRule } from "../ir-release.ts";
import { regoOf } from "../rego-rules.ts";
import { createDecide, type LimitFinding, ruleOf } from "./decide-edited.ts";
import type { Edit } from "./edit.ts";
import type {
  ClauseWords,
  ExplainedEdit,
  ExplainedLimit,
  ExplainedRule,
  Explanation,
  RulePlace,
  SeenValue,
  UncheckedRule,
} from "./explanation.ts";
import { causesOf, type Seen } from "./find-causes.ts";
import { type Place, valueAt } from "./frame.ts";
import { canAllow, type FramedRule, framedRules } from "./propose-changes.ts";
import { sayShape } from "./say-shape.ts";
import { smallestChange } from "./smallest-change.ts";

/** What is explained, and how. */
export interface ExplainOptions {
  readonly release: IrRelease;
  /** An input, or the projected one of a decision record. */
  readonly input: unknown;
  readonly words: ClauseWords;
  /** What became of the limits, of a decision record. Defaults to none. */
  readonly limits?: readonly LimitFinding[];
  /** What OPA said of the hand-written Rego of rules, by their ids: the rules that a decision record says matched. */
  readonly rego?: RegoAnswers;
  /** The most single changes that the smallest change is put together from. Defaults to 8. */
  readonly maxEdits?: number;
  /** The most often that an input is decided to find the smallest change. Defaults to 2,000. */
  readonly maxEvaluations?: number;
}

/**
 * Explains how a release decides an input: the rules that made the decision with their clauses and what those saw,
 * rules that could not be checked, limits, and the smallest change after which it would be allowed. That change was
 * decided again; what was not shown so is not claimed: nothing of a call about which hand-written Rego was asked.
 *
 * For operators only: an {@link Explanation} holds values.
 */
export function explainDecision(options: ExplainOptions): Explanation {
  const { release, input, limits = [], rego, maxEdits = 8, maxEvaluations = 2000 } = options;
  const decide = createDecide(release, input, limits, rego);
  const { output, made, input: decided } = decide(input);
  const rules = framedRules(release, decided, rego);
  const refusing = limits.filter(({ refused }) => refused);
  const isRefused = output.effect === "allow" && refusing.length > 0;
  const isDeciding = ({ rule: { id, effect } }: FramedRule) =>
    !isRefused && output.hits.includes(id) && !output.overridden.includes(id) && effect === output.effect;
  const isUnallowed = output.reasons.includes("forego.no_matching_allow");
  // of another input, nobody here knows what Rego would say
  const asking = rules.flatMap(({ rule }) => (regoOf(rule) === undefined ? [] : [rule.id]));
  const bounds = { maxEdits, maxEvaluations };
  const change = asking.length > 0 ? undefined : smallestChange(release, input, decide, bounds);
  return {
    effect: isRefused ? "deny" : output.effect,
    reasons: isRefused
      ? [...new Set(refusing.flatMap(({ rule }) => ruleOf(release, rule)?.reason ?? []))].sort()
      : output.reasons,
    decided: rules.filter(isDeciding).map((one) => explainRule(one, options.words)),
    couldAllow: rules
      .filter((one) => isUnallowed && canAllow(one) && !output.invalid.includes(one.rule.id))
      .map((one) => explainRule(one, options.words)),
    unchecked: rules
      .filter(({ rule }) => output.invalid.includes(rule.id))
      .map(({ rule }) => explainUnchecked(rule, decided)),
    limits: limits.map((one) => explainLimit(one, ruleOf(release, one.rule), made.values[one.rule]?.cost)),
    ...(asking.length === 0 ? {} : { rego: asking }),
    ...(change === undefined ? {} : { change: change.map((edit) => explainEdit(edit, input)) }),
  };
}

function explainRule({ rule, policy, frame }: FramedRule, words: ClauseWords): ExplainedRule {
  const sayValue = ({ node, place, value }: Seen): SeenValue => ({
    what: place === undefined ? words.value(node, policy) : placeName(place),
    ...(value === undefined ? {} : { value }),
  });
  return {
    ...{ rule: rule.id, effect: rule.effect, reason: rule.reason, at: placeOfRule(rule) },
    clauses: causesOf([rule.predicate, frame]).map(({ node, value, saw }) => ({
      text: words.condition(node, value === true, policy),
      at: placeOfRule(node),
      saw: saw.map(sayValue),
    })),
  };
}

function explainUnchecked(rule: IrRule, input: unknown): UncheckedRule {
  const failed = rule.guard.filter((path) => !passes(path, input));
  return {
    ...{ rule: rule.id, effect: rule.effect, at: placeOfRule(rule) },
    paths: failed.map((guarded) => {
      const absent = absentAbove(guarded, input);
      if (absent !== undefined) return { path: absent.join("."), expected: "an object" };
      const value = valueAt(input, guarded.path);
      const found = value === undefined ? {} : { value };
      return { path: pathName(guarded), expected: sayShape(guarded.shape), ...found };
    }),
  };
}

/** What is not there around a value that may be absent itself. */
function absentAbove({ path, optional }: GuardedPath, input: unknown): readonly string[] | undefined {
  const above = path.slice(0, -1).map((_, index) => path.slice(0, index + 1));
  return optional ? above.find((one) => valueAt(input, one) === undefined) : undefined;
}

function explainLimit(finding: LimitFinding, rule: IrRule | undefined, cost: unknown): ExplainedLimit {
  return {
    ...finding,
    ...(rule === undefined ? {} : { at: placeOfRule(rule) }),
    ...(typeof cost === "number" ? { cost } : {}),
  };
}

function explainEdit(edit: Edit, input: unknown): ExplainedEdit {
  if (edit.kind === "grant") return { kind: "grant", edit, rule: edit.rule };
  const from = valueAt(input, edit.place);
  return {
    ...{ kind: "set", edit, path: placeName(edit.place) },
    ...(from === undefined ? {} : { from }),
    ...(edit.to === undefined ? {} : { to: edit.to }),
  };
}

function placeOfRule({ origin: { file, line, column } }: Pick<IrRule, "origin">): RulePlace {
  return { file, line, column };
}

/** A place as people write it: `action.args.rows[0].cents`. What is no plain name stands in quotes. */
function placeName(place: Place): string {
  return place
    .map((name, index) => {
      if (typeof name === "number") return `[${name}]`;
      if (!/^[A-Za-z_$][\w$-]*$/.test(name)) return `[${JSON.stringify(name)}]`;
      return index === 0 ? name : `.${name}`;
    })
    .join("");
}

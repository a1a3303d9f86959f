import { applies, callOf, passes } from "../check-input.ts";
import { deriveValues } from "../evaluate/derive-values.ts";
import type { RegoAnswers } from "../evaluate/evaluate-expression.ts";
import type { IrPolicy, IrRelease, IrRule } from "../ir-release.ts";
import { isRecord, ownProperty } from "../own-property.ts";
import { membersOf } from "../shape.ts";
import type { Decided } from "./decide-edited.ts";
import type { Edit } from "./edit.ts";
import { type Frame, frameOf } from "./frame.ts";
import { proposeEdits } from "./propose-edits.ts";
import { sampleShape } from "./sample-shape.ts";
import { solveValue } from "./solve-value.ts";

/** A rule, and what it is evaluated in. */
export interface FramedRule {
  readonly rule: IrRule;
  readonly policy: IrPolicy;
  readonly frame: Frame;
}

/** The rules that apply to an input, each with what it is evaluated in. */
export function framedRules(release: IrRelease, input: unknown, rego?: RegoAnswers): readonly FramedRule[] {
  const { phase, tool } = callOf(input);
  const derived = deriveValues(release, input);
  const scope = { input, data: null, functions: new Map(), locals: new Map(), derived, rego };
  return release.policies.flatMap((policy) => {
    const frame = frameOf(release, policy, scope);
    return policy.rules.filter((rule) => applies(rule, phase, tool)).map((rule) => ({ rule, policy, frame }));
  });
}

const harmless: ReadonlySet<string> = new Set(["allow", "lift", "audit"]);

/** Single changes that could bring an input nearer to being allowed: all that concern the first thing in its way. */
export function proposeChanges(release: IrRelease, decided: Decided): readonly Edit[] {
  return findChanges(release, decided).filter(isOfThisCall);
}

function findChanges(release: IrRelease, { input, output, refusing }: Decided): readonly Edit[] {
  const rules = framedRules(release, input);
  const active = rules.filter(
    ({ rule: { id } }) => output.hits.includes(id) && !output.overridden.includes(id),
  );
  const isInvalid = ({ rule }: FramedRule) => output.invalid.includes(rule.id);
  const turned = ({ rule, frame }: FramedRule, want: boolean) => proposeEdits([rule.predicate, frame], want);

  const broken = rules.find((one) => isInvalid(one) && !harmless.has(one.rule.effect));
  if (broken !== undefined) return repair(broken.rule, rules, input);
  const denying = active.find(({ rule }) => rule.effect === "deny");
  if (denying !== undefined) return turned(denying, false);
  if (output.reasons.includes("forego.no_matching_allow")) {
    return rules
      .filter(canAllow)
      .flatMap((one) => (isInvalid(one) ? repair(one.rule, rules, input) : turned(one, true)));
  }
  if (output.effect === "deny")
    return active.filter(({ rule }) => rule.effect === "transform").flatMap((one) => turned(one, false));
  if (output.effect === "require_approval") {
    const asking = active.filter(({ rule }) => rule.effect === "require_approval");
    const grants = asking.map(({ rule }): Edit => ({ kind: "grant", rule: rule.id }));
    return [...grants, ...asking.flatMap((one) => turned(one, false))];
  }
  return active.flatMap((one) => {
    const limit = refusing.find(({ rule }) => rule === one.rule.id);
    const cost = one.rule.values?.cost;
    if (limit === undefined || cost === undefined) return [];
    return [...solveValue([cost, one.frame], limit.limit - limit.used), ...turned(one, false)];
  });
}

/** Whether a rule would let the call happen, if it matched. */
export function canAllow({ rule: { effect, id } }: FramedRule): boolean {
  return effect === "allow" || (effect === "require_approval" && id.startsWith("resource."));
}

/** Puts at a path of a rule that is not what it must be something that is, whole enough for all rules that read it. */
function repair({ guard }: IrRule, rules: readonly FramedRule[], input: unknown): readonly Edit[] {
  const failed = guard.find((path) => !passes(path, input));
  if (failed === undefined) return [];
  const { path: place, shape } = failed;
  const others = rules
    .flatMap(({ rule }) => rule.guard)
    .filter(({ path }) => place.every((name, index) => path[index] === name));
  const complete = (sample: unknown) =>
    others.reduce((value, other) => {
      const [inside] = sampleShape(other.shape);
      const below = other.path
        .slice(place.length)
        .reduceRight<unknown>((at, name) => ({ [name]: at }), inside);
      return other.optional ? value : fillIn(value, below);
    }, sample);
  return membersOf(shape)
    .flatMap(sampleShape)
    .map((sample): Edit => ({ kind: "set", place, to: complete(sample) }));
}

/** An object with the properties of another one that it does not have. */
function fillIn(value: unknown, other: unknown): unknown {
  if (!isRecord(value) || !isRecord(other)) return value;
  const names = [...new Set([...Object.keys(value), ...Object.keys(other)])];
  const filled = names.map((name) => [
    name,
    Object.hasOwn(value, name) ? fillIn(value[name], ownProperty(other, name)) : other[name],
  ]);
  return Object.fromEntries(filled);
}

/** With another tool or phase it would be another call, and what was granted is granted by people. */
function isOfThisCall(edit: Edit): boolean {
  if (edit.kind === "grant") return true;
  const [root, field] = edit.place;
  if (root === undefined || root === "contract" || root === "granted") return false;
  return root !== "action" || (field !== undefined && field !== "type" && field !== "tool");
}

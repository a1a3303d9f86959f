import type { Obligation } from "../contract/obligation.ts";
import { isReservedReason } from "../contract/reserved-reasons.ts";
import { type Json, sameJson } from "../json/json-snapshot.ts";
import { isRecord } from "../json/own-property.ts";
import type { EngineOutput, RuleValues } from "../release/engine.ts";
import { harmlessEffects, type RuleInfo } from "../release/release.ts";
import { findRules, type RuleIndex } from "../release/rule-index.ts";

const effects: ReadonlySet<unknown> = new Set(["allow", "deny", "require_approval"]);

/**
 * Reads an engine's answer to an input in which some asks were granted. Returns `undefined` for anything but the
 * closed shape: a missing field, an unknown effect, a rule that the release does not have, an effect, a reason or an
 * obligation that the rules it names do not carry.
 */
export function readEngineOutput(
  answer: unknown,
  rules: Pick<RuleIndex, "rule">,
  granted: readonly unknown[],
): EngineOutput | undefined {
  if (!isRecord(answer)) return undefined;
  const { effect, reasons, hits, invalid, missing, overridden, obligations, values } = answer;
  // fail closed: an answer of another shape is no answer
  if (!effects.has(effect) || !isRecord(values) || !Array.isArray(obligations)) return undefined;
  if (!isTextList(reasons) || !isTextList(hits) || !isTextList(invalid)) return undefined;
  if (!isTextList(missing) || !isTextList(overridden)) return undefined;
  // fail closed: an answer about rules of another release is no answer
  const matched = findRules(rules, hits);
  const broken = findRules(rules, invalid);
  if (matched.length !== hits.length || broken.length !== invalid.length) return undefined;
  // fail closed: what nobody may lift stays, and what a rule computes is what such a rule can
  if (!areLifted(overridden, matched) || !matched.every((rule) => fits(rule, values))) return undefined;
  const active = overridden.length === 0 ? matched : matched.filter(({ id }) => !overridden.includes(id));
  const output = { effect, reasons, hits, invalid, missing, overridden, obligations, values } as EngineOutput;
  // fail closed: an answer that contradicts itself is no answer
  const owed = effect === "deny" ? [] : active.flatMap((rule) => obligationOf(rule, output.values));
  if (!agrees(output, active, broken, granted) || !owesAll(output, owed)) return undefined;
  // every engine has an order of its own for the members of objects; a record has one
  return { ...output, obligations: owed };
}

/** Whether each of some rules matched, and a lift that matched may take it back as it is. */
function areLifted(ids: readonly string[], matched: readonly RuleInfo[]): boolean {
  return ids.every((id) => {
    const { overridable, meaning } = matched.find((rule) => rule.id === id) ?? {};
    return matched.some(
      ({ owner = "", lifts = [] }) =>
        overridable?.by.includes(owner) === true &&
        lifts.some((one) => one.rule === id && one.meaning === meaning),
    );
  });
}

/** Whether a rule has computed what a rule of its effect does. */
function fits({ id, effect }: RuleInfo, values: Readonly<Record<string, unknown>>): boolean {
  const own = Object.hasOwn(values, id) ? values[id] : undefined;
  if (effect === "transform") return isRecord(own);
  if (effect !== "budget") return own === undefined;
  return (
    isRecord(own) &&
    isCount(own.cost) &&
    isCount(own.limit) &&
    ["string", "undefined"].includes(typeof own.key)
  );
}

/** Whether an effect and its reasons are those of the rules: no deny among what may run, no ask that is still open. */
function agrees(
  { effect, reasons }: EngineOutput,
  active: readonly RuleInfo[],
  broken: readonly RuleInfo[],
  granted: readonly unknown[],
): boolean {
  const isKnown = (reason: string) =>
    active.some((rule) => rule.reason === reason) || isReservedReason(reason);
  if (!reasons.every(isKnown)) return false;
  if (effect === "deny") return true;
  const mustDeny =
    active.some((rule) => rule.effect === "deny") || broken.some((rule) => !harmlessEffects.has(rule.effect));
  const isOpen = active.some((rule) => rule.effect === "require_approval" && !granted.includes(rule.id));
  return !mustDeny && isOpen === (effect === "require_approval");
}

/** Whether the obligations are those of the rules, all of them, and none is missing. */
function owesAll({ obligations }: EngineOutput, owed: readonly Obligation[]): boolean {
  if (obligations.length !== owed.length) return false;
  return owed.every((one, index) => sameJson(one as unknown as Json, obligations[index] as unknown as Json));
}

/** What a rule that matched leaves to be done. */
export function obligationOf(
  { id, effect, paths = [] }: RuleInfo,
  values: RuleValues,
): readonly Obligation[] {
  if (effect === "audit") return [{ kind: "audit", rule: id }];
  if (effect === "redact") return [{ kind: "redact", rule: id, paths }];
  return effect === "transform" ? [{ kind: "transform", rule: id, set: inOrder(values[id] ?? {}) }] : [];
}

/** The same, with the members of each object in the order of their names. */
function inOrder<TValue>(value: TValue): TValue {
  if (Array.isArray(value)) return value.map(inOrder) as TValue;
  if (!isRecord(value)) return value;
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, inOrder(member)])) as TValue;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

import type { DecisionRecord } from "@forego/core";
import type {
  ExplainedClause,
  ExplainedEdit,
  ExplainedLimit,
  ExplainedRule,
  Explanation,
  RulePlace,
} from "@forego/ir";
import type { Terminal } from "../terminal.ts";

/** The most characters of a value on a line. */
const longest = 200;

/** What a terminal could obey, or not show. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Prints why a decision came out as it did, for operators: with values, cut where they are long. */
export function printExplanation(
  { decision, decided_at, tool, phase }: DecisionRecord,
  notes: readonly string[],
  explanation: Explanation | undefined,
  terminal: Terminal,
): void {
  const { effect, reasons, metadata } = decision;
  const lines = [
    `${metadata.decision_id}: ${effect} [${reasons}] for ${tool} (${phase}), ${decided_at}`,
    ...notes,
    ...(explanation === undefined ? [] : sayExplanation(decision, explanation)),
  ];
  for (const line of lines) terminal.out(line.replace(unprintable, escapeCharacter));
}

function sayExplanation(before: DecisionRecord["decision"], explanation: Explanation): readonly string[] {
  const { effect, reasons, decided, couldAllow, unchecked, limits, rego = [], change } = explanation;
  const isOther = effect !== before.effect || `${reasons}` !== `${before.reasons}`;
  return [
    ...(isOther ? [`The rules alone say: ${effect} [${reasons}]`] : []),
    ...decided.flatMap((rule) => sayRule(rule, `decided: ${rule.effect}`)),
    ...unchecked.flatMap(({ rule, at, paths }) => [
      `${rule} (${placeText(at)}) could not be checked:`,
      ...paths.map((one) => `  - ${one.path} must be ${one.expected}; it is ${foundText(one)}`),
    ]),
    ...couldAllow.flatMap((rule) => sayRule(rule, "did not allow")),
    ...limits.map(sayLimit),
    ...(rego.length === 0 ? sayChange(effect, change) : sayRego(rego)),
  ];
}

function sayLimit({ rule, used, limit, cost, refused, soft }: ExplainedLimit): string {
  const takes = cost === undefined ? "" : `, the call takes ${cost}`;
  const refuses = soft === true ? ": it is soft, and refuses nothing" : "";
  return `${rule}: ${used} of ${limit} used${takes}${refused ? ": too little is left" : refuses}`;
}

function sayRego(rules: readonly string[]): readonly string[] {
  return [
    `Not proven: ${rules.join(", ")} asked hand-written Rego, which only OPA evaluates. It has no clauses to tell, and no change is known that would be allowed.`,
  ];
}

function sayRule({ rule, at, reason, clauses }: ExplainedRule, what: string): readonly string[] {
  return [`${rule} (${placeText(at)}) ${what}, ${reason}`, ...clauses.flatMap(sayClause)];
}

function sayClause({ text, at, saw }: ExplainedClause): readonly string[] {
  return [`  - ${text} (${placeText(at)})`, ...saw.map((one) => `      ${one.what} = ${foundText(one)}`)];
}

function sayChange(effect: string, change: readonly ExplainedEdit[] | undefined): readonly string[] {
  if (effect === "allow" && change === undefined) return [];
  if (change === undefined) return ["No small change of this call is known that would be allowed."];
  return ["The smallest change found that would be allowed:", ...change.map((edit) => `  ${sayEdit(edit)}`)];
}

function sayEdit(edit: ExplainedEdit): string {
  if (edit.kind === "grant") return `an approval of ${edit.rule}`;
  const found = (name: "from" | "to") => foundText(Object.hasOwn(edit, name) ? { value: edit[name] } : {});
  return `${edit.path}: ${found("from")} -> ${found("to")}`;
}

function placeText({ file, line, column }: RulePlace): string {
  return `${file}:${line}:${column}`;
}

function foundText(found: { readonly value?: unknown }): string {
  if (!Object.hasOwn(found, "value")) return "absent";
  const text = JSON.stringify(found.value) ?? "absent";
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function escapeCharacter(character: string): string {
  const units = character.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"));
  return units.map((unit) => `\\u${unit}`).join("");
}

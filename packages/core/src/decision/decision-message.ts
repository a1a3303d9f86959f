import type { Phase } from "../contract/contract.ts";
import { isReservedReason, sayReserved } from "../contract/reserved-reasons.ts";
import type { LimitOutcome } from "../evaluation/charge-limits.ts";
import type { DecidedOutput } from "../evaluation/evaluation.ts";
import { tellCounts } from "../evaluation/told-values.ts";
import type { RuleInfo } from "../release/release.ts";

/** What the message of a decision is made of. */
export interface MessageParts {
  readonly output: DecidedOutput;
  readonly phase: Phase;
  /** The rules that made the decision. */
  readonly deciding: readonly RuleInfo[];
  /** The rules that could not be checked. */
  readonly invalid: readonly RuleInfo[];
  readonly limits: readonly LimitOutcome[];
  readonly remediation: string | undefined;
  readonly appealPath: string | undefined;
}

const openings = { allow: "Allowed", deny: "Denied by policy", require_approval: "Needs approval" } as const;

/**
 * Says to the model and the user what was decided: why, by which reasons, what can be done and where to appeal. All
 * words are the policy's or Forego's own; values are told only where a deciding rule says so, each written so that it
 * cannot pass for words.
 */
export function composeMessage(parts: MessageParts): string {
  const { output, remediation, appealPath } = parts;
  const opening = openings[output.effect];
  if (output.effect === "allow") return `${opening}.`;
  const told = output.reasons.flatMap((reason) => sayReason(reason, parts));
  const sentences = told.length === 0 ? "" : `: ${[...new Set(told)].join(" ")}`;
  const values = parts.deciding.flatMap((rule) => valuesOf(rule, parts));
  return [
    `${opening}${sentences} (${output.reasons.join(", ")})`,
    ...(values.length === 0 ? [] : [`What was looked at: ${[...new Set(values)].join(", ")}.`]),
    ...(remediation === undefined ? [] : [`What can be done: ${remediation}.`]),
    ...(appealPath === undefined ? [] : [`Where to appeal: ${appealPath}`]),
  ].join(" ");
}

/** Why, in the words of the rules that have the reason: their descriptions, or what was made from their conditions. */
function sayReason(reason: string, parts: MessageParts): readonly string[] {
  const { deciding, limits } = parts;
  if (isReservedReason(reason)) {
    const isOfResult = parts.phase === "tool_result";
    return [sayReserved(reason, isOfResult), ...sayArguments(reason, parts)];
  }
  return deciding
    .filter((rule) => rule.reason === reason)
    .flatMap((rule) => {
      const { description = rule.says } = rule;
      return [
        ...(description === undefined ? [] : [withStop(description)]),
        ...(refusalOf(rule, limits) === undefined ? [] : ["Too little is left of this limit for this call."]),
      ];
    });
}

/**
 * Which arguments rules could not be checked with: their names in the policies, so that a model can mend its call. What
 * is absent beside them may be so because of them, as what is left of a limit whose cost they are.
 */
function sayArguments(reason: string, { output, invalid }: MessageParts): readonly string[] {
  if (reason !== "forego.invalid_arguments" && reason !== "forego.invalid_rule") return [];
  const named = invalid
    .flatMap(({ requires }) => requires)
    .filter((path) => path.startsWith(argumentsPath) && output.missing.includes(path))
    .map((path) => path.slice(argumentsPath.length));
  if (named.length === 0) return [];
  return [`Missing, or not as the policy describes it: ${[...new Set(named)].sort().join(", ")}.`];
}

const argumentsPath = "action.args.";

function valuesOf(rule: RuleInfo, { output, limits }: MessageParts): readonly string[] {
  const told = output.told !== undefined && Object.hasOwn(output.told, rule.id) ? output.told[rule.id] : [];
  const refusal = refusalOf(rule, limits);
  return [...(told ?? []), ...(refusal === undefined ? [] : tellCounts(rule, refusal))];
}

function refusalOf({ id }: RuleInfo, limits: readonly LimitOutcome[]): LimitOutcome | undefined {
  return limits.find(({ rule, refused }) => refused && rule === id);
}

function withStop(sentence: string): string {
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}

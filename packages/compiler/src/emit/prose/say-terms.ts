import type { ApprovalSource, BudgetTerms, RuleInfo } from "@forego/core";
import type { CompiledPolicy } from "../../compiled-policy.ts";

/** What a policy says of itself, in words: its version, whose it is, why and until when, and what it does by default. */
export function sayPolicyTerms({
  version,
  owner,
  justification,
  expires,
  default_effect,
}: CompiledPolicy): readonly string[] {
  return [
    `Version ${version}${owner === undefined ? "" : ` of ${owner}`}${expires === undefined ? "" : `, until ${expires}`}.`,
    ...(justification === undefined ? [] : [`Justification: ${justification}`]),
    ...(default_effect === undefined ? [] : ["What no rule decides is allowed: that is its default."]),
  ];
}

/**
 * What a rule says beside its condition, in words: who approves, how a limit counts, who may lift it, its reason, and
 * what is told and done where it decides.
 */
export function sayTerms(rule: RuleInfo): readonly string[] {
  const { reason, from, budget, overridable, tell, remediation, appeal_path: appealPath, audit } = rule;
  return [
    ...(from === undefined ? [] : [sayApproval(from)]),
    ...(budget === undefined ? [] : sayCounting(budget)),
    ...(overridable === undefined ? [] : [`Overrides of ${overridable.by.join(", ")} may lift it.`]),
    `Its reason is ${reason}.`,
    ...(tell === undefined
      ? []
      : [`The model and the user are told ${tell.map(({ name }) => name).join(", ")}.`]),
    ...(remediation === undefined ? [] : [`What they are told to do: ${remediation}.`]),
    ...(appealPath === undefined ? [] : [`Where they are told to appeal: ${appealPath}`]),
    ...(audit === true ? ["Its decisions are marked for audit."] : []),
  ];
}

function sayApproval(from: ApprovalSource): string {
  if (from === "user") return "Whoever holds the conversation confirms it.";
  const { groups, not_requester, quorum = 1 } = from;
  const [people, may, mayNot] =
    quorum === 1
      ? ["One person", "who may be the requester", "who is not the requester"]
      : [`${quorum} people`, "the requester among them or not", "none of them the requester"];
  return `${people} of ${groups.join(" or ")} must approve, ${not_requester ? mayNot : may}.`;
}

function sayCounting({ window_ms, soft, rate, unit }: BudgetTerms): readonly string[] {
  return [
    `Its window is ${sayLength(window_ms)}.`,
    ...(rate ? ["It counts calls."] : unit === "units" ? [] : [`It counts ${unit}.`]),
    soft ? "It is soft: it denies nothing." : "A call for which too little of it is left is denied.",
  ];
}

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
] as const;

/** A length of time in the largest unit of which it is a whole number. */
function sayLength(ms: number): string {
  const [name, length] = units.find(([, one]) => ms % one === 0) ?? ["millisecond", 1];
  const count = ms / length;
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

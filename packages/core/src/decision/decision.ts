import type { Phase } from "../contract/contract.ts";
import type { Obligation } from "../contract/obligation.ts";
import type { ReservedReason } from "../contract/reserved-reasons.ts";
import type { LimitOutcome } from "../evaluation/charge-limits.ts";
import type { DecidedOutput } from "../evaluation/evaluation.ts";
import { nothingSaid } from "../release/engine.ts";
import type { ReleaseInfo, RuleInfo } from "../release/release.ts";
import { findRules, type RuleIndex } from "../release/rule-index.ts";
import { composeMessage } from "./decision-message.ts";

/** The answer to one call. Nothing but `allow: true` lets the call happen. */
export interface Decision {
  readonly allow: boolean;
  readonly effect: "allow" | "deny" | "require_approval";
  /** Codes of the rules that made the decision, sorted; or one reserved reason (`forego.…`). */
  readonly reasons: readonly string[];
  /** What the model or the user can do about it, as a code of the policy's. */
  readonly remediation?: string;
  /** A few sentences for the model and the user. Holds no values but those that the rules which decided say to tell. */
  readonly message: string;
  readonly obligations: readonly Obligation[];
  readonly metadata: DecisionMetadata;
}

/** Where a decision comes from. */
export interface DecisionMetadata {
  readonly decision_id: string;
  /** The release's version. */
  readonly policy_version: string;
  /** The release's digest. */
  readonly release: string;
  /** Whether the host was told to obey. */
  readonly enforced: boolean;
  readonly bundles: ReleaseInfo["bundles"];
  /** Every rule that matched, sorted. */
  readonly matched_rules: readonly string[];
  /** Rules that could not be checked, sorted: their paths go to the observer. */
  readonly invalid_rules: readonly string[];
  readonly overridden_rules: readonly string[];
  /** What is left of the rate limit that has the least left, where calls are limited. */
  readonly rate_limit_remaining?: number;
  readonly audit_required: boolean;
  readonly appeal_path?: string;
  /** Microseconds from the host's call to the decision. */
  readonly duration_us: number;
}

/** What a decision is made from: the engine's output, or the trouble that stood in its place. */
export interface DecisionParts {
  readonly release: ReleaseInfo;
  readonly rules: RuleIndex;
  /** What was decided about. Defaults to a call of a tool. */
  readonly phase?: Phase;
  readonly decided: DecidedOutput | { readonly trouble: ReservedReason };
  /** What became of the limits that the call takes from. Defaults to none. */
  readonly limits?: readonly LimitOutcome[];
  /** Whether the host is told to obey. Defaults to `true`. */
  readonly enforced?: boolean;
  readonly decisionId: string;
  readonly durationUs: number;
}

/** Builds the decision that the host gets. Keys always come in the same order, so equal decisions are equal bytes. */
export function createDecision(parts: DecisionParts): Decision {
  const { release, rules, decided } = parts;
  const output: DecidedOutput =
    "trouble" in decided ? { ...nothingSaid, effect: "deny", reasons: [decided.trouble] } : decided;
  const matched = findRules(rules, output.hits);
  const active = matched.filter(({ id }) => !output.overridden.includes(id));
  const invalid = findRules(rules, output.invalid);
  const refusing = (parts.limits ?? []).flatMap(({ rule, refused }) => (refused ? [rule] : []));
  const isDeciding = ({ id, effect }: RuleInfo) =>
    refusing.length > 0 ? refusing.includes(id) : effect === output.effect;
  const deciding = active.filter(isDeciding);
  const remediation = deciding.find((rule) => rule.remediation !== undefined)?.remediation;
  const appealPath = deciding.find((rule) => rule.appeal_path !== undefined)?.appeal_path;
  return {
    allow: output.effect === "allow",
    effect: output.effect,
    reasons: output.reasons,
    ...(remediation === undefined ? {} : { remediation }),
    message: composeMessage({
      output,
      phase: parts.phase ?? "tool_call",
      deciding,
      invalid,
      limits: parts.limits ?? [],
      remediation,
      appealPath,
    }),
    obligations: output.obligations,
    metadata: {
      decision_id: parts.decisionId,
      policy_version: release.version,
      release: release.digest,
      enforced: parts.enforced ?? true,
      bundles: release.bundles,
      matched_rules: output.hits,
      invalid_rules: output.invalid,
      overridden_rules: output.overridden,
      ...rateLimitRemaining(parts),
      audit_required: isForAudit(output, matched, invalid),
      ...(appealPath === undefined ? {} : { appeal_path: appealPath }),
      duration_us: parts.durationUs,
    },
  };
}

function rateLimitRemaining({ limits = [], rules }: DecisionParts) {
  const rates = limits.filter(({ rule }) => rules.rule(rule)?.budget?.rate === true);
  if (rates.length === 0) return {};
  return { rate_limit_remaining: Math.max(0, Math.min(...rates.map(({ limit, used }) => limit - used))) };
}

/** Whether somebody is to look at the decision: a rule says so, might have said so, or was taken back. */
function isForAudit(
  { overridden }: DecidedOutput,
  matched: readonly RuleInfo[],
  broken: readonly RuleInfo[],
): boolean {
  if (overridden.length > 0) return true;
  return (
    matched.some((rule) => rule.audit === true || rule.effect === "audit") ||
    // fail closed: what would be marked, had it been checked, is marked
    broken.some((rule) => rule.effect === "audit")
  );
}

import type { ReleaseInfo, RuleInfo } from "./release.ts";
import { isReservedReason } from "./reserved-reasons.ts";
import { findRules, type RuleIndex } from "./rule-index.ts";

/**
 * Evaluates a release. In process (WASM, IR) or elsewhere (an OPA server): the decisions are the same.
 *
 * An engine only computes. It is handed the parts of the input that the release reads, and answers with an
 * {@link EngineOutput}; whatever else it answers, and whatever it throws, becomes a deny in {@link evaluateInput}.
 */
export interface Engine {
  /** Short name for spans and logs: `wasm`, `ir`, `opa`. */
  readonly kind: string;
  readonly release: ReleaseInfo;
  /**
   * Evaluates one projected input. A synchronous engine returns the output itself, so that the guard's
   * synchronous path can use it; any other returns a promise. May throw or reject.
   */
  evaluate(input: Readonly<Record<string, unknown>>): unknown;
}

/** What the resolution module of a release answers: a closed shape, the same from every engine. */
export interface EngineOutput {
  readonly effect: "allow" | "deny" | "require_approval";
  /** Reasons of the rules that made the decision, sorted. */
  readonly reasons: readonly string[];
  /** Ids of the applicable rules that matched, sorted. */
  readonly hits: readonly string[];
  /** Ids of the applicable rules whose reads are not what they must be, sorted. */
  readonly invalid: readonly string[];
  /** The paths that made them so, sorted. */
  readonly missing: readonly string[];
}

const effects: ReadonlySet<unknown> = new Set(["allow", "deny", "require_approval"]);

/**
 * Reads an engine's answer to an input in which some asks were granted. Returns `undefined` for anything but the
 * closed shape: a missing field, an unknown effect, a rule that the release does not have, an effect or a reason that
 * the rules it names do not carry.
 */
export function readEngineOutput(
  answer: unknown,
  rules: Pick<RuleIndex, "rule">,
  granted: readonly unknown[],
): EngineOutput | undefined {
  if (typeof answer !== "object" || answer === null) return undefined;
  const { effect, reasons, hits, invalid, missing } = answer as Record<string, unknown>;
  // fail closed: an answer of another shape is no answer
  if (!effects.has(effect)) return undefined;
  if (!isTextList(reasons) || !isTextList(hits) || !isTextList(invalid) || !isTextList(missing))
    return undefined;
  // fail closed: an answer about rules of another release is no answer
  const matched = findRules(rules, hits);
  const broken = findRules(rules, invalid);
  if (matched.length !== hits.length || broken.length !== invalid.length) return undefined;
  const output = { effect: effect as EngineOutput["effect"], reasons, hits, invalid, missing };
  // fail closed: an answer that contradicts itself is no answer
  return agrees(output, matched, broken, granted) ? output : undefined;
}

/** Whether an effect and its reasons are those of the rules: no deny among what may run, no ask that is still open. */
function agrees(
  { effect, reasons }: EngineOutput,
  matched: readonly RuleInfo[],
  broken: readonly RuleInfo[],
  granted: readonly unknown[],
): boolean {
  const isKnown = (reason: string) =>
    matched.some((rule) => rule.reason === reason) || isReservedReason(reason);
  if (!reasons.every(isKnown)) return false;
  if (effect === "deny") return true;
  const mustDeny =
    matched.some((rule) => rule.effect === "deny") || broken.some((rule) => rule.effect !== "allow");
  const isOpen = matched.some((rule) => rule.effect === "require_approval" && !granted.includes(rule.id));
  return !mustDeny && isOpen === (effect === "require_approval");
}

/** What an engine said about a call, with the refusal of a person in place of the question. */
export function refuseOutput(output: EngineOutput): EngineOutput {
  return { ...output, effect: "deny", reasons: ["forego.approval_refused"] };
}

/** Whether reasons are those of {@link refuseOutput}: no policy can use them. */
export function isRefusal(reasons: readonly string[]): boolean {
  return reasons[0] === "forego.approval_refused";
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

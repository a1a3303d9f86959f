import { pathName } from "./check-input.ts";
import type { IrRule } from "./ir-release.ts";

/** What the rules said, before it is resolved. */
export interface RuleFindings {
  readonly phase: unknown;
  /** Ids of the `require_approval` rules whose approval was granted. */
  readonly granted: ReadonlySet<string>;
  readonly hits: readonly IrRule[];
  readonly invalid: readonly IrRule[];
  /** The paths that made them so. */
  readonly missing: ReadonlySet<string>;
  readonly defaultEffect: "allow" | "deny";
}

/** The effect of a release, and the reasons that made it, sorted. */
export interface Resolution {
  readonly effect: "allow" | "deny" | "require_approval";
  readonly reasons: readonly string[];
}

const needAllow: ReadonlySet<unknown> = new Set(["tool_call", "mcp_resource_read", "mcp_prompt_get"]);
const needNoAllow: ReadonlySet<unknown> = new Set(["tool_result", "model_call"]);

/**
 * Resolves what the rules of all categories said into one effect. The resolution module of every release says the
 * same in Rego, and a truth table in the tests says it a third time.
 */
export function resolve(findings: RuleFindings): Resolution {
  const { phase, granted, hits, invalid, missing, defaultEffect } = findings;
  // fail closed: a phase that nobody has defined is not decided
  if (!needAllow.has(phase) && !needNoAllow.has(phase)) return deny(["forego.invalid_input"]);
  const denies = hits.filter((rule) => rule.effect === "deny");
  const broken = invalid.filter((rule) => rule.effect !== "allow");
  if (denies.length > 0 || broken.length > 0) {
    // fail closed: a rule that could deny or ask, and cannot be checked, denies
    return deny([...denies.map((rule) => rule.reason), ...doubts(broken, missing)]);
  }
  const asks = hits.filter((rule) => rule.effect === "require_approval");
  const allows = hits.filter((rule) => rule.effect === "allow");
  const allowed = allows.length > 0 || asks.some((rule) => rule.id.startsWith("resource."));
  const byDefault = !allowed && defaultEffect === "allow" && needAllow.has(phase);
  // fail closed: what no rule allows is denied
  if (!allowed && !byDefault && needAllow.has(phase)) return deny(["forego.no_matching_allow"]);
  const open = asks.filter((rule) => !granted.has(rule.id));
  if (open.length > 0)
    return { effect: "require_approval", reasons: sorted(open.map((rule) => rule.reason)) };
  const reasons = byDefault ? ["forego.default_allow"] : [...allows, ...asks].map((rule) => rule.reason);
  return { effect: "allow", reasons: sorted(reasons) };
}

/** Why rules that could not be checked deny: for the arguments when only they are not what they must be. */
function doubts(broken: readonly IrRule[], missing: ReadonlySet<string>): readonly string[] {
  if (broken.length === 0) return [];
  const wrong = broken.flatMap(({ guard }) => guard.map(pathName)).filter((path) => missing.has(path));
  const isArguments = wrong.every((path) => path.startsWith("action.args"));
  return [isArguments ? "forego.invalid_arguments" : "forego.invalid_rule"];
}

function deny(reasons: readonly string[]): Resolution {
  return { effect: "deny", reasons: sorted(reasons) };
}

function sorted(reasons: readonly string[]): readonly string[] {
  return [...new Set(reasons)].sort();
}

import type { IrRule } from "./ir-release.ts";

/** What the rules said, before it is resolved. */
export interface RuleFindings {
  readonly phase: unknown;
  /** Ids of the `require_approval` rules whose approval was granted. */
  readonly granted: ReadonlySet<string>;
  readonly hits: readonly IrRule[];
  readonly invalid: readonly IrRule[];
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
export function resolve({ phase, granted, hits, invalid, defaultEffect }: RuleFindings): Resolution {
  // fail closed: a phase that nobody has defined is not decided
  if (!needAllow.has(phase) && !needNoAllow.has(phase)) return deny(["forego.invalid_input"]);
  const denies = hits.filter((rule) => rule.effect === "deny");
  const broken = invalid.filter((rule) => rule.effect !== "allow");
  if (denies.length > 0 || broken.length > 0) {
    // fail closed: a rule that could deny or ask, and cannot be checked, denies
    const doubt = broken.length > 0 ? ["forego.invalid_rule"] : [];
    return deny([...denies.map((rule) => rule.reason), ...doubt]);
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

function deny(reasons: readonly string[]): Resolution {
  return { effect: "deny", reasons: sorted(reasons) };
}

function sorted(reasons: readonly string[]): readonly string[] {
  return [...new Set(reasons)].sort();
}

import { applies, callOf, passes, pathName } from "./check-input.ts";
import { evaluateExpression } from "./evaluate-expression.ts";
import type { IrPolicy, IrRelease, IrRule } from "./ir-release.ts";
import type { IrFunction } from "./nodes.ts";
import { isRecord } from "./own-property.ts";
import { type Resolution, resolve } from "./resolve.ts";

/** What the resolution module of the same release answers. */
export interface ReleaseOutput extends Resolution {
  readonly hits: readonly string[];
  readonly invalid: readonly string[];
  readonly missing: readonly string[];
}

/** Decides an input with the intermediate form itself. Slower than WASM, and the same decisions. */
export function evaluateRelease(release: IrRelease, input: unknown): ReleaseOutput {
  const { phase, tool } = callOf(input);
  const hits: IrRule[] = [];
  const invalid: IrRule[] = [];
  const missing = new Set<string>();
  for (const policy of release.policies) {
    const functions = new Map(policy.functions.map((one) => [one.id, one]));
    for (const rule of policy.rules) {
      if (!applies(rule, phase, tool)) continue;
      const failed = rule.guard.filter((path) => !passes(path, input));
      for (const path of failed) missing.add(pathName(path));
      if (failed.length > 0) invalid.push(rule);
      else if (matches(rule, policy, functions, input)) hits.push(rule);
    }
  }
  const granted = isRecord(input) && Array.isArray(input.granted) ? input.granted : [];
  const resolution = resolve({
    phase,
    granted: new Set(granted),
    hits,
    invalid,
    missing,
    defaultEffect: release.default_effect,
  });
  return { ...resolution, hits: ids(hits), invalid: ids(invalid), missing: [...missing].sort() };
}

function matches(
  rule: IrRule,
  policy: IrPolicy,
  functions: ReadonlyMap<string, IrFunction>,
  input: unknown,
): boolean {
  const scope = { input, data: policy.data, functions, locals: new Map() };
  return evaluateExpression(rule.predicate, scope) === true;
}

function ids(rules: readonly IrRule[]): readonly string[] {
  return rules.map((rule) => rule.id).sort();
}

import { conforms } from "./conforms.ts";
import { evaluateExpression } from "./evaluate-expression.ts";
import type { GuardedPath, IrPolicy, IrRelease, IrRule } from "./ir-release.ts";
import type { IrFunction } from "./nodes.ts";
import { isRecord, ownProperty } from "./own-property.ts";
import { type Resolution, resolve } from "./resolve.ts";

/** What the resolution module of the same release answers. */
export interface ReleaseOutput extends Resolution {
  readonly hits: readonly string[];
  readonly invalid: readonly string[];
  readonly missing: readonly string[];
}

/** Decides an input with the intermediate form itself. Slower than WASM, and the same decisions. */
export function evaluateRelease(release: IrRelease, input: unknown): ReleaseOutput {
  const phase = at(input, ["action", "type"]);
  const tool = at(input, ["action", "tool"]);
  const granted = at(input, ["granted"]);
  const hits: IrRule[] = [];
  const invalid: IrRule[] = [];
  const missing = new Set<string>();
  for (const policy of release.policies) {
    const functions = new Map(policy.functions.map((one) => [one.id, one]));
    for (const rule of policy.rules) {
      const applies = rule.on.some((one) => one === phase) && (rule.tool === undefined || rule.tool === tool);
      if (!applies) continue;
      const failed = rule.guard.filter((path) => !passes(path, input));
      for (const path of failed) missing.add(pathName(path));
      if (failed.length > 0) invalid.push(rule);
      else if (matches(rule, policy, functions, input)) hits.push(rule);
    }
  }
  const resolution = resolve({
    phase,
    granted: new Set(Array.isArray(granted) ? granted : []),
    hits,
    invalid,
    defaultEffect: release.default_effect,
  });
  return { ...resolution, hits: ids(hits), invalid: ids(invalid), missing: [...missing].sort() };
}

/** A guarded path as people and engines name it: `user.groups`. */
export function pathName(guarded: GuardedPath): string {
  return guarded.path.join(".");
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

function passes(guarded: GuardedPath, input: unknown): boolean {
  const value = at(input, guarded.path);
  if (value === undefined) return guarded.optional && parentIsThere(guarded, input);
  return conforms(guarded.shape, value);
}

/** An optional field may be absent, but not what it is a field of. */
function parentIsThere(guarded: GuardedPath, input: unknown): boolean {
  return isRecord(at(input, guarded.path.slice(0, -1)));
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce(ownProperty, value);
}

function ids(rules: readonly IrRule[]): readonly string[] {
  return rules.map((rule) => rule.id).sort();
}

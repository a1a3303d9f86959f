import { childrenOf, type Expression, programsOf } from "@forego/ir";
import type { CompiledPolicy } from "../compiled-policy.ts";
import { createDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { re2PatternsOf } from "../patterns/re2-patterns-of.ts";

/** The most patterns that one release leaves to RE2: each is compiled at every evaluation, into the memory of that one. */
const mostPatterns = 50;

/** Reports a release with more regular expressions than RE2 has memory for, at the policy that has the most. */
export function findTooManyPatterns(policies: readonly CompiledPolicy[]): readonly Diagnostic[] {
  const counted = policies.map((policy) => ({ policy, patterns: patternsOf(policy) }));
  const all = new Set(counted.flatMap(({ patterns }) => [...patterns]));
  const largest = counted.toSorted((one, other) => other.patterns.size - one.patterns.size)[0];
  if (all.size <= mostPatterns || largest === undefined) return [];
  const { place, source } = largest.policy.named;
  const message = `the release has ${all.size} regular expressions that RE2 has to match, and may have ${mostPatterns}`;
  return [createDiagnostic("FG3003", place, source, { message })];
}

function patternsOf({ ir: { derivations, rules, functions } }: CompiledPolicy): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (node: Expression): void => {
    if (node.kind === "pattern-test") found.add(node.re2);
    for (const child of childrenOf(node)) visit(child);
  };
  for (const { value } of derivations) visit(value);
  for (const rule of rules) {
    for (const program of programsOf(rule)) visit(program);
    for (const { shape } of rule.guard) for (const pattern of re2PatternsOf(shape)) found.add(pattern);
  }
  for (const { body } of functions) visit(body);
  return found;
}

import { expressionsOf, programsOf, re2PatternsOf } from "@forego/ir";
import type { CompiledPolicy } from "../compiled-policy.ts";
import { createDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";

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
  const programs = [
    ...derivations.map(({ value }) => value),
    ...rules.flatMap(programsOf),
    ...functions.map(({ body }) => body),
  ];
  return new Set([
    ...[...expressionsOf(programs)].flatMap((node) => (node.kind === "pattern-test" ? [node.re2] : [])),
    ...rules.flatMap(({ guard }) => guard.flatMap(({ shape }) => re2PatternsOf(shape))),
  ]);
}

import { textDigest } from "@forego/core";
import type { Origin } from "@forego/ir";
import type { Node } from "ts-morph";
import type { Mistakes } from "../diagnostics/mistakes.ts";
import type { PolicySource } from "../project/policy-source.ts";
import type { RuleLine } from "../rego/print.ts";
import type { PolicyTerms } from "../terms/policy-terms.ts";
import { checkShape, hitsOf } from "./check-shape.ts";
import { checkValues } from "./check-values.ts";
import { findReads, type RegoReadings } from "./find-reads.ts";
import type { LoadedRego } from "./load-rego.ts";
import { type ReportRego, regoPlace, reportIn } from "./rego-mistakes.ts";
import type { RegoLocation, RegoTree } from "./rego-syntax.ts";

/** What adds a rule to `hits`. */
export interface RegoHit extends RegoReadings {
  /** Where it stands first in the Rego. */
  readonly origin: Origin;
}

/** The hand-written Rego of a policy, checked. */
export interface RegoModule {
  readonly file: string;
  readonly text: string;
  readonly digest: string;
  /** The path of its package below `data`. */
  readonly package: readonly string[];
  /** By the name of the rule. */
  readonly hits: ReadonlyMap<string, RegoHit>;
  /** What the policy says that its rules read. */
  readonly reads: unknown;
  /** Where it says so. */
  readonly readsAt: Node;
  /** Where each of its lines comes from: from itself. */
  readonly lines: readonly RuleLine[];
  readonly report: ReportRego;
}

/** Checks the Rego of a policy, and reports all that is wrong with it; `undefined` where it cannot be read at all. */
export function readRego(
  loaded: LoadedRego,
  { category, name }: Pick<PolicyTerms, "category" | "name">,
  source: PolicySource,
  reads: unknown,
  mistakes: Mistakes,
): RegoModule | undefined {
  const { file, text, parsed } = loaded;
  const report = reportIn(loaded, mistakes);
  if (!parsed.ok) {
    for (const { message, line, column } of parsed.errors)
      report({ row: line, col: column }, "FG1030", { message: `OPA refuses it: ${message}` });
    return undefined;
  }
  const tree = parsed.module as RegoTree;
  const own = ["forego", category, "rego", name];
  checkShape(tree, { package: own, rules: new Set(source.rules.keys()), report });
  checkValues(tree, report);
  const readings = findReads(tree, own, report);
  const origins = new Map(
    hitsOf(tree)
      .toReversed()
      .map(({ name, rule }) => [name, originOf(file, rule.location)]),
  );
  const hits = [...readings].map(
    ([rule, found]) => [rule, { ...found, origin: origins.get(rule) ?? originOf(file, undefined) }] as const,
  );
  const lines = (tree.rules ?? []).map(
    ({ location }): RuleLine => ({ line: location?.row ?? 1, origin: originOf(file, location) }),
  );
  return {
    file,
    text,
    digest: textDigest(text),
    package: own,
    hits: new Map(hits),
    reads,
    readsAt: source.terms.getProperty("reads") ?? source.terms,
    lines,
    report,
  };
}

function originOf(file: string, location: RegoLocation | undefined): Origin {
  const { line, column, endColumn } = regoPlace(file, location);
  return { file, line, column, endLine: line, endColumn };
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Clause, clausesOf, type Expression, type Observe, type Origin } from "@forego/ir";
import type { RuleAnswer } from "./ask-rule.ts";
import type { ComparedRelease } from "./compared-release.ts";

/** What has been seen of a release while inputs went by. */
export interface Witnesses {
  /** Sees what rules answer. */
  add(answers: ReadonlyMap<string, RuleAnswer>): void;
  /** Sees what expressions are while they are evaluated. */
  readonly observe: Observe;
  /** What no input has shown: `category.policy.rule true`, and of a clause also its text. Sorted. */
  unseen(): readonly string[];
}

interface Sightings {
  isTrue: boolean;
  isFalse: boolean;
}

/**
 * Counts what is seen: each rule must be true, false and, when it reads anything, invalid at some time, and each
 * atomic clause true and false. Of a helper function that was read for several paths, any may show it.
 */
export function createWitnesses({
  rules,
  ir,
  folder,
}: Pick<ComparedRelease, "rules" | "ir" | "folder">): Witnesses {
  const seen = new Set<string>();
  const clauses = new Map<string, Clause & Sightings>();
  const sightings = new Map<Expression, Sightings>();
  for (const clause of ir.policies.flatMap(clausesOf)) {
    const place = `${JSON.stringify(clause.node.origin)} ${clause.node.kind}`;
    const known = clauses.get(place) ?? { ...clause, isTrue: false, isFalse: false };
    clauses.set(place, known);
    sightings.set(clause.node, known);
  }
  const unseenRules = () =>
    rules.flatMap(({ ir: { id, guard, predicate } }) => {
      // what is written as always so, is never otherwise
      const possible = predicate.kind === "literal" ? [predicate.value] : [true, false];
      const wanted = [
        ...possible.map((one) => `${id} ${one}`),
        ...(guard.length === 0 ? [] : [`${id} invalid`]),
      ];
      return wanted.filter((one) => !seen.has(one));
    });
  const unseenClauses = () =>
    [...clauses.values()].flatMap(({ owner, node, isTrue, isFalse }) => {
      const missing = [...(isTrue ? [] : ["true"]), ...(isFalse ? [] : ["false"])];
      return missing.map((one) => `${owner}: ${textOf(node.origin, folder)} ${one}`);
    });
  return {
    add(answers) {
      for (const [id, answer] of answers) {
        if (answer.kind === "invalid") seen.add(`${id} invalid`);
        if (answer.kind === "checked") seen.add(`${id} ${answer.isHit}`);
      }
    },
    observe(node, value) {
      const clause = sightings.get(node);
      if (clause === undefined) return;
      if (value === true) clause.isTrue = true;
      else clause.isFalse = true;
    },
    unseen: () => [...new Set([...unseenRules(), ...unseenClauses()])].sort(),
  };
}

/** The source text of a place, on one line. */
function textOf({ file, line, column, endLine, endColumn }: Origin, folder: string): string {
  const lines = readFileSync(join(folder, file), "utf8")
    .split("\n")
    .slice(line - 1, endLine);
  const last = lines.length - 1;
  return lines
    .map((one, index) => one.slice(index === 0 ? column - 1 : 0, index === last ? endColumn - 1 : undefined))
    .join("\n")
    .replace(/\s+/g, " ");
}

import { nameOf } from "./check-shape.ts";
import type { ReportRego } from "./rego-mistakes.ts";
import {
  allParts,
  isObject,
  isScalar,
  isTerm,
  partsOf,
  pathOf,
  type RegoExpression,
  type RegoLocation,
  type RegoRule,
  type RegoTerm,
  type RegoTree,
  variableOf,
} from "./rego-syntax.ts";

/**
 * Refuses what could have two values for one input. OPA ends a whole evaluation then, so that one policy would take the
 * answers of all others away. What is told here is more than what can happen: a value that is not written down must come
 * from one definition in which nothing is iterated.
 */
export function checkValues({ rules = [] }: RegoTree, report: ReportRego): void {
  const names = new Set(rules.flatMap((rule) => nameOf(rule) ?? []));
  const isValue = (rule: RegoRule) => rule.default !== true && rule.head.value !== undefined;
  for (const definitions of Map.groupBy(rules.filter(isValue), nameOf).values()) {
    const branches = definitions.flatMap(branchesOf);
    if (isOneValue(branches)) continue;
    const [, second] = definitions;
    if (second !== undefined)
      report(second.location, "FG1033", {
        message: "this may be another value than the definition before has",
      });
    for (const branch of branches) {
      const at =
        branch.value !== undefined && isScalar(branch.value)
          ? undefined
          : findIteration([branch.body, branch.value], boundIn(branch, names));
      if (at !== undefined)
        report(at, "FG1033", { message: "this may have several values, and the rule would have each" });
    }
  }
  for (const rule of rules) checkObjects(rule, names, report);
}

/** One of the ways in which a rule gets its value. */
interface Branch {
  readonly args: readonly RegoTerm[];
  readonly value: RegoTerm | undefined;
  readonly body: readonly RegoExpression[];
}

function branchesOf({ head, body = [], else: otherwise }: RegoRule): readonly Branch[] {
  const branch = { args: head.args ?? [], value: head.value, body };
  return otherwise === undefined
    ? [branch]
    : [branch, ...branchesOf({ ...otherwise, head: { ...otherwise.head, args: branch.args } })];
}

/** Whether all branches have the same value, which is written down. */
function isOneValue(branches: readonly Branch[]): boolean {
  const values = branches.map(({ value }) =>
    value !== undefined && isScalar(value) ? JSON.stringify([value.type, value.value]) : undefined,
  );
  return !values.includes(undefined) && new Set(values).size === 1;
}

/** The variables that have one value each: arguments, what is assigned, and rules. */
function boundIn({ args, body }: Omit<Branch, "value">, names: ReadonlySet<string>): ReadonlySet<string> {
  const assigned = outerParts(body).flatMap((part) => {
    const terms = isObject(part) && Array.isArray(part.terms) ? (part.terms as readonly RegoTerm[]) : [];
    const [operator, left] = terms;
    const [name] = operator === undefined ? [] : (pathOf(operator) ?? []);
    return variableOf(name) === "assign" ? allParts(left) : [];
  });
  return new Set([
    ...names,
    ...variablesIn(args),
    ...assigned.filter(isTerm).flatMap((term) => variableOf(term) ?? []),
  ]);
}

function variablesIn(part: unknown): readonly string[] {
  return allParts(part)
    .filter(isTerm)
    .flatMap((term) => variableOf(term) ?? []);
}

const closures: ReadonlySet<string> = new Set([
  "arraycomprehension",
  "setcomprehension",
  "objectcomprehension",
]);

/** A part of a tree and what it is made of, without what stands in comprehensions and `every`. */
function outerParts(part: unknown): readonly unknown[] {
  if (isTerm(part) && closures.has(part.type)) return [];
  // what `every` goes through is chosen outside of it
  const inside = isObject(part) && "domain" in part ? [part.domain] : partsOf(part);
  return [part, ...inside.flatMap(outerParts)];
}

/** Where a part goes through several values; `undefined` where it does not. */
function findIteration(part: unknown, bound: ReadonlySet<string>): RegoLocation | undefined {
  for (const one of outerParts(part)) {
    if (isObject(one) && Array.isArray(one.symbols))
      return (one as { location?: RegoLocation }).location ?? { row: 1, col: 1 };
    const steps = isTerm(one) ? (pathOf(one)?.slice(1) ?? []) : [];
    const open = steps.find((step) => step.type === "var" && !bound.has(String(step.value)));
    if (open !== undefined && isTerm(one)) return one.location ?? { row: 1, col: 1 };
  }
  return undefined;
}

/** Objects that are made: each key once. */
function checkObjects(rule: RegoRule, names: ReadonlySet<string>, report: ReportRego): void {
  const {
    head: { args = [] },
    body = [],
  } = rule;
  const around = new Set([...boundIn({ args, body }, names), ...chosenIn(body)]);
  for (const part of allParts(rule).filter(isTerm)) {
    const isWritten =
      part.type !== "object" ||
      (part.value as readonly (readonly [RegoTerm])[]).every(([key]) => isScalar(key));
    const isKeyed =
      part.type !== "objectcomprehension" || hasOneKeyEach(part.value as ObjectComprehension, around);
    if (isWritten && isKeyed) continue;
    const fix = "write the keys down, or take them over from one list or object: {k: v | some k, v in xs}";
    report(part.location, "FG1033", { message: "two entries of this object may have one key", fix });
  }
}

interface ObjectComprehension {
  readonly key: RegoTerm;
  readonly value: RegoTerm;
  readonly body: readonly RegoExpression[];
}

/** Variables that `some ... in` gives one value at a time, outside of comprehensions. */
function chosenIn(body: readonly RegoExpression[]): readonly string[] {
  return outerParts(body).flatMap((part) =>
    isObject(part) && Array.isArray(part.symbols)
      ? part.symbols.flatMap((symbol) => variablesIn(chosenBy(symbol).slice(0, -1)))
      : [],
  );
}

/** What `some` chooses, and from what: `some k, v in xs`. */
function chosenBy(symbol: unknown): readonly RegoTerm[] {
  return isTerm(symbol) && symbol.type === "call" && Array.isArray(symbol.value) ? symbol.value.slice(1) : [];
}

/** Whether the keys are those of one list or object: each comes once. */
function hasOneKeyEach({ key, value, body }: ObjectComprehension, around: ReadonlySet<string>): boolean {
  const [first, ...others] = body;
  const terms = first?.terms;
  const symbols = isObject(terms) && Array.isArray(terms.symbols) ? terms.symbols : [];
  const [index, entry, from] = symbols.length === 1 ? chosenBy(symbols[0]) : [];
  if (from === undefined || variableOf(key) === undefined || variableOf(key) !== variableOf(index))
    return false;
  const bound = new Set([
    ...around,
    ...variablesIn([index, entry]),
    ...boundIn({ args: [], body: others }, around),
  ]);
  return findIteration([from], around) === undefined && findIteration([others, value], bound) === undefined;
}

import type { Expression } from "@forego/ir";
import { type Body, call, holds, type Statement, scalar, type Term, variable } from "../rego/ast.ts";
import { dropUnused } from "./drop-unused.ts";
import { freeVariables } from "./free-variables.ts";
import { lowerCondition } from "./lower-condition.ts";
import { bindLet, lowerValue } from "./lower-value.ts";
import { type Lowering, type LoweringScope, regoOrigin } from "./lowering.ts";
import { predicateRule } from "./predicate-rule.ts";

/** A branch of an else chain: its value, where its body is the first that holds. */
export interface Branch {
  readonly body: Body;
  readonly value: Term;
}

/** Lowers a value to branches of which, in order, the first that holds gives it. The last one always holds. */
export function branchesOf(node: Expression, scope: LoweringScope, lowering: Lowering): readonly Branch[] {
  if (node.kind === "conditional") {
    const tests = lowerCondition(node.test, scope, lowering, true);
    const whenTrue = branchesOf(node.whenTrue, scope, lowering);
    // where both have several, the tests move into a rule, so that sizes add up and do not multiply
    const isLarge = tests.length > 1 && whenTrue.length > 1;
    const single = isLarge
      ? [[holds(predicateRule(scope.hint, tests, lowering, regoOrigin(node.test.origin)))]]
      : tests;
    const taken = single.flatMap((test) =>
      whenTrue.map(({ body, value }) => ({ body: [...test, ...body], value })),
    );
    return [...taken, ...branchesOf(node.whenFalse, scope, lowering)];
  }
  const before: Statement[] = [];
  if (node.kind === "let") {
    const inside = bindLet(node, scope, lowering, before);
    return branchesOf(node.body, inside, lowering).map(({ body, value }) => ({
      body: [...before, ...body],
      value,
    }));
  }
  const value = lowerValue(node, scope, lowering, before);
  return [{ body: before, value }];
}

/** The truth of a condition, as branches. */
export function truthBranches(node: Expression, scope: LoweringScope, lowering: Lowering): readonly Branch[] {
  const bodies = lowerCondition(node, scope, lowering, true);
  return [...bodies.map((body) => ({ body, value: scalar(true) })), { body: [], value: scalar(false) }];
}

/** Branches without what nothing reads, up to the first that always holds. */
export function reachedBranches(branches: readonly Branch[]): readonly Branch[] {
  const kept = branches.map(({ body, value }) => ({ body: dropUnused(body, value), value }));
  const last = kept.findIndex(({ body }) => body.length === 0);
  return last < 0 ? kept : kept.slice(0, last + 1);
}

/** Makes a total function of an else chain, closed over exactly the variables that it uses; the answer calls it. */
export function valueRule(branches: readonly Branch[], scope: LoweringScope, lowering: Lowering): Term {
  const reached = reachedBranches(branches);
  const [first] = reached;
  if (reached.length === 1 && first !== undefined && first.body.length === 0) return first.value;
  const parameters = freeVariables(
    reached.map(({ body }) => body),
    reached.map(({ value }) => value),
  );
  const name = lowering.names.fresh(scope.hint);
  lowering.rules.push({ kind: "value", name, parameters, branches: reached });
  return call(name, ...parameters.map(variable));
}

import type { Expression } from "@forego/ir";
import { type Body, compare, holds, not, type Statement, scalar } from "../rego/ast.ts";
import { lowerComparison, lowerNullish } from "./lower-comparison.ts";
import { iterate } from "./lower-list.ts";
import { lowerTest } from "./lower-test.ts";
import { bindLet, bindValue, lowerValue } from "./lower-value.ts";
import { type Lowering, type LoweringScope, regoOrigin, withLocal } from "./lowering.ts";
import { always, never, predicateRule } from "./predicate-rule.ts";
import { canBeNull, presence } from "./presence.ts";

/**
 * Lowers a condition to bodies: some body holds exactly when the condition is what `wanted` says. There are two sets
 * of bodies for each condition, and no negation of anything but calls over bound variables: in Rego, `not` of an
 * undefined value is no negation. Since every value is defined, the two sets never hold together.
 */
export function lowerCondition(
  node: Expression,
  scope: LoweringScope,
  lowering: Lowering,
  wanted: boolean,
): readonly Body[] {
  const condition = (child: Expression, want: boolean) => lowerCondition(child, scope, lowering, want);
  switch (node.kind) {
    case "literal":
      return (node.value === true) === wanted ? always : never;
    case "not":
      return condition(node.operand, !wanted);
    case "and":
    case "or": {
      // a && b is true when both are, and false when either is; a || b the other way round
      const both = (node.kind === "and") === wanted;
      const left = condition(node.left, wanted);
      const right = condition(node.right, wanted);
      return both ? product(left, right, node.right, scope, lowering) : [...left, ...right];
    }
    case "conditional": {
      const whenTrue = condition(node.whenTrue, wanted);
      const whenFalse = condition(node.whenFalse, wanted);
      return [
        ...product(condition(node.test, true), whenTrue, node.whenTrue, scope, lowering),
        ...product(condition(node.test, false), whenFalse, node.whenFalse, scope, lowering),
      ];
    }
    case "let": {
      const before: Statement[] = [];
      const inside = bindLet(node, scope, lowering, before);
      return lowerCondition(node.body, inside, lowering, wanted).map((body) => [...before, ...body]);
    }
    case "some":
    case "every":
      return lowerQuantifier(node, scope, lowering, wanted);
    case "chain": {
      const bodies = lowerPresent(node, scope, lowering, true);
      return wanted ? bodies : negated(bodies, node, scope, lowering);
    }
    case "coalesce":
      return lowerDefault(node, scope, lowering, wanted);
    case "compare":
      return lowerComparison(node, scope, lowering, wanted);
    case "nullish":
      return lowerNullish(node, scope, lowering, wanted);
    case "local":
      return lowerLocalCondition(node, scope, lowering, wanted);
    default:
      return lowerTest(node, scope, lowering, wanted);
  }
}

/** Bodies that hold when both sides do. Where both have several, the right ones move into a rule, so that sizes add up and do not multiply. */
function product(
  left: readonly Body[],
  right: readonly Body[],
  node: Expression,
  scope: LoweringScope,
  lowering: Lowering,
): readonly Body[] {
  const isLarge = left.length > 1 && right.length > 1;
  const single = isLarge
    ? [[holds(predicateRule(scope.hint, right, lowering, regoOrigin(node.origin)))]]
    : right;
  return left.flatMap((one) => single.map((other) => [...one, ...other]));
}

function lowerQuantifier(
  node: Extract<Expression, { kind: "some" | "every" }>,
  scope: LoweringScope,
  lowering: Lowering,
  wanted: boolean,
): readonly Body[] {
  const before: Statement[] = [];
  const { enter, inside } = iterate(node, scope, lowering, before);
  // some: an item for which it is true; every: no item for which it is false
  const found = lowerCondition(node.body, inside, lowering, node.kind === "some").map(
    (body): Body => [...before, enter, ...body],
  );
  return (node.kind === "some") === wanted ? found : negated(found, node, scope, lowering);
}

/** A body that holds when none of the given ones does. */
function negated(
  bodies: readonly Body[],
  node: Expression,
  scope: LoweringScope,
  lowering: Lowering,
): readonly Body[] {
  if (bodies.length === 0) return always;
  return [[not(holds(predicateRule(scope.hint, bodies, lowering, regoOrigin(node.origin))))]];
}

/** `left ?? true` and `left ?? false`, where left may be missing. */
function lowerDefault(
  node: Extract<Expression, { kind: "coalesce" }>,
  scope: LoweringScope,
  lowering: Lowering,
  wanted: boolean,
): readonly Body[] {
  const byDefault = node.right.kind === "literal" && node.right.value === true;
  // the answer that the left side must give itself: the other one is what is missing, too
  const strict = !byDefault;
  if (node.left.kind === "chain") {
    const bodies = lowerPresent(node.left, scope, lowering, strict);
    return wanted === strict ? bodies : negated(bodies, node, scope, lowering);
  }
  const before: Statement[] = [];
  const term = lowerValue(node.left, scope, lowering, before);
  return [[...before, compare(term, wanted === strict ? "==" : "!=", scalar(strict))]];
}

/** Bodies that hold when an optional chain leads somewhere, and what is there is what is wanted. */
function lowerPresent(
  node: Extract<Expression, { kind: "chain" }>,
  scope: LoweringScope,
  lowering: Lowering,
  wanted: boolean,
): readonly Body[] {
  const before: Statement[] = [];
  const base = bindValue(node.base, scope, lowering, before);
  const inside = withLocal(scope, node.local, { kind: "term", term: base });
  const isThere = [...before, ...presence(base, node.base)];
  return lowerKnown(node.rest, inside, lowering, wanted).map((body) => [...isThere, ...body]);
}

/** As a condition, but what is missing is neither true nor false. */
function lowerKnown(
  node: Expression,
  scope: LoweringScope,
  lowering: Lowering,
  wanted: boolean,
): readonly Body[] {
  if (wanted || (!node.type.undefinable && !canBeNull(node)))
    return lowerCondition(node, scope, lowering, wanted);
  const before: Statement[] = [];
  const term = lowerValue(node, scope, lowering, before);
  return [[...before, compare(term, "==", scalar(false))]];
}

function lowerLocalCondition(
  node: Extract<Expression, { kind: "local" }>,
  scope: LoweringScope,
  lowering: Lowering,
  wanted: boolean,
): readonly Body[] {
  const lowered = scope.locals.get(node.local);
  if (lowered?.kind === "condition") return [[wanted ? holds(lowered.holds) : not(holds(lowered.holds))]];
  return lowerTest(node, scope, lowering, wanted);
}

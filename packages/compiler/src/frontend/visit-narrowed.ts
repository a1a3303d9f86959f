import type { Expression } from "@forego/ir";
import type { Node } from "ts-morph";
import { intervalOf } from "./intervals.ts";
import { isAlways, isNullable, nonNullish } from "./value-types.ts";
import { visitExpression } from "./visit.ts";
import type { VisitContext } from "./visit-context.ts";
import { literalOf } from "./visitors/literal.ts";

/**
 * Reads a text or a number that may be absent as its schema has it, and not where TypeScript has seen the tests around
 * it: JavaScript does not get here without it, and for the inputs with which it does not, any other value will do.
 */
export function visitNarrowed(node: Node, context: VisitContext): Expression {
  const left = visitExpression(node, context);
  if (!isNullable(left.type) || node.getType().isNullable()) return left;
  const type = nonNullish(left.type);
  const otherwise = isAlways(type, "string")
    ? ""
    : isAlways(type, "number")
      ? nearestToZero(left)
      : undefined;
  if (otherwise === undefined) return left;
  const right = literalOf(otherwise, node, context);
  return { kind: "coalesce", left, right, type, origin: left.origin };
}

function nearestToZero({ type }: Expression): number {
  const { min, max } = intervalOf(nonNullish(type));
  return Math.min(Math.max(0, min), max);
}

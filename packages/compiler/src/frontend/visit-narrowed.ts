import type { Expression, ValueType } from "@forego/ir";
import type { Node } from "ts-morph";
import { intervalOf } from "../types/intervals.ts";
import { isAlways, isNullable, literalsOf, nonNullish } from "../types/value-types.ts";
import { forgetsDefault } from "./forgotten-default.ts";
import { mayBeNullish } from "./may-be-nullish.ts";
import { visitExpression } from "./visit.ts";
import type { VisitContext } from "./visit-context.ts";
import { literalOf } from "./visitors/literal.ts";

/** Reads an expression as {@link asNarrowed} has it. */
export function visitNarrowed(node: Node, context: VisitContext): Expression {
  return asNarrowed(visitExpression(node, context), node, context);
}

/**
 * A text, a number, a truth or a list that may be absent as its schema has it, and not where TypeScript has seen the
 * tests around it: JavaScript does not get here without it, and for the inputs with which it does not, any other value
 * of its type will do.
 */
export function asNarrowed(left: Expression, node: Node, context: VisitContext): Expression {
  // what stands for another expression has the type of that, and not of the node
  if (!isNullable(left.type) || context.replaced.has(node) || mayBeNullish(node.getType())) return left;
  if (forgetsDefault(node)) return left;
  const type = nonNullish(left.type);
  const right = someOf(type, node, context);
  return right === undefined
    ? left
    : { kind: "coalesce", left, right, assumed: true, type, origin: left.origin };
}

/** Some value of a type. */
export function someOf(type: ValueType, node: Node, context: VisitContext): Expression | undefined {
  const [literal] = literalsOf(type) ?? [];
  const literalNode = (value: string | number | boolean) => literalOf(value, node, context);
  if (literal !== undefined && literal !== null) return literalNode(literal);
  if (isAlways(type, "string")) return literalNode("");
  if (isAlways(type, "number")) return literalNode(nearestToZero(type));
  if (isAlways(type, "boolean")) return literalNode(false);
  if (!isAlways(type, "array")) return undefined;
  return { kind: "array", parts: [], type, origin: literalNode(false).origin };
}

function nearestToZero(type: ValueType): number {
  const { min, max } = intervalOf(type);
  return Math.min(Math.max(0, min), max);
}

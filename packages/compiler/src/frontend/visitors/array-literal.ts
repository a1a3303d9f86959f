import type { ArrayPart, Expression } from "@forego/ir";
import { type ArrayLiteralExpression, Node } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { itemTypeOf, requireKnown } from "../../types/value-types.ts";
import { arrayOf } from "../build-expression.ts";
import { visitExpression } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";

/** `["a", "b"]`: a list of literals, or `[a, ...list]`, an array that is made here */
export function visitArrayLiteral(node: Node, context: VisitContext): Expression {
  const parts = (node as ArrayLiteralExpression).getElements().map((element) => visitPart(element, context));
  return arrayOf(parts, originOf(node, context));
}

/** An item, or a list that is spread. */
export function visitPart(element: Node, context: VisitContext): ArrayPart {
  if (!Node.isSpreadElement(element)) return { isSpread: false, value: visitExpression(element, context) };
  const value = visitExpression(element.getExpression(), context);
  requireKnown(value, element);
  if (itemTypeOf(value.type) !== undefined) return { isSpread: true, value };
  return refuse(element, "FG2012", "only arrays that a schema describes can be spread");
}

import type { Expression } from "@forego/ir";
import type { Node, ParenthesizedExpression } from "ts-morph";
import { visitExpression } from "../visit.ts";
import type { VisitContext } from "../visit-context.ts";

/** `(expression)` */
export function visitParenthesized(node: Node, context: VisitContext): Expression {
  return visitExpression((node as ParenthesizedExpression).getExpression(), context);
}

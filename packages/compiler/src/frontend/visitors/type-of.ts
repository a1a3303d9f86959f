import type { Expression } from "@forego/ir";
import type { Node, TypeOfExpression } from "ts-morph";
import { typeOf } from "../../types/type-names.ts";
import { visitTolerant } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";

/** `typeof value`: asks also whether the value is there. */
export function visitTypeOf(node: Node, context: VisitContext): Expression {
  const operand = visitTolerant((node as TypeOfExpression).getExpression(), context);
  return typeOf(operand, originOf(node, context));
}

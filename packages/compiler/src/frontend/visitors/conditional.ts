import type { Expression } from "@forego/ir";
import type { ConditionalExpression, Node } from "ts-morph";
import { either } from "../../types/value-types.ts";
import { visitExpression, visitTest } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";

/** `test ? whenTrue : whenFalse` */
export function visitConditional(node: Node, context: VisitContext): Expression {
  const ternary = node as ConditionalExpression;
  const test = visitTest(ternary.getCondition(), context);
  const whenTrue = visitExpression(ternary.getWhenTrue(), context);
  const whenFalse = visitExpression(ternary.getWhenFalse(), context);
  const type = either(whenTrue.type, whenFalse.type);
  return { kind: "conditional", test, whenTrue, whenFalse, type, origin: originOf(node, context) };
}

import type { Expression, TextTest } from "@forego/ir";
import type { CallExpression, Node } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { booleanType, isAlways, lengthType } from "../value-types.ts";
import { visitExpression } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";

/** `text.length`, in UTF-16 units */
export function readStringLength(node: Node, operand: Expression, context: VisitContext): Expression {
  if (!isAlways(operand.type, "string")) return refuse(node, "FG2006");
  return { kind: "length", operand, type: lengthType(operand.type), origin: originOf(node, context) };
}

/** `text.startsWith(part)`, `text.endsWith(part)`, `text.includes(part)` */
export function callStringTest(test: TextTest) {
  return (call: CallExpression, text: Expression, context: VisitContext): Expression => {
    const [argument, ...rest] = call.getArguments();
    if (argument === undefined || rest.length > 0)
      return refuse(call, "FG2012", `${test}() takes one text here`, "test the whole text");
    const part = visitExpression(argument, context);
    if (!isAlways(text.type, "string") || !isAlways(part.type, "string")) return refuse(call, "FG2006");
    return { kind: "text-test", test, text, part, type: booleanType, origin: originOf(call, context) };
  };
}

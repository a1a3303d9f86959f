import { callLimits } from "@forego/core";
import type { Expression, Shape, TextChange, TextTest } from "@forego/ir";
import { membersOf } from "@forego/ir";
import type { CallExpression, Node } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { booleanType, isAlways, lengthType, present, textType } from "../../types/value-types.ts";
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

/** `text.trim()`, `text.toLowerCase()` */
export function callTextChange(change: TextChange) {
  return (call: CallExpression, text: Expression, context: VisitContext): Expression => {
    if (!isAlways(text.type, "string")) return refuse(call, "FG2006");
    return { kind: "text-change", change, text, type: textType, origin: originOf(call, context) };
  };
}

/** `text.split("/")` */
export function callSplit(call: CallExpression, text: Expression, context: VisitContext): Expression {
  const [argument, ...rest] = call.getArguments();
  const separator = argument === undefined ? undefined : visitExpression(argument, context);
  const isText = separator?.kind === "literal" && typeof separator.value === "string";
  if (!isText || separator.value === "" || rest.length > 0) {
    const fix = 'write the separator as a text: split("/")';
    return refuse(argument ?? call, "FG2012", "split() takes one text here, which is not empty", fix);
  }
  if (!isAlways(text.type, "string")) return refuse(call, "FG2006");
  const shape: Shape = { kind: "array", items: { kind: "string" }, min: 1, max: mostCharacters(text) + 1 };
  const type = present(shape);
  return { kind: "split", text, separator: String(separator.value), type, origin: originOf(call, context) };
}

/** The most characters that a text can have: no longer one reaches a policy. */
function mostCharacters(text: Expression): number {
  const most = membersOf(text.type.shape).map((member) =>
    member.kind === "string"
      ? (member.max ?? callLimits.maxSize)
      : String(member.kind === "literal" ? member.value : "").length,
  );
  return Math.max(...most);
}

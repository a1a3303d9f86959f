import { type Expression, type IntrinsicNode, utcTimeKey } from "@forego/ir";
import { intrinsics } from "../intrinsics/index.ts";
import { compare, emptySet, type Statement, scalar, type Term } from "../rego/ast.ts";
import { isAlways, isNullable } from "../types/value-types.ts";
import { lowerTextOperand } from "./lower-text.ts";
import type { Lowering } from "./lowering.ts";
import { preludeCall } from "./prelude-call.ts";

type LowerOperand = (node: Expression) => Term;

/** A call of an intrinsic's function of the prelude: a value, or what holds or not. */
export function lowerIntrinsic(node: IntrinsicNode, operand: LowerOperand, lowering: Lowering): Term {
  const { rego } = intrinsics[node.name];
  if (rego.kind === "time-order") throw new Error(`${node.name} is a comparison`);
  const values = node.arguments.map((argument, index) => {
    const convert = rego.literals?.[index];
    const isConverted = convert !== undefined && argument.kind === "literal";
    return isConverted ? scalar(convert(String(argument.value))) : lowerArgument(argument, operand, lowering);
  });
  return preludeCall(rego.name, lowering, ...values);
}

/** `before(time, other)` and `after(time, other)`; nothing for another intrinsic. */
export function lowerTimeOrder(
  node: IntrinsicNode,
  operand: LowerOperand,
  wanted: boolean,
  lowering: Lowering,
): Statement | undefined {
  const { rego } = intrinsics[node.name];
  if (rego.kind !== "time-order") return undefined;
  const [left = emptySet, right = emptySet] = node.arguments.map((time) => timeKey(time, operand, lowering));
  return compare(left, wanted ? rego.sign : rego.opposite, right);
}

/** A text, a number or a list that is there: TypeScript has asked, where its type says that it may be missing. */
function lowerArgument(node: Expression, operand: LowerOperand, lowering: Lowering): Term {
  const kind = isAlways(node.type, "array") ? "list" : isAlways(node.type, "number") ? "number" : undefined;
  if (kind === undefined) return lowerTextOperand(node, operand, lowering);
  const term = operand(node);
  return isNullable(node.type) ? preludeCall(kind, lowering, term) : term;
}

function timeKey(node: Expression, operand: LowerOperand, lowering: Lowering): Term {
  if (node.kind === "literal" && typeof node.value === "string") return scalar(utcTimeKey(node.value));
  return preludeCall("time_key", lowering, operand(node));
}

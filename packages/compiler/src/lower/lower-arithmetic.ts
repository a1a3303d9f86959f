import type { ArithmeticNode, Expression, MathNode } from "@forego/ir";
import { call, type Term } from "../rego/ast.ts";
import { isNullable } from "../types/value-types.ts";
import type { Lowering } from "./lowering.ts";
import { preludeCall } from "./prelude-call.ts";

type LowerOperand = (child: Expression) => Term;

/** Lowers arithmetic on whole numbers. All engines agree on it: types have shown that nothing leaves what they hold exactly. */
export function lowerArithmetic(node: ArithmeticNode, operand: LowerOperand, lowering: Lowering): Term {
  const left = lowerNumber(node.left, operand, lowering);
  const right = lowerNumber(node.right, operand, lowering);
  return { kind: "arithmetic", sign: node.operator, left, right };
}

/** The functions of the prelude that round as JavaScript does; OPA's own do not, in some engine or other. */
const roundings = {
  floor: "round_down",
  ceil: "round_up",
  trunc: "round_to_zero",
  round: "round_half_up",
} as const;

/** Lowers a function of `Math`. */
export function lowerMath(node: MathNode, operand: LowerOperand, lowering: Lowering): Term {
  const { name } = node;
  const numbers = node.arguments.map((argument) => lowerNumber(argument, operand, lowering));
  if (name === "min" || name === "max") return call(name, { kind: "array", items: numbers });
  return name === "abs" ? call(name, ...numbers) : preludeCall(roundings[name], lowering, ...numbers);
}

/** A term that is a number, also where the policy has asked before whether there is one. */
function lowerNumber(node: Expression, operand: LowerOperand, lowering: Lowering): Term {
  const term = operand(node);
  return isNullable(node.type) ? preludeCall("number", lowering, term) : term;
}

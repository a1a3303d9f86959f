import type { Expression, MathFunction } from "@forego/ir";
import { type CallExpression, Node, SyntaxKind } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { intervalOf, intervalOfMath, isInteger, numberType } from "../../types/intervals.ts";
import { requireNumber } from "../../types/require-number.ts";
import type { Operand } from "../arithmetic.ts";
import { isField } from "../build-expression.ts";
import { foldLiterals } from "../fold-literals.ts";
import { visitExpression } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";
import { visitQuotient } from "../visitors/arithmetic.ts";

/** `Math.floor(number)`, `ceil`, `trunc` and `round`: of any number, and of a quotient of whole ones but for `round`. */
export function callRounding(name: "floor" | "ceil" | "trunc" | "round") {
  return (call: CallExpression, context: VisitContext): Expression => {
    const [argument] = call.getArguments();
    if (argument === undefined) return refuse(call, "FG2012");
    const value = visitRounded(name, argument, context);
    requireNumber({ node: argument, value });
    // of a whole number it is that number, and of a field that is not there NaN
    const isSame = isInteger(value.type) && !isField(value);
    return isSame ? value : mathNode(name, [{ node: argument, value }], true, call, context);
  };
}

/** `Math.abs(number)` */
export function callAbs(call: CallExpression, context: VisitContext): Expression {
  const operands = visitNumbers(call, context);
  return mathNode("abs", operands, areIntegers(operands), call, context);
}

/** `Math.min(a, b)` and `Math.max(a, b)`, of two numbers or more. */
export function callExtreme(name: "min" | "max") {
  return (call: CallExpression, context: VisitContext): Expression => {
    const operands = visitNumbers(call, context);
    if (operands.length < 2)
      return refuse(call, "FG2012", `${name}() takes two numbers or more here`, `write Math.${name}(a, b)`);
    return mathNode(name, operands, areIntegers(operands), call, context);
  };
}

function visitNumbers(call: CallExpression, context: VisitContext): readonly Operand[] {
  return call.getArguments().map((node) => {
    if (Node.isSpreadElement(node)) {
      const isAlone = call.getArguments().length === 1;
      const text = isAlone
        ? "of an empty list this is infinite, which no engine but JavaScript can hold"
        : "a list is not spread here: how many numbers there are is written";
      return refuse(node, "FG2012", text, "compare the items, with some() or every()");
    }
    const operand = { node, value: visitExpression(node, context) };
    requireNumber(operand);
    return operand;
  });
}

function areIntegers(operands: readonly Operand[]): boolean {
  return operands.every(({ value }) => isInteger(value.type));
}

/** What is rounded: here, and only here, a quotient is exact. */
function visitRounded(name: MathFunction, argument: Node, context: VisitContext): Expression {
  const inner = withoutParentheses(argument);
  const isQuotient =
    Node.isBinaryExpression(inner) && inner.getOperatorToken().getKind() === SyntaxKind.SlashToken;
  if (!isQuotient) return visitExpression(argument, context);
  const quotient = visitQuotient(inner, context);
  if (name !== "round" || quotient.kind === "literal") return quotient;
  return refuse(
    inner,
    "FG2082",
    "JavaScript may take a quotient for a half that it only comes close to, and round it up",
    "write Math.floor((2 * a + b) / (2 * b)) for Math.round(a / b)",
  );
}

function withoutParentheses(node: Node): Node {
  return Node.isParenthesizedExpression(node) ? withoutParentheses(node.getExpression()) : node;
}

function mathNode(
  name: MathFunction,
  operands: readonly Operand[],
  integer: boolean,
  call: CallExpression,
  context: VisitContext,
): Expression {
  const values = operands.map(({ value }) => value);
  const interval = intervalOfMath(
    name,
    values.map(({ type }) => intervalOf(type)),
  );
  const origin = originOf(call, context);
  const result: Expression = {
    kind: "math",
    name,
    arguments: values,
    type: numberType(interval, integer),
    origin,
  };
  return foldLiterals(result, values, call, context) ?? result;
}

import type { ArithmeticOperator, Expression } from "@forego/ir";
import { type BinaryExpression, type Node, type PrefixUnaryExpression, SyntaxKind } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { present } from "../../types/value-types.ts";
import { arithmetic, type Operand } from "../arithmetic.ts";
import { visitExpression } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";

/** The operators of arithmetic. */
export const arithmeticOperators: ReadonlyMap<SyntaxKind, ArithmeticOperator> = new Map<
  SyntaxKind,
  ArithmeticOperator
>([
  [SyntaxKind.PlusToken, "+"],
  [SyntaxKind.MinusToken, "-"],
  [SyntaxKind.AsteriskToken, "*"],
  [SyntaxKind.SlashToken, "/"],
  [SyntaxKind.PercentToken, "%"],
]);

/** `a + b`, `a - b`, `a * b`, `a % 3`; a quotient of what is not known only where it is rounded. */
export function visitArithmetic(
  binary: BinaryExpression,
  operator: ArithmeticOperator,
  context: VisitContext,
): Expression {
  const result = visitOperation(binary, operator, context);
  if (result.kind !== "arithmetic" || result.operator !== "/") return result;
  return refuse(binary, "FG2082");
}

/** A quotient that is rounded at once. */
export function visitQuotient(binary: BinaryExpression, context: VisitContext): Expression {
  return visitOperation(binary, "/", context);
}

/** `-number` */
export function visitNegation(unary: PrefixUnaryExpression, context: VisitContext): Expression {
  const node = unary.getOperand();
  return negative({ node, value: visitExpression(node, context) }, unary, context);
}

/** The negative of a number: what is missing to zero. JavaScript's `-0` is zero wherever a policy can look. */
export function negative(operand: Operand, node: Node, context: VisitContext): Expression {
  const zero: Expression = {
    kind: "literal",
    value: 0,
    type: present({ kind: "literal", value: 0 }),
    origin: originOf(node, context),
  };
  return arithmetic("-", { node, value: zero }, operand, node, context);
}

function visitOperation(
  binary: BinaryExpression,
  operator: ArithmeticOperator,
  context: VisitContext,
): Expression {
  const operand = (node: Node): Operand => ({ node, value: visitExpression(node, context) });
  return arithmetic(operator, operand(binary.getLeft()), operand(binary.getRight()), binary, context);
}

import type { ArithmeticOperator, Expression } from "@forego/ir";
import type { Node } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import {
  type Interval,
  intervalOf,
  intervalOfArithmetic,
  isExact,
  isInteger,
  numberType,
} from "../types/intervals.ts";
import { requireNumber } from "../types/require-number.ts";
import { suggestBounds } from "../types/suggest-bounds.ts";
import { foldLiterals } from "./fold-literals.ts";
import { originOf, type VisitContext } from "./visit-context.ts";

/** An operand, and where the policy writes it. */
export interface Operand {
  readonly node: Node;
  readonly value: Expression;
}

/**
 * `left operator right`, of whole numbers that the result's interval shows to stay exact; refused otherwise. What is
 * known when the policy is compiled is computed there, fractions included.
 */
export function arithmetic(
  operator: ArithmeticOperator,
  left: Operand,
  right: Operand,
  node: Node,
  context: VisitContext,
): Expression {
  const interval = intervalOfArithmetic(operator, intervalOf(left.value.type), intervalOf(right.value.type));
  const type = numberType(interval, operator !== "/");
  const origin = originOf(node, context);
  const result: Expression = {
    kind: "arithmetic",
    operator,
    left: left.value,
    right: right.value,
    type,
    origin,
  };
  const folded = foldLiterals(result, [left.value, right.value], node, context);
  if (folded !== undefined) return folded;
  const operands = [left, right];
  for (const operand of operands) requireNumber(operand);
  if (operator === "/" || operator === "%") requireDivisor(operator, right);
  for (const operand of operands) requireInteger(operand);
  for (const operand of operands) requireExact(intervalOf(operand.value.type), [operand], operand.node);
  if (operator !== "/") requireExact(interval, operands, node, operator);
  return result;
}

/** Refuses an operand that can have a fraction. */
function requireInteger({ node, value }: Operand): void {
  if (isInteger(value.type)) return;
  const isLiteral = value.kind === "literal";
  refuse(
    node,
    "FG2080",
    isLiteral ? `${value.value} has a fraction` : `'${node.getText()}' can have a fraction`,
    isLiteral
      ? "multiply both sides until all numbers are whole: a * 10 > b * 15 for a > b * 1.5"
      : undefined,
  );
}

/** Only a division by what is known and positive has an exact meaning. */
function requireDivisor(operator: "/" | "%", { node, value }: Operand): void {
  const divisor = value.kind === "literal" ? value.value : undefined;
  const isPositive = typeof divisor === "number" && Number.isSafeInteger(divisor) && divisor > 0;
  if (isPositive) return;
  refuse(
    node,
    "FG2082",
    `the right side of \`${operator}\` must be a positive whole number that is known when the policy is compiled`,
    operator === "/"
      ? "multiply both sides instead: a > b * c for a / b > c, when b is positive"
      : "write a number, or a const of the module: a % 7",
  );
}

/** Refuses numbers that leave what JavaScript holds exactly, and names the bounds to write. */
export function requireExact(
  interval: Interval,
  operands: readonly Operand[],
  node: Node,
  operator?: ArithmeticOperator,
): void {
  if (isExact(interval)) return;
  const reach = interval.max >= -interval.min ? interval.max : interval.min;
  const problem = Number.isFinite(reach) ? `can reach ${reach}` : "has no bounds";
  const texts = operands.map((operand) => ({
    text: operand.node.getText(),
    interval: intervalOf(operand.value.type),
    isLiteral: operand.value.kind === "literal",
  }));
  refuse(
    node,
    "FG2081",
    `'${node.getText()}' ${problem}, and whole numbers are exact up to 2^53 - 1`,
    suggestBounds(texts, operator),
  );
}

import type { ArithmeticOperator, MathFunction } from "../nodes.ts";

/** Arithmetic of two numbers. */
export function calculate(operator: ArithmeticOperator, left: unknown, right: unknown): number {
  return withoutSign(operate(operator, number(left), number(right)));
}

/** A function of `Math`. */
export function callMath(name: MathFunction, values: readonly unknown[]): number {
  const [first = 0, ...others] = values.map(number);
  if (name === "min" || name === "max") return withoutSign(Math[name](first, ...others));
  return withoutSign(Math[name](first));
}

function operate(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
  }
}

/** Negative zero is zero: neither JSON nor Rego tells the two apart. */
function withoutSign(value: number): number {
  return value === 0 ? 0 : value;
}

/** What is missing has been asked for before it is computed with; where it stands is not reached. */
function number(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

import type { ArithmeticOperator, MathFunction, Shape, ValueType } from "@forego/ir";
import { membersOf } from "@forego/ir";
import { present } from "./value-types.ts";

/** What a number can be, bounds included; infinite where nothing bounds it. */
export interface Interval {
  readonly min: number;
  readonly max: number;
}

/** The numbers of a type. What else it has, null and undefined, is not among them. */
export function intervalOf(type: ValueType): Interval {
  const intervals = membersOf(type.shape).flatMap(intervalOfShape);
  return {
    min: Math.min(...intervals.map(({ min }) => min)),
    max: Math.max(...intervals.map(({ max }) => max)),
  };
}

/** Whether all numbers of a type are whole. */
export function isInteger(type: ValueType): boolean {
  return membersOf(type.shape).every((member) =>
    member.kind === "literal"
      ? typeof member.value !== "number" || Number.isInteger(member.value)
      : member.kind === "number" && member.integer,
  );
}

/** Whether JavaScript holds all whole numbers of an interval exactly, and those next to them. */
export function isExact({ min, max }: Interval): boolean {
  return min >= Number.MIN_SAFE_INTEGER && max <= Number.MAX_SAFE_INTEGER;
}

/** The type of the numbers of an interval. */
export function numberType({ min, max }: Interval, integer: boolean): ValueType {
  const bounds = {
    ...(Number.isFinite(min) ? { min: min + 0 } : {}),
    ...(Number.isFinite(max) ? { max: max + 0 } : {}),
  };
  return present({ kind: "number", integer, ...bounds });
}

/** The interval of a sum, a difference, a product, a quotient or a rest; the right side of the last two is positive. */
export function intervalOfArithmetic(
  operator: ArithmeticOperator,
  left: Interval,
  right: Interval,
): Interval {
  switch (operator) {
    case "+":
      return { min: left.min + right.min, max: left.max + right.max };
    case "-":
      return { min: left.min - right.max, max: left.max - right.min };
    case "*":
      return hull(
        [left.min, left.max].flatMap((one) => [right.min, right.max].map((other) => multiply(one, other))),
      );
    case "/":
      return { min: left.min / right.min, max: left.max / right.min };
    case "%":
      // a rest has the sign of the number that is divided
      return {
        min: Math.min(0, Math.max(left.min, 1 - right.max)),
        max: Math.max(0, Math.min(left.max, right.max - 1)),
      };
  }
}

/** The interval of a function of `Math`. */
export function intervalOfMath(name: MathFunction, operands: readonly Interval[]): Interval {
  const [{ min, max } = { min: 0, max: 0 }] = operands;
  switch (name) {
    case "min":
    case "max":
      return {
        min: Math[name](...operands.map((one) => one.min)),
        max: Math[name](...operands.map((one) => one.max)),
      };
    case "abs":
      return { min: Math.max(0, min, -max), max: Math.max(-min, max) };
    default:
      return { min: Math[name](min), max: Math[name](max) };
  }
}

function intervalOfShape(shape: Shape): readonly Interval[] {
  if (shape.kind === "literal")
    return typeof shape.value === "number" ? [{ min: shape.value, max: shape.value }] : [];
  if (shape.kind !== "number") return [];
  const { integer, min, max, above, below } = shape;
  const next = (bound: number) => (integer ? Math.floor(bound) + 1 : bound);
  const previous = (bound: number) => (integer ? Math.ceil(bound) - 1 : bound);
  return [
    {
      min: Math.max(
        min ?? Number.NEGATIVE_INFINITY,
        above === undefined ? Number.NEGATIVE_INFINITY : next(above),
      ),
      max: Math.min(
        max ?? Number.POSITIVE_INFINITY,
        below === undefined ? Number.POSITIVE_INFINITY : previous(below),
      ),
    },
  ];
}

function hull(values: readonly number[]): Interval {
  return { min: Math.min(...values), max: Math.max(...values) };
}

/** A product in which zero is zero, also of what has no bounds. */
function multiply(left: number, right: number): number {
  return left === 0 || right === 0 ? 0 : left * right;
}

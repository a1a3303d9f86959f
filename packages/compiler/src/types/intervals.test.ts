import type { ArithmeticOperator, MathFunction, NumberShape } from "@forego/ir";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Interval, intervalOf, intervalOfArithmetic, intervalOfMath, isExact } from "./intervals.ts";
import { present } from "./value-types.ts";

const bound = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.maxSafeInteger());

/** An interval, and a number in it. */
const within = fc
  .tuple(bound, bound, bound)
  .map((three) => three.toSorted((one, other) => one - other) as [number, number, number])
  .map(([min, value, max]) => ({ interval: { min, max }, value }));

const positive = within.filter(({ interval }) => interval.min > 0);

const operations: readonly (readonly [ArithmeticOperator, (left: number, right: number) => number])[] = [
  ["+", (left, right) => left + right],
  ["-", (left, right) => left - right],
  ["*", (left, right) => left * right],
];

const divisions: readonly (readonly [ArithmeticOperator, (left: number, right: number) => number])[] = [
  ["/", (left, right) => left / right],
  ["%", (left, right) => left % right],
];

describe("an interval holds every result of", () => {
  test.each(operations)("%s", (operator, operate) => {
    fc.assert(
      fc.property(within, within, (left, right) => {
        const interval = intervalOfArithmetic(operator, left.interval, right.interval);
        expectInside(operate(left.value, right.value), interval);
      }),
    );
  });

  test.each(divisions)("%s by a constant", (operator, operate) => {
    fc.assert(
      fc.property(within, positive, (left, { value }) => {
        const interval = intervalOfArithmetic(operator, left.interval, { min: value, max: value });
        expectInside(operate(left.value, value), interval);
      }),
    );
  });

  test.each<MathFunction>(["floor", "ceil", "trunc", "round", "abs"])("Math.%s", (name) => {
    fc.assert(
      fc.property(within, fc.constantFrom(1, 2, 3, 7), ({ interval, value }, part) => {
        const operand = { min: interval.min / part, max: interval.max / part };
        expectInside(Math[name](value / part), intervalOfMath(name, [operand]));
      }),
    );
  });

  test.each(["min", "max"] as const)("Math.%s", (name) => {
    fc.assert(
      fc.property(within, within, (left, right) => {
        const interval = intervalOfMath(name, [left.interval, right.interval]);
        expectInside(Math[name](left.value, right.value), interval);
      }),
    );
  });
});

test("what has no bounds is not exact, except times zero", () => {
  const all: Interval = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
  expect(isExact(intervalOfArithmetic("+", all, { min: 1, max: 1 }))).toBe(false);
  expect(isExact(intervalOfArithmetic("*", all, { min: 0, max: 0 }))).toBe(true);
  expect(isExact(intervalOfMath("round", [all]))).toBe(false);
});

test.each<readonly [string, Omit<NumberShape, "kind">, Interval]>([
  ["bounds that are left out", { integer: true, above: 0, below: 3 }, { min: 1, max: 2 }],
  ["bounds with fractions that are left out", { integer: true, above: -0.5, below: 2.5 }, { min: 0, max: 2 }],
  ["the narrower of two bounds", { integer: true, min: 0, above: 3, max: 9, below: 7 }, { min: 4, max: 6 }],
  ["bounds of numbers with a fraction", { integer: false, above: 0, max: 1 }, { min: 0, max: 1 }],
])("the interval of a schema has %s", (_title, shape, expected) => {
  expect(intervalOf(present({ kind: "number", ...shape }))).toEqual(expected);
});

function expectInside(value: number, { min, max }: Interval): void {
  expect(value).toBeGreaterThanOrEqual(min);
  expect(value).toBeLessThanOrEqual(max);
}

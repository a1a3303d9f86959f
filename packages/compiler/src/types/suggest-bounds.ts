import type { ArithmeticOperator } from "@forego/ir";
import type { Interval } from "./intervals.ts";

/** An operand as it is written, with what it can be. */
export interface BoundedText {
  readonly text: string;
  readonly interval: Interval;
  readonly isLiteral: boolean;
}

/** What to write so that arithmetic stays exact: bounds for the operands that reach too far; nothing where there are none. */
export function suggestBounds(
  operands: readonly BoundedText[],
  operator?: ArithmeticOperator,
): string | undefined {
  const named = operands.filter(({ isLiteral }) => !isLiteral);
  const far = named.filter(({ interval }) => magnitude(interval) > fairShare(operator));
  const widest = named
    .toSorted((one, other) => magnitude(other.interval) - magnitude(one.interval))
    .slice(0, 1);
  const asked = far.length > 0 ? far : widest;
  const rest = operands
    .filter((operand) => !asked.includes(operand))
    .map(({ interval }) => magnitude(interval));
  const room = asked.length > 1 ? fairShare(operator) : roomBeside(rest[0], operator);
  if (asked.length === 0 || room < 1) return undefined;
  const limit = 10 ** Math.floor(Math.log10(room));
  return [...new Set(asked.map((operand) => suggest(operand, limit)))].join("; ");
}

/** The largest absolute value of an interval. */
export function magnitude({ min, max }: Interval): number {
  return Math.max(Math.abs(min), Math.abs(max));
}

/** How far both operands can reach at once. */
function fairShare(operator: ArithmeticOperator | undefined): number {
  if (operator === "*") return Math.floor(Math.sqrt(Number.MAX_SAFE_INTEGER));
  return operator === undefined ? Number.MAX_SAFE_INTEGER : Math.floor(Number.MAX_SAFE_INTEGER / 2);
}

function roomBeside(other: number | undefined, operator: ArithmeticOperator | undefined): number {
  if (other === undefined) return Number.MAX_SAFE_INTEGER;
  return operator === "*" ? Math.floor(Number.MAX_SAFE_INTEGER / other) : Number.MAX_SAFE_INTEGER - other;
}

function suggest({ text, interval: { min } }: BoundedText, limit: number): string {
  const max = withSeparators(limit);
  const low = min >= 0 && min < limit ? withSeparators(min) : `-${max}`;
  const clamped = min >= 0 ? `Math.min(${text}, ${max})` : `Math.max(-${max}, Math.min(${text}, ${max}))`;
  // only what has a name has a schema
  const isNamed = /^[\w.$]+$/.test(text);
  const clamp = `clamp it where it is used: ${clamped}`;
  if (!isNamed) return clamp;
  return `declare the bounds that '${text}' has, such as int({ min: ${low}, max: ${max} }), or ${clamp}`;
}

function withSeparators(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, "_");
}

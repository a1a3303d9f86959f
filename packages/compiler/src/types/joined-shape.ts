import { membersOf, type Shape, type StringShape } from "@forego/ir";

/** What is known of the text that texts and whole numbers make together, one behind the other. */
export function joinedShape(parts: readonly Shape[]): StringShape {
  const lengths = parts.map((part) => membersOf(part).map(printedLength));
  // two halves of a character become one where they meet, so that the lengths need not add up
  const min = Math.max(...lengths.map((some) => Math.min(...some.map((one) => one.min))));
  const max = lengths.reduce((sum, some) => sum + Math.max(...some.map((one) => one.max)), 0);
  return { kind: "string", ...(min === 0 ? {} : { min }), ...(Number.isFinite(max) ? { max } : {}) };
}

/** How many code points a text has, or a whole number between two others when it is printed. */
function printedLength(shape: Shape): { readonly min: number; readonly max: number } {
  if (shape.kind === "number") {
    const digits = [shape.min, shape.max].map((bound) => String(bound).length);
    return { min: 1, max: Math.max(...digits) };
  }
  if (shape.kind === "literal") {
    const { length } = [...String(shape.value)];
    return { min: length, max: length };
  }
  const { min = 0, max = Number.POSITIVE_INFINITY } = shape as StringShape;
  return { min, max };
}

import { conforms } from "../conforms.ts";
import type { Shape, StringShape } from "../shape.ts";
import { textFormats } from "../text-formats.ts";

/** Plain values of a shape: what could stand where something else does, or nothing. */
export function sampleShape(shape: Shape): readonly unknown[] {
  switch (shape.kind) {
    case "literal":
      return [shape.value];
    case "boolean":
      return [true, false];
    case "number":
      return [sampleNumber(shape)];
    case "string":
      return sampleText(shape);
    case "array": {
      const items = Array.from({ length: shape.min ?? 0 }, (_, at) => shape.places?.[at] ?? shape.items);
      return [items.map((item) => sampleShape(item)[0])];
    }
    case "record":
      return [{}];
    case "object": {
      const needed = Object.entries(shape.properties).filter(([, { optional }]) => !optional);
      return [Object.fromEntries(needed.map(([name, property]) => [name, sampleShape(property.shape)[0]]))];
    }
    case "union":
      return shape.members.flatMap(sampleShape);
    case "unknown":
      return [];
  }
}

/** A text of a shape, where one is easily found. */
function sampleText(shape: StringShape): readonly string[] {
  const text = shape.format === undefined ? "x".repeat(shape.min ?? 0) : textFormats[shape.format].sample;
  return conforms(shape, text) ? [text] : [];
}

function sampleNumber({ min, max, above, below }: Extract<Shape, { kind: "number" }>): number {
  const least = min ?? (above === undefined ? undefined : above + 1);
  const most = max ?? (below === undefined ? undefined : below - 1);
  return least !== undefined && least > 0 ? least : most !== undefined && most < 0 ? most : 0;
}

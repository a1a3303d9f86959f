import type { Shape } from "../shape.ts";

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
      return [shape.format === "utc-time" ? "2000-01-01T00:00:00Z" : "x".repeat(shape.min ?? 0)];
    case "array": {
      const [item] = (shape.min ?? 0) === 0 ? [] : sampleShape(shape.items);
      return [Array.from({ length: shape.min ?? 0 }, () => item)];
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

function sampleNumber({ min, max, above, below }: Extract<Shape, { kind: "number" }>): number {
  const least = min ?? (above === undefined ? undefined : above + 1);
  const most = max ?? (below === undefined ? undefined : below - 1);
  return least !== undefined && least > 0 ? least : most !== undefined && most < 0 ? most : 0;
}

import type { Shape, TextPattern } from "./shape.ts";

/** The patterns that texts anywhere in a value of a shape must match. */
export function patternsOf(shape: Shape): readonly TextPattern[] {
  switch (shape.kind) {
    case "string":
      return shape.patterns ?? [];
    case "array":
      return (shape.places ?? [shape.items]).flatMap(patternsOf);
    case "record":
      return patternsOf(shape.values);
    case "object":
      return Object.values(shape.properties).flatMap((property) => patternsOf(property.shape));
    case "union":
      return shape.members.flatMap(patternsOf);
    default:
      return [];
  }
}

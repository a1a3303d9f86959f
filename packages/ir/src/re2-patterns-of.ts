import type { Shape } from "./shape.ts";

/** The patterns anywhere in a value of a shape that RE2 has to match, as it reads them. */
export function re2PatternsOf(shape: Shape): readonly string[] {
  switch (shape.kind) {
    case "string":
      return (shape.patterns ?? []).flatMap(({ re2 }) => (re2 === undefined ? [] : [re2]));
    case "array":
      return (shape.places ?? [shape.items]).flatMap(re2PatternsOf);
    case "record":
      return re2PatternsOf(shape.values);
    case "object":
      return Object.values(shape.properties).flatMap((property) => re2PatternsOf(property.shape));
    case "union":
      return shape.members.flatMap(re2PatternsOf);
    default:
      return [];
  }
}

import type { Shape, TextPattern } from "@forego/ir";
import { parsePattern } from "./parse-pattern.ts";
import { re2Pattern } from "./re2-pattern.ts";

/** The patterns anywhere in a shape that RE2 has to match, as it reads them. */
export function re2PatternsOf(shape: Shape): readonly string[] {
  switch (shape.kind) {
    case "string":
      return (shape.patterns ?? []).flatMap(leftToRe2);
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

function leftToRe2({ source, flags, plain }: TextPattern): readonly string[] {
  return plain ? [] : [re2Pattern(parsePattern(`/${source}/${flags}`))];
}

import { patternsOf, type Shape } from "@forego/ir";
import { parsePattern } from "./parse-pattern.ts";
import { re2Pattern } from "./re2-pattern.ts";

/** The patterns anywhere in a shape that RE2 has to match, as it reads them. */
export function re2PatternsOf(shape: Shape): readonly string[] {
  return patternsOf(shape).flatMap(({ source, flags, plain }) =>
    plain ? [] : [re2Pattern(parsePattern(`/${source}/${flags}`))],
  );
}

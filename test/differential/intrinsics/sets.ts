import { difference, intersection, intersects, isSubset } from "@forego/dsl";
import fc from "fast-check";

const value = fc.constantFrom(
  ...["", "a", "b", "A", "1", "true", "null", "constructor", "__proto__", "\u00e9", "e\u0301", "\u{1F4A9}"],
  ...[0, -0, 1, -1, 0.5, 1e21, Number.MAX_SAFE_INTEGER, true, false, null],
);
const list = fc.array(value, { maxLength: 5 });

/** Lists that have something in common, most of them, and some of which one is a part of the other. */
export const sets = fc
  .record({
    list,
    other: fc.oneof(list, fc.array(value, { minLength: 8, maxLength: 40 })),
    isPart: fc.boolean(),
  })
  .map(({ list, other, isPart }) => ({ list: isPart ? other.slice(0, list.length) : list, other }))
  .map(({ list, other }) => ({
    list,
    other,
    places: [...list, null].map((_, index) => index),
    intersects: intersects(list, other),
    isSubset: isSubset(list, other),
    intersection: intersection(list, other),
    difference: difference(list, other),
  }));

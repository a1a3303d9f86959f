import type { Json } from "@forego/core";
import type { ArrayShape, NumberShape, ObjectShape, Shape, StringShape } from "@forego/ir";
import fc from "fast-check";
import type { Words } from "./words.ts";

/** Values of a shape, most of them: some are just outside of it, where a guard has to see the difference. */
export function shapeArbitrary(shape: Shape, words: Words): fc.Arbitrary<Json> {
  switch (shape.kind) {
    case "unknown":
      return anything(words);
    case "string":
      return textArbitrary(shape, words);
    case "number":
      return numberArbitrary(shape, words);
    case "boolean":
      return fc.boolean();
    case "literal":
      return mostly(fc.constant(shape.value), anything(words));
    case "array":
      return listArbitrary(shape, words);
    case "object":
      return objectArbitrary(shape, words);
    case "record":
      return fc.dictionary(fc.constantFrom(...words.texts), shapeArbitrary(shape.values, words), {
        maxKeys: 4,
      });
    case "union":
      return shape.members.length === 0
        ? anything(words)
        : fc.oneof(...shape.members.map((member) => shapeArbitrary(member, words)));
  }
}

/** Any small JSON value. */
export function anything({ texts, numbers }: Words): fc.Arbitrary<Json> {
  return fc.oneof(
    fc.constantFrom(...texts),
    fc.constantFrom(...numbers),
    fc.constantFrom<Json>(null, true, false, [], {}, [null], { x: {} }, "1", "false"),
  );
}

function objectArbitrary({ properties }: ObjectShape, words: Words): fc.Arbitrary<Json> {
  const names = Object.keys(properties);
  const values = Object.entries(properties).map(
    ([name, { shape }]) => [name, shapeArbitrary(shape, words)] as const,
  );
  const requiredKeys = names.filter((name) => properties[name]?.optional === false);
  return fc.record(Object.fromEntries(values), { requiredKeys });
}

function listArbitrary({ items, min = 0, max }: ArrayShape, words: Words): fc.Arbitrary<Json> {
  const item = shapeArbitrary(items, words);
  const sized = (minLength: number, maxLength: number) => fc.array(item, { minLength, maxLength });
  const usual = sized(min, Math.max(min, Math.min(max, 4)));
  // now and then a list is longer than any number that policies count up to, or than it may be
  const long = max > 8 ? sized(min, Math.max(min, 8)) : sized(max + 1, max + 2);
  return mostly(usual, min > 0 ? fc.oneof(long, sized(0, min - 1)) : long);
}

function textArbitrary({ format, min = 0, max }: StringShape, words: Words): fc.Arbitrary<string> {
  if (format === "utc-time") return fc.constantFrom(...words.times);
  const word = fc.constantFrom(...words.texts);
  const text = fc.oneof(
    { weight: 5, arbitrary: word },
    fc.tuple(word, word).map((two) => two.join("")),
  );
  if (min === 0 && max === undefined) return text;
  const fitting = text.map((value) => [...value].slice(0, max).join("").padEnd(min, "a"));
  return mostly(fitting, fc.constantFrom("", "\u{1F4A9}".repeat(max ?? min), "a".repeat((max ?? min) + 1)));
}

function numberArbitrary(
  { integer, min, max, above, below }: NumberShape,
  { numbers }: Words,
): fc.Arbitrary<number> {
  const low = min ?? above ?? Number.NEGATIVE_INFINITY;
  const high = max ?? below ?? Number.POSITIVE_INFINITY;
  const bounds = [low, high].filter(Number.isFinite).flatMap((bound) => [bound - 1, bound, bound + 1]);
  const fitting = numbers.filter(
    (value) => value >= low && value <= high && (!integer || Number.isInteger(value)),
  );
  const usual =
    fitting.length === 0
      ? fc.constant(integer ? Math.ceil(low) : (low + high) / 2)
      : fc.constantFrom(...fitting);
  return mostly(usual, fc.constantFrom(...bounds, ...numbers));
}

/** One value in eight is of the other kind. */
function mostly<T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 7, arbitrary: usual }, { weight: 1, arbitrary: other });
}

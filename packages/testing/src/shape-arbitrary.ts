import type { Json } from "@forego/core";
import {
  type ArrayShape,
  conforms,
  type NumberShape,
  type ObjectShape,
  type Shape,
  type StringShape,
} from "@forego/ir";
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

function listArbitrary({ items, places, min = 0, max }: ArrayShape, words: Words): fc.Arbitrary<Json> {
  if (places !== undefined) {
    const entries = fc.tuple(...places.map((place) => shapeArbitrary(place, words)));
    return mostly(
      entries,
      fc.oneof(
        entries.map((all) => all.slice(1)),
        entries.map((all) => [...all, null]),
      ),
    );
  }
  const item = shapeArbitrary(items, words);
  const sized = (minLength: number, maxLength: number) => fc.array(item, { minLength, maxLength });
  const usual = sized(min, Math.max(min, Math.min(max, 4)));
  // now and then a list is longer than any number that policies count up to, or than it may be
  const long = max > 8 ? sized(min, Math.max(min, 8)) : sized(max + 1, max + 2);
  return mostly(usual, min > 0 ? fc.oneof(long, sized(0, min - 1)) : long);
}

function textArbitrary(shape: StringShape, words: Words): fc.Arbitrary<string> {
  const { format, patterns = [], min = 0, max } = shape;
  if (format === "utc-time") return fc.constantFrom(...words.times);
  if (format !== undefined || patterns.length > 0) return matchingArbitrary(shape, words);
  const word = fc.constantFrom(...words.texts);
  const text = fc.oneof(
    { weight: 5, arbitrary: word },
    fc.tuple(word, word).map((two) => two.join("")),
  );
  if (min === 0 && max === undefined) return text;
  const fitting = text.map((value) => [...value].slice(0, max).join("").padEnd(min, "a"));
  return mostly(fitting, fc.constantFrom("", "\u{1F4A9}".repeat(max ?? min), "a".repeat((max ?? min) + 1)));
}

/** Texts of a format, or that match patterns; those that match one pattern may miss another. */
function matchingArbitrary(shape: StringShape, words: Words): fc.Arbitrary<string> {
  const { format: _format, patterns: _patterns, ...size } = shape;
  const found = [...words.texts.filter((text) => conforms(shape, text)), ...textsOf(shape)];
  if (found.length === 0) return textArbitrary(size, words);
  const usual = fc.constantFrom(...found);
  const spoilt = fc.oneof(
    textArbitrary(size, words),
    usual.map((text) => ` ${text}`),
    usual.map((text) => text + text),
    usual.map((text) => [...text].slice(0, -1).join("")),
  );
  return mostly(usual, spoilt);
}

const sampled = new Map<string, readonly string[]>();

/** Some texts of a format or of patterns: the same each time, for they take long to find. */
function textsOf(shape: StringShape): readonly string[] {
  const key = JSON.stringify([shape.format, shape.patterns]);
  const known = sampled.get(key);
  if (known !== undefined) return known;
  const texts = findTexts(shape);
  sampled.set(key, texts);
  return texts;
}

/** A pattern that repeats something thousands of times: its texts would take longer to compare than all others. */
const longPattern = /\{\d*,?\d{4}/;

function findTexts({ format, patterns = [] }: StringShape): readonly string[] {
  if (patterns.some(({ source }) => longPattern.test(source))) return [];
  try {
    const matching = patterns.map(({ source, flags }) =>
      fc.stringMatching(new RegExp(source, flags.replace("i", ""))),
    );
    const formatted = format === "email" ? [fc.emailAddress()] : format === "url" ? [fc.webUrl()] : [];
    return fc.sample(fc.oneof(...formatted, ...matching), { seed: 1, numRuns: 40 });
  } catch {
    // not every pattern can be turned round: what was never seen is told then
    return [];
  }
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

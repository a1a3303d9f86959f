import { conforms, type Property, type Shape, type TextPattern } from "@forego/ir";
import fc from "fast-check";
import { expect, test } from "vitest";
import { misfitOf } from "./misfit-of.ts";

const time = "2025-01-01T00:00:00Z";
const scalars = ["", "a", "b", "ab", time, "a@b.cd", "https://a.b/", -1, 0, 0.5, 1, 2, 3, true, false, null];
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.constantFrom<unknown>(...scalars),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b"), tie("any"), { maxKeys: 2 }),
  ),
})).any;

const bound = fc.option(fc.integer({ min: -1, max: 3 }), { nil: undefined });
const size = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined });
const most = fc.integer({ min: 0, max: 4 });

const startsWithA: TextPattern = { source: "^a", flags: "" };
const endsWithB: TextPattern = { source: "b$", flags: "i" };

function defined<T extends object>(shape: T): Shape {
  return Object.fromEntries(
    Object.entries(shape).filter(([, part]) => part !== undefined),
  ) as unknown as Shape;
}

const { shape } = fc.letrec<{ shape: Shape; property: Property }>((tie) => ({
  property: fc.record({ shape: tie("shape"), optional: fc.boolean() }),
  shape: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.constantFrom<Shape>({ kind: "boolean" }, { kind: "unknown" }, { kind: "string", format: "utc-time" }),
    fc.constantFrom(...scalars).map((literal): Shape => ({ kind: "literal", value: literal })),
    fc
      .record({
        kind: fc.constant("string"),
        min: size,
        max: size,
        format: fc.constantFrom(undefined, undefined, "email", "url"),
        patterns: fc.constantFrom(undefined, undefined, [startsWithA], [endsWithB, startsWithA]),
      })
      .map(defined),
    fc.array(tie("shape"), { maxLength: 3 }).map((places): Shape => {
      const items: Shape = { kind: "union", members: places };
      return { kind: "array", items, places, min: places.length, max: places.length };
    }),
    fc
      .record({
        kind: fc.constant("number"),
        integer: fc.boolean(),
        min: bound,
        max: bound,
        above: bound,
        below: bound,
      })
      .map(defined),
    fc.record({ kind: fc.constant("array"), items: tie("shape"), min: size, max: most }).map(defined),
    fc.record({ kind: fc.constant("record"), values: tie("shape"), max: most }).map(defined),
    fc
      .dictionary(fc.constantFrom("a", "b"), tie("property"), { maxKeys: 2 })
      .map((properties): Shape => ({ kind: "object", properties })),
    fc
      .array(tie("shape"), { minLength: 1, maxLength: 3 })
      .map((members): Shape => ({ kind: "union", members })),
  ),
}));

test("a value of a shape that does not misfit another is one of that, too", () => {
  let fitting = 0;
  fc.assert(
    fc.property(shape, shape, fc.array(value, { minLength: 20, maxLength: 20 }), (own, wanted, values) => {
      if (misfitOf(own, wanted) !== undefined) return;
      const those = values.filter((one) => conforms(own, one));
      fitting += those.length;
      for (const one of those) expect(conforms(wanted, one), JSON.stringify(one)).toBe(true);
    }),
    { numRuns: 20_000 },
  );
  expect(fitting).toBeGreaterThan(1000);
});

test("every shape fits itself, whatever it is a part of", () => {
  fc.assert(
    fc.property(shape, shape, (own, other) => {
      expect(misfitOf(own, own)).toBeUndefined();
      expect(misfitOf(own, { kind: "union", members: [other, own] })).toBeUndefined();
    }),
  );
});

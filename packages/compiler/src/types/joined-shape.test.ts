import { conforms, type Shape } from "@forego/ir";
import fc from "fast-check";
import { expect, test } from "vitest";
import { joinedShape } from "./joined-shape.ts";

const text = fc.string({ unit: fc.constantFrom("a", "é", "\u{1F4A9}", "\ud83d", "\udca9"), maxLength: 5 });
const length = fc.option(fc.nat({ max: 3 }), { nil: undefined });

/** A part of a template: what is known of it, and what it is. */
const part: fc.Arbitrary<{ readonly shape: Shape; readonly value: string | number }> = fc.oneof(
  fc.tuple(text, length, length).map(([value, less, more]) => {
    const count = [...value].length;
    const min = less === undefined ? {} : { min: Math.max(0, count - less) };
    const max = more === undefined ? {} : { max: count + more };
    return { shape: { kind: "string", ...min, ...max } as const, value };
  }),
  fc.oneof(text, fc.maxSafeInteger()).map((value) => ({ shape: { kind: "literal", value } as const, value })),
  fc
    .tuple(fc.maxSafeInteger(), fc.maxSafeInteger(), fc.maxSafeInteger())
    .map((three) => three.toSorted((one, other) => one - other) as [number, number, number])
    .map(([min, value, max]) => ({ shape: { kind: "number", integer: true, min, max } as const, value })),
);

test("says of joined texts and numbers what is so, to the last character", () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
      const shape = joinedShape(parts.map((one) => one.shape));
      expect(conforms(shape, parts.map(({ value }) => String(value)).join(""))).toBe(true);
    }),
  );
  const tag = { kind: "string", min: 2, max: 40 } as const;
  const count = { kind: "number", integer: true, min: -5, max: 500 } as const;
  const either = { kind: "union", members: [tag, { kind: "literal", value: "none at all" }] } as const;
  expect(joinedShape([{ kind: "literal", value: "[" }, either, count])).toEqual({
    ...{ kind: "string", min: 2, max: 44 },
  });
  expect(joinedShape([{ kind: "string" }])).toEqual({ kind: "string" });
});

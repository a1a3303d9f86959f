import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPicker, mergeReadSets, type ReadSet } from "./read-set.ts";

const name = fc.constantFrom("a", "b", "constructor");

const readSets: fc.Arbitrary<ReadSet> = fc.letrec<{ set: ReadSet }>((tie) => ({
  set: fc.oneof(
    { maxDepth: 4 },
    fc.constant<ReadSet>(true),
    fc.record({ fields: fc.dictionary(name, tie("set"), { noNullPrototype: true }) }),
    fc.record({ items: tie("set"), max: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ values: tie("set"), max: fc.integer({ min: 0, max: 3 }) }),
  ),
})).set;

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.integer(),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(name, tie("value"), { maxKeys: 5 }),
  ),
})).value;

describe("createPicker", () => {
  test("copies the fields that are read, and leaves out what is absent", () => {
    const pick = createPicker({
      fields: { user: { fields: { id: true } }, action: { fields: { tool: true } } },
    });
    expect(pick({ user: { id: "ada", secret: 1 }, other: 2 })).toEqual({ user: { id: "ada" } });
  });

  test("reads own properties only", () => {
    const names = ["constructor", "toString", "id"];
    const pick = createPicker({ fields: Object.fromEntries(names.map((name) => [name, true as const])) });
    expect(pick({})).toEqual({});
    expect(pick(Object.create({ id: "inherited" }))).toEqual({});
  });

  test.each<[string, ReadSet, unknown, unknown]>([
    ["a list at its maximum", { items: true, max: 2 }, [1, 2], [1, 2]],
    ["a record at its maximum", { values: true, max: 2 }, { a: 1, b: 2 }, { a: 1, b: 2 }],
  ])("keeps %s", (_what, reads, value, picked) => {
    expect(createPicker({ fields: { part: reads } })({ part: value })).toEqual({ part: picked });
  });

  test.each<[string, ReadSet, unknown, unknown]>([
    ["a list over its maximum", { items: true, max: 2 }, [1, 2, 3, 4], [1, 2, 3]],
    ["a record over its maximum", { values: true, max: 1 }, { a: 1, b: 2, c: 3 }, { a: 1, b: 2 }],
    ["a list in a list", { items: { items: true, max: 1 }, max: 1 }, [[1, 2, 3]], [[1, 2]]],
    ["a list in a record", { values: { items: true, max: 1 }, max: 1 }, { a: [1, 2, 3] }, { a: [1, 2] }],
  ])("keeps one entry too many of %s, so that it is not taken for absent", (_what, reads, value, picked) => {
    expect(createPicker({ fields: { part: reads } })({ part: value })).toEqual({ part: picked });
  });

  test("hands over what is of another form as it is, so that the rule's guard sees it", () => {
    const pick = createPicker({ fields: { list: { items: true, max: 1 }, one: { fields: { a: true } } } });
    expect(pick({ list: "abc", one: [1] })).toEqual({ list: "abc", one: [1] });
  });

  test("keeps hostile names of a record as names", () => {
    const picked = createPicker({ values: true, max: 3 })(JSON.parse('{"__proto__":1,"constructor":2}'));
    expect(JSON.stringify(picked)).toBe('{"__proto__":1,"constructor":2}');
  });

  test("never throws on plain data, and gives nothing that was not there", () => {
    fc.assert(
      fc.property(readSets, values, (reads, value) => {
        expect(isPartOf(createPicker(reads)(value), value)).toBe(true);
      }),
    );
  });
});

describe("mergeReadSets", () => {
  test("reads all that either of two reads", () => {
    fc.assert(
      fc.property(readSets, readSets, values, (left, right, value) => {
        const both = createPicker(mergeReadSets(left, right))(value);
        for (const one of [left, right]) {
          const picked = createPicker(one)(value);
          // picking again from what both read gives what one reads: projecting first loses nothing
          expect(createPicker(one)(both)).toEqual(picked);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("does not depend on the order", () => {
    fc.assert(
      fc.property(readSets, readSets, (left, right) => {
        expect(mergeReadSets(left, right)).toEqual(mergeReadSets(right, left));
      }),
    );
  });
});

/** Whether everything in a picked value is in the whole, at the same place. */
function isPartOf(picked: unknown, whole: unknown): boolean {
  if (typeof picked !== "object" || picked === null) return picked === whole;
  if (typeof whole !== "object" || whole === null) return false;
  return Object.entries(picked).every(([name, part]) => {
    return Object.hasOwn(whole, name) && isPartOf(part, (whole as Record<string, unknown>)[name]);
  });
}

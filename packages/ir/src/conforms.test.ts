import { describe, expect, test } from "vitest";
import { conforms } from "./conforms.ts";
import type { Shape } from "./shape.ts";

const text: Shape = { kind: "string" };
const anything: Shape = { kind: "unknown" };
const optionalText = { shape: text, optional: true };

describe("a value conforms", () => {
  const cases: readonly (readonly [string, Shape, unknown, boolean])[] = [
    ["to unknown when it is there", { kind: "unknown" }, null, true],
    ["to nothing when it is absent", { kind: "unknown" }, undefined, false],
    ["to a text counted in code points", { kind: "string", min: 1, max: 1 }, "\u{1F4A9}", true],
    ["to no text that is too long", { kind: "string", max: 1 }, "ab", false],
    ["to no text of another form", { kind: "string", format: "utc-time" }, "2025-09-12", false],
    [
      "to no text that misses a pattern which repeats what repeats, and is told so at once",
      { kind: "string", patterns: [{ source: "^(?:a+)+$", flags: "", re2: "^(?:a+)+$" }] },
      `${"a".repeat(1000)}!`,
      false,
    ],
    ["to a whole number within its bounds", { kind: "number", integer: true, min: 0, max: 3 }, 3, true],
    ["to no whole number with a fraction", { kind: "number", integer: true }, 0.5, false],
    [
      "to no number on a bound that is left out",
      { kind: "number", integer: false, above: 0, below: 1 },
      0,
      false,
    ],
    ["to no literal of another type", { kind: "literal", value: 1 }, "1", false],
    ["to an array within its sizes", { kind: "array", items: text, min: 1, max: 1 }, ["x"], true],
    ["to no array over its maximum", { kind: "array", items: text, max: 1 }, ["x", "y"], false],
    ["to no array with another item", { kind: "array", items: text, max: 2 }, ["x", 1], false],
    ["to no array when it only has a length", { kind: "array", items: text, max: 2 }, { length: 0 }, false],
    ["to an object without what it may lack", { kind: "object", properties: { a: optionalText } }, {}, true],
    ["to an object with what nobody reads", { kind: "object", properties: {} }, { other: 1 }, true],
    [
      "to no object with null for what it may lack",
      { kind: "object", properties: { a: optionalText } },
      { a: null },
      false,
    ],
    [
      "to no object by its prototype",
      { kind: "object", properties: { toString: { shape: anything, optional: false } } },
      {},
      false,
    ],
    ["to no object when it is an array", { kind: "object", properties: {} }, [], false],
    [
      "to a record of its values",
      { kind: "record", values: text, max: 1 },
      JSON.parse('{"__proto__":"x"}'),
      true,
    ],
    ["to no record over its maximum", { kind: "record", values: text, max: 1 }, { a: "x", b: "y" }, false],
    ["to a union by any member", { kind: "union", members: [text, { kind: "boolean" }] }, false, true],
    ["to no union without members", { kind: "union", members: [] }, null, false],
  ];

  test.each(cases)("%s", (_title, shape, value, expected) => {
    expect(conforms(shape, value)).toBe(expected);
  });
});

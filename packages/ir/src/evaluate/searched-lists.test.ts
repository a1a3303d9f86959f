import fc from "fast-check";
import { expect, test } from "vitest";
import { includesValue, type SearchedLists } from "./searched-lists.ts";

const value = fc.oneof(fc.constantFrom(undefined, null, "", "x", 0, -0, Number.NaN, true), fc.string());

test("a list that is searched again and again has what it has when it is searched once", () => {
  const property = fc.property(fc.array(value, { maxLength: 40 }), fc.array(value), (list, values) => {
    const searched: SearchedLists = new WeakMap();
    const found = values.map((one) => includesValue(list, one, searched));
    expect(found).toEqual(values.map((one) => list.includes(one)));
  });
  fc.assert(property);
});

test("another evaluation sees a list as it is by then", () => {
  const list = Array.from({ length: 100 }, (_, index) => `x${index}`);
  const first: SearchedLists = new WeakMap();
  const twice = ["y", "y"].map((one) => includesValue(list, one, first));
  list.push("y");
  expect([...twice, includesValue(list, "y", new WeakMap())]).toEqual([false, false, true]);
});

import { describe, expect, test } from "vitest";
import { originOf } from "./origin-of.ts";

const first = { file: "a.policy.ts", line: 10, column: 5 };
const second = { file: "shared.ts", line: 2, column: 1 };
const release = {
  sourceMap: { "forego/a.rego": [{ line: 8, origin: first }, { line: 14, origin: second }, { line: 20 }] },
};

describe("originOf", () => {
  test.each([
    [7, undefined],
    [8, first],
    [13, first],
    [14, second],
    [19, second],
    [20, undefined],
    [999, undefined],
  ])("finds the rule that line %i is in", (line, origin) => {
    expect(originOf(release, "forego/a.rego", line)).toEqual(origin);
  });

  test("finds nothing in a file that no policy was made into, and in what is no source map", () => {
    for (const file of ["forego/b.rego", "constructor"]) expect(originOf(release, file, 9)).toBeUndefined();
    for (const sourceMap of [undefined, null, "text", { "forego/a.rego": 1 }])
      expect(originOf({ sourceMap }, "forego/a.rego", 9)).toBeUndefined();
  });
});

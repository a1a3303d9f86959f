import { after, before } from "@forego/dsl";
import { isUtcTime } from "@forego/ir";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { buildLanguage, timesFolder } from "./built-policy.ts";
import { inputs, seed } from "./parameters.ts";

const times = await buildLanguage(timesFolder);
afterAll(() => times.dispose());

/** Times in every spelling, close to each other, and some that only look like times. */
const digits = fc.constantFrom(
  "",
  ".0",
  ".1",
  ".10",
  ".100",
  ".099",
  ".000000001",
  ".9999999999999999999",
  ".",
);
const second = fc.constantFrom(
  "2025-09-12T13:45:00",
  "2025-09-12T13:45:01",
  "0000-00-00T00:00:00",
  "9999-12-31T23:59:59",
  "2024-02-29T00:00:00",
);
/** What has the form of a time, and some of it the calendar has. */
const two = fc.integer({ min: 0, max: 62 }).map((number) => String(number).padStart(2, "0"));
const day = fc.tuple(
  fc.constantFrom("0000", "1900", "2000", "2023", "2024", "2100"),
  fc.constantFrom("00", "01", "02", "04", "09", "11", "12", "13", "99"),
  fc.constantFrom("00", "01", "28", "29", "30", "31", "32", "99"),
);
const clock = fc.oneof(
  fc.constantFrom("00:00:00", "23:59:59", "24:00:00", "23:60:00", "23:59:60"),
  fc.tuple(two, two, two).map((parts) => parts.join(":")),
);
const formed = fc.tuple(day, clock).map(([date, time]) => `${date.join("-")}T${time}`);
const spelt = fc.tuple(fc.oneof(second, formed), digits).map(([text, fraction]) => `${text}${fraction}Z`);
const broken = fc
  .tuple(
    spelt,
    fc.nat(30),
    fc.constantFrom("", "Z", "0", "1", ".", "-", ":", "T", " ", "\u0660", "\u{1F4A9}", "z"),
  )
  .map(([text, at, other]) => text.slice(0, at) + other + text.slice(at + 1));
const text = fc.oneof({ weight: 3, arbitrary: spelt }, { weight: 1, arbitrary: broken });

test("before and after compare in WASM as in JavaScript, and the guard lets through the same texts", () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      const input = { action: { type: "tool_call", tool: "t" }, facts: { one, other }, granted: [] };
      const { hits, invalid } = times.together.wasm.evaluate(input) as { hits: string[]; invalid: string[] };
      const areTimes = isUtcTime(one) && isUtcTime(other);
      expect(invalid.length > 0).toBe(!areTimes);
      if (!areTimes) return;
      expect(hits.includes("workflow.moments.before")).toBe(before(one, other));
      expect(hits.includes("workflow.moments.after")).toBe(after(one, other));
    }),
    { seed, numRuns: inputs },
  );
});

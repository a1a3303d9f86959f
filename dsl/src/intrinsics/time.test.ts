import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { after, before } from "./time.ts";

const moment = fc.date({
  min: new Date("0000-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});

/** Spellings of one moment: with more zeros, and without any where it has no milliseconds. */
const spelt = moment.chain((date) => {
  const text = date.toISOString();
  const shorter = text.replace(/\.?0+Z$/, "Z");
  const forms = [text, text.replace("Z", "000Z"), shorter.length < 20 ? text : shorter];
  return fc.constantFrom(...forms).map((form) => ({ form, ms: date.getTime() }));
});

describe("before and after", () => {
  test("say what the dates say, however they are spelt", () => {
    fc.assert(
      fc.property(spelt, spelt, (one, other) => {
        expect(before(one.form, other.form)).toBe(one.ms < other.ms);
        expect(after(one.form, other.form)).toBe(one.ms > other.ms);
      }),
    );
  });

  test("tell apart what a date cannot", () => {
    expect(before("2025-01-01T00:00:00Z", "2025-01-01T00:00:00.000000001Z")).toBe(true);
    expect(after("2025-01-01T00:00:00.1Z", "2025-01-01T00:00:00.0999Z")).toBe(true);
  });

  test("are false of one moment", () => {
    expect(before("2025-01-01T00:00:00Z", "2025-01-01T00:00:00.000Z")).toBe(false);
    expect(after("2025-01-01T00:00:00.50Z", "2025-01-01T00:00:00.5Z")).toBe(false);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { isUtcTime, utcTimeKey } from "./utc-time.ts";

const time = fc.date({
  min: new Date("0000-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});

describe("a UTC time", () => {
  test.each([
    ["2025-09-12T13:45:00Z", true],
    ["2025-09-12T13:45:00.5Z", true],
    ["2025-09-12T13:45:00.000000001Z", true],
    ["2024-02-29T23:59:59Z", true],
    ["2025-02-29T00:00:00Z", false],
    ["2025-13-01T00:00:00Z", false],
    ["2025-00-10T00:00:00Z", false],
    ["2025-12-31T24:00:00Z", false],
    ["2025-12-31T23:59:60Z", false],
    ["2025-09-12T13:45:00.Z", false],
    ["2025-09-12T13:45:00", false],
    ["2025-09-12T13:45:00z", false],
    ["2025-09-12T13:45:00+00:00", false],
    ["2025-09-12 13:45:00Z", false],
    ["2025-09-12T13:45Z", false],
    ["2025-09-12T13:45:00Z\n", false],
    ["12025-09-12T13:45:00Z", false],
    ["٢٠٢٥-09-12T13:45:00Z", false],
    ["", false],
  ])("%j is one: %s", (text, expected) => {
    expect(isUtcTime(text)).toBe(expected);
  });

  test("is what zod takes for one", () => {
    const two = fc.integer({ min: 0, max: 62 }).map((number) => String(number).padStart(2, "0"));
    const year = fc.constantFrom("0000", "0004", "1900", "2000", "2023", "2024", "2100", "2400", "9996");
    const text = fc
      .tuple(year, two, two, two, two, two, fc.constantFrom("", ".5", ".000", "."))
      .map(([y, mon, d, h, min, s, fraction]) => `${y}-${mon}-${d}T${h}:${min}:${s}${fraction}Z`);
    const schema = z.iso.datetime();
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          time.map((moment) => moment.toISOString()),
        ),
        (one) => {
          expect(isUtcTime(one)).toBe(schema.safeParse(one).success);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("is ordered by its key as the moments are", () => {
    fc.assert(
      fc.property(time, time, (one, other) => {
        const [left, right] = [utcTimeKey(one.toISOString()), utcTimeKey(other.toISOString())];
        expect(Math.sign(left < right ? -1 : left > right ? 1 : 0)).toBe(
          Math.sign(one.getTime() - other.getTime()),
        );
      }),
    );
  });

  test("has one key however its fraction is spelt", () => {
    fc.assert(
      fc.property(time, fc.nat(9), (moment, zeros) => {
        const text = moment.toISOString();
        const longer = text.replace("Z", `${"0".repeat(zeros)}Z`);
        expect(utcTimeKey(longer)).toBe(utcTimeKey(text));
        expect(utcTimeKey(text.replace(/\.\d+Z/, "Z"))).toBe(utcTimeKey(text.replace(/\.\d+Z/, ".000Z")));
      }),
    );
  });
});

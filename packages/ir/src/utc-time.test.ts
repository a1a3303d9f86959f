import fc from "fast-check";
import { describe, expect, test } from "vitest";
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
    ["2025-99-99T99:99:99Z", true],
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
  ])("%j has the form: %s", (text, expected) => {
    expect(isUtcTime(text)).toBe(expected);
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

import fc from "fast-check";
import { expect, test } from "vitest";
import { hourAt, longerThan, minutesBetween, weekdayAt } from "./calendar.ts";

const moment = fc.date({
  min: new Date("0000-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});

test("minutes, hours and weekdays are those of dates", () => {
  fc.assert(
    fc.property(moment, moment, (from, to) => {
      const time = from.toISOString();
      expect(minutesBetween(time, to.toISOString())).toBe(
        Math.floor((to.getTime() - from.getTime()) / 60_000),
      );
      const east = new Date(from.getTime() + 330 * 60_000);
      expect(hourAt(time, "+05:30")).toBe(east.getUTCHours());
      expect(weekdayAt(time, "+05:30") % 7).toBe(east.getUTCDay());
    }),
  );
});

test("minutes are rounded down, to the last digit of the fractions", () => {
  const noon = "2026-01-01T12:00:00Z";
  expect(minutesBetween(noon, "2026-01-01T12:00:59.9999999Z")).toBe(0);
  expect(minutesBetween("2026-01-01T12:00:00.0000001Z", "2026-01-01T12:01:00Z")).toBe(0);
  expect(minutesBetween("2026-01-01T12:00:00.0000001Z", noon)).toBe(-1);
  expect(minutesBetween("2026-01-01T12:00:00.50Z", "2026-01-01T12:01:00.5Z")).toBe(1);
});

test("days change at the offset, and weeks begin with Monday", () => {
  expect(weekdayAt("2026-03-01T22:59:59Z", "+01:00")).toBe(7);
  expect(weekdayAt("2026-03-01T23:00:00Z", "+01:00")).toBe(1);
  expect(hourAt("2026-03-01T00:30:00Z", "-00:31")).toBe(23);
  expect(hourAt("2026-03-01T23:30:00Z", "+01:00")).toBe(0);
});

test("longer than some minutes is by any fraction of a second", () => {
  fc.assert(
    fc.property(moment, moment, fc.integer({ min: -10, max: 10 }), (from, to, more) => {
      const [start, end] = [from.toISOString(), to.toISOString()];
      const minutes = minutesBetween(start, end) + more;
      expect(longerThan(start, end, minutes)).toBe(to.getTime() - from.getTime() > minutes * 60_000);
    }),
  );
  const noon = "2026-01-01T12:00:00Z";
  expect(longerThan(noon, "2026-01-02T12:00:00Z", 24 * 60)).toBe(false);
  expect(longerThan(noon, "2026-01-02T12:00:00.0000001Z", 24 * 60)).toBe(true);
});

import { hourAt, longerThan, minutesBetween, weekdayAt } from "@forego/dsl";
import fc from "fast-check";

const date = fc.oneof(
  fc.constantFrom(
    ...["0000-01-01", "0000-02-29", "0000-03-01", "1600-02-29", "1900-02-28", "1900-03-01", "1970-01-01"],
    ...["2000-02-29", "2024-12-31", "2025-01-01", "2100-02-28", "9999-12-31"],
  ),
  fc
    .date({ min: new Date("0000-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
    .map((day) => day.toISOString().slice(0, 10)),
);
const clock = fc.constantFrom(
  ...["00:00:00", "00:00:01", "00:00:59", "00:01:00", "08:09:08", "18:29:59", "18:30:00", "23:58:59"],
  "23:59:59",
);
const fraction = fc.constantFrom("", ".0", ".1", ".10", ".099", ".000000001", ".9999999999999999999");
const time = fc.tuple(date, clock, fraction).map(([day, at, rest]) => `${day}T${at}${rest}Z`);

/** Pairs of times, some of them on one day, with what JavaScript makes of them. */
export const calendar = fc
  .record({ from: time, to: time, isNear: fc.boolean() })
  .map(({ from, to, isNear }) => ({ from, to: isNear ? from.slice(0, 10) + to.slice(10) : to }))
  .map(({ from, to }) => ({
    from,
    to,
    minutes: minutesBetween(from, to),
    longer: longerThan(from, to, minutesBetween(from, to)),
    longer_than_a_day: longerThan(from, to, 24 * 60),
    longer_than_before: longerThan(from, to, -1),
    hour: hourAt(from, "+00:00"),
    hour_east: hourAt(from, "+05:30"),
    hour_west: hourAt(from, "-23:59"),
    weekday: weekdayAt(from, "+00:00"),
    weekday_east: weekdayAt(from, "+05:30"),
    weekday_west: weekdayAt(from, "-23:59"),
  }));

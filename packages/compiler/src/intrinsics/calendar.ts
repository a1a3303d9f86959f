import { offsetSeconds } from "@forego/ir";
import { booleanType, wholeType } from "../types/value-types.ts";
import { requireMinutes, requireOffset, requireTime } from "./argument-checks.ts";
import type { Intrinsic } from "./intrinsic.ts";

/** More minutes than there are from the year 0 to the year 9999, whatever digits stand for days and hours. */
const allMinutes = 6_000_000_000;

export const minutesBetween: Intrinsic = {
  arguments: [requireTime, requireTime],
  type: wholeType(-allMinutes, allMinutes),
  steps: 600,
  rego: {
    kind: "function",
    name: "minutes_between",
    needs: ["seconds_of", "time_key", "round_down"],
    text: `# Whole minutes from one time to another, rounded down. The last second is not whole where its fraction is smaller.
minutes_between(from, to) := round_down((seconds - 1) / 60) if {
	seconds := seconds_of(to) - seconds_of(from)
	substring(time_key(to), 20, -1) < substring(time_key(from), 20, -1)
} else := round_down((seconds_of(to) - seconds_of(from)) / 60)`,
  },
};

export const longerThan: Intrinsic = {
  arguments: [requireTime, requireTime, requireMinutes],
  type: booleanType,
  steps: 600,
  rego: {
    kind: "condition",
    name: "longer_than",
    needs: ["minutes_between", "seconds_of", "time_key", "round_down"],
    text: `# Whether more than some minutes lie from one time to another: counted from the end, a part of one counts as a whole.
longer_than(from, to, minutes) if minutes_between(to, from) < 0 - minutes`,
  },
};

export const hourAt: Intrinsic = {
  arguments: [requireTime, requireOffset],
  type: wholeType(0, 23),
  steps: 300,
  rego: {
    kind: "function",
    name: "hour_at",
    needs: ["seconds_of"],
    literals: { 1: offsetSeconds },
    text: `# The hour of the day of a time, some seconds from UTC.
hour_at(time, offset) := floor((seconds_of(time) + offset) / 3600) % 24`,
  },
};

export const weekdayAt: Intrinsic = {
  arguments: [requireTime, requireOffset],
  type: wholeType(1, 7),
  steps: 300,
  rego: {
    kind: "function",
    name: "weekday_at",
    needs: ["seconds_of"],
    literals: { 1: offsetSeconds },
    text: `# The day of the week of a time, some seconds from UTC: 1 is Monday. Days are counted from a Wednesday.
weekday_at(time, offset) := ((floor((seconds_of(time) + offset) / 86400) + 2) % 7) + 1`,
  },
};

/** What functions of times share. */
export const calendarPrelude: Readonly<Record<string, string>> = {
  seconds_of: `# Seconds since 1 March of the year -400, so that none are below zero; years begin in March, so that leap days come last.
seconds_of(time) := sum([day * 86400, two_digits(time, 11) * 3600, two_digits(time, 14) * 60, two_digits(time, 17)]) if {
	months := sum([two_digits(time, 0) * 1200, two_digits(time, 2) * 12, two_digits(time, 5), 4797])
	year := floor(months / 12)
	leap_days := sum([floor(year / 4), 0 - floor(year / 100), floor(year / 400)])
	day := sum([year * 365, leap_days, floor((((months % 12) * 153) + 2) / 5), two_digits(time, 8) - 1])
}

# The number that two digits are; the 1 before them because to_number() does not take every leading zero. It ends the
# whole evaluation for some texts that are no number, such as 1e.
two_digits(time, start) := to_number(concat("", ["1", digits])) - 100 if {
	digits := substring(time, start, 2)
	trim(digits, "0123456789") == ""
}`,
};

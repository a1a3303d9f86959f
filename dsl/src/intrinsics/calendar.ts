/**
 * Whole minutes from one UTC time to another, rounded down: negative where `to` lies before `from`, by whatever
 * fraction of a second. So `minutesBetween(from, to) >= 90` says exactly that 90 minutes have passed, or more.
 *
 * Both are UTC texts as `isoTime()` accepts (RFC 3339 with `Z`). Digits that are no date count on, as those of
 * `Date.UTC` do: February 30 is March 1 or 2. In JavaScript, a text of another form makes `NaN`; compiled, it never
 * gets here.
 */
export function minutesBetween(from: string, to: string): number {
  const seconds = secondsOf(to) - secondsOf(from);
  // where the fraction of the end is smaller, the last second is not whole
  return Math.floor((fractionOf(to) < fractionOf(from) ? seconds - 1 : seconds) / 60);
}

/**
 * Whether more than some whole minutes lie from one UTC time to another, by whatever fraction of a second:
 * `longerThan(booked, environment.time, 24 * 60)` does not hold when it is exactly 24 hours. It never holds where `to`
 * lies before `from`, unless `minutes` is negative. What the times may be: see `minutesBetween`.
 */
export function longerThan(from: string, to: string, minutes: number): boolean {
  return minutesBetween(to, from) < -minutes;
}

/**
 * The hour of the day, 0 to 23, of a UTC time at a fixed offset from it. The offset is a literal as RFC 3339 and ISO
 * 8601 write it, such as `"+01:00"` or `"-05:30"`. No offset is a time zone: those change theirs with the season, so
 * where that matters, ask a fact for the local hour. What the time may be: see `minutesBetween`.
 */
export function hourAt(time: string, offset: string): number {
  return dateAt(time, offset).getUTCHours();
}

/**
 * The day of the week of a UTC time at a fixed offset from it, as ISO 8601 counts: 1 for Monday to 7 for Sunday, so
 * that `weekdayAt(time, "+01:00") >= 6` is the weekend. What the offset may be: see `hourAt`.
 */
export function weekdayAt(time: string, offset: string): number {
  return dateAt(time, offset).getUTCDay() || 7;
}

function dateAt(time: string, offset: string): Date {
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6));
  return new Date((secondsOf(time) + (offset.startsWith("-") ? -minutes : minutes) * 60) * 1000);
}

/** Whole seconds since a day long ago: 400 years, which are whole weeks, keep years below 100 out of the last century. */
function secondsOf(time: string): number {
  const part = (start: number, end: number) => Number(time.slice(start, end));
  const year = part(0, 4) + 400;
  return Date.UTC(year, part(5, 7) - 1, part(8, 10), part(11, 13), part(14, 16), part(17, 19)) / 1000;
}

/** What is behind the seconds, without zeros at the end: ordered as the fractions are. */
function fractionOf(time: string): string {
  return time.slice(20, -1).replace(/0+$/, "");
}

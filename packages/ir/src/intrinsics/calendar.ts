import { utcTimeKey } from "../utc-time.ts";

/** Whole minutes from one UTC time to another, rounded down. */
export function minutesBetween(from: string, to: string): number {
  const seconds = secondsOf(to) - secondsOf(from);
  const isPart = utcTimeKey(to).slice(20) < utcTimeKey(from).slice(20);
  return Math.floor((isPart ? seconds - 1 : seconds) / 60);
}

/** Whether more than some minutes lie from one UTC time to another. */
export function longerThan(from: string, to: string, minutes: number): boolean {
  return minutesBetween(to, from) < -minutes;
}

/** The hour of the day, 0 to 23, of a UTC time at a fixed offset from it. */
export function hourAt(time: string, offset: string): number {
  return dateAt(time, offset).getUTCHours();
}

/** The day of the week of a UTC time at a fixed offset from it: 1 for Monday to 7 for Sunday. */
export function weekdayAt(time: string, offset: string): number {
  return dateAt(time, offset).getUTCDay() || 7;
}

/** The seconds of an offset from UTC such as `-05:30`. */
export function offsetSeconds(offset: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? [];
  const size = Number(hours) * 3600 + Number(minutes) * 60;
  return sign === "-" ? 0 - size : size;
}

function dateAt(time: string, offset: string): Date {
  return new Date((secondsOf(time) + offsetSeconds(offset)) * 1000);
}

/** Seconds since a day long ago: 400 years, which are whole weeks, keep years below 100 out of the last century. */
function secondsOf(time: string): number {
  const [year = 0, month = 1, ...rest] = time.split(/\D/).slice(0, 6).map(Number);
  return Date.UTC(year + 400, month - 1, ...rest) / 1000;
}

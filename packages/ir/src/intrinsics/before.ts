import { utcTimeKey } from "../utc-time.ts";

/** Whether one UTC time lies before another. */
export function before(time: string, other: string): boolean {
  return utcTimeKey(time) < utcTimeKey(other);
}

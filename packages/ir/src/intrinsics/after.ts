import { utcTimeKey } from "../utc-time.ts";

/** Whether one UTC time lies after another. */
export function after(time: string, other: string): boolean {
  return utcTimeKey(time) > utcTimeKey(other);
}

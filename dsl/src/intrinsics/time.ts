/**
 * Whether one point in time lies before another; equal ones do not. Both are UTC texts as `isoTime()` accepts.
 *
 * Compiles to a comparison of texts that are brought to one form, so that it costs no parsing and needs no clock.
 */
export function before(time: string, other: string): boolean {
  return timeKey(time) < timeKey(other);
}

/** Whether one point in time lies after another; equal ones do not. As `before`, the other way round. */
export function after(time: string, other: string): boolean {
  return timeKey(time) > timeKey(other);
}

/** One form for all spellings of a UTC time: a fraction without trailing zeros after a full stop that is always there. */
function timeKey(time: string): string {
  const local = time.endsWith("Z") ? time.slice(0, -1) : time;
  return (local.includes(".") ? local : `${local}.`).replace(/0+$/, "");
}

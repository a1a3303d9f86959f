const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

/**
 * Whether a text has the form of a UTC time. The digits are not checked against the calendar: schemas do that where
 * values come in, and comparing needs no more than the form.
 */
export function isUtcTime(text: string): boolean {
  return form.test(text);
}

/** One form for all spellings of a UTC time, ordered as the times are: no trailing zeros after a full stop that is always there. */
export function utcTimeKey(text: string): string {
  const [, seconds = "", fraction = ""] = /^(.{19})(?:\.(\d+))?Z$/.exec(text) ?? [];
  return `${seconds}.${fraction.replace(/0+$/, "")}`;
}

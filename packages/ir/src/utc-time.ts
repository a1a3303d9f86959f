const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

/** Whether a text is a UTC time: of the form, and a second that the calendar has. */
export function isUtcTime(text: string): boolean {
  if (!form.test(text)) return false;
  // JavaScript takes the 30th of February for a day in March, and 24:00 for the next day
  return new Date(`${text.slice(0, 19)}Z`).getUTCDate() === Number(text.slice(8, 10));
}

/** One form for all spellings of a UTC time, ordered as the times are: no trailing zeros after a full stop that is always there. */
export function utcTimeKey(text: string): string {
  const [, seconds = "", fraction = ""] = /^(.{19})(?:\.(\d+))?Z$/.exec(text) ?? [];
  return `${seconds}.${fraction.replace(/0+$/, "")}`;
}

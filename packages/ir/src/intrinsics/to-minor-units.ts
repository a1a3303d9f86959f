const number = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/;

/** A decimal number as a whole number of its smallest units; `undefined` where it is none, or would not be exact. */
export function toMinorUnits(text: string, digits: number): number | undefined {
  const [, sign = "", whole = "", fraction = ""] = number.exec(text) ?? [];
  if (whole === "" || fraction.length > digits || whole.length + digits > 15) return undefined;
  const amount = BigInt(whole) * 10n ** BigInt(digits) + BigInt(fraction.padEnd(digits, "0"));
  return Number(sign === "-" ? -amount : amount);
}

/**
 * A decimal number as a whole number of its smallest units: `toMinorUnits("12.50", 2)` is 1250. For money, `digits` is
 * what ISO 4217 gives for the currency: 2 for EUR, 0 for JPY, 3 for KWD.
 *
 * The text is a number as JSON (RFC 8259) writes it, without an exponent: `12`, `12.5`, `-0.05`. It is `undefined` for
 * any other text, also for `+1`, `.5`, `1.`, `007`, `1,000` and ` 1`; for one with more than `digits` digits behind the
 * point, which is no amount of the currency; and for one that has more than 15 digits in its smallest units, so that
 * every number that is given is exact, and can be computed with.
 *
 * A whole number, and no comparison of texts: an `undefined` cannot be compared, so that TypeScript makes the author
 * say what a malformed amount means, where a comparison that is always true or false would decide it unasked.
 * `const cents = toMinorUnits(text, 2); return cents === undefined || cents > 1250;`
 */
export function toMinorUnits(text: string, digits: 0 | 1 | 2 | 3 | 4): number | undefined {
  const [, sign, whole = "", fraction = ""] = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text) ?? [];
  if (sign === undefined || fraction.length > digits || whole.length + digits > 15) return undefined;
  const amount = Number(whole + fraction.padEnd(digits, "0"));
  return sign === "-" ? 0 - amount : amount;
}

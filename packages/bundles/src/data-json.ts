/**
 * Writes a value as the JSON that OPA hashes for a signature: without spaces, members in the order of their names'
 * UTF-8, line separators escaped. A document that is written so has the same digest as its bytes have.
 *
 * @see https://www.openpolicyagent.org/docs/management-bundles/#signature-format
 */
export function dataJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(dataJson).join(",")}]`;
  if (typeof value !== "object" || value === null) {
    return JSON.stringify(value).replace(
      /[\u2028\u2029]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16)}`,
    );
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const sorted = members.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${sorted.map(([name, member]) => `${dataJson(name)}:${dataJson(member)}`).join(",")}}`;
}

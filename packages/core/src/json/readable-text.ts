import type { Json } from "./json-snapshot.ts";

/**
 * All that a value says, as a text that can be looked through: a line for each text, number and name in it, with the
 * name before its value. `undefined` when it is longer than `maxLength` characters.
 */
export function readableText(value: Json, maxLength: number): string | undefined {
  const lines: string[] = [];
  let left = maxLength;

  const write = (line: string): boolean => {
    left -= line.length + 1;
    if (left >= -1) lines.push(line);
    return left >= -1;
  };

  const writeAll = (value: Json, before: string): boolean => {
    if (typeof value === "string") return write(before + value) && writePlain(value, before);
    if (value === null || typeof value !== "object") return write(`${before}${value}`);
    if (before !== "" && !write(before)) return false;
    return Array.isArray(value)
      ? value.every((item) => writeAll(item, ""))
      : Object.entries(value).every(([name, part]) => writeAll(part, `${name}: `));
  };

  /** A text that holds JSON, or code, says more without its escapes: the lines of a key, for one. */
  const writePlain = (text: string, before: string): boolean =>
    !text.includes("\\") || write(before + withoutEscapes(text));

  return writeAll(value, "") ? lines.join("\n") : undefined;
}

const named: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: " ", f: " " };

function withoutEscapes(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_whole, code: string | undefined, sign: string) =>
    code === undefined ? (named[sign] ?? sign) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

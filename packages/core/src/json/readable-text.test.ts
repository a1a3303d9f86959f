import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Json, snapshotJson } from "./json-snapshot.ts";
import { readableText } from "./readable-text.ts";

const text = (value: Json) => readableText(value, 1000);

describe("what a value says", () => {
  test("is a line for each text and number, with its name before it", () => {
    expect(text({ user: { mail: "a@b.c", age: 7 }, rows: ["x", ["y"], null] })).toBe(
      "user: \nmail: a@b.c\nage: 7\nrows: \nx\ny\nnull",
    );
    expect(text("alone")).toBe("alone");
    expect(text(4111111111111111)).toBe("4111111111111111");
  });

  test("is what JSON inside a text says, too", () => {
    const key = JSON.stringify({ key: "-----BEGIN\nMII", name: "\u0061\\" });
    expect(text(key)).toBe(`${key}\n{"key":"-----BEGIN\nMII","name":"a\\"}`);
    expect(text('\\u0061\\"\\t\\')).toContain('\na"\t\\');
  });

  test("holds every text, and is nothing when it is too long", () => {
    const values = fc.jsonValue({ maxDepth: 4 }).filter((value) => snapshotJson(value).ok);
    fc.assert(
      fc.property(values, fc.nat(200), (value, maxLength) => {
        const whole = readableText(value as Json, Number.MAX_SAFE_INTEGER) ?? "";
        const read = readableText(value as Json, maxLength);
        expect(read).toBe(whole.length <= maxLength ? whole : undefined);
        for (const part of textsOf(value as Json)) expect(whole).toContain(part);
      }),
    );
  });
});

function textsOf(value: Json): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  const parts = Array.isArray(value) ? value : [...Object.keys(value), ...Object.values(value)];
  return parts.flatMap(textsOf);
}

import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalDigest, textDigest } from "./canonical-digest.ts";
import { snapshotJson } from "./json-snapshot.ts";

describe("canonicalDigest", () => {
  test("does not depend on the order of keys, and depends on everything else", () => {
    expect(canonicalDigest({ a: 1, b: [1, 2] })).toBe(canonicalDigest({ b: [1, 2], a: 1 }));
    expect(canonicalDigest({ a: 1, b: [1, 2] })).not.toBe(canonicalDigest({ a: 1, b: [2, 1] }));
    expect(canonicalDigest({ a: "1" })).not.toBe(canonicalDigest({ a: 1 }));
    expect(canonicalDigest({ a: null })).not.toBe(canonicalDigest({}));
    expect(canonicalDigest(JSON.parse('{"__proto__":1}'))).not.toBe(canonicalDigest({}));
  });

  test("is the same for a value and for its snapshot", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const snapshot = snapshotJson(value);
        if (snapshot.ok) expect(canonicalDigest(snapshot.value)).toBe(canonicalDigest(value));
      }),
    );
  });

  test("throws for what is not JSON", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    for (const value of [cycle, [Number.NaN], ["\ud800"]]) expect(() => canonicalDigest(value)).toThrow();
  });
});

describe("textDigest", () => {
  test("is SHA-256 of the UTF-8 bytes", () => {
    for (const text of ["", "abc", "ü€𝄞", "x".repeat(100_000)]) {
      expect(textDigest(text)).toBe(`sha256:${createHash("sha256").update(text, "utf8").digest("hex")}`);
    }
  });
});

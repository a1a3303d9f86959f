import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { callLimits, type Json, sameJson, snapshotJson, snapshotResult } from "./json-snapshot.ts";

const limits = { maxSize: 100, maxDepth: 3 };

function copyOf(value: unknown): Json {
  const snapshot = snapshotJson(value);
  if (!snapshot.ok) throw new Error(snapshot.problem);
  return snapshot.value;
}

describe("snapshotJson", () => {
  test("keeps what JSON.stringify keeps of plain data", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const snapshot = snapshotJson(value);
        // fast-check's JSON may hold lone surrogates, which are refused
        if (!JSON.stringify(value).isWellFormed() || /\\ud[89a-f]/i.test(JSON.stringify(value))) return;
        expect(snapshot.ok && JSON.stringify(snapshot.value)).toBe(JSON.stringify(value));
      }),
    );
  });

  test("never throws, and what it gives is plain, well-formed and within the limits", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withSparseArray: true }), (value) => {
        const snapshot = snapshotJson(value, { maxSize: 500, maxDepth: 5 });
        if (!snapshot.ok) return;
        const text = JSON.stringify(snapshot.value);
        expect(snapshot.size).toBeLessThanOrEqual(500);
        expect(sameJson(copyOf(JSON.parse(text)), snapshot.value)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("drops what JSON drops, and writes dates", () => {
    const date = new Date(0);
    const value = { a: undefined, b: () => 1, c: Symbol("c"), d: [undefined, () => 1], e: date };
    expect(copyOf(value)).toEqual({ d: [null, null], e: "1970-01-01T00:00:00.000Z" });
    expect(copyOf(undefined)).toBeNull();
  });

  test("gives objects that inherit no names, and keeps hostile names as names", () => {
    const copy = copyOf(JSON.parse('{"__proto__":{"admin":true},"constructor":1}')) as Record<string, Json>;
    const inherited = Object.getPrototypeOf(copy) as object;
    expect([Reflect.ownKeys(inherited), Object.getPrototypeOf(inherited)]).toEqual([[], null]);
    expect(Object.isFrozen(inherited)).toBe(true);
    expect(Object.keys(copy)).toEqual(["__proto__", "constructor"]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ["a text", "x".repeat(93)],
    ["a name", { ["x".repeat(85)]: 1 }],
    ["many values", new Array(12).fill(1)],
    ["many empty places", new Array(2 ** 32 - 1)],
    ["a text after an array with an odd length", [oddLength(Number.NaN), "x".repeat(1000)]],
    ["a text after an array with a negative length", [oddLength(-1e9), "x".repeat(1000)]],
    ["an array without end", oddLength(Number.POSITIVE_INFINITY)],
    ["a text that a date claims to be", Object.assign(new Date(0), { toISOString: () => "x".repeat(1000) })],
  ])("keeps %s within the size, or refuses it", (_what, value) => {
    const snapshot = snapshotJson(value, limits);
    if (snapshot.ok) expect(JSON.stringify(snapshot.value).length).toBeLessThan(100);
    else expect(snapshot.problem).toBe("larger than 100 characters");
  });

  test("counts 8 for a value, and the characters of texts and names", () => {
    expect(snapshotJson({ ab: "cde", f: [1, null] })).toMatchObject({ ok: true, size: 5 * 8 + 2 + 3 + 1 });
    expect(snapshotJson("x".repeat(92), limits).ok).toBe(true);
    expect(snapshotJson("x".repeat(93), limits).ok).toBe(false);
  });

  test("takes as many containers inside containers as it says, and no more", () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(snapshotJson(nested(3), limits).ok).toBe(true);
    expect(snapshotJson(nested(4), limits)).toEqual({ ok: false, problem: "nested deeper than 3" });
    expect(snapshotJson(nested(callLimits.maxDepth)).ok).toBe(true);
    expect(snapshotJson(nested(callLimits.maxDepth + 1)).ok).toBe(false);
  });

  test.each<[string, unknown, string]>([
    ["NaN", [Number.NaN], "a number that is not finite"],
    ["infinity", [Number.POSITIVE_INFINITY], "a number that is not finite"],
    ["a bigint", [1n], "a bigint"],
    ["a lone surrogate", ["\udc00"], "a string that is not well-formed Unicode"],
    ["a lone surrogate in a name", { "\udc00": 1 }, "a string that is not well-formed Unicode"],
    [
      "a getter that throws",
      {
        get a() {
          throw new Error("secret");
        },
      },
      "a property that cannot be read",
    ],
    ["a revoked proxy", revoked(), "a property that cannot be read"],
  ])("refuses %s, and says so without the value", (_what, value, problem) => {
    expect(snapshotJson(value)).toEqual({ ok: false, problem });
  });

  test("reads each property once, so that what was checked is what was copied", () => {
    let reads = 0;
    const value = {
      get amount() {
        return ++reads;
      },
    };
    expect(copyOf(value)).toEqual({ amount: 1 });
    expect(reads).toBe(1);
  });
});

describe("sameJson", () => {
  test("is equality of values, whatever the order of keys", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
        const one = snapshotJson(left);
        const other = snapshotJson(right);
        if (!one.ok || !other.ok) return;
        expect(sameJson(one.value, copyOf(structuredClone(left)))).toBe(true);
        expect(sameJson(one.value, other.value)).toBe(sorted(left) === sorted(right));
      }),
    );
  });

  test.each<[Json, Json]>([
    [{}, []],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [[1], [1, 1]],
    [null, {}],
    ["1", 1],
    [copyOf({ toString: 1 }), copyOf({ a: 1 })],
  ])("tells %j from %j", (left, right) => {
    expect(sameJson(left, right)).toBe(false);
    expect(sameJson(right, left)).toBe(false);
  });
});

function sorted(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return ["an object", ...Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1))];
  });
}

function oddLength(length: number): unknown {
  return new Proxy([1], { get: (target, name) => (name === "length" ? length : Reflect.get(target, name)) });
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

test("a result is copied as whoever reads it as text will get it", () => {
  const document = { raw: { ssn: "1" }, toJSON: () => ({ name: "Bob" }) };
  const result = [document, new URL("https://a.example/?q=1"), new String("boxed"), Buffer.from("a")];
  const snapshot = snapshotResult(result);
  expect(snapshot).toMatchObject({ ok: true, value: JSON.parse(JSON.stringify(result)) });
  const throwing = {
    toJSON: () => {
      throw new Error("no");
    },
  };
  expect(snapshotResult(throwing)).toMatchObject({ ok: false });
});

test.each([
  ["a function", () => 1],
  ["a symbol", Symbol("s")],
])("%s is no data", (_what, value) => {
  expect(snapshotJson(value)).toMatchObject({ ok: false });
});

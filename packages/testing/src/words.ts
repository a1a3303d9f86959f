import type { Json } from "@forego/core";
import type { IrRelease } from "@forego/ir";
import { understoodTexts } from "./understood-texts.ts";

/** What inputs are made of: values that the policies name themselves, and hostile ones. */
export interface Words {
  readonly texts: readonly string[];
  readonly times: readonly string[];
  readonly numbers: readonly number[];
}

const hostileTexts = [
  ...["", "x", "y", "x-x", "constructor", "__proto__", "toString", "\u0000", "\uFEFF", "\u2028", "e\u0301"],
  ...[
    "\u{1F4A9}",
    "a\u{1F4A9}",
    "\uFF5E",
    "\u212A",
    "\u0131",
    "\uFB01",
    "\u{10FFFF}",
    "null",
    "undefined",
    "true",
  ],
];

const hostileTimes = [
  ...[
    "2025-01-01T00:00:00Z",
    "2025-01-01T00:00:00.0Z",
    "2025-01-01T00:00:00.000500Z",
    "2024-12-31T23:59:59.999Z",
    "2024-02-29T13:07:09Z",
  ],
  ...["0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2025-99-99T99:99:99Z"],
  ...[
    "2025-01-01T00:00:00",
    "2025-01-01T00:00:00+00:00",
    "2025-01-01",
    "2025-01-01T00:00:00.Z",
    "12025-01-01T00:00:00Z",
    "1e99-01-01T00:00:00Z",
    "1e",
    "E",
    "2025-01-01T00:00:00.5Z0",
  ],
];

const hostileNumbers = [
  0,
  1,
  2,
  3,
  -1,
  0.25,
  0.5,
  0.75,
  1.5,
  1e21,
  1e-7,
  5e-324,
  Number.MAX_VALUE,
  Number.MAX_SAFE_INTEGER,
];

/**
 * Gathers the words of a release: literals of its predicates and shapes, its data, keys included, and what the functions
 * understand that it asks.
 */
export function wordsOf(release: IrRelease): Words {
  const texts = new Set(hostileTexts);
  const numbers = new Set(hostileNumbers);
  const functions = new Set<string>();
  const keep = (value: Json | undefined): void => {
    if (typeof value === "string") texts.add(value);
    if (typeof value === "number") for (const near of [value - 1, value, value + 1]) numbers.add(near);
  };
  const walkData = (value: Json): void => {
    keep(value);
    if (typeof value !== "object" || value === null) return;
    for (const [key, part] of Object.entries(value)) {
      if (!Array.isArray(value)) texts.add(key);
      walkData(part);
    }
  };
  const walkMeaning = (node: Json): void => {
    if (typeof node !== "object" || node === null) return;
    if (!Array.isArray(node) && "kind" in node && node.kind === "literal") keep(node.value as Json);
    if (!Array.isArray(node) && "kind" in node && node.kind === "intrinsic") functions.add(String(node.name));
    for (const part of Object.values(node)) walkMeaning(part);
  };
  for (const policy of release.policies) {
    walkData((policy.data ?? null) as Json);
    walkMeaning(JSON.parse(JSON.stringify([policy.derivations, policy.rules, policy.functions])));
  }
  const found = [...new Set([...texts, ...understoodTexts(functions, [...texts])])];
  const times = found.filter((text) => /^\d{4}-\d\d-\d\dT.*Z$/.test(text));
  return {
    texts: found,
    times: [...hostileTimes, ...times, ...times.flatMap(timesAround)],
    numbers: [...numbers],
  };
}

/** A second before and after a time, so that what lies between two times of a policy is met. */
function timesAround(time: string): readonly string[] {
  const at = Date.parse(time);
  return Number.isNaN(at) ? [] : [at - 1000, at + 1000].map((near) => new Date(near).toISOString());
}

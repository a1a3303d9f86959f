import fc from "fast-check";
import { expect, test } from "vitest";
import { programArbitrary } from "./program-arbitrary.ts";

const programs = fc
  .sample(programArbitrary, { seed: 1, numRuns: 3000 })
  .map(({ source, deriving }) => source + (deriving ?? ""));

/** What the policy language has, as programs write it. */
const constructs: readonly (readonly [string, RegExp])[] = [
  ...([
    ".some(",
    ".every(",
    ".filter(",
    ".map(",
    ".flatMap(",
    ".find(",
    ".findIndex(",
    ".includes(",
  ] as const),
  ...([".at(", ".slice(", ".length", ".reduce(", "[0] ??", "[...", "of Object.entries("] as const),
  ...(["Object.keys(", "Object.values(", "Object.entries(", "Object.hasOwn(", ".has("] as const),
  ...([".startsWith(", ".endsWith(", ".split(", ".trim()", ".toLowerCase()"] as const),
  ...(["asciiLower(", "removePrefix(", "removeSuffix(", "before(", "after("] as const),
  ...(["Math.floor(", "Math.ceil(", "Math.trunc(", "Math.round("] as const),
  ...(["Math.abs(", "Math.min(", "Math.max("] as const),
  ...([" + ", " - ", " * ", " % 7", "(-", " / 60)", "=== null", "!== undefined", "== null"] as const),
  ...(["switch (", ".tag) {", "if (", "else if", "for (const", "continue;", "break;"] as const),
  ...([" += ", "++;", "||= ", "&&= ", ".push(", " ?? ", "?.", " ? ", "words[", "sizes[", "Kind."] as const),
  ...(["allow({", "deny({", "requireApproval({", "redact({", "transform({", "budget({"] as const),
  ...(["derive({", "_truth: derive({", "_value: derive({", "derived.PROGRAM_part0"] as const),
  ...(["state.limit.used", "state.limit.limit", "state.limit.remaining"] as const),
  ...(["function helper", "const helper", ".some(helper", ".map(helper"] as const),
].map((text) => [text, new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))] as const);

const forms: readonly (readonly [string, RegExp])[] = [
  ["a template", /`[^`]*\$\{/],
  ["a text and a sum", /\(text\d \+ /],
  ["the order of texts", / (?:<|<=|>|>=) "m"/],
  ["a key in a record", / in (?:facts|args|data)\./],
  ["a regular expression", /\/\^?[^/ ]+\/[iu]*\.test\(/],
  ["a default of a parameter", /given\d+: \w+ = /],
  ["a default of a pattern", /const \{ \w+: \w+ = /],
  ["a pattern of a parameter", /\(\(?\{ \w+: \w+/],
];

test.each([...constructs, ...forms])("programs that are made up have %s", (_name, form) => {
  expect(programs.some((source) => form.test(source))).toBe(true);
});

import { toldTexts } from "./intrinsics.ts";
import type { Production, Scope } from "./scope.ts";
import { intType, listOf, stringType } from "./types.ts";

/** Ways to write a text that is made of others. */
export const madeTexts: readonly Production[] = [
  { weight: 1, write: (s) => `${s.string()}.trim()` },
  { weight: 1, write: (s) => `${s.string()}.toLowerCase()` },
  ...toldTexts,
  { weight: 1, write: (s) => `(${s.string()} + ${s.string()})` },
  { weight: 1, write: (s) => `(${s.string()} + ${s.of(intType)})` },
  { weight: 1, write: (s) => `\`\${${s.string()}}x\${${s.of(intType)}}\`` },
  { weight: 1, write: (s) => `\`\${${s.boolean()} ? ${s.string()} : ""}y\`` },
];

/** What a table of the module has under a key that can be one of a few. */
export function tabled(scope: Scope, table: "words" | "sizes"): string | undefined {
  const key = scope.find(({ type }) => type.kind === "choice", "present");
  return key && `${table}[${key.text}]`;
}

/** Whether a text is what a table has, or in it. As a value it would have the type of the table's literals. */
export function isTabled(scope: Scope): string | undefined {
  const text = tabled(scope, "words");
  if (text === undefined) return undefined;
  return scope.pick([
    () => `(${unnarrowed(scope)} === ${text})`,
    () => `(${unnarrowed(scope)} !== ${text})`,
    () => `${scope.string()}.includes(${text})`,
  ])();
}

/** A text of which TypeScript learns nothing: what it knows to be one of a few cannot be compared with others. */
function unnarrowed(scope: Scope): string {
  return `\`\${${scope.string()}}\``;
}

/** The parts of a text. */
export function split(scope: Scope): string {
  return `${scope.string()}.split(${scope.pick(['"x"', '"/"', '"xy"', '"\\u{1F4A9}"'])})`;
}

/** What a regular expression says of a text: some become plain tests, and some are left to RE2. */
export function matched(scope: Scope): string {
  return `${scope.pick(patterns)}.test(${scope.string()})`;
}

const patterns: readonly [string, ...string[]] = [
  ...(["/^x/", "/y$/", "/x|to/", "/^xy$/", "/^$/", "/^(?:x|xy|)$/", "/^constructor$/i", "/^x|y$/"] as const),
  ...(["/^[a-z]+$/", "/^\\w*$/", "/^[^x]+$/", "/^x?y*$/", "/[^a-z]/", "/\\d/", "/^.+$/", "/^a.$/u"] as const),
  ...(["/^[a-z]+ ?[a-z]$/", "/^x.*y/", "/\\bx/", "/^[^@\\s]+@\\w+$/u", "/^[k-s]+$/iu"] as const),
];

/** Whether a text is one of a set. */
export function isOneOf(scope: Scope): string {
  return scope.pick([
    () => `new Set(["x", "", "constructor"]).has(${scope.string()})`,
    () => `known.has(${scope.string()})`,
    () => `[...known, ...${scope.of(listOf(stringType))}].includes(${scope.string()})`,
    () => `(${unnarrowed(scope)} ${scope.pick(["===", "!=="])} Kind.${scope.pick(["Plain", "Hostile"])})`,
  ])();
}

/** What tables, sets and enums of the module stand for. Programs that do not name one leave it out. */
export const tables: Readonly<Record<string, string>> = {
  words: `const words = { x: "y", y: "", constructor: "\\u{1F4A9}", "": "x" } as const;`,
  sizes: `const sizes = { x: 1, y: -2, constructor: 0, "": 7 } as const;`,
  known: `const known: ReadonlySet<string> = new Set(["x", "toString", "\\u{1F4A9}"]);`,
  Kind: `enum Kind { Plain = "x", Hostile = "constructor" }`,
};

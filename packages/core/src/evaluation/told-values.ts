import { ownProperty } from "../json/own-property.ts";
import type { RuleInfo, Told } from "../release/release.ts";
import type { LimitOutcome } from "./charge-limits.ts";

/** The values that rules say may be told, in words, by rule. Only of rules that matched, and tell something. */
export type ToldByRule = Readonly<Record<string, readonly string[]>>;

/** The most characters of one value. */
const longest = 80;

/** What a text could use to pass for words of the message, or to hide: control, invisible and separating characters. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** What the rules that matched tell of an input and of their data. */
export function tellValues(matched: readonly RuleInfo[], input: unknown): ToldByRule | undefined {
  const telling = matched.filter(({ tell }) => tell !== undefined);
  if (telling.length === 0) return undefined;
  return Object.fromEntries(
    telling.map(({ id, tell = [] }) => [id, tell.flatMap((one) => tellValue(one, input))]),
  );
}

/** What a limit's rule tells of the counts. */
export function tellCounts(
  { tell = [] }: RuleInfo,
  { limit, used }: Pick<LimitOutcome, "limit" | "used">,
): readonly string[] {
  const counts = { limit, used, remaining: Math.max(0, limit - used) };
  return tell.flatMap((one) => ("count" in one ? [`${one.name} = ${counts[one.count]}`] : []));
}

function tellValue(told: Told, input: unknown): readonly string[] {
  if ("count" in told) return [];
  const value = "path" in told ? told.path.reduce(ownProperty, input) : told.value;
  return [`${told.name} = ${writeValue(value)}`];
}

/** A value so that it cannot be taken for words of the message: a text stands in quotes, on one line, and is short. */
export function writeValue(value: unknown): string {
  if (value === undefined) return "absent";
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  // fail closed: what is no single value is not told
  if (typeof value !== "string") return "not told";
  let written = "";
  for (const character of value) {
    const next = writeCharacter(character);
    if (written.length + next.length > longest) return `"${written}"…`;
    written += next;
  }
  return `"${written}"`;
}

function writeCharacter(character: string): string {
  if (character === '"' || character === "\\") return `\\${character}`;
  if (character === " " || !(unprintable.test(character) || /\s/u.test(character))) return character;
  // fail closed: what cannot be seen could say something to a model that people do not see
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}

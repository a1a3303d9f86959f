import type { AST } from "@eslint-community/regexpp";
import { whiteSpace } from "../lower/text-prelude.ts";
import { type ParsedPattern, PatternRefusal } from "./parse-pattern.ts";

/** RE2 repeats no more often, counted through what is nested. */
const mostRepeats = 1000;

const hex = (code: number) => `\\x{${code.toString(16)}}`;
const sets = {
  digit: "0-9",
  word: "0-9A-Z_a-z",
  space: [...whiteSpace].map((one) => hex(one.codePointAt(0) ?? 0)).join(""),
} as const;
const lineEnds = "\\n\\r\\x{2028}\\x{2029}";

/**
 * A pattern as RE2 reads it, which matches the same texts.
 *
 * @throws PatternRefusal for what cannot be kept.
 */
export function re2Pattern(pattern: ParsedPattern): string {
  const { ignoresCase, isUnicode, alternatives } = pattern;
  return `${ignoresCase && isUnicode ? "(?i)" : ""}${translateAll(alternatives, pattern, 1)}`;
}

function translateAll(
  alternatives: readonly AST.Alternative[],
  pattern: ParsedPattern,
  repeats: number,
): string {
  return alternatives
    .map(({ elements }) => elements.map((element) => translate(element, pattern, repeats)).join(""))
    .join("|");
}

function translate(element: AST.Element, pattern: ParsedPattern, repeats: number): string {
  if (element.type === "Quantifier") return translateRepeated(element, pattern, repeats);
  requireWhole(element, pattern);
  return translateOnce(element, pattern, repeats);
}

function translateOnce(element: AST.Element, pattern: ParsedPattern, repeats: number): string {
  switch (element.type) {
    case "Character":
      return `[${character(element.value, pattern)}]`;
    case "CharacterSet":
      return characterSet(element, pattern);
    case "CharacterClass":
      return characterClass(element, pattern);
    case "Assertion":
      return assertion(element, pattern);
    case "Group":
      if (element.modifiers !== null)
        throw new PatternRefusal("flags inside a regular expression", "write the flags behind it");
      return `(?:${translateAll(element.alternatives, pattern, repeats)})`;
    case "CapturingGroup":
      return `(?:${translateAll(element.alternatives, pattern, repeats)})`;
    case "Backreference":
      throw new PatternRefusal("a back-reference needs a search that RE2 does not do");
    default:
      throw new PatternRefusal("this part of a regular expression cannot be kept");
  }
}

function translateRepeated(
  { element, min, max }: AST.Quantifier,
  pattern: ParsedPattern,
  repeats: number,
): string {
  const isEndless = max === Number.POSITIVE_INFINITY;
  const most = repeats * Math.max(isEndless ? min : max, 1);
  if (most > mostRepeats) throw new PatternRefusal(`RE2 repeats nothing more than ${mostRepeats} times`);
  if (min > 0 || !isEndless) requireWhole(element, pattern);
  const once = translateOnce(element, pattern, most);
  const part = element.type === "Assertion" ? `(?:${once})` : once;
  if (isEndless) return `${part}${min === 0 ? "*" : min === 1 ? "+" : `{${min},}`}`;
  return `${part}${min === 0 && max === 1 ? "?" : `{${min},${max}}`}`;
}

/** Without `u`, what matches nearly any character takes two steps over one outside of the basic plane. */
function requireWhole(element: AST.Element, { isUnicode }: ParsedPattern): void {
  const isWide =
    (element.type === "CharacterSet" && (element.kind === "any" || element.negate)) ||
    (element.type === "CharacterClass" && element.negate);
  if (isWide && !isUnicode)
    throw new PatternRefusal(
      `without the flag u, '${element.raw}' matches half a character`,
      "add the flag u",
    );
}

function characterSet(set: AST.CharacterSet, pattern: ParsedPattern): string {
  if (set.kind === "any") return pattern.isDotAll ? "(?s:.)" : `[^${lineEnds}]`;
  return `[${set.negate ? "^" : ""}${members(set, pattern)}]`;
}

function characterClass({ negate, elements }: AST.CharacterClass, pattern: ParsedPattern): string {
  if (elements.length === 0) return negate ? "(?s:.)" : "[^\\x{0}-\\x{10ffff}]";
  return `[${negate ? "^" : ""}${elements.map((element) => member(element, pattern)).join("")}]`;
}

function member(element: AST.CharacterClass["elements"][number], pattern: ParsedPattern): string {
  switch (element.type) {
    case "Character":
      return character(element.value, pattern);
    case "CharacterClassRange":
      return range(element.min.value, element.max.value, pattern);
    case "CharacterSet":
      if (element.negate)
        throw new PatternRefusal(`'${element.raw}' inside of a class`, "write the characters out");
      return members(element, pattern);
    default:
      throw new PatternRefusal("a class inside of a class");
  }
}

function members(set: AST.CharacterSet, { ignoresCase, isUnicode }: ParsedPattern): string {
  if (set.kind === "any" || set.kind === "property")
    throw new PatternRefusal(`what '${set.raw}' is differs between engines`, "write the characters out");
  if (set.kind === "word" && ignoresCase && isUnicode)
    throw new PatternRefusal(
      "with the flags i and u, a word has letters that RE2 does not count",
      "leave a flag out",
    );
  return sets[set.kind];
}

function range(min: number, max: number, pattern: ParsedPattern): string {
  const { ignoresCase, isUnicode } = pattern;
  if (!isUnicode && min <= 0xdfff && max >= 0xd800)
    throw new PatternRefusal("without the flag u, this range has halves of characters", "add the flag u");
  if (!ignoresCase) return `${hex(min)}-${hex(max)}`;
  if (max > 127) throw caseRefusal();
  if (isUnicode) return `${hex(min)}-${hex(max)}`;
  return Array.from({ length: max - min + 1 }, (_, index) => character(min + index, pattern)).join("");
}

/** A character, as a member of a class; with the flag i, its other case stands beside it. */
function character(code: number, { ignoresCase, isUnicode }: ParsedPattern): string {
  if (code >= 0xd800 && code <= 0xdfff)
    throw new PatternRefusal("without the flag u, this is half a character", "add the flag u");
  if (!ignoresCase) return hex(code);
  if (code > 127) throw caseRefusal();
  const text = String.fromCodePoint(code);
  const cases = isUnicode ? [text] : [...new Set([text.toLowerCase(), text.toUpperCase()])];
  return cases.map((one) => hex(one.charCodeAt(0))).join("");
}

function caseRefusal(): PatternRefusal {
  return new PatternRefusal(
    "with the flag i, only ASCII letters have the same cases everywhere",
    "leave the flag i out, and write both cases",
  );
}

function assertion(element: AST.Assertion, { ignoresCase, isUnicode }: ParsedPattern): string {
  switch (element.kind) {
    case "start":
      return "\\A";
    case "end":
      return "\\z";
    case "word":
      if (element.negate) throw new PatternRefusal("RE2 finds '\\B' inside of characters");
      if (ignoresCase && isUnicode)
        throw new PatternRefusal(
          "with the flags i and u, a word has letters that RE2 does not count",
          "leave a flag out",
        );
      return "\\b";
    default:
      throw new PatternRefusal(
        "looking ahead or behind needs a search that RE2 does not do",
        "test two patterns, with && or !",
      );
  }
}

import type { AST } from "@eslint-community/regexpp";
import type { ParsedPattern } from "./parse-pattern.ts";
import { charactersOf, exceptionsOf } from "./pattern-characters.ts";

/** What a pattern asks, where plain functions of texts can answer: any of these. */
export type PlainTest =
  /** The text is one of these, or begins with, ends with or has one of them. */
  | { readonly kind: "equals" | "startsWith" | "endsWith" | "includes"; readonly texts: readonly string[] }
  /** Between a prefix and a suffix, all characters are of these, and so many. */
  | {
      readonly kind: "made-of";
      readonly prefix: string;
      readonly suffix: string;
      readonly characters: readonly string[];
      readonly min: number;
      readonly max: number;
    }
  /** The text has a character that is none of these. */
  | { readonly kind: "has-other"; readonly characters: readonly string[] }
  /** The text has none of these, and is not empty where that is asked. */
  | { readonly kind: "has-none"; readonly characters: readonly string[]; readonly isFilled: boolean };

/** Most texts that a pattern is written out as: compared as a whole, or looked for one by one. */
const mostTexts = 64;
const mostSearches = 16;

/** The pattern as plain tests of which one must hold; `undefined` where some alternative is none. */
export function plainTests(pattern: ParsedPattern): readonly PlainTest[] | undefined {
  const tests = pattern.alternatives.map((alternative) => plainTest(alternative.elements, pattern));
  return tests.every((test) => test !== undefined) ? tests : undefined;
}

function plainTest(elements: readonly AST.Element[], pattern: ParsedPattern): PlainTest | undefined {
  const isStart = isAssertion(elements[0], "start");
  const isEnd = elements.length > (isStart ? 1 : 0) && isAssertion(elements.at(-1), "end");
  const inner = elements.slice(isStart ? 1 : 0, isEnd ? -1 : undefined);
  const texts = spellings(inner, pattern);
  const most = isStart && isEnd ? mostTexts : mostSearches;
  if (texts !== undefined && texts.length <= most) {
    const kind = isStart ? (isEnd ? "equals" : "startsWith") : isEnd ? "endsWith" : "includes";
    return texts.every((text) => text.isWellFormed()) ? { kind, texts } : undefined;
  }
  if (isStart && isEnd) return madeOf(inner, pattern) ?? hasNone(inner, pattern);
  return isStart || isEnd ? undefined : hasOther(inner, pattern);
}

function isAssertion(element: AST.Element | undefined, kind: "start" | "end"): boolean {
  return element?.type === "Assertion" && element.kind === kind;
}

/** A prefix, one kind of character repeated, a suffix. */
function madeOf(elements: readonly AST.Element[], pattern: ParsedPattern): PlainTest | undefined {
  const at = elements.findIndex((element) => spellings([element], pattern)?.length !== 1);
  const middle = elements[at];
  if (middle === undefined) return undefined;
  const { element = middle, min, max } = repetition(middle);
  const [prefix, suffix] = [elements.slice(0, at), elements.slice(at + 1)].map((part) => {
    const texts = spellings(part, pattern);
    return texts?.length === 1 && texts[0]?.isWellFormed() ? texts[0] : undefined;
  });
  const characters = charactersOf(element, pattern);
  if (prefix === undefined || suffix === undefined || characters === undefined) return undefined;
  return { kind: "made-of", prefix, suffix, characters, min, max };
}

/** No character of some few, from the beginning to the end. */
function hasNone(elements: readonly AST.Element[], pattern: ParsedPattern): PlainTest | undefined {
  const [only, ...others] = elements;
  if (only === undefined || others.length > 0) return undefined;
  const { element = only, min, max } = repetition(only);
  const characters = exceptionsOf(element, pattern);
  if (characters === undefined || characters.length > mostSearches) return undefined;
  return min <= 1 && max === Number.POSITIVE_INFINITY
    ? { kind: "has-none", characters, isFilled: min === 1 }
    : undefined;
}

/** A character outside of a class, anywhere. */
function hasOther(elements: readonly AST.Element[], pattern: ParsedPattern): PlainTest | undefined {
  const [only, ...others] = elements;
  if (only === undefined || others.length > 0) return undefined;
  const { element = only, min } = repetition(only);
  const characters = min === 1 ? exceptionsOf(element, pattern) : undefined;
  return characters === undefined ? undefined : { kind: "has-other", characters };
}

function repetition(element: AST.Element | undefined): {
  readonly element?: AST.Element;
  readonly min: number;
  readonly max: number;
} {
  return element?.type === "Quantifier" ? element : { min: 1, max: 1 };
}

/** All texts that a sequence matches, where they are few. */
function spellings(elements: readonly AST.Element[], pattern: ParsedPattern): readonly string[] | undefined {
  return elements.reduce<readonly string[] | undefined>(
    (texts, element) => product(texts, spellingsOf(element, pattern)),
    [""],
  );
}

function spellingsOf(element: AST.Element, pattern: ParsedPattern): readonly string[] | undefined {
  switch (element.type) {
    case "Character":
      // half of a pair may stand beside the other half
      return (
        charactersOf(element, pattern) ??
        (pattern.ignoresCase ? undefined : [String.fromCodePoint(element.value)])
      );
    case "CharacterSet":
    case "CharacterClass":
      return charactersOf(element, pattern);
    case "Group":
    case "CapturingGroup": {
      if (element.type === "Group" && element.modifiers !== null) return undefined;
      const all = element.alternatives.map((one) => spellings(one.elements, pattern));
      return all.every((texts) => texts !== undefined) ? few(all.flat()) : undefined;
    }
    case "Quantifier": {
      if (element.max > mostTexts) return undefined;
      const once = spellingsOf(element.element, pattern);
      let texts: readonly string[] | undefined = [""];
      let all: readonly string[] | undefined = element.min === 0 ? texts : [];
      for (let count = 1; count <= element.max; count++) {
        texts = product(texts, once);
        if (count >= element.min) all = all && texts && few([...all, ...texts]);
      }
      return all;
    }
    default:
      return undefined;
  }
}

function product(
  left: readonly string[] | undefined,
  right: readonly string[] | undefined,
): readonly string[] | undefined {
  if (left === undefined || right === undefined || left.length * right.length > mostTexts) return undefined;
  return few(left.flatMap((one) => right.map((other) => one + other)));
}

function few(texts: readonly string[]): readonly string[] | undefined {
  const distinct = [...new Set(texts)];
  return distinct.length <= mostTexts ? distinct : undefined;
}

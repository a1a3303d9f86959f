import type { AST } from "@eslint-community/regexpp";
import { whiteSpace } from "../lower/text-prelude.ts";
import type { ParsedPattern } from "./parse-pattern.ts";

type Letter = AST.Character | AST.CharacterSet | AST.CharacterClass;

/** Most characters that a set is written out with. */
const mostCharacters = 128;

const digits = "0123456789";
const letters = "abcdefghijklmnopqrstuvwxyz";
const word = `${letters}${digits}_${letters.toUpperCase()}`;

/** The characters that a part of a pattern matches one of; `undefined` where they are too many, or not the same everywhere. */
export function charactersOf(node: AST.Node, pattern: ParsedPattern): readonly string[] | undefined {
  if (pattern.ignoresCase && pattern.isUnicode) return undefined;
  const found = isLetter(node) && !isNegated(node) ? lettersOf(node, pattern) : undefined;
  return found === undefined ? undefined : commonFirst(found);
}

/** The characters that a part of a pattern matches any but: of a negated class, and of `.`. */
export function exceptionsOf(node: AST.Node, pattern: ParsedPattern): readonly string[] | undefined {
  if (pattern.ignoresCase && pattern.isUnicode) return undefined;
  const found = isLetter(node) && isNegated(node) ? lettersOf(node, pattern) : undefined;
  return found === undefined ? undefined : commonFirst(found);
}

function isLetter(node: AST.Node): node is Letter {
  return node.type === "Character" || node.type === "CharacterSet" || node.type === "CharacterClass";
}

function isNegated(node: Letter): boolean {
  if (node.type === "Character") return false;
  return node.type === "CharacterSet" && node.kind === "any" ? true : node.negate;
}

/** What a part is made of, without its negation. */
function lettersOf(node: AST.Node, pattern: ParsedPattern): readonly string[] | undefined {
  switch (node.type) {
    case "Character":
      return caseless(node.value, pattern);
    case "CharacterClassRange": {
      const size = node.max.value - node.min.value + 1;
      if (size > mostCharacters) return undefined;
      const codes = Array.from({ length: size }, (_, index) => node.min.value + index);
      return joined(codes.map((code) => caseless(code, pattern)));
    }
    case "CharacterSet":
      if (node.kind === "any") return pattern.isDotAll ? [] : [..."\n\r\u2028\u2029"];
      if (node.kind === "property") return undefined;
      return [...{ digit: digits, word, space: whiteSpace }[node.kind]];
    case "CharacterClass":
      return joined(
        node.elements.map((element) =>
          element.type === "CharacterSet" && element.negate ? undefined : lettersOf(element, pattern),
        ),
      );
    default:
      return undefined;
  }
}

/** A character with its other case where that counts. Half a pair is none; without `u`, only ASCII has a case here. */
function caseless(code: number, { ignoresCase }: ParsedPattern): readonly string[] | undefined {
  if (code >= 0xd800 && code <= 0xdfff) return undefined;
  const character = String.fromCodePoint(code);
  if (!ignoresCase) return [character];
  return code > 127 ? undefined : [...new Set([character.toLowerCase(), character.toUpperCase()])];
}

function joined(parts: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const all = parts.flatMap((part) => part ?? []);
  const isKnown = parts.every((part) => part !== undefined);
  return isKnown && all.length <= mostCharacters ? [...new Set(all)] : undefined;
}

/** Trimming looks for each character in turn. */
function commonFirst(characters: readonly string[]): readonly string[] {
  const rank = (one: string) => (letters.includes(one) ? 0 : digits.includes(one) ? 1 : 2);
  return [...characters].sort((left, right) => rank(left) - rank(right));
}

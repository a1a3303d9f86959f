import { RE2JS } from "re2js";
import { intrinsics } from "../intrinsics/index.ts";
import type { IntrinsicNode } from "../nodes.ts";
import type { TextPattern } from "../shape.ts";
import type { MadeOfNode, PatternTestNode } from "../text-nodes.ts";

type Pattern = Pick<PatternTestNode | TextPattern, "source" | "flags" | "re2">;

const compiled = new WeakMap<Pattern, RegExp | RE2JS>();

/** Whether a text matches a pattern, in a time that grows with the text and no faster; the pattern is compiled once. */
export function matchPattern(pattern: Pattern, text: string): boolean {
  const { source, flags, re2 } = pattern;
  // nothing could stop JavaScript's own matcher, which may try for hours what RE2 sees at once
  const known = compiled.get(pattern) ?? (re2 === undefined ? new RegExp(source, flags) : RE2JS.compile(re2));
  compiled.set(pattern, known);
  return known.test(text);
}

/** Whether a text has only the characters that it may have, and as many as it may have. */
export function isMadeOf({ characters, min, max }: MadeOfNode, text: string): boolean {
  const all = [...text];
  if (all.length < min || all.length > (max ?? Number.POSITIVE_INFINITY)) return false;
  const allowed = new Set(characters);
  return all.every((character) => allowed.has(character));
}

/** Calls an intrinsic. */
export function callIntrinsic({ name }: IntrinsicNode, args: readonly unknown[]): unknown {
  const called = intrinsics[name] as (...values: readonly unknown[]) => unknown;
  // what is missing is an empty text, which has no items either
  return called(...args.map((value) => value ?? ""));
}

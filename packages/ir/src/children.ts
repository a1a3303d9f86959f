import type { Expression } from "./nodes.ts";

/** The expressions that an expression is directly made of, in the order in which they are written down. */
export function childrenOf(node: Expression): readonly Expression[] {
  return Object.entries(node).flatMap(([name, part]) => (skipped.has(name) ? [] : expressionsIn(part)));
}

/** What of a node describes it: types hold no expressions, and are large. */
const skipped: ReadonlySet<string> = new Set(["type", "origin"]);

function expressionsIn(part: unknown): readonly Expression[] {
  if (typeof part !== "object" || part === null) return [];
  if ("kind" in part && "origin" in part) return [part as Expression];
  return Object.values(part).flatMap(expressionsIn);
}

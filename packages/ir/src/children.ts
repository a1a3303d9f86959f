import type { Expression, IrFunction } from "./nodes.ts";

/** The expressions that an expression is directly made of, in the order in which they are written down. */
export function childrenOf(node: Expression): readonly Expression[] {
  return Object.entries(node).flatMap(([name, part]) => (skipped.has(name) ? [] : expressionsIn(part)));
}

/**
 * Every expression that programs come to, the outer before the inner: in themselves, and in those of the functions that
 * they call. A function is looked through once, however often it is called.
 */
export function* expressionsOf(
  programs: readonly Expression[],
  functions: readonly IrFunction[] = [],
): Generator<Expression> {
  const bodies = new Map(functions.map(({ id, body }) => [id, body]));
  function* walk(node: Expression): Generator<Expression> {
    yield node;
    const body = node.kind === "call" ? bodies.get(node.function) : undefined;
    if (node.kind === "call") bodies.delete(node.function);
    for (const child of childrenOf(node)) yield* walk(child);
    if (body !== undefined) yield* walk(body);
  }
  for (const program of programs) yield* walk(program);
}

/** What of a node describes it: types hold no expressions, and are large. */
const skipped: ReadonlySet<string> = new Set(["type", "origin"]);

function expressionsIn(part: unknown): readonly Expression[] {
  if (typeof part !== "object" || part === null) return [];
  if ("kind" in part && "origin" in part) return [part as Expression];
  return Object.values(part).flatMap(expressionsIn);
}

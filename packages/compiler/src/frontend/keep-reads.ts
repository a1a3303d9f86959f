import { type Expression, expressionsOf, type ReadNode } from "@forego/ir";
import { present } from "../types/value-types.ts";
import { letNode } from "./build-expression.ts";
import type { VisitContext } from "./visit-context.ts";

/** Binds those reads that a program does not come to: JavaScript reads them all the same. */
export function keepReads(reads: readonly ReadNode[], body: Expression, context: VisitContext): Expression {
  // fail closed: JavaScript throws where what it looks into is missing, and the rule must be invalid
  const unread = reads.filter((read) => !asksFor(body, read, context));
  return unread.reduce((inner, read) => letNode(context.fresh("unread"), read, inner), body);
}

/** What JavaScript looks into to make a value: for a field, the object that has it; what a derived value comes from. */
export function lookedInto(value: Expression, context: VisitContext): readonly ReadNode[] {
  if (value.kind !== "read") return readsOf(value);
  const { document, path } = value;
  if (document === "data" || isHanded(value, context)) return [];
  if (document === "derived") return path.length === 0 ? [] : [value];
  return path.length < 2 ? [] : [{ ...value, path: path.slice(0, -1), type: present({ kind: "unknown" }) }];
}

/** All that a value is read from. */
export function readsOf(value: Expression): readonly ReadNode[] {
  return [...expressionsOf([value])].flatMap((node) =>
    node.kind === "read" && node.document !== "data" ? [node] : [],
  );
}

/** Whether a predicate is handed the value as it is. */
function isHanded({ document, path }: ReadNode, { roots }: VisitContext): boolean {
  return [...roots.values()].some(
    (root) => root.kind === "read" && root.document === document && root.path.join() === path.join(),
  );
}

/** Whether an expression, or a function that it calls, reads a value or a part of it. */
function asksFor(expression: Expression, read: ReadNode, { policy }: VisitContext): boolean {
  for (const node of expressionsOf([expression], policy.functions.all()))
    if (node.kind === "read" && isPartOf(node, read)) return true;
  return false;
}

function isPartOf(part: ReadNode, { document, path }: ReadNode): boolean {
  return part.document === document && path.every((name, index) => part.path[index] === name);
}

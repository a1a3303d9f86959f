import type { Expression } from "@forego/ir";
import { Node } from "ts-morph";
import { bindElements } from "./bind-pattern.ts";
import { type VisitContext, withBindings } from "./visit-context.ts";
import { readRoot } from "./visitors/property-access.ts";

/** Gives the names of a pattern to what a predicate is handed, whole or taken apart, in what `read` reads. */
export function bindContext(
  pattern: Node,
  context: VisitContext,
  read: (inside: VisitContext) => Expression,
): Expression {
  if (Node.isIdentifier(pattern))
    return read(withBindings(context, [[pattern.getSymbolOrThrow(), { kind: "context" }]]));
  return bindElements(pattern, context, (name, element) => readRoot(name, element, context), read);
}

/** Whether a node names all that a predicate is handed. */
export function isContext(node: Node | undefined, { bindings }: VisitContext): boolean {
  const symbol = Node.isIdentifier(node) ? node.getSymbol() : undefined;
  return symbol !== undefined && bindings.get(symbol)?.kind === "context";
}

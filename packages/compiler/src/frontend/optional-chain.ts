import type { Expression } from "@forego/ir";
import { Node, ts } from "ts-morph";
import { isNullable, nonNullish, undefinable } from "../types/value-types.ts";
import { visitExpression, visitTolerant } from "./visit.ts";
import { localNode, originOf, type VisitContext } from "./visit-context.ts";

/** Whether a node is part of an optional chain whose base is not bound yet. */
export function isOptionalChain(node: Node, context: VisitContext): boolean {
  if ((node.compilerNode.flags & ts.NodeFlags.OptionalChain) === 0) return false;
  const base = chainBase(node);
  return base !== undefined && !context.replaced.has(base);
}

/**
 * Reads `base?.rest`: the base once, and the rest with the base bound to a local. The whole chain is undefined when
 * the base is null or undefined. The nearest `?.` counts: what stands before it may be a chain of its own.
 */
export function visitOptionalChain(node: Node, context: VisitContext): Expression {
  const base = chainBase(node);
  if (base === undefined) throw new Error("an optional chain has a base");
  const value = visitTolerant(base, context);
  const visitRest = (replacement: Expression) =>
    visitExpression(node, { ...context, replaced: new Map([...context.replaced, [base, replacement]]) });
  if (!isNullable(value.type)) return visitRest(value);
  const origin = originOf(node, context);
  const local = context.fresh(localHint(base));
  const rest = visitRest(localNode(local, nonNullish(value.type), value.origin));
  return { kind: "chain", base: value, local, rest, type: undefinable(rest.type), origin };
}

/** What stands before the last `?.` of a chain. */
function chainBase(node: Node): Node | undefined {
  let link: Node = node;
  for (;;) {
    if (Node.isNonNullExpression(link) || Node.isParenthesizedExpression(link)) return undefined;
    if (
      !Node.isPropertyAccessExpression(link) &&
      !Node.isElementAccessExpression(link) &&
      !Node.isCallExpression(link)
    ) {
      return undefined;
    }
    const inner: Node = link.getExpression();
    const hasQuestion = link.getQuestionDotTokenNode() !== undefined;
    if (hasQuestion) return inner;
    link = inner;
  }
}

function localHint(base: Node): string {
  if (Node.isIdentifier(base)) return base.getText();
  return Node.isPropertyAccessExpression(base) ? base.getName() : "found";
}

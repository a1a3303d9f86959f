import type { Expression } from "@forego/ir";
import { Node, type Symbol as TsSymbol } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import { readProperty } from "./property-read.ts";
import { type Binding, bound, type VisitContext, withBindings } from "./visit-context.ts";

/** Gives the names of a pattern (a name, or an object taken apart) to a value. */
export function bindPattern(pattern: Node, value: Expression, context: VisitContext): VisitContext {
  return withBindings(context, namesOf(pattern, value, context));
}

function namesOf(pattern: Node, value: Expression, context: VisitContext): [TsSymbol, Binding][] {
  if (Node.isIdentifier(pattern)) return [[pattern.getSymbolOrThrow(), bound(value)]];
  if (!Node.isObjectBindingPattern(pattern)) return refuse(pattern, "FG2022");
  return elementsOf(pattern).flatMap(({ node, name, target }) =>
    namesOf(target, readProperty(value, name, node, context), context),
  );
}

/** The elements of an object pattern: which property, and what it is bound to. */
export function elementsOf(
  pattern: Node,
): readonly { readonly node: Node; readonly name: string; readonly target: Node }[] {
  if (!Node.isObjectBindingPattern(pattern)) return refuse(pattern, "FG2022");
  return pattern.getElements().map((element) => {
    if (element.getDotDotDotToken() !== undefined || element.hasInitializer())
      return refuse(element, "FG2022");
    const property = element.getPropertyNameNode();
    if (property !== undefined && Node.isComputedPropertyName(property)) return refuse(element, "FG2022");
    const literal = Node.isStringLiteral(property) ? property.getLiteralValue() : property?.getText();
    return { node: element, name: literal ?? element.getName(), target: element.getNameNode() };
  });
}

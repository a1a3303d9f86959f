import type { Expression } from "@forego/ir";
import { type BindingElement, Node } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import { either, itemAt, itemsOf, present, undefinable } from "../types/value-types.ts";
import { conditional, equalsUndefined, letNode } from "./build-expression.ts";
import { keepReads, lookedInto } from "./keep-reads.ts";
import { requireOrder, slice } from "./members/sequence.ts";
import { readProperty, tolerate } from "./property-read.ts";
import { visitExpression } from "./visit.ts";
import { bound, localNode, originOf, type VisitContext, withBindings } from "./visit-context.ts";
import { literalOf } from "./visitors/literal.ts";

type Read = (inside: VisitContext) => Expression;

/** Gives the names of a pattern (a name, or an object or array taken apart) to a value, in what `read` reads. */
export function bindPattern(pattern: Node, value: Expression, context: VisitContext, read: Read): Expression {
  if (Node.isIdentifier(pattern)) {
    const body = read(withBindings(context, [[pattern.getSymbolOrThrow(), bound(value)]]));
    return keepReads(lookedInto(value, context), body, context);
  }
  if (!Node.isArrayBindingPattern(pattern))
    return bindElements(
      pattern,
      context,
      (name, element) => readProperty(value, name, element, context),
      read,
    );
  const items = itemsOf(value.type) ?? refuse(pattern, "FG2022", "only arrays are taken apart by place");
  requireOrder(pattern, value);
  return bindInOrder(pattern.getElements(), context, read, (element, inside, readRest) => {
    if (!Node.isBindingElement(element)) return readRest(inside);
    const place = pattern.getElements().indexOf(element);
    if (element.getDotDotDotToken() !== undefined) {
      const others = slice(value, place, undefined, element, inside);
      return bindPattern(element.getNameNode(), others, inside, readRest);
    }
    const origin = originOf(element, inside);
    const key = literalOf(place, element, inside);
    const type = itemAt(value.type, key) ?? undefinable(present(items));
    return bindElement(element, { kind: "entry", record: value, key, type, origin }, inside, readRest);
  });
}

/** Gives the names of an object pattern to the properties that `property` reads. */
export function bindElements(
  pattern: Node,
  context: VisitContext,
  property: (name: string, element: Node) => Expression,
  read: Read,
): Expression {
  if (!Node.isObjectBindingPattern(pattern)) return refuse(pattern, "FG2022");
  return bindInOrder(pattern.getElements(), context, read, (element, inside, readRest) => {
    if (element.getDotDotDotToken() !== undefined) return refuse(element, "FG2022");
    return bindElement(element, property(propertyNameOf(element), element), inside, readRest);
  });
}

/**
 * Reads with a name's default in the place of undefined. The value is bound first, so that it is made once. A default
 * asks whether a value is there, as `??` does.
 */
export function withDefault(
  value: Expression,
  initializer: Node | undefined,
  hint: string,
  context: VisitContext,
  use: (value: Expression) => Expression,
): Expression {
  if (initializer === undefined) return use(value);
  const given = tolerate(value, context.policy.contract);
  if (!given.type.undefinable) return use(value);
  const otherwise = visitExpression(initializer, context);
  if (given.kind === "undefined") return use(otherwise);
  const known = { ...given.type, undefinable: false };
  const chosen: Expression = {
    ...conditional(equalsUndefined(given), otherwise, given, value.origin),
    type: either(known, otherwise.type),
  };
  const local = context.fresh(hint);
  return letNode(local, chosen, use(localNode(local, chosen.type, value.origin)));
}

function bindElement(
  element: BindingElement,
  value: Expression,
  context: VisitContext,
  read: Read,
): Expression {
  const target = element.getNameNode();
  const hint = Node.isIdentifier(target) ? target.getText() : "part";
  return withDefault(value, element.getInitializer(), hint, context, (found) =>
    bindPattern(target, found, context, read),
  );
}

/** Binds one element after the other: the defaults of later ones see the names of earlier ones. */
function bindInOrder<TElement>(
  elements: readonly TElement[],
  context: VisitContext,
  read: Read,
  bindOne: (element: TElement, context: VisitContext, read: Read) => Expression,
): Expression {
  const [first, ...rest] = elements;
  if (first === undefined) return read(context);
  return bindOne(first, context, (inside) => bindInOrder(rest, inside, read, bindOne));
}

function propertyNameOf(element: BindingElement): string {
  const property = element.getPropertyNameNode();
  if (property !== undefined && Node.isComputedPropertyName(property)) return refuse(element, "FG2022");
  const literal = Node.isStringLiteral(property) ? property.getLiteralValue() : property?.getText();
  return literal ?? element.getName();
}

import type { ArrayPart, Expression, LiteralNode, Shape } from "@forego/ir";
import { type ArrayLiteralExpression, Node } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { either, holesOf, itemTypeOf, maxItemsOf, orderOf, present, requireKnown } from "../value-types.ts";
import { visitExpression } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";

const none: Shape = { kind: "union", members: [] };

/** `["a", "b"]`: a list of literals, or `[a, ...list]`, an array that is made here */
export function visitArrayLiteral(node: Node, context: VisitContext): Expression {
  const parts = (node as ArrayLiteralExpression).getElements().map((element) => visitPart(element, context));
  const origin = originOf(node, context);
  const types = parts.map(({ isSpread, value }) =>
    isSpread ? (itemTypeOf(value.type) ?? present(none)) : value.type,
  );
  const sizes = parts.map(({ isSpread, value }) => (isSpread ? maxItemsOf(value.type) : 1));
  const isPlain = !parts.some(({ isSpread, value }) => isSpread || value.type.undefinable);
  const shape: Shape = {
    kind: "array",
    items: types.reduce(either, present(none)).shape,
    max: sizes.reduce((sum, size) => sum + size, 0),
    ...(isPlain ? { places: types.map(({ shape }) => shape) } : {}),
    ...holesOf(...types),
    ...orderOf(...parts.flatMap(({ isSpread, value }) => (isSpread ? [value.type] : []))),
  };
  const literals = parts.flatMap(literalsOf);
  return literals.length === parts.length
    ? { kind: "list", items: literals, type: present(shape), origin }
    : { kind: "array", parts, type: present(shape), origin };
}

function visitPart(element: Node, context: VisitContext): ArrayPart {
  if (!Node.isSpreadElement(element)) return { isSpread: false, value: visitExpression(element, context) };
  const value = visitExpression(element.getExpression(), context);
  requireKnown(value, element);
  if (itemTypeOf(value.type) !== undefined) return { isSpread: true, value };
  return refuse(element, "FG2012", "only arrays that a schema describes can be spread");
}

function literalsOf({ isSpread, value }: ArrayPart): readonly LiteralNode[] {
  return !isSpread && value.kind === "literal" ? [value] : [];
}

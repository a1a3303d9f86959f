import type { Expression, LiteralNode, Shape } from "@forego/ir";
import type { ArrayLiteralExpression, Node } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { either, present } from "../value-types.ts";
import { visitExpression } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";

/** `["a", "b"]`: a list of literals */
export function visitArrayLiteral(node: Node, context: VisitContext): Expression {
  const elements = (node as ArrayLiteralExpression).getElements();
  const items = elements.map((element): LiteralNode => {
    const item = visitExpression(element, context);
    return item.kind === "literal"
      ? item
      : refuse(element, "FG2015", "a list in a policy holds literals only");
  });
  const none: Shape = { kind: "union", members: [] };
  const type = items.map((item) => item.type).reduce(either, present(none));
  const shape: Shape = { kind: "array", items: type.shape, max: items.length };
  return { kind: "list", items, type: present(shape), origin: originOf(node, context) };
}

import type { Expression, LiteralNode } from "@forego/ir";
import type { NewExpression, Node } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { present } from "../../types/value-types.ts";
import { isLibrary } from "../library-member.ts";
import { globalRewrites } from "../members/rewrites.ts";
import { refuseKind } from "../unsupported-kinds.ts";
import { visitExpression } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";

/** `new Set(["a", "b"])`: a list of literals in which each is found once */
export function visitNew(node: Node, context: VisitContext): Expression {
  const created = node as NewExpression;
  const callee = created.getExpression();
  const isSet = callee.getText() === "Set" && callee.getSymbol()?.getDeclarations().every(isLibrary);
  if (isSet !== true) return refuseKind(node, globalRewrites.get(callee.getText()));
  const [argument, ...rest] = created.getArguments();
  const list = argument === undefined ? undefined : visitExpression(argument, context);
  if (list?.kind !== "list" || rest.length > 0)
    return refuse(
      argument ?? node,
      "FG2015",
      "a set in a policy holds literals only",
      "write new Set([...]) of literals, or use includes() on the list itself",
    );
  const byValue = new Map(list.items.map((item): [unknown, LiteralNode] => [item.value, item]));
  const items = [...byValue.values()];
  const { shape } = list.type;
  const type = shape.kind === "array" ? present({ ...shape, max: items.length }) : list.type;
  return { kind: "list", items, type, origin: originOf(node, context) };
}

import type { Expression } from "@forego/ir";
import type { ElementAccessExpression, Node } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { readProperty } from "../property-read.ts";
import { isAlways, itemsOf, present, requireKnown, undefinable, valuesOf } from "../value-types.ts";
import { visitExpression } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";

/** `record[key]`, `array[index]` and `object["name"]` */
export function visitElementAccess(node: Node, context: VisitContext): Expression {
  const access = node as ElementAccessExpression;
  const keyNode = access.getArgumentExpressionOrThrow();
  const object = visitExpression(access.getExpression(), context);
  const key = visitExpression(keyNode, context);
  requireKnown(object, access.getExpression());
  const isName = key.kind === "literal" && typeof key.value === "string";
  if (isName && isAlways(object.type, "object"))
    return readProperty(object, String(key.value), node, context);
  const origin = originOf(node, context);
  const values = isAlways(key.type, "string") ? valuesOf(object.type) : undefined;
  const items = isAlways(key.type, "number") ? itemsOf(object.type) : undefined;
  const found = values ?? items;
  if (found === undefined) return refuse(keyNode, "FG2018");
  return { kind: "entry", record: object, key, type: undefinable(present(found)), origin };
}

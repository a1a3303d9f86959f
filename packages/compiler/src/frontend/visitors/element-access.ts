import type { Expression, ValueType } from "@forego/ir";
import type { ElementAccessExpression, Node } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import {
  either,
  isAlways,
  isNullable,
  itemAt,
  literalsOf,
  present,
  propertyOf,
  requireKnown,
  undefinable,
  valuesOf,
} from "../../types/value-types.ts";
import { asOneOf } from "../as-one-of.ts";
import { tableRewrite } from "../members/rewrites.ts";
import { requireOrder } from "../members/sequence.ts";
import { readProperty } from "../property-read.ts";
import { visitExpression } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";
import { asNarrowed } from "../visit-narrowed.ts";

/** `record[key]`, `array[index]`, `object["name"]` and `table[key]` */
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
  if (values !== undefined)
    return { kind: "entry", record: object, key, type: undefinable(present(values)), origin };
  if (isAlways(object.type, "object")) {
    const field = asOneOf(asNarrowed(key, keyNode, context), keyNode, context);
    const type = fieldType(object.type, field.type);
    return type === undefined
      ? refuseKey(keyNode, object)
      : { kind: "entry", record: object, key: field, type, origin };
  }
  const type = isAlways(key.type, "number") ? itemAt(object.type, key) : undefined;
  if (type === undefined) return refuseKey(keyNode, object);
  requireOrder(node, object);
  return { kind: "entry", record: object, key, type, origin };
}

function refuseKey(key: Node, { kind, type: { shape } }: Expression): never {
  if (shape.kind === "union" && shape.members.some((member) => member.kind === "record"))
    return refuse(
      key,
      "FG2018",
      "of a record and its default, the default also has what every object inherits",
      "leave the default out: record?.[key]",
    );
  if (kind !== "table") return refuse(key, "FG2018");
  return refuse(key, "FG2018", "the key may be none of the table's", tableRewrite);
}

/** What a key finds that is always one of an object's own fields; any other could be one of its prototype's. */
function fieldType(object: ValueType, key: ValueType): ValueType | undefined {
  const names = literalsOf(key) ?? [];
  if (isNullable(object) || isNullable(key) || names.length === 0) return undefined;
  const fields = names.flatMap((name) => {
    const property = typeof name === "string" ? propertyOf(object.shape, name) : undefined;
    if (property === undefined || (property.optional && String(name) in Object.prototype)) return [];
    return [{ shape: property.shape, undefinable: property.optional && property.host !== true }];
  });
  return fields.length === names.length ? fields.reduce(either) : undefined;
}

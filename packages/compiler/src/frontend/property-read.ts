import type { Expression, ObjectShape, Property, Shape } from "@forego/ir";
import { membersOf } from "@forego/ir";
import type { Node } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import { isAlways, isNullable, present, propertyOf, undefinable, valuesOf } from "../types/value-types.ts";
import { originOf, type VisitContext } from "./visit-context.ts";

/** `object.name`. A field that only the host can fill is read as if it were there: without it, the rule is invalid. */
export function readProperty(
  object: Expression,
  name: string,
  node: Node,
  context: VisitContext,
): Expression {
  const values = valuesOf(object.type);
  if (values !== undefined) return readEntry(object, name, values, node, context);
  const property = requireProperty(object.type.shape, name, node);
  const optional = property.optional && property.host !== true;
  const type = optional ? undefinable(present(property.shape)) : present(property.shape);
  const origin = originOf(node, context);
  const isPath = object.kind === "read" && !isNullable(object.type) && isObject(object.type.shape);
  if (isPath) return { ...object, path: [...object.path, name], optional, type, origin };
  // the tag of a union is there, whichever member it is
  const mayBeAbsent = optional || isNullable(object.type) || !isAlways(object.type, "object");
  const loose = mayBeAbsent ? undefinable(type) : type;
  return { kind: "property", object, name, optional: mayBeAbsent, type: loose, origin };
}

/** `record.name`, which is `record["name"]`. */
function readEntry(
  record: Expression,
  name: string,
  values: Shape,
  node: Node,
  context: VisitContext,
): Expression {
  const origin = originOf(node, context);
  const key: Expression = {
    kind: "literal",
    value: name,
    type: present({ kind: "literal", value: name }),
    origin,
  };
  return { kind: "entry", record, key, type: undefinable(present(values)), origin };
}

/**
 * The same value, where the policy asks whether it is there: behind `?.`, before `??`, compared with undefined.
 * Only then may a field that the host fills be absent without making the rule invalid.
 */
export function tolerate(value: Expression, contract: ObjectShape): Expression {
  if (value.kind === "chain") return { ...value, rest: tolerate(value.rest, contract) };
  if (value.kind === "property") {
    const property = propertyOf(value.object.type.shape, value.name);
    return property?.host === true ? { ...value, optional: true, type: undefinable(value.type) } : value;
  }
  if (value.kind !== "read" || value.document !== "input") return value;
  const isHost = contractProperty(contract, value.path)?.host === true;
  return isHost ? { ...value, optional: true, type: undefinable(value.type) } : value;
}

function contractProperty(contract: ObjectShape, path: readonly string[]): Property | undefined {
  let shape: Shape = contract;
  let property: Property | undefined;
  for (const name of path) {
    property = propertyOf(shape, name);
    if (property === undefined) return undefined;
    shape = property.shape;
  }
  return property;
}

function requireProperty(shape: Shape, name: string, node: Node): Property {
  const property = propertyOf(shape, name);
  if (property !== undefined) return property;
  const isUnknown = membersOf(shape).some((member) => member.kind === "unknown");
  if (isUnknown) return refuse(node, "FG2006", `'${name}' is read from a value of unknown type`);
  const fix = "read a field of its schema; of a record that may be missing: record?.name";
  return refuse(node, "FG2012", `'${name}' is not a field that a schema describes`, fix);
}

function isObject(shape: Shape): boolean {
  return shape.kind === "object";
}

import type { GuardedPath, IrRule, ObjectShape, Property, Shape } from "@forego/ir";

const nothing: ObjectShape = { kind: "object", properties: {} };

/** The form of an input that some rules can all be checked on: what their guards ask for, put together. */
export function inputShapeOf(rules: readonly IrRule[]): ObjectShape {
  return rules
    .flatMap((rule) => rule.guard)
    .reduce<ObjectShape>((shape, path) => mergeObjects(shape, nest(path)), nothing);
}

/** A path as a shape: objects around what is there. */
function nest({ path, optional, shape }: GuardedPath): ObjectShape {
  const [name = "", ...rest] = path;
  const property: Property =
    rest.length === 0
      ? { shape, optional }
      : { shape: nest({ path: rest, optional, shape }), optional: false };
  return { kind: "object", properties: { [name]: property } };
}

function mergeObjects(left: ObjectShape, right: ObjectShape): ObjectShape {
  const properties: Record<string, Property> = { ...left.properties };
  for (const [name, property] of Object.entries(right.properties)) {
    const other = Object.hasOwn(properties, name) ? properties[name] : undefined;
    properties[name] =
      other === undefined
        ? property
        : { shape: merge(other.shape, property.shape), optional: other.optional || property.optional };
  }
  return { kind: "object", properties };
}

/** Two guards ask for parts of one value: what has both parts. */
function merge(left: Shape, right: Shape): Shape {
  if (left.kind === "unknown") return right;
  if (left.kind === "object" && right.kind === "object") return mergeObjects(left, right);
  if (left.kind === "array" && right.kind === "array")
    return { ...left, items: merge(left.items, right.items) };
  if (left.kind === "record" && right.kind === "record")
    return { ...left, values: merge(left.values, right.values) };
  if (left.kind !== "union" || right.kind !== "union") return left;
  const members = left.members.map((member, index) => merge(member, right.members[index] ?? member));
  return { kind: "union", members };
}

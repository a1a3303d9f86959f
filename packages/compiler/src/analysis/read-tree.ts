import type { ReadSet } from "@forego/core";
import { type ArrayShape, type GuardedPath, membersOf, type Property, type Shape } from "@forego/ir";
import { itemsOf, present, propertyOf, valuesOf } from "../types/value-types.ts";

/**
 * What a rule reads of one value of the input, found while its predicate is walked. A tree: fields of objects,
 * elements of arrays and records. Guard, read set and picker are made from it, and from nothing else.
 */
export interface ReadTree {
  readonly shape: Shape;
  /** Whether the value may be absent for all the rule cares. */
  optional: boolean;
  /** Whether the rule uses the value itself, and not only parts of it. */
  whole: boolean;
  readonly fields: Map<string, ReadTree>;
  elements: ReadTree | undefined;
}

/** A value of which nothing has been read. */
export function createReadTree(shape: Shape, optional = false): ReadTree {
  return { shape, optional, whole: false, fields: new Map(), elements: undefined };
}

/** The tree of a field, made when it is first read. A host's field stays optional only while every read tolerates its absence. */
export function readField(tree: ReadTree, name: string, tolerant: boolean): ReadTree {
  const property = propertyOf(tree.shape, name) ?? { shape: { kind: "unknown" as const }, optional: true };
  const optional = property.host === true ? tolerant : property.optional;
  let field = tree.fields.get(name);
  if (field === undefined) {
    field = createReadTree(property.shape, optional);
    tree.fields.set(name, field);
  }
  field.optional &&= optional;
  return field;
}

/** The tree of all elements of an array or a record. */
export function readElements(tree: ReadTree): ReadTree {
  const type = present(tree.shape);
  tree.elements ??= createReadTree(itemsOf(type) ?? valuesOf(type) ?? { kind: "unknown" });
  return tree.elements;
}

/** The paths that a rule reads, each with what must be there: as far as the path leads through plain objects. */
export function guardedPaths(tree: ReadTree, path: readonly string[] = []): readonly GuardedPath[] {
  const isStep =
    path.length === 0 ||
    (tree.shape.kind === "object" && !tree.whole && !tree.optional && tree.fields.size > 0);
  if (!isStep) return [{ path, optional: tree.optional, shape: prune(tree) }];
  return [...tree.fields].flatMap(([name, field]) => guardedPaths(field, [...path, name]));
}

/** Only what is read of a value's shape. */
function prune(tree: ReadTree, shape: Shape = tree.shape): Shape {
  if (tree.whole) return shape;
  switch (shape.kind) {
    case "object":
      return { kind: "object", properties: pruneProperties(tree, shape.properties) };
    case "array":
      return pruneArray(tree, shape);
    case "record":
      return {
        ...shape,
        values: tree.elements === undefined ? { kind: "unknown" } : prune(tree.elements, shape.values),
      };
    case "union":
      return { kind: "union", members: shape.members.map((member) => prune(tree, member)) };
    default:
      return shape;
  }
}

function pruneArray({ elements }: ReadTree, { places, ...shape }: ArrayShape): Shape {
  if (elements === undefined) return { ...shape, items: { kind: "unknown" } };
  const pruned = { ...shape, items: prune(elements, shape.items) };
  return places === undefined ? pruned : { ...pruned, places: places.map((place) => prune(elements, place)) };
}

function pruneProperties(
  tree: ReadTree,
  properties: Readonly<Record<string, Property>>,
): Readonly<Record<string, Property>> {
  const kept = [...tree.fields].flatMap(([name, field]) => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property === undefined) return [];
    const optional = property.host === true ? field.optional : property.optional;
    return [[name, { shape: prune(field, property.shape), optional }] as const];
  });
  return Object.fromEntries(kept);
}

/** The same tree as the guard projects it. */
export function readSetOf(tree: ReadTree): ReadSet {
  if (tree.whole) return wholeSet(tree.shape);
  if (tree.elements !== undefined) return elementSet(tree.shape, readSetOf(tree.elements));
  if (tree.fields.size > 0) {
    return { fields: Object.fromEntries([...tree.fields].map(([name, field]) => [name, readSetOf(field)])) };
  }
  return presenceSet(tree.shape);
}

/** All of a value: only arrays and records need their maxima. */
function wholeSet(shape: Shape): ReadSet {
  const kinds = membersOf(shape).map((member) => member.kind);
  return kinds.includes("array") || kinds.includes("record") ? elementSet(shape, true) : true;
}

function elementSet(shape: Shape, elements: ReadSet): ReadSet {
  const member = membersOf(shape).find((one) => one.kind === "array" || one.kind === "record");
  if (member?.kind === "array") return { items: elements, max: member.max };
  if (member?.kind === "record") return { values: elements, max: member.max };
  return true;
}

/** Enough to see that a value is there, and how many elements it has. */
function presenceSet(shape: Shape): ReadSet {
  const kinds = new Set(membersOf(shape).map((member) => member.kind));
  if (kinds.has("array") || kinds.has("record")) return elementSet(shape, { fields: {} });
  return kinds.has("object") ? { fields: {} } : true;
}

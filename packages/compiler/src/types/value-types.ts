import {
  type ArrayShape,
  type Expression,
  isUtcTime,
  membersOf,
  type Property,
  type Shape,
  type ValueType,
} from "@forego/ir";
import type { Node } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";

/** A type that is always there. */
export function present(shape: Shape): ValueType {
  return { shape, undefinable: false };
}

/** The same type, with `undefined` among its values. */
export function undefinable(type: ValueType): ValueType {
  return { ...type, undefinable: true };
}

export const booleanType: ValueType = present({ kind: "boolean" });
/** True, false, or undefined where that cannot be told. */
export const unclearType: ValueType = undefinable(present({ kind: "boolean", unclear: true }));
export const textType: ValueType = present({ kind: "string" });
export const undefinedType: ValueType = { shape: { kind: "union", members: [] }, undefinable: true };

/** Whole numbers between two, both included. */
export function wholeType(min: number, max: number): ValueType {
  return present({ kind: "number", integer: true, min, max });
}

/** What no JavaScript engine's texts are longer than. */
const longestText = 2 ** 31 - 1;

/** The type of the length of an array or a text, within what the schema says of it. */
export function lengthType({ shape }: ValueType): ValueType {
  const lengths = membersOf(shape).map((member) => {
    if (member.kind === "array") return member.max;
    // a schema counts code points, and `.length` up to two units of each
    return member.kind === "string" && member.max !== undefined
      ? Math.min(2 * member.max, longestText)
      : longestText;
  });
  return wholeType(0, Math.max(0, ...lengths));
}

/** All that either type can be. */
export function either(left: ValueType, right: ValueType): ValueType {
  const members = new Map(
    [...membersOf(left.shape), ...membersOf(right.shape)].map((one) => [JSON.stringify(one), one]),
  );
  const [only, ...others] = members.values();
  const shape: Shape =
    only !== undefined && others.length === 0 ? only : { kind: "union", members: [...members.values()] };
  return { shape, undefinable: left.undefinable || right.undefinable };
}

/** The type without null and undefined. */
export function nonNullish(type: ValueType): ValueType {
  const members = membersOf(type.shape).filter((member) => !isNull(member));
  const [only, ...others] = members;
  return present(only !== undefined && others.length === 0 ? only : { kind: "union", members });
}

/** Whether a value of the type can be null or undefined. */
export function isNullable(type: ValueType): boolean {
  return type.undefinable || membersOf(type.shape).some(isNull);
}

function isNull(shape: Shape): boolean {
  return shape.kind === "literal" && shape.value === null;
}

/** Whether every value of the type, null and undefined aside, is of one of the kinds. Literals are of their value's kind. */
export function isAlways(type: ValueType, ...kinds: readonly string[]): boolean {
  const members = membersOf(type.shape).filter((member) => !isNull(member));
  return members.length > 0 && members.every((member) => kinds.includes(kindOf(member)));
}

function kindOf(shape: Shape): string {
  return shape.kind === "literal" ? typeof shape.value : shape.kind;
}

/** Whether undefined is among the values of a type, and no condition may take it for false. */
export function isUnclear({ shape, undefinable: maybe }: ValueType): boolean {
  return maybe && membersOf(shape).some((member) => member.kind === "boolean" && member.unclear === true);
}

/** Whether every value of the type is a string, number, boolean, null or undefined. */
export function isPrimitive(type: ValueType): boolean {
  return membersOf(type.shape).every((member) =>
    ["string", "number", "boolean", "literal"].includes(member.kind),
  );
}

/** Refuses values that a schema has not described. */
export function requireKnown(value: Expression, node: Node): void {
  if (membersOf(value.type.shape).some((member) => member.kind === "unknown")) refuse(node, "FG2006");
}

/** Whether every value of the type is one of some ASCII texts. */
export function isAscii(type: ValueType): boolean {
  return membersOf(type.shape).every(
    (member) =>
      member.kind === "literal" && typeof member.value === "string" && /^[\0-\x7f]*$/.test(member.value),
  );
}

/** The property of a shape by its name, over all members of a union: optional where a member lacks it. */
export function propertyOf(shape: Shape, name: string): Property | undefined {
  const members = membersOf(shape).filter((member) => !isNull(member));
  const found = members.map((member) =>
    member.kind === "object" && Object.hasOwn(member.properties, name) ? member.properties[name] : undefined,
  );
  const [first, ...others] = found.filter((property) => property !== undefined);
  if (first === undefined) return undefined;
  const type = others.reduce((all, property) => either(all, present(property.shape)), present(first.shape));
  const optional = found.some((property) => property === undefined || property.optional);
  return { shape: type.shape, optional, ...(first.host === undefined ? {} : { host: first.host }) };
}

/** The elements of an array shape, over all members of a union; `undefined` when it is not always an array. */
export function itemsOf(type: ValueType): Shape | undefined {
  if (!isAlways(type, "array")) return undefined;
  const arrays = membersOf(type.shape).flatMap((member) =>
    member.kind === "array" ? [present(member.items)] : [],
  );
  return arrays.reduce(either).shape;
}

/** What an item of an array can be; `undefined` when it is not always an array. */
export function itemTypeOf(type: ValueType): ValueType | undefined {
  const shape = itemsOf(type);
  if (shape === undefined) return undefined;
  return { shape, undefinable: arraysOf(type).some(({ holes }) => holes === true) };
}

/** What marks an array that holds values of a type, or the items of arrays: whether undefined is among them. */
export function holesOf(...items: readonly (ValueType | undefined)[]): { readonly holes?: true } {
  return items.some((item) => item?.undefinable === true) ? { holes: true } : {};
}

/** What an array has at an index; `undefined` when it is not always an array. */
export function itemAt(type: ValueType, key: Expression): ValueType | undefined {
  const items = itemsOf(type);
  if (items === undefined) return undefined;
  const index = key.kind === "literal" ? Number(key.value) : -1;
  const places = arraysOf(type).map((array) => array.places?.[index]);
  if (!places.every((place) => place !== undefined)) return undefinable(present(items));
  const known = places.map((place) => present(place)).reduce(either);
  return isNullable(type) ? undefinable(known) : known;
}

/** What is left of an array of which any items may be gone: nothing is known of how many there are, or of its places. */
export function leftOf({ shape }: ValueType): ValueType {
  const left = membersOf(shape).map((member) => {
    if (member.kind !== "array") return present(member);
    const { places: _places, min: _min, ...rest } = member;
    return present(rest);
  });
  return left.reduce(either);
}

/** The most items that an array of the type has. */
export function maxItemsOf(type: ValueType): number {
  return Math.max(0, ...arraysOf(type).map(({ max }) => max));
}

/** What marks an array made of another one: without order, where that has none. */
export function orderOf(...types: readonly ValueType[]): { readonly unordered?: true } {
  return types.flatMap(arraysOf).some(({ unordered }) => unordered === true) ? { unordered: true } : {};
}

function arraysOf(type: ValueType): readonly ArrayShape[] {
  return membersOf(type.shape).filter((member) => member.kind === "array");
}

/** The literals among the values of a type; `undefined` when it has other values, too. */
export function literalsOf(type: ValueType): readonly (string | number | boolean | null)[] | undefined {
  const members = membersOf(type.shape);
  const literals = members.flatMap((member) => (member.kind === "literal" ? [member.value] : []));
  return literals.length === members.length ? literals : undefined;
}

/** The values of a record shape, over all members of a union; `undefined` when it is not always a record. */
export function valuesOf(type: ValueType): Shape | undefined {
  if (!isAlways(type, "record")) return undefined;
  const records = membersOf(type.shape).flatMap((member) =>
    member.kind === "record" ? [present(member.values)] : [],
  );
  return records.reduce(either).shape;
}

/** Whether a value can be used as a UTC time: declared so, or a literal that is one. */
export function isTime(type: ValueType): boolean {
  return membersOf(type.shape).every((member) =>
    member.kind === "literal"
      ? typeof member.value === "string" && isUtcTime(member.value)
      : member.kind === "string" && member.format === "utc-time",
  );
}

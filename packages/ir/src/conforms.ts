import { matchPattern } from "./evaluate/evaluate-text.ts";
import { isRecord } from "./own-property.ts";
import type { ArrayShape, NumberShape, ObjectShape, RecordShape, Shape, StringShape } from "./shape.ts";
import { textFormats } from "./text-formats.ts";

/** Whether a JSON value is what a shape says. Own properties only; properties that the shape does not name are not looked at. */
export function conforms(shape: Shape, value: unknown): boolean {
  switch (shape.kind) {
    case "unknown":
      return value !== undefined;
    case "string":
      return typeof value === "string" && isText(shape, value);
    case "number":
      return typeof value === "number" && isNumber(shape, value);
    case "boolean":
      return typeof value === "boolean";
    case "literal":
      return value === shape.value;
    case "array":
      return Array.isArray(value) && isList(shape, value);
    case "object":
      return isRecord(value) && hasProperties(shape, value);
    case "record":
      return isRecord(value) && hasValues(shape, value);
    case "union":
      return isOneOf(shape.members, value);
  }
}

function isText(shape: StringShape, value: string): boolean {
  if (shape.format !== undefined && !textFormats[shape.format].has(value)) return false;
  const { patterns = [] } = shape;
  if (!patterns.every((pattern) => matchPattern(pattern, value))) return false;
  if (shape.min === undefined && shape.max === undefined) return true;
  const length = [...value].length;
  return length >= (shape.min ?? 0) && length <= (shape.max ?? Number.POSITIVE_INFINITY);
}

function isNumber(shape: NumberShape, value: number): boolean {
  if (shape.integer && !Number.isInteger(value)) return false;
  if (shape.above !== undefined && value <= shape.above) return false;
  if (shape.below !== undefined && value >= shape.below) return false;
  return value >= (shape.min ?? Number.NEGATIVE_INFINITY) && value <= (shape.max ?? Number.POSITIVE_INFINITY);
}

function isList({ items, places, min = 0, max }: ArrayShape, value: readonly unknown[]): boolean {
  if (value.length < min || value.length > max) return false;
  return value.every((item, index) => conforms(places?.[index] ?? items, item));
}

function hasValues({ values, max }: RecordShape, value: Record<string, unknown>): boolean {
  const items = Object.values(value);
  return items.length <= max && items.every((item) => conforms(values, item));
}

function isOneOf(members: readonly Shape[], value: unknown): boolean {
  return members.some((member) => conforms(member, value));
}

function hasProperties(shape: ObjectShape, value: Record<string, unknown>): boolean {
  return Object.entries(shape.properties).every(([name, property]) =>
    Object.hasOwn(value, name) ? conforms(property.shape, value[name]) : property.optional,
  );
}

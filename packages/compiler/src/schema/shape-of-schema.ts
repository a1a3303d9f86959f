import { defaultMaxEntries, type NumberShape, type Property, type Shape, type StringShape } from "@forego/ir";
import { type Definition, SchemaProblem, unknownCheck } from "./schema-problem.ts";
import { withFormat } from "./text-format.ts";

/** How to read the wrappers that fill in what is absent. */
export interface SchemaReading {
  /** `refuse` for schemas of policies; `host` for the contract, whose defaults the guard fills and whose optional fields the host does. */
  readonly absent: "refuse" | "host";
}

/** The types whose checks are read one by one. On every other a check is a refinement, and refused. */
const withChecks: ReadonlySet<string> = new Set(["string", "number", "array"]);

/**
 * Reads a zod 4 schema as a shape, from its `_zod.def`: not through JSON Schema, which drops refinements, and not
 * from inferred types, which have no bounds. What it does not know it refuses.
 *
 * @throws SchemaProblem for a schema whose output differs from its input, or with a check that guards do not have.
 */
export function shapeOfSchema(schema: unknown, reading: SchemaReading = { absent: "refuse" }): Shape {
  return readSchema(schema, [], reading);
}

function readSchema(schema: unknown, path: readonly string[], reading: SchemaReading): Shape {
  const definition = definitionOf(schema, path);
  if (!withChecks.has(definition.type)) refuseChecks(definition, path);
  switch (definition.type) {
    case "string":
      return readString(definition, path);
    case "number":
      return readNumber(definition, path);
    case "boolean":
      refuseCoercion(definition, path);
      return { kind: "boolean" };
    case "null":
      return { kind: "literal", value: null };
    case "literal":
      return unionOf((definition.values as readonly unknown[]).map((value) => readLiteral(value, path)));
    case "enum":
      return unionOf(enumValues(definition).map((value) => readLiteral(value, path)));
    case "array":
      return readArray(definition, path, reading);
    case "tuple":
      return readTuple(definition, path, reading);
    case "object":
      return readObject(definition, path, reading);
    case "record":
      return readRecord(definition, path, reading);
    case "union":
      return unionOf(
        (definition.options as readonly unknown[]).map((option) => readSchema(option, path, reading)),
      );
    case "nullable":
      return unionOf([readSchema(definition.innerType, path, reading), { kind: "literal", value: null }]);
    case "readonly":
      return readSchema(definition.innerType, path, reading);
    case "default":
      if (reading.absent === "host") return readSchema(definition.innerType, path, reading);
      throw new SchemaProblem(
        path,
        "a default changes what the schema lets through",
        "write .optional(), and give the default where the value is read: x ?? 3",
      );
    case "unknown":
      return { kind: "unknown" };
    case "optional":
      throw new SchemaProblem(path, "only a property can be optional, with optional() as its last call");
    default:
      throw new SchemaProblem(path, `a guard cannot check the schema type '${definition.type}'`);
  }
}

function readString(definition: Definition, path: readonly string[]): Shape {
  refuseCoercion(definition, path);
  let shape: StringShape = { kind: "string" };
  for (const check of [definition, ...checksOf(definition)]) {
    if (check.check === undefined) continue;
    if (check.check === "min_length") shape = { ...shape, min: raise(shape.min, bound(check.minimum, path)) };
    else if (check.check === "max_length")
      shape = { ...shape, max: lower(shape.max, bound(check.maximum, path)) };
    else if (check.check === "length_equals") {
      const length = bound(check.length, path);
      shape = { ...shape, min: raise(shape.min, length), max: lower(shape.max, length) };
    } else if (check.check === "string_format") shape = withFormat(shape, check, path);
    else throw unknownCheck(check, path);
  }
  return shape;
}

function readNumber(definition: Definition, path: readonly string[]): Shape {
  refuseCoercion(definition, path);
  const safe = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
  let shape: NumberShape = { kind: "number", integer: false };
  for (const check of [definition, ...checksOf(definition)]) {
    if (check.check === undefined) continue;
    if (check.check === "number_format" && check.format === "safeint") {
      shape = { ...shape, integer: true, min: raise(shape.min, safe.min), max: lower(shape.max, safe.max) };
    } else if (check.check === "greater_than") {
      const value = bound(check.value, path);
      shape =
        check.inclusive === true
          ? { ...shape, min: raise(shape.min, value) }
          : { ...shape, above: raise(shape.above, value) };
    } else if (check.check === "less_than") {
      const value = bound(check.value, path);
      shape =
        check.inclusive === true
          ? { ...shape, max: lower(shape.max, value) }
          : { ...shape, below: lower(shape.below, value) };
    } else throw unknownCheck(check, path);
  }
  return shape;
}

function readTuple(definition: Definition, path: readonly string[], reading: SchemaReading): Shape {
  if (definition.rest !== null && definition.rest !== undefined)
    throw new SchemaProblem(path, "a guard cannot check the rest of a tuple");
  const places = (definition.items as readonly unknown[]).map((item, index) =>
    readSchema(item, [...path, `[${index}]`], reading),
  );
  return { kind: "array", items: unionOf(places), places, min: places.length, max: places.length };
}

function readArray(definition: Definition, path: readonly string[], reading: SchemaReading): Shape {
  const items = readSchema(definition.element, [...path, "[]"], reading);
  let min: number | undefined;
  let max: number | undefined;
  for (const check of checksOf(definition)) {
    if (check.check === "min_length") min = raise(min, bound(check.minimum, path));
    else if (check.check === "max_length") max = lower(max, bound(check.maximum, path));
    else if (check.check === "length_equals") {
      const length = bound(check.length, path);
      [min, max] = [raise(min, length), lower(max, length)];
    } else throw unknownCheck(check, path);
  }
  return { kind: "array", items, ...(min === undefined ? {} : { min }), max: max ?? defaultMaxEntries };
}

function readObject(definition: Definition, path: readonly string[], reading: SchemaReading): Shape {
  const rest = definition.catchall === undefined ? "unknown" : definitionOf(definition.catchall, path).type;
  if (rest !== "never" && rest !== "unknown")
    throw new SchemaProblem(path, "a guard cannot check a catch-all");
  const properties: Record<string, Property> = {};
  for (const [name, schema] of Object.entries(definition.shape as Record<string, unknown>)) {
    const isPlain = name !== "__proto__" && name.isWellFormed();
    if (!isPlain) throw new SchemaProblem(path, "a property has a name that cannot be kept");
    properties[name] = readProperty(schema, [...path, name], reading);
  }
  return { kind: "object", properties };
}

function readProperty(schema: unknown, path: readonly string[], reading: SchemaReading): Property {
  const definition = definitionOf(schema, path);
  if (definition.type !== "optional") return { shape: readSchema(schema, path, reading), optional: false };
  refuseChecks(definition, path);
  const { shape } = readProperty(definition.innerType, path, reading);
  return reading.absent === "host" ? { shape, optional: true, host: true } : { shape, optional: true };
}

function readRecord(definition: Definition, path: readonly string[], reading: SchemaReading): Shape {
  const key = definitionOf(definition.keyType, path);
  if (key.type !== "string" || key.format !== undefined || checksOf(key).length > 0) {
    throw new SchemaProblem(
      path,
      "the keys of a record must be plain strings: write z.record(z.string(), ...), or z.object() with their names",
    );
  }
  return {
    kind: "record",
    values: readSchema(definition.valueType, [...path, "{}"], reading),
    max: defaultMaxEntries,
  };
}

function readLiteral(value: unknown, path: readonly string[]): Shape {
  const isText = typeof value === "string" && value.isWellFormed();
  const isPlain = value === null || isText || typeof value === "boolean" || Number.isFinite(value);
  if (!isPlain)
    throw new SchemaProblem(
      path,
      "a literal must be a well-formed string, a finite number, a boolean or null",
    );
  return { kind: "literal", value: value as string | number | boolean | null };
}

/** Values of an enum; TypeScript's numeric enums also hold their names, by number. */
function enumValues(definition: Definition): readonly unknown[] {
  const entries = definition.entries as Record<string, unknown>;
  const numbers = new Set(
    Object.values(entries)
      .filter((value) => typeof value === "number")
      .map(String),
  );
  return Object.entries(entries).flatMap(([name, value]) => (numbers.has(name) ? [] : [value]));
}

function unionOf(members: readonly Shape[]): Shape {
  const [only, ...others] = members;
  return only !== undefined && others.length === 0 ? only : { kind: "union", members };
}

function definitionOf(schema: unknown, path: readonly string[]): Definition {
  const definition = (schema as { readonly _zod?: { readonly def?: Definition } } | undefined)?._zod?.def;
  if (definition === undefined) throw new SchemaProblem(path, "this is not a zod 4 schema");
  return definition;
}

function checksOf(definition: Definition): readonly Definition[] {
  const checks = (definition.checks ?? []) as readonly { readonly _zod: { readonly def: Definition } }[];
  return checks.map((check) => check._zod.def);
}

function refuseChecks(definition: Definition, path: readonly string[]): void {
  for (const check of checksOf(definition)) throw unknownCheck(check, path);
}

function refuseCoercion(definition: Definition, path: readonly string[]): void {
  if (definition.coerce === true)
    throw new SchemaProblem(path, "coercion changes what the schema lets through");
}

/** A bound that a guard can compare with. */
function bound(value: unknown, path: readonly string[]): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new SchemaProblem(path, "a bound must be a finite number");
}

function raise(known: number | undefined, value: number): number {
  return known === undefined ? value : Math.max(known, value);
}

function lower(known: number | undefined, value: number): number {
  return known === undefined ? value : Math.min(known, value);
}

/** What values of a generated policy can be. Every `choice` has an "x", so that no two of them are without overlap. */
export type Type =
  | { readonly kind: "boolean" | "number" | "int" | "string" | "time" | "unknown" }
  /** A text, a number or a truth. */
  | { readonly kind: "either" }
  | { readonly kind: "choice"; readonly values: readonly string[] }
  | ListType
  | { readonly kind: "record"; readonly values: Type }
  | { readonly kind: "tuple"; readonly places: readonly Type[] }
  | ObjectType
  | { readonly kind: "tagged"; readonly members: Readonly<Record<string, ObjectType>> };

export interface ListType {
  readonly kind: "list";
  readonly items: Type;
}

export interface ObjectType {
  readonly kind: "object";
  readonly fields: Readonly<Record<string, Field>>;
}

/** A field of an object, and how it may be absent. */
export interface Field {
  readonly type: Type;
  /** What its schema asks of it beside its type. */
  readonly check?: Check;
  readonly optional?: true;
  readonly nullable?: true;
}

/** Checks of a schema, and some values that pass them. */
export interface Check {
  readonly calls: string;
  readonly values: readonly [string, ...string[]];
}

export const booleanType: Type = { kind: "boolean" };
export const numberType: Type = { kind: "number" };
export const intType: Type = { kind: "int" };
export const stringType: Type = { kind: "string" };
export const timeType: Type = { kind: "time" };

/** A list of values of a type. */
export function listOf(items: Type): ListType {
  return { kind: "list", items };
}

/** Types of which values can be written in place. */
export const primitives: readonly [Type, ...Type[]] = [stringType, numberType, booleanType, intType];

/** Whether a type is one of {@link primitives}. */
export function isPrimitive(type: Type): boolean {
  return primitives.some((one) => isSame(one, type));
}

/** Whether two types are the same. */
export function isSame(one: Type, other: Type): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A type as a zod schema. */
export function schemaOf(type: Type): string {
  switch (type.kind) {
    case "boolean":
      return "z.boolean()";
    case "number":
      return "z.number()";
    case "int":
      return "int({ min: -100, max: 100 })";
    case "string":
      return "z.string()";
    case "time":
      return "isoTime()";
    case "unknown":
      return "z.unknown()";
    case "either":
      return "z.union([z.string(), z.number(), z.boolean()])";
    case "choice":
      return `z.enum(${JSON.stringify(type.values)})`;
    case "list":
      return `z.array(${schemaOf(type.items)})`;
    case "record":
      return `z.record(z.string(), ${schemaOf(type.values)})`;
    case "tuple":
      return `z.tuple([${type.places.map(schemaOf).join(", ")}])`;
    case "object":
      return objectSchema(type);
    case "tagged": {
      const members = Object.entries(type.members).map(([tag, member]) =>
        objectSchema(member, `tag: z.literal(${JSON.stringify(tag)}), `),
      );
      return `z.discriminatedUnion("tag", [${members.join(", ")}])`;
    }
  }
}

function objectSchema({ fields }: ObjectType, first = ""): string {
  const properties = Object.entries(fields).map(([name, { type, check, optional, nullable }]) => {
    return `${name}: ${schemaOf(type)}${check?.calls ?? ""}${nullable ? ".nullable()" : ""}${optional ? ".optional()" : ""}`;
  });
  return `z.object({ ${first}${properties.join(", ")} })`;
}

/** A type as TypeScript writes it, for parameters and constants. */
export function typeText(type: Type): string {
  switch (type.kind) {
    case "time":
      return "string";
    case "int":
      return "number";
    case "either":
      return "string | number | boolean";
    case "choice":
      return type.values.map((value) => JSON.stringify(value)).join(" | ");
    case "list":
      return `readonly (${typeText(type.items)})[]`;
    case "record":
      return `Readonly<Record<string, ${typeText(type.values)}>>`;
    case "tuple":
      return `readonly [${type.places.map(typeText).join(", ")}]`;
    case "object":
      return objectText(type);
    case "tagged":
      return Object.entries(type.members)
        .map(([tag, member]) => objectText(member, `readonly tag: ${JSON.stringify(tag)}; `))
        .join(" | ");
    default:
      return type.kind;
  }
}

function objectText({ fields }: ObjectType, first = ""): string {
  const properties = Object.entries(fields).map(([name, { type, optional, nullable }]) => {
    const absent = `${nullable ? " | null" : ""}${optional ? " | undefined" : ""}`;
    return `readonly ${name}${optional ? "?" : ""}: ${typeText(type)}${absent}`;
  });
  return `{ ${first}${properties.join("; ")} }`;
}

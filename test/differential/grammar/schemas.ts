import type { Json } from "@forego/core";
import type fc from "fast-check";
import { nat } from "./choices.ts";
import {
  booleanType,
  type Check,
  intType,
  listOf,
  numberType,
  type ObjectType,
  primitives,
  stringType,
  type Type,
  timeType,
} from "./types.ts";

type Choose = fc.GeneratorValue;

/** Texts that programs speak about, the plain one first. */
export const someTexts = [
  ...(["x", "y", "", "xy", "constructor", "__proto__", "toString"] as const),
  ...(["\u{1F4A9}", "a\u{1F4A9}", "\uFF5E", "\u0000", "e\u0301", "null", "true"] as const),
  ...(["/x/../y", "/x", "a@x.io", "https://X.y/x", "10.0.0.1", "1.50"] as const),
] as const;

/** Numbers that programs speak about. */
export const someNumbers = [0, 1, 2, -1, 3, 0.5, 1.5, 1e21, 5e-324, Number.MAX_SAFE_INTEGER] as const;

/** Whole numbers that programs compute with. */
export const someInts = [0, 1, 2, -1, 3, 7, -10] as const;

/** Points in time that programs speak about. */
export const someTimes = [
  ...(["2025-01-01T00:00:00Z", "2025-01-01T00:00:00.5Z", "2024-12-31T23:59:59.999Z"] as const),
] as const;

/** Chooses one of a list. */
export function pick<T>(choose: Choose, from: readonly T[]): T {
  return from[choose(nat, from.length - 1)] as T;
}

/** Chooses the type of an object: its fields are named by their prefix and their place. */
export function objectType(choose: Choose, prefix: string, count: number, depth: number): ObjectType {
  const fields = Array.from({ length: count }, (_, index) => {
    const type = fieldType(choose, `${prefix}${index}`, depth);
    // what is unknown may be anything, and so also absent
    const absence = pick(
      choose,
      type.kind === "unknown"
        ? [{}]
        : [{}, {}, { optional: true }, { nullable: true }, { optional: true, nullable: true }],
    );
    const check = type.kind === "string" ? pick(choose, checks) : undefined;
    return [`${prefix}${index}`, { type, ...(check === undefined ? {} : { check }), ...absence }] as const;
  });
  return { kind: "object", fields: Object.fromEntries(fields) as ObjectType["fields"] };
}

/** What schemas ask of texts; nothing, most of the time. */
const checks: readonly (Check | undefined)[] = [
  ...[undefined, undefined, undefined, undefined, undefined, undefined],
  { calls: ".max(3)", values: ["x", "", "\u{1F4A9}"] },
  { calls: ".regex(/^[a-z]*$/)", values: ["x", "", "xy"] },
  { calls: ".regex(/^(?:x|.*y)$/u)", values: ["x", "xy"] },
  { calls: '.startsWith("/")', values: ["/x", "/x/../y"] },
  { calls: ".email()", values: ["a@x.io"] },
  { calls: ".url()", values: ["https://X.y/x"] },
];

function fieldType(choose: Choose, prefix: string, depth: number): Type {
  const flat: readonly (() => Type)[] = [
    () => stringType,
    () => numberType,
    () => booleanType,
    () => intType,
    () => listOf(pick(choose, primitives)),
    () => listOf(stringType),
    () => ({
      kind: "choice",
      values: pick(choose, [
        ["x", "y"],
        ["x", "constructor"],
        ["", "x", "y"],
      ]),
    }),
    () => timeType,
    () => ({ kind: pick(choose, ["unknown", "either"]) }),
    () => ({ kind: "record", values: pick(choose, primitives) }),
    () => ({ kind: "tuple", places: [pick(choose, primitives), pick(choose, primitives)] }),
  ];
  const deep: readonly (() => Type)[] = [
    () => objectType(choose, prefix, 2, depth - 1),
    () => listOf(objectType(choose, prefix, 2, depth - 1)),
    () => listOf(objectType(choose, prefix, 3, depth - 1)),
    () => ({
      kind: "tagged",
      members: {
        x: withText(objectType(choose, `${prefix}x`, 1, 0)),
        y: withText(objectType(choose, `${prefix}y`, 2, depth - 1)),
      },
    }),
  ];
  return pick(choose, depth > 0 ? [...flat, ...deep] : flat)();
}

/** A field that all members of a union have. Fields of one name and of several types are read as all of them. */
function withText({ fields }: ObjectType): ObjectType {
  return { kind: "object", fields: { ...fields, both: { type: stringType } } };
}

/** Chooses a value of a type, for a policy's data. */
export function someValue(choose: Choose, type: Type): Json {
  const some = (): readonly Json[] => Array.from({ length: pick(choose, [0, 1, 2]) }, () => null);
  switch (type.kind) {
    case "boolean":
      return pick(choose, [false, true]);
    case "number":
      return pick(choose, someNumbers);
    case "int":
      return pick(choose, someInts);
    case "string":
      return pick(choose, someTexts);
    case "time":
      return pick(choose, someTimes);
    case "unknown":
      return pick(choose, [null, {}, ["x"], ...someTexts, ...someNumbers, false, true]);
    case "either":
      return pick(choose, [...someTexts, ...someNumbers, false, true]);
    case "choice":
      return pick(choose, type.values);
    case "list":
      return some().map(() => someValue(choose, type.items));
    case "tuple":
      return type.places.map((place) => someValue(choose, place));
    case "record":
      return Object.fromEntries(some().map(() => [pick(choose, someTexts), someValue(choose, type.values)]));
    case "object":
      return fieldsOf(choose, type);
    case "tagged": {
      const [tag, member] = pick(choose, Object.entries(type.members));
      return { tag, ...fieldsOf(choose, member) };
    }
  }
}

function fieldsOf(choose: Choose, { fields }: ObjectType): { readonly [name: string]: Json } {
  const values = Object.entries(fields).flatMap(([name, { type, check, optional, nullable }]) => {
    if (optional && pick(choose, [true, false])) return [];
    if (nullable && pick(choose, [true, false])) return [[name, null] as const];
    return [[name, check === undefined ? someValue(choose, type) : pick(choose, check.values)] as const];
  });
  return Object.fromEntries(values);
}

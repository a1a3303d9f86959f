import { int, isoTime } from "@forego/dsl";
import { conforms } from "@forego/ir";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { SchemaProblem } from "./schema-problem.ts";
import { shapeOfSchema } from "./shape-of-schema.ts";

const kept = {
  string: z.string(),
  "string with bounds": z.string().min(1).max(3),
  "string of a length": z.string().length(2).max(5),
  "bounds that are said twice": z.string().min(2).min(1).max(3).max(9),
  pattern: z.string().regex(/^x?y+$/),
  "pattern that RE2 reads": z.string().regex(/^(?:x|yy)+$/i),
  patterns: z.string().regex(/^x/).regex(/y$/).max(2),
  "beginning, middle and end": z.string().startsWith("x").includes("\u{1F4A9}").endsWith("x.y"),
  "lower case": z.string().lowercase(),
  "upper case": z.string().uppercase(),
  "e-mail address": z.email(),
  "e-mail address as HTML has it": z.email({ pattern: z.regexes.html5Email }),
  "text that is an e-mail address": z.string().email().max(9),
  UUID: z.uuid(),
  "telephone number": z.e164(),
  "IPv4 address": z.ipv4(),
  number: z.number(),
  "number with bounds": z.number().min(0).lt(3),
  "number with open bounds": z.number().positive().max(2),
  "whole number": int({ min: -1, max: 2 }),
  "any whole number": z.int(),
  boolean: z.boolean(),
  null: z.null(),
  literal: z.literal("x"),
  literals: z.literal(["x", 1, true, null]),
  "native enum": z.enum({ Low: 0, Economy: "economy", 0: "Low" } as const),
  enum: z.enum(["x", "y"]),
  array: z.array(z.string()),
  "array with bounds": z.array(z.number()).min(1).max(2).max(9),
  "array of a length": z.array(z.boolean()).length(2),
  tuple: z.tuple([z.string(), z.number().max(1), z.object({ a: z.boolean() })]),
  "tuple of nothing": z.tuple([]),
  object: z.object({ a: z.string(), b: z.number().optional() }),
  "nullable and optional": z.object({ a: z.string().nullable().optional(), b: z.string().nullish() }),
  record: z.record(z.string(), z.number()),
  union: z.union([z.string(), z.number().max(1), z.object({ a: z.boolean() })]),
  "discriminated union": z.discriminatedUnion("a", [
    z.object({ a: z.literal("x"), b: z.string() }),
    z.object({ a: z.literal("y"), c: z.number() }),
  ]),
  nullable: z.string().max(1).nullable(),
  readonly: z.array(z.string()).readonly(),
  nested: z.object({ a: z.array(z.object({ b: z.record(z.string(), z.array(z.string().max(2))) })) }),
};

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    fc.constantFrom<unknown>("", "x", "y", "xy", "economy", "\u{1F4A9}", "\u{1F4A9}\u{1F4A9}\u{1F4A9}"),
    fc.constantFrom<unknown>(
      "yY",
      "yy",
      "xxy",
      "X",
      "x\u{1F4A9}x.y",
      "a@b.cd",
      "a@b",
      "x'@y.zz",
      "\u212A@b.cd",
    ),
    fc.constantFrom<unknown>("+1234567", "127.0.0.1", "1.2.3.256", "01234567-89ab-4def-8123-456789abcdef"),
    fc.tuple(tie("any"), tie("any"), tie("any")),
    fc.constantFrom<unknown>(0, 1, -1, 2, 3, 0.5, 1e21, 2 ** 53, true, false, null),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("any"), { noNullPrototype: true }),
  ),
}));

describe("a schema that guards can check", () => {
  test.each(Object.entries(kept))("is kept exactly: %s", (_name, schema) => {
    const shape = shapeOfSchema(schema);
    fc.assert(
      fc.property(value.any, (given) => {
        expect(conforms(shape, given)).toBe(schema.safeParse(given).success);
      }),
      { numRuns: 500 },
    );
  });

  test("is a UTC time that the calendar has", () => {
    const shape = shapeOfSchema(isoTime());
    const texts = ["2025-09-12T13:45:00Z", "2025-09-12T13:45:00.123Z", "2025-09-12T13:45:00", "x"];
    for (const text of [...texts, "2025-02-30T00:00:00Z", "2024-02-29T00:00:00Z"]) {
      expect(conforms(shape, text)).toBe(isoTime().safeParse(text).success);
    }
  });

  test("is a URL that every parser reads alike, and so is one for the schema", () => {
    const shape = shapeOfSchema(z.url());
    fc.assert(
      fc.property(
        fc.oneof(fc.webUrl({ withFragments: true, withQueryParameters: true }), value.any),
        (text) => {
          fc.pre(conforms(shape, text));
          expect(z.url().parse(text)).toBe(text);
        },
      ),
    );
    for (const text of [
      " https://a.b",
      "https://u@a.b",
      "https://a.b\\c",
      "javascript:alert(1)",
      "https://",
      "",
    ]) {
      expect(conforms(shape, text), text).toBe(false);
    }
  });

  test("has at most a thousand entries, unless it says more", () => {
    const entries = Array.from({ length: 1001 }, () => 1);
    expect(conforms(shapeOfSchema(z.array(z.number())), entries)).toBe(false);
    expect(conforms(shapeOfSchema(z.array(z.number()).max(2000)), entries)).toBe(true);
    expect(conforms(shapeOfSchema(z.record(z.string(), z.number())), { ...entries })).toBe(false);
  });

  test("lets its objects hold what no rule reads, however strict it is", () => {
    expect(conforms(shapeOfSchema(z.strictObject({ a: z.string() })), { a: "x", b: 1 })).toBe(true);
  });
});

const yes = () => true;

describe("a schema that guards cannot check is refused:", () => {
  test.each<[string, unknown, string]>([
    ["a refinement", z.string().refine(yes), "a guard cannot check a refinement"],
    ["of an enum", z.enum(["x"]).refine(yes), "a guard cannot check a refinement"],
    ["of a literal", z.literal("x").refine(yes), "a guard cannot check a refinement"],
    ["of a boolean", z.boolean().refine(yes), "a guard cannot check a refinement"],
    ["of a nullable", z.string().nullable().refine(yes), "a guard cannot check a refinement"],
    ["of an array", z.array(z.string()).refine(yes), "a guard cannot check a refinement"],
    ["of an object", z.object({}).refine(yes), "a guard cannot check a refinement"],
    ["of a record", z.record(z.string(), z.string()).refine(yes), "a guard cannot check a refinement"],
    ["of a union", z.union([z.string(), z.number()]).refine(yes), "a guard cannot check a refinement"],
    [
      "of what is optional",
      z.object({ a: z.string().optional().refine(yes) }),
      "a guard cannot check a refinement",
    ],
    ["of what is unknown", z.unknown().refine(yes), "a guard cannot check a refinement"],
    ["of what is read-only", z.string().readonly().refine(yes), "a guard cannot check a refinement"],
    ["a transform", z.string().transform(yes), "a guard cannot check the schema type 'pipe'"],
    ["a preprocessor", z.preprocess(yes, z.boolean()), "a guard cannot check the schema type 'pipe'"],
    ["trimming", z.string().trim(), "a guard cannot check a transform such as trim()"],
    [
      "a pattern that looks ahead",
      z.string().regex(/^(?=x)/),
      "a guard cannot check this regular expression: looking ahead or behind needs a search that RE2 does not do",
    ],
    ["a pattern that remembers", z.string().regex(/x/g), "a guard cannot check this regular expression"],
    [
      "a text at a place",
      z.string().includes("x", { position: 2 }),
      "a guard cannot check the format 'includes'",
    ],
    ["an IPv6 address", z.ipv6(), "a guard cannot check the format 'ipv6'"],
    ["what a URL's host is", z.url({ hostname: /x/ }), "a guard checks the form of a URL"],
    ["what a URL's scheme is", z.url({ protocol: /x/ }), "a guard checks the form of a URL"],
    ["a URL that is changed", z.url({ normalize: true }), "a guard checks the form of a URL"],
    ["two formats", z.email().and(z.url()), "a guard cannot check the schema type 'intersection'"],
    ["one format of another", z.url().check(z.email()), "a guard checks one format of a text"],
    ["the rest of a tuple", z.tuple([z.string()], z.number()), "a guard cannot check the rest of a tuple"],
    [
      "an optional place",
      z.tuple([z.string().optional()]),
      "only a property can be optional, with optional() as its last call",
    ],
    [
      "a time elsewhere",
      z.iso.datetime({ offset: true }),
      "a time must be plain UTC, as isoTime() declares it",
    ],
    [
      "a time to the millisecond",
      z.iso.datetime({ precision: 3 }),
      "a time must be plain UTC, as isoTime() declares it",
    ],
    ["multiples", z.number().multipleOf(2), "a guard cannot check multiples"],
    ["a narrower number", z.int32(), "a guard cannot check the format 'int32'"],
    ["a bound that is none", z.number().max(Number.POSITIVE_INFINITY), "a bound must be a finite number"],
    ["a bound that is no number", z.array(z.string()).max(Number.NaN), "a bound must be a finite number"],
    ["coercion of a text", z.coerce.string(), "coercion changes what the schema lets through"],
    ["coercion of a number", z.coerce.number(), "coercion changes what the schema lets through"],
    ["coercion of a boolean", z.coerce.boolean(), "coercion changes what the schema lets through"],
    ["a default", z.string().default("x"), "a default changes what the schema lets through"],
    [
      "a default of an object",
      z.object({ a: z.string().default("x") }),
      "a default changes what the schema lets through",
    ],
    ["a catch", z.string().catch("x"), "a guard cannot check the schema type 'catch'"],
    [
      "an optional item",
      z.array(z.string().optional()),
      "only a property can be optional, with optional() as its last call",
    ],
    [
      "an optional inside a nullable",
      z.object({ a: z.string().optional().nullable() }),
      "only a property can be optional, with optional() as its last call",
    ],
    ["a catch-all", z.object({}).catchall(z.string()), "a guard cannot check a catch-all"],
    [
      "keys with a check",
      z.record(z.string().min(1), z.string()),
      "the keys of a record must be plain strings",
    ],
    ["keys of an enum", z.record(z.enum(["x"]), z.string()), "the keys of a record must be plain strings"],
    [
      "half a character",
      z.literal("\uD800"),
      "a literal must be a well-formed string, a finite number, a boolean or null",
    ],
    [
      "no literal",
      z.literal(undefined),
      "a literal must be a well-formed string, a finite number, a boolean or null",
    ],
    [
      "a name that is half a character",
      z.object({ "\uD800": z.string() }),
      "a property has a name that cannot be kept",
    ],
    ["any", z.any(), "a guard cannot check the schema type 'any'"],
    ["a date", z.date(), "a guard cannot check the schema type 'date'"],
    ["a lazy schema", z.lazy(() => z.string()), "a guard cannot check the schema type 'lazy'"],
    [
      "an intersection",
      z.intersection(z.object({}), z.object({})),
      "a guard cannot check the schema type 'intersection'",
    ],
    ["what is no schema", { type: "string" }, "this is not a zod 4 schema"],
  ])("%s", (_name, schema, problem) => {
    expect(() => shapeOfSchema(schema)).toThrow(problem);
    expect(() => shapeOfSchema(schema)).toThrow(SchemaProblem);
  });

  test("a mistake deep inside, with its path", () => {
    const schema = z.object({ a: z.array(z.record(z.string(), z.object({ b: z.date() }))) });
    expect(() => shapeOfSchema(schema)).toThrow(expect.objectContaining({ path: ["a", "[]", "{}", "b"] }));
  });
});

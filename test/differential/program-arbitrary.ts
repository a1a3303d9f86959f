import fc from "fast-check";
import { type DerivedField, deriveFields } from "./grammar/derived.ts";
import { writeHelper } from "./grammar/helpers.ts";
import { referencesOf } from "./grammar/references.ts";
import { type WrittenRules, writeRules } from "./grammar/rules.ts";
import {
  objectType,
  pick,
  someInts,
  someNumbers,
  someTexts,
  someTimes,
  someValue,
} from "./grammar/schemas.ts";
import { type Program as Choices, type Reference, Scope } from "./grammar/scope.ts";
import { isNamed } from "./grammar/statements.ts";
import { tables } from "./grammar/texts.ts";
import {
  booleanType,
  listOf,
  numberType,
  type ObjectType,
  schemaOf,
  stringType,
  timeType,
} from "./grammar/types.ts";

/** A policy that was made up: TypeScript, and its data. {@link programName} stands where its name belongs. */
export interface Program {
  readonly source: string;
  readonly data: string;
  /** The identity policy that derives what the program reads, with the same data; absent when it reads nothing such. */
  readonly deriving?: string;
}

/** Stands in a program for its name. */
export const programName = "PROGRAM";

/** Well-typed policies over the whole policy language, pinned to a tool of their own. Shrinks to what is simpler. */
export const programArbitrary: fc.Arbitrary<Program> = fc.gen().map(writeProgram);

/** What every predicate is handed beside the documents of its policy. */
const contract: readonly Reference[] = [
  ...referencesOf("action.tool", stringType),
  ...referencesOf("action.data_classes_referenced", listOf(stringType)),
  ...referencesOf("action.server", stringType, { nullable: true }),
  ...referencesOf("agent.scope", stringType),
  ...referencesOf("environment.time", timeType),
  ...referencesOf("environment.region", stringType, { host: true }),
  ...referencesOf("environment.is_production", booleanType, { host: true }),
  ...referencesOf("context.turn_count", numberType, { host: true }),
  ...referencesOf("user.groups", listOf(stringType)),
];

function writeProgram(choose: fc.GeneratorValue): Program {
  // what is chosen first is made simpler first
  const ruleCount = pick(choose, [1, 2]);
  const depth = pick(choose, [2, 3, 4, 4, 5]);
  const helperCount = pick(choose, [0, 1, 2]);
  const facts = objectType(choose, "f", 6, 2);
  const args = objectType(choose, "a", 3, 1);
  const data = objectType(choose, "d", 2, 1);
  const { text: constants, ...module } = writeConstants(choose);
  const choices: Choices = { choose, helpers: [], names: 0, ...module };
  for (let count = 0; count < helperCount; count++) choices.helpers.push(writeHelper(choices));
  const shared = [...contract, ...referencesOf("facts", facts), ...referencesOf("data", data)];
  const derives = pick(choose, [false, true]);
  const fields = derives ? deriveFields(new Scope(choices, shared, depth), programName) : [];
  const references = [
    ...shared,
    ...referencesOf("args", args),
    ...fields.flatMap(({ name, type }) => referencesOf(`derived.${name}`, type)),
  ];
  const category = pick(choose, ["resource", "resource", "compliance", "workflow"] as const);
  const rules = writeRules(category, ruleCount, { program: choices, references, depth, args });
  const helpers = choices.helpers.map(({ text }) => text);
  const documents = `data: ${schemaOf(data)},\n  facts: ${schemaOf(facts)},`;
  const deriving = moduleText([constants, ...helpers, derivingText(documents, fields)]);
  return {
    source: moduleText([constants, toolText(args), ...helpers, policyText(documents, fields, rules)]),
    data: JSON.stringify(someValue(choose, data)),
    ...(derives ? { deriving } : {}),
  };
}

function moduleText(parts: readonly string[]): string {
  const written = parts.join("\n\n");
  const named = Object.entries(tables).flatMap(([name, text]) => (isNamed(name, written) ? [text] : []));
  return [header, ...named, written].join("\n\n");
}

const imported = [
  ...[
    "after",
    "asciiLower",
    "before",
    "cidrContains",
    "difference",
    "emailDomain",
    "hourAt",
    "int",
    "intersection",
  ],
  ...[
    "intersects",
    "isInside",
    "isoTime",
    "isSubset",
    "longerThan",
    "minutesBetween",
    "normalPath",
    "policy",
    "removePrefix",
  ],
  ...["removeSuffix", "tool", "toMinorUnits", "urlHost", "urlPath", "urlScheme", "weekdayAt"],
];

const header = `import { ${imported.join(", ")} } from "@forego/dsl";
import { z } from "zod";`;

/** Constants of the module. Their types are written: TypeScript would know the literals, and refuse what they decide. */
function writeConstants(choose: fc.GeneratorValue) {
  const lines: string[] = [];
  const constant = (name: string, type: string, value: unknown): string => {
    lines.push(`const ${name}: ${type} = ${JSON.stringify(value)};`);
    return name;
  };
  const text = (name: string) => constant(name, "string", pick(choose, someTexts));
  const number = (name: string) => constant(name, "number", pick(choose, someNumbers));
  const list = (name: string) =>
    constant(name, "readonly string[]", [pick(choose, someTexts), pick(choose, someTexts)]);
  const constants: Choices["constants"] = {
    string: [text("text0"), text("text1"), text("text2")],
    number: [number("number0"), number("number1")],
    int: [constant("whole0", "number", pick(choose, someInts))],
    strings: [list("list0"), list("list1")],
    time: [constant("time0", "string", pick(choose, someTimes))],
  };
  return { text: lines.join("\n"), constants };
}

function toolText(args: ObjectType): string {
  return `const only = tool("${programName}", ${schemaOf(args)});`;
}

/** What a function that derives is handed. */
const handed = "{ action, agent, user, context, environment, facts, data }";

function derivingText(documents: string, fields: readonly DerivedField[]): string {
  const rules = fields.map(({ name, value }) => `    ${name}: derive({ value: (${handed}) => ${value} }),`);
  return `export default policy({
  category: "identity",
  name: "${programName}_deriving",
  version: "1.0.0",
  derives: ${schemaOfFields(fields)},
  ${documents}
  rules: ({ derive }) => ({
${rules.join("\n")}
  }),
});
`;
}

function policyText(
  documents: string,
  fields: readonly DerivedField[],
  { category, effects, state, rules }: WrittenRules,
): string {
  const derived = fields.length === 0 ? [] : [`derived: ${schemaOfFields(fields)},`];
  const limits = state.length === 0 ? [] : [`state: ${JSON.stringify(state)},`];
  return `export default policy({
  category: "${category}",
  name: "${programName}",
  version: "1.0.0",
  ${[documents, ...derived, ...limits].join("\n  ")}
  rules: ({ ${effects.join(", ")} }) => ({
${rules.join("\n")}
  }),
});
`;
}

function schemaOfFields(fields: readonly DerivedField[]): string {
  return `z.object({ ${fields.map(({ name, type }) => `${name}: ${schemaOf(type)}`).join(", ")} })`;
}

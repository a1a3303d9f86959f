import type { IntrinsicName, IntrinsicNode } from "@forego/ir";
import { type Clause, statement } from "./clause.ts";
import { type Sayer, type Speech, sayValue } from "./say.ts";

/** How functions of the DSL are said. */
export const intrinsicSayers = {
  intrinsic: {
    value: (node, speech) => {
      const said = argumentsOf(node, speech);
      const { name } = node;
      return isCondition(name) ? `(whether ${conditions[name](true, ...said)})` : values[name](...said);
    },
    condition: (node, truth, speech) => {
      if (!isCondition(node.name)) throw new Error(`${node.name} is no condition`);
      return statement(conditions[node.name](truth, ...argumentsOf(node, speech)));
    },
  },
} as const satisfies { readonly intrinsic: Sayer<IntrinsicNode> };

/** Says that a function has an answer, or that it has none. */
export function sayAnswer(node: IntrinsicNode, isThere: boolean, speech: Speech): Clause {
  const can = isThere ? "can" : "cannot";
  if (!isCondition(node.name)) return statement(`${sayValue(node, speech)} ${can} be told`);
  const holds = conditions[node.name](true, ...argumentsOf(node, speech));
  return statement(`it ${can} be told whether ${holds}`);
}

function argumentsOf(node: IntrinsicNode, speech: Speech): readonly string[] {
  return node.arguments.map((value) => {
    const said = sayValue(value, speech);
    return value.kind === "list" && value.items.length > 1 ? `(${said})` : said;
  });
}

/** What is said between the two arguments of a function that holds or not: when it does, and when it does not. */
const relation =
  (holds: string, fails: string): SayCondition =>
  (truth, left, right) =>
    `${left} ${truth ? holds : fails} ${right}`;

const conditions = {
  before: relation("is before", "is not before"),
  after: relation("is after", "is not after"),
  longerThan: (truth, ...[from, to, minutes]) =>
    `${truth ? "more than" : "at most"} ${minutes} minutes lie from ${from} to ${to}`,
  intersects: relation("has an entry in common with", "has no entry in common with"),
  isInside: relation("is inside", "is outside of"),
  cidrContains: relation("contains", "does not contain"),
  isSubset: relation("has only entries of", "has an entry outside of"),
} satisfies Partial<Record<IntrinsicName, SayCondition>>;

type SayCondition = (truth: boolean, ...values: readonly string[]) => string;
type ConditionName = keyof typeof conditions;

function isCondition(name: IntrinsicName): name is ConditionName {
  return Object.hasOwn(conditions, name);
}

const values: Readonly<
  Record<Exclude<IntrinsicName, ConditionName>, (...values: readonly string[]) => string>
> = {
  asciiLower: (text) => `(${text} with A to Z in lower case)`,
  difference: (list, other) => `(the entries of ${list} that are not among ${other})`,
  emailDomain: (text) => `the domain of the e-mail address ${text}`,
  hourAt: (time, offset) => `the hour at ${offset} of ${time}`,
  intersection: (list, other) => `(the entries of ${list} that are also among ${other})`,
  minutesBetween: (from, to) => `(the whole minutes from ${from} to ${to})`,
  normalPath: (path) => `the path that ${path} leads to`,
  removePrefix: (text, part) => `(${text} without ${part} at its beginning)`,
  removeSuffix: (text, part) => `(${text} without ${part} at its end)`,
  toMinorUnits: (text, digits) => `(the amount of ${text} times ${10 ** Number(digits)})`,
  urlHost: (text) => `the host of the URL ${text}`,
  urlPath: (text) => `the path of the URL ${text}`,
  urlScheme: (text) => `the scheme of the URL ${text}`,
  weekdayAt: (time, offset) => `the weekday at ${offset} of ${time} (1 is Monday, 7 is Sunday)`,
};

import type { IntrinsicName, IntrinsicNode } from "@forego/ir";
import { type Clause, statement } from "./clause.ts";
import { type Sayer, type Speech, sayValue } from "./say.ts";

/** How functions of the DSL are said. */
export const intrinsicSayers = {
  intrinsic: {
    value: (node, speech) => {
      const said = argumentsOf(node, speech);
      const holds = conditions[node.name];
      if (holds !== undefined) return `(whether ${holds(true, ...said)})`;
      return (values[node.name] ?? ((...all) => `${node.name}(${all.join(", ")})`))(...said);
    },
    condition: (node, truth, speech) => {
      const say = conditions[node.name];
      if (say === undefined) throw new Error(`${node.name} is no condition`);
      return statement(say(truth, ...argumentsOf(node, speech)));
    },
  },
} as const satisfies { readonly intrinsic: Sayer<IntrinsicNode> };

/** Says that a function has an answer, or that it has none. */
export function sayAnswer(node: IntrinsicNode, isThere: boolean, speech: Speech): Clause {
  const holds = conditions[node.name];
  if (holds === undefined) return statement(`${sayValue(node, speech)} can${isThere ? "" : "not"} be told`);
  const said = holds(true, ...argumentsOf(node, speech));
  return statement(`it can${isThere ? "" : "not"} be told whether ${said}`);
}

function argumentsOf({ arguments: values }: IntrinsicNode, speech: Speech): readonly string[] {
  return values.map((value) => {
    const said = sayValue(value, speech);
    return value.kind === "list" && value.items.length > 1 ? `(${said})` : said;
  });
}

const values: Readonly<Partial<Record<IntrinsicName, (...values: readonly string[]) => string>>> = {
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

type SayCondition = (truth: boolean, ...values: readonly string[]) => string;

/** What is said between the two arguments of a function that holds or not: when it does, and when it does not. */
const relation =
  (holds: string, fails: string): SayCondition =>
  (truth, left, right) =>
    `${left} ${truth ? holds : fails} ${right}`;

const conditions: Readonly<Partial<Record<IntrinsicName, SayCondition>>> = {
  before: relation("is before", "is not before"),
  after: relation("is after", "is not after"),
  longerThan: (truth, from, to, minutes) =>
    `${truth ? "more than" : "at most"} ${minutes} minutes lie from ${from} to ${to}`,
  intersects: relation("has an entry in common with", "has no entry in common with"),
  isInside: relation("is inside", "is outside of"),
  cidrContains: relation("contains", "does not contain"),
  isSubset: relation("has only entries of", "has an entry outside of"),
};

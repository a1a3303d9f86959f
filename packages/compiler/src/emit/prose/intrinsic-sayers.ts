import type { IntrinsicName, IntrinsicNode } from "@forego/ir";
import { statement } from "./clause.ts";
import { type Sayer, sayValue } from "./say.ts";

/** How functions of the DSL are said. */
export const intrinsicSayers = {
  intrinsic: {
    value: ({ name, arguments: values }, speech) =>
      `${name}(${values.map((value) => sayValue(value, speech)).join(", ")})`,
    condition: ({ name, arguments: values }, truth, speech) => {
      const say = conditions[name];
      if (say === undefined) throw new Error(`${name} is no condition`);
      return statement(say(truth, ...values.map((value) => sayValue(value, speech))));
    },
  },
} as const satisfies { readonly intrinsic: Sayer<IntrinsicNode> };

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

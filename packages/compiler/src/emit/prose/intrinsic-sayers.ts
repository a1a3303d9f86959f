import type { IntrinsicName, IntrinsicNode } from "@forego/ir";
import { statement } from "./clause.ts";
import { type Sayer, sayValue } from "./say.ts";

/** How functions of the DSL are said. */
export const intrinsicSayers = {
  intrinsic: {
    value: ({ name, arguments: values }, speech) =>
      `${name}(${values.map((value) => sayValue(value, speech)).join(", ")})`,
    condition: ({ name, arguments: [left, right, minutes] }, truth, speech) => {
      if (name === "longerThan" && left !== undefined && right !== undefined && minutes !== undefined) {
        const [from, to, many] = [left, right, minutes].map((value) => sayValue(value, speech));
        return statement(`${truth ? "more than" : "at most"} ${many} minutes lie from ${from} to ${to}`);
      }
      const relation = relations[name];
      if (relation === undefined || left === undefined || right === undefined)
        throw new Error(`${name} is no relation`);
      return statement(`${sayValue(left, speech)} ${relation[truth ? 0 : 1]} ${sayValue(right, speech)}`);
    },
  },
} as const satisfies { readonly intrinsic: Sayer<IntrinsicNode> };

/** What is said between the two arguments of a function that holds or not: when it does, and when it does not. */
const relations: Readonly<Partial<Record<IntrinsicName, readonly [holds: string, fails: string]>>> = {
  before: ["is before", "is not before"],
  after: ["is after", "is not after"],
  intersects: ["has an entry in common with", "has no entry in common with"],
  isInside: ["is inside", "is outside of"],
  cidrContains: ["contains", "does not contain"],
  isSubset: ["has only entries of", "has an entry outside of"],
};

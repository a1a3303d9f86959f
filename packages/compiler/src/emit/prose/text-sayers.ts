import type { ConcatNode, MadeOfNode, PatternTestNode, SplitNode, TextChangeNode } from "@forego/ir";
import { statement } from "./clause.ts";
import { type Sayer, sayValue } from "./say.ts";

/** How texts are said that a policy makes. */
export const textSayers = {
  concat: { value: ({ parts }, speech) => `(${parts.map((part) => sayValue(part, speech)).join(" + ")})` },
  split: {
    value: ({ text, separator }, speech) =>
      `the parts of ${sayValue(text, speech)} between ${JSON.stringify(separator)}`,
  },
  "text-change": {
    value: ({ change, text }, speech) =>
      change === "trim"
        ? `${sayValue(text, speech)} without space around it`
        : `${sayValue(text, speech)} in lower case`,
  },
  "pattern-test": {
    condition: ({ text, source, flags }, truth, speech) =>
      statement(`${sayValue(text, speech)} ${truth ? "matches" : "does not match"} /${source}/${flags}`),
  },
  "made-of": {
    condition: (node, truth, speech) =>
      statement(
        `${sayValue(node.text, speech)} is ${truth ? "" : "not "}made of ${amountOf(node)}${JSON.stringify(node.characters)}`,
      ),
  },
} as const satisfies {
  readonly "pattern-test": Sayer<PatternTestNode>;
  readonly "made-of": Sayer<MadeOfNode>;
  readonly concat: Sayer<ConcatNode>;
  readonly split: Sayer<SplitNode>;
  readonly "text-change": Sayer<TextChangeNode>;
};

/** How many characters there must be. */
function amountOf({ min, max }: MadeOfNode): string {
  if (max === undefined) return min === 0 ? "" : `${min} or more of `;
  return min === max ? `${min} of ` : `${min} to ${max} of `;
}

import type { ConcatNode, SplitNode, TextChangeNode } from "@forego/ir";
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
} as const satisfies {
  readonly concat: Sayer<ConcatNode>;
  readonly split: Sayer<SplitNode>;
  readonly "text-change": Sayer<TextChangeNode>;
};

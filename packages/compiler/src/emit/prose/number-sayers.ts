import type { ArithmeticNode, Expression, MathNode } from "@forego/ir";
import { type Sayer, type Speech, sayValue } from "./say.ts";

/** How numbers are said that a policy computes. */
export const numberSayers = {
  arithmetic: {
    value: ({ operator, left, right }, speech) => {
      const sign = operator === "%" ? "modulo" : operator;
      return `(${sayOperand(left, speech)} ${sign} ${sayOperand(right, speech)})`;
    },
  },
  math: {
    value: ({ name, arguments: values }, speech) => {
      const [before, after] = functions[name];
      return before + values.map((value) => sayValue(value, speech)).join(" and ") + after;
    },
  },
} as const satisfies { readonly arithmetic: Sayer<ArithmeticNode>; readonly math: Sayer<MathNode> };

/** A function's words end nowhere by themselves. */
function sayOperand(node: Expression, speech: Speech): string {
  const text = sayValue(node, speech);
  return node.kind === "math" ? `(${text})` : text;
}

const functions: Readonly<Record<MathNode["name"], readonly [before: string, after: string]>> = {
  floor: ["", " rounded down"],
  ceil: ["", " rounded up"],
  trunc: ["", " without its fraction"],
  round: ["", " rounded"],
  abs: ["", " without its sign"],
  min: ["the smallest of ", ""],
  max: ["the largest of ", ""],
};

import type { Expression } from "@forego/ir";
import { always, never, statement } from "./clause.ts";
import { intrinsicSayers } from "./intrinsic-sayers.ts";
import { type Sayer, type Speech, sayValue } from "./say.ts";
import { sayComparison, sayInclusion } from "./say-statement.ts";

type NodeOf<TKind> = Extract<Expression, { readonly kind: TKind }>;

/**
 * How a condition is said to the model: without the texts and numbers that the policy holds, which may be secret and
 * would teach the way round. Names of tools are said: whoever calls one knows it.
 */
export const discreetSayers = {
  literal: {
    value: ({ value }) =>
      typeof value === "string" ? "a set text" : typeof value === "number" ? "a set number" : String(value),
    condition: ({ value }, truth) => ((value === true) === truth ? always : never),
  },
  list: { value: () => "a set list" },
  table: { value: () => "a set table" },
  rego: { condition: (_node, truth) => statement(`a rule in Rego says ${truth ? "so" : "otherwise"}`) },
  split: { value: ({ text }, speech) => `the parts of ${sayValue(text, speech)}` },
  "pattern-test": {
    condition: ({ text }, truth, speech) =>
      statement(`${sayValue(text, speech)} ${truth ? "has" : "does not have"} a set form`),
  },
  "made-of": {
    condition: ({ text }, truth, speech) =>
      statement(`${sayValue(text, speech)} ${truth ? "has" : "does not have"} a set form`),
  },
  intrinsic: {
    ...intrinsicSayers.intrinsic,
    value: (node, speech) => {
      const [text] = node.arguments;
      return node.name === "toMinorUnits" && text !== undefined
        ? `the amount of ${sayValue(text, speech)}`
        : intrinsicSayers.intrinsic.value(node, speech);
    },
  },
  compare: {
    condition: (node, truth, speech) =>
      sayComparison(node, truth, isTool(node.left) || isTool(node.right) ? openly(speech) : speech),
  },
  includes: {
    condition: (node, truth, speech) =>
      sayInclusion(node, truth, isTool(node.value) ? openly(speech) : speech),
  },
} as const satisfies { readonly [TKind in Expression["kind"]]?: Sayer<NodeOf<TKind>> };

function isTool(node: Expression): boolean {
  return node.kind === "read" && node.document === "input" && node.path.join(".") === "action.tool";
}

function openly({ discreet: _hides, ...speech }: Speech): Speech {
  return speech;
}

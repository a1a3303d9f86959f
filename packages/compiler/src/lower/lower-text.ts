import type { ConcatNode, Expression, MadeOfNode, SplitNode, TextChangeNode } from "@forego/ir";
import {
  type Body,
  type ComparisonSign,
  call,
  compare,
  type Statement,
  scalar,
  type Term,
} from "../rego/ast.ts";
import { isAlways, isNullable } from "../types/value-types.ts";
import type { Lowering } from "./lowering.ts";
import { preludeCall } from "./prelude-call.ts";

type LowerOperand = (node: Expression) => Term;

/** Lowers what makes texts, and lists of texts, of texts. */
export function lowerText(
  node: ConcatNode | SplitNode | TextChangeNode,
  value: LowerOperand,
  lowering: Lowering,
): Term {
  switch (node.kind) {
    case "concat": {
      const items = node.parts.map((part) => printed(part, value(part), lowering));
      return call("concat", scalar(""), { kind: "array", items });
    }
    case "split":
      return call("split", lowerTextOperand(node.text, value, lowering), scalar(node.separator));
    case "text-change": {
      const change = node.change === "trim" ? "trim_text" : "lower_text";
      return preludeCall(change, lowering, lowerTextOperand(node.text, value, lowering));
    }
  }
}

/** A text that a function of texts is handed. One that was asked for before it is used has `undefined` in its type: never in its place. */
export function lowerTextOperand(node: Expression, value: LowerOperand, lowering: Lowering): Term {
  const term = value(node);
  return isNullable(node.type) ? preludeCall("text", lowering, term) : term;
}

/** A side of a comparison: the length of a text is only counted as far as the number on the other side asks. */
export function lowerCompared(
  node: Expression,
  other: Expression,
  value: LowerOperand,
  lowering: Lowering,
): Term {
  const isNear = node.kind === "length" && isAlways(node.operand.type, "string") && other.kind === "literal";
  if (!isNear || typeof other.value !== "number") return value(node);
  return preludeCall("utf16_length_near", lowering, value(node.operand), scalar(other.value));
}

function printed(part: Expression, term: Term, lowering: Lowering): Term {
  if (isAlways(part.type, "string")) return term;
  if (isAlways(part.type, "number")) return call("json.marshal", call("floor", term));
  return preludeCall("printed", lowering, term);
}

/** Rego's functions that tell of a part of a text. */
export const textTests = { startsWith: "startswith", endsWith: "endswith", includes: "contains" } as const;

/** Bodies that hold when a text is made of some characters, and as long as it may be, or is not. */
export function lowerMadeOf(
  { characters, min, max }: Pick<MadeOfNode, "characters" | "min" | "max">,
  text: Term,
  before: readonly Statement[],
  wanted: boolean,
): readonly Body[] {
  const count = call("count", text);
  const tests: readonly (readonly [Term, ComparisonSign, ComparisonSign, Term])[] = [
    ...(min > 0 ? [[count, ">=", "<", scalar(min)] as const] : []),
    ...(max === undefined ? [] : [[count, "<=", ">", scalar(max)] as const]),
    [call("trim_left", text, scalar(characters)), "==", "!=", scalar("")],
  ];
  if (wanted) return [[...before, ...tests.map(([left, sign, , right]) => compare(left, sign, right))]];
  return tests.map(([left, , opposite, right]) => [...before, compare(left, opposite, right)]);
}

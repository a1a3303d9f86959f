import type { Expression, LiteralNode, MadeOfNode, TextTest } from "@forego/ir";
import type { Node } from "ts-morph";
import { booleanType, present, textType } from "../types/value-types.ts";
import { originOf, type VisitContext } from "./visit-context.ts";

/** Makes the expressions that a pattern is tested by. */
export interface Maker {
  any(tests: readonly Expression[]): Expression;
  all(tests: readonly Expression[]): Expression;
  not(operand: Expression): Expression;
  isOneOf(text: Expression, texts: readonly string[]): Expression;
  part(test: TextTest, text: Expression, part: string): Expression;
  madeOf(
    text: Expression,
    characters: readonly string[],
    bounds?: Pick<MadeOfNode, "min" | "max">,
  ): Expression;
  /** The text without a prefix and a suffix, where it has them. */
  between(text: Expression, prefix: string, suffix: string): Expression;
}

/** Makes expressions that stand where a pattern does. */
export function createMaker(node: Node, context: VisitContext): Maker {
  const origin = originOf(node, context);
  const literal = (value: string | boolean): LiteralNode => ({
    kind: "literal",
    value,
    type: present({ kind: "literal", value }),
    origin,
  });
  const join = (kind: "and" | "or", tests: readonly Expression[]): Expression => {
    const [first, ...others] = tests;
    if (first === undefined) return literal(kind === "and");
    return others.reduce((left, right) => ({ kind, left, right, type: booleanType, origin }), first);
  };
  const cut = (kind: "removePrefix" | "removeSuffix", text: Expression, part: string): Expression => {
    if (part === "") return text;
    return { kind: "intrinsic", name: kind, arguments: [text, literal(part)], type: textType, origin };
  };
  return {
    any: (tests) => join("or", tests),
    all: (tests) => join("and", tests),
    not: (operand) => ({ kind: "not", operand, type: booleanType, origin }),
    isOneOf(text, texts) {
      const [only, ...others] = texts;
      if (only !== undefined && others.length === 0)
        return {
          kind: "compare",
          operator: "===",
          left: text,
          right: literal(only),
          type: booleanType,
          origin,
        };
      const items = texts.map(literal);
      const type = present({ kind: "array", items: { kind: "string" }, max: items.length });
      return {
        kind: "includes",
        array: { kind: "list", items, type, origin },
        value: text,
        type: booleanType,
        origin,
      };
    },
    part: (test, text, part) => ({
      kind: "text-test",
      test,
      text,
      part: literal(part),
      type: booleanType,
      origin,
    }),
    madeOf: (text, characters, bounds = { min: 0 }) => ({
      kind: "made-of",
      text,
      characters: characters.join(""),
      ...bounds,
      type: booleanType,
      origin,
    }),
    between: (text, prefix, suffix) => cut("removeSuffix", cut("removePrefix", text, prefix), suffix),
  };
}

import type { Expression } from "@forego/ir";
import type { Node } from "ts-morph";
import { booleanType, either, literalsOf } from "../types/value-types.ts";
import { arrayOf } from "./build-expression.ts";
import { forgetsDefault } from "./forgotten-default.ts";
import type { VisitContext } from "./visit-context.ts";
import { literalOf } from "./visitors/literal.ts";

/**
 * A text that may be one of several as its schema has it, and is one of fewer where TypeScript has seen the tests
 * around it: JavaScript gets here with no other, so that for the others, any of these will do.
 */
export function asOneOf(value: Expression, node: Node, context: VisitContext): Expression {
  const left = textsLeft(node);
  const all = literalsOf(value.type) ?? [];
  const isNarrowed = left.length < all.length && left.every((text) => all.includes(text));
  const [first, ...others] = left.map((text) => literalOf(text, node, context));
  if (!isNarrowed || first === undefined || context.replaced.has(node)) return value;
  if (forgetsDefault(node)) return value;
  const { origin } = value;
  const parts = [first, ...others].map((one) => ({ isSpread: false, value: one }));
  const texts = arrayOf(parts, origin);
  const type = [first, ...others].map((one) => one.type).reduce(either);
  const test: Expression = { kind: "includes", array: texts, value, type: booleanType, origin };
  return {
    kind: "conditional",
    test,
    whenTrue: { ...value, type },
    whenFalse: first,
    assumed: true,
    type,
    origin,
  };
}

/** The texts that TypeScript has left of an expression; none where it has others than texts that it knows. */
function textsLeft(node: Node): readonly string[] {
  const type = node.getType();
  const members = type.isUnion() ? type.getUnionTypes() : [type];
  const texts = members.map((member) => member.getLiteralValue());
  return texts.every((text) => typeof text === "string") ? texts : [];
}

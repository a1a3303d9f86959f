import type { Expression } from "@forego/ir";
import { Node, type Type } from "ts-morph";
import { type PrimitiveName, typeNamed, typeNamesOf, typeOf } from "./type-names.ts";
import { booleanType, nonNullish } from "./value-types.ts";
import type { VisitContext } from "./visit-context.ts";
import { someOf } from "./visit-narrowed.ts";
import { literalOf } from "./visitors/literal.ts";

/**
 * A value that may be of several types as its schema has it, and is of one where TypeScript has seen the tests around
 * it: JavaScript gets here with no other, so that for the others, any value of that type will do.
 */
export function asOneType(value: Expression, node: Node, context: VisitContext): Expression {
  const isReference =
    Node.isIdentifier(node) || Node.isPropertyAccessExpression(node) || Node.isElementAccessExpression(node);
  if (!isReference || typeNamesOf(nonNullish(value.type)).length < 2) return value;
  const name = typeNameLeft(node.getType());
  if (name === undefined) return value;
  const type = typeNamed(name, value.type);
  const whenFalse = someOf(type, node, context);
  if (whenFalse === undefined) return value;
  const { origin } = value;
  const right = literalOf(name, node, context);
  const left = typeOf(value, origin);
  const test: Expression = { kind: "compare", operator: "===", left, right, type: booleanType, origin };
  return { kind: "conditional", test, whenTrue: { ...value, type }, whenFalse, assumed: true, type, origin };
}

/** The one type of text, number or truth that TypeScript has left. */
function typeNameLeft(type: Type): PrimitiveName | undefined {
  const names = new Set((type.isUnion() ? type.getUnionTypes() : [type]).map(nameOf));
  const [only] = names;
  return names.size === 1 ? only : undefined;
}

function nameOf(type: Type): PrimitiveName | undefined {
  if (type.isString() || type.isStringLiteral()) return "string";
  if (type.isNumber() || type.isNumberLiteral()) return "number";
  return type.isBoolean() || type.isBooleanLiteral() ? "boolean" : undefined;
}

import type { Expression } from "@forego/ir";
import { Node, type Type } from "ts-morph";
import { type TypeName, typeNamed, typeNamesOf, typeOf } from "../types/type-names.ts";
import { booleanType, isAlways, isNullable, nonNullish } from "../types/value-types.ts";
import { and, negation } from "./build-expression.ts";
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
  const type = typeNamed(name, nonNullish(value.type));
  // of objects, `typeof` does not say which are lists
  if (name === "object" && !isAlways(type, "array")) return value;
  const whenFalse = someOf(type, node, context);
  if (whenFalse === undefined) return value;
  const { origin } = value;
  const right = literalOf(name, node, context);
  const left = typeOf(value, origin);
  const isNamed: Expression = { kind: "compare", operator: "===", left, right, type: booleanType, origin };
  // null is an "object", too
  const isNull: Expression = { kind: "nullish", operand: value, type: booleanType, origin };
  const test = name === "object" && isNullable(value.type) ? and(negation(isNull), isNamed) : isNamed;
  return { kind: "conditional", test, whenTrue: { ...value, type }, whenFalse, assumed: true, type, origin };
}

/** What `typeof` says of all that TypeScript has left, where that is texts, numbers, truths or lists. */
function typeNameLeft(type: Type): TypeName | undefined {
  const names = new Set((type.isUnion() ? type.getUnionTypes() : [type]).map(nameOf));
  const [only] = names;
  return names.size === 1 ? only : undefined;
}

function nameOf(type: Type): TypeName | undefined {
  if (type.isString() || type.isStringLiteral()) return "string";
  if (type.isNumber() || type.isNumberLiteral()) return "number";
  if (type.isArray() || type.isReadonlyArray() || type.isTuple()) return "object";
  return type.isBoolean() || type.isBooleanLiteral() ? "boolean" : undefined;
}

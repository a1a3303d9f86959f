import {
  type ArrayPart,
  childrenOf,
  type Expression,
  type LiteralNode,
  type Local,
  type Origin,
  type Shape,
} from "@forego/ir";
import {
  booleanType,
  either,
  holesOf,
  isAlways,
  isNullable,
  itemTypeOf,
  maxItemsOf,
  orderOf,
  present,
  undefinedType,
} from "../types/value-types.ts";

const none: Shape = { kind: "union", members: [] };

/** Stands where no path leads: a conditional with it is its other side. */
export const unreachable: Expression = {
  kind: "undefined",
  type: present(none),
  origin: { file: "", line: 1, column: 1, endLine: 1, endColumn: 1 },
};

/** `const local = value; body` */
export function letNode(local: Local, value: Expression, body: Expression): Expression {
  return body === unreachable
    ? body
    : { kind: "let", local, value, body, type: body.type, origin: body.origin };
}

/** `test ? whenTrue : whenFalse`, in the shortest form that means the same. */
export function conditional(
  test: Expression,
  whenTrue: Expression,
  whenFalse: Expression,
  origin: Origin,
): Expression {
  if (whenTrue === unreachable) return whenFalse;
  if (whenFalse === unreachable) return whenTrue;
  if (whenTrue.kind === "literal" && isLiteral(whenFalse, whenTrue.value) && !isReading(test))
    return whenTrue;
  if (isTruth(test) && isTruth(whenTrue) && isTruth(whenFalse)) {
    if (isLiteral(whenTrue, true)) return or(test, whenFalse);
    if (isLiteral(whenTrue, false)) return and(negation(test), whenFalse);
    if (isLiteral(whenFalse, false)) return and(test, whenTrue);
  }
  const type = either(whenTrue.type, whenFalse.type);
  return { kind: "conditional", test, whenTrue, whenFalse, type, origin };
}

/** `value === undefined` */
export function equalsUndefined(value: Expression): Expression {
  const { origin } = value;
  const right: Expression = { kind: "undefined", type: undefinedType, origin };
  return { kind: "compare", operator: "===", left: value, right, type: booleanType, origin };
}

/**
 * Whether a value is a field of the input as it is: the host may leave it out, and what makes something else of
 * undefined is not the same as the field then.
 */
export function isField({ kind }: Expression): boolean {
  return kind === "read" || kind === "property" || kind === "chain";
}

/** A condition that is known. */
export function truth(value: boolean, origin: Origin): Expression {
  return { kind: "literal", value, type: present({ kind: "literal", value }), origin };
}

/** `left || right`, of truths */
export function or(left: Expression, right: Expression): Expression {
  if (isLiteral(left, true) || (isLiteral(right, false) && !isField(left))) return left;
  if (isLiteral(left, false)) return right;
  return { kind: "or", left, right, type: booleanType, origin: left.origin };
}

/** `left && right`, of truths */
export function and(left: Expression, right: Expression): Expression {
  if (isLiteral(left, false) || isLiteral(right, true)) return left;
  if (isLiteral(left, true)) return right;
  return { kind: "and", left, right, type: booleanType, origin: left.origin };
}

/** `!operand` */
export function negation(operand: Expression): Expression {
  if (operand.kind === "not" && isTruth(operand.operand) && !isField(operand.operand)) return operand.operand;
  return { kind: "not", operand, type: booleanType, origin: operand.origin };
}

/** An array of items and of lists that stand in its place: a list of literals where it holds nothing else. */
export function arrayOf(parts: readonly ArrayPart[], origin: Origin): Expression {
  const [only] = parts;
  if (only?.isSpread === true && parts.length === 1 && !isNullable(only.value.type)) return only.value;
  const types = parts.map(({ isSpread, value }) =>
    isSpread ? (itemTypeOf(value.type) ?? present(none)) : value.type,
  );
  const sizes = parts.map(({ isSpread, value }) => (isSpread ? maxItemsOf(value.type) : 1));
  const isPlain = !parts.some(({ isSpread, value }) => isSpread || value.type.undefinable);
  const shape: Shape = {
    kind: "array",
    items: types.reduce(either, present(none)).shape,
    max: sizes.reduce((sum, size) => sum + size, 0),
    ...(isPlain ? { places: types.map(({ shape }) => shape) } : {}),
    ...holesOf(...types),
    ...orderOf(...parts.flatMap(({ isSpread, value }) => (isSpread ? [value.type] : []))),
  };
  const literals = parts.flatMap(({ isSpread, value }): readonly LiteralNode[] =>
    !isSpread && value.kind === "literal" ? [value] : [],
  );
  return literals.length === parts.length
    ? { kind: "list", items: literals, type: present(shape), origin }
    : { kind: "array", parts, type: present(shape), origin };
}

/** The parts that an array is put together from. */
export function partsOf(array: Expression): readonly ArrayPart[] {
  if (array.kind === "array") return array.parts;
  if (array.kind === "list") return array.items.map((value) => ({ isSpread: false, value }));
  return [{ isSpread: true, value: array }];
}

/** Whether an expression uses a local. */
export function mentions(node: Expression, local: Local): boolean {
  const isFound = (part: unknown): boolean => {
    if (typeof part !== "object" || part === null) return false;
    if ("kind" in part && part.kind === "local" && "local" in part && part.local === local) return true;
    return Object.values(part).some(isFound);
  };
  return isFound(node);
}

/** Whether two expressions say the same, wherever they stand. */
export function isSameMeaning(left: Expression, right: Expression): boolean {
  const text = (node: Expression) =>
    JSON.stringify(node, (name, part) => (name === "origin" ? undefined : part));
  return text(left) === text(right);
}

/**
 * Whether an expression may ask for something of the input: also what a local stands for, what a function reads, and
 * what is derived. It is kept then, also where what it says is known: JavaScript throws where that is missing, and the
 * rule must be invalid.
 */
function isReading(node: Expression): boolean {
  if (node.kind === "read") return node.document !== "data";
  return node.kind === "local" || node.kind === "call" || childrenOf(node).some(isReading);
}

/** Whether an expression is that literal. */
export function isLiteral(node: Expression, value: unknown): boolean {
  return node.kind === "literal" && node.value === value;
}

function isTruth({ type }: Expression): boolean {
  return isAlways(type, "boolean") && !isNullable(type);
}

import type { Expression, Local, Origin } from "@forego/ir";
import { booleanType, either, present, undefinedType } from "./value-types.ts";

/** Stands where no path leads: a conditional with it is its other side. */
export const unreachable: Expression = {
  kind: "undefined",
  type: present({ kind: "union", members: [] }),
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
  if (whenFalse === unreachable || isSameLiteral(whenTrue, whenFalse)) return whenTrue;
  const type = either(whenTrue.type, whenFalse.type);
  return { kind: "conditional", test, whenTrue, whenFalse, type, origin };
}

/** `value === undefined` */
export function equalsUndefined(value: Expression): Expression {
  const { origin } = value;
  const right: Expression = { kind: "undefined", type: undefinedType, origin };
  return { kind: "compare", operator: "===", left: value, right, type: booleanType, origin };
}

/** A condition that is known. */
export function truth(value: boolean, origin: Origin): Expression {
  return { kind: "literal", value, type: present({ kind: "literal", value }), origin };
}

function isSameLiteral(left: Expression, right: Expression): boolean {
  return left.kind === "literal" && right.kind === "literal" && left.value === right.value;
}

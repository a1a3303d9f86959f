import { type ArrowFunction, type FunctionDeclaration, type FunctionExpression, Node } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";

/** Refuses a function that is written to claim what its argument is. What TypeScript finds out by itself is so. */
export function refuseGuard(
  place: Node,
  name: string,
  helper: FunctionDeclaration | ArrowFunction | FunctionExpression,
): void {
  if (!Node.isTypePredicate(helper.getReturnTypeNode())) return;
  const message = `${name} is a type guard, and nothing checks what it claims`;
  refuse(
    place,
    "FG2007",
    message,
    "leave the claim out, and the return type with it: what (one) => one !== undefined keeps, TypeScript finds out by itself",
  );
}

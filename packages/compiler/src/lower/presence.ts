import { type Expression, membersOf } from "@forego/ir";
import { compare, emptySet, type Statement, scalar, type Term } from "../rego/ast.ts";

/** Statements that hold when a value is neither undefined nor null; only what it can be is asked. */
export function presence(term: Term, node: Expression): readonly Statement[] {
  return [
    ...(node.type.undefinable ? [compare(term, "!=", emptySet)] : []),
    ...(canBeNull(node) ? [compare(term, "!=", scalar(null))] : []),
  ];
}

/** Whether null is among the values of an expression. */
export function canBeNull(node: Expression): boolean {
  return membersOf(node.type.shape).some((member) => {
    return member.kind === "unknown" || (member.kind === "literal" && member.value === null);
  });
}

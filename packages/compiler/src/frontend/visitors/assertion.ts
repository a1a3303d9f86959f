import type { Expression } from "@forego/ir";
import { type AsExpression, Node, type SatisfiesExpression, ts } from "ts-morph";
import { refuseKind } from "../unsupported-kinds.ts";
import { visitExpression } from "../visit.ts";
import type { VisitContext } from "../visit-context.ts";

/** `value satisfies Type`, `value as const`, and `value as Type` where TypeScript itself knows that it is one. */
export function visitAssertion(node: Node, context: VisitContext): Expression {
  const assertion = node as AsExpression | SatisfiesExpression;
  if (Node.isAsExpression(assertion) && !isKnown(assertion)) return refuseKind(node);
  return visitExpression(assertion.getExpression(), context);
}

/** Whether an assertion claims nothing that its value would not be taken for without it. */
function isKnown(assertion: AsExpression): boolean {
  const claimed = assertion.getTypeNodeOrThrow();
  if (ts.isConstTypeReference(claimed.compilerNode)) return true;
  return assertion.getExpression().getType().isAssignableTo(claimed.getType());
}

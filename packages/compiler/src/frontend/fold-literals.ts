import { type Expression, evaluateExpression } from "@forego/ir";
import type { Node } from "ts-morph";
import type { VisitContext } from "./visit-context.ts";
import { literalOf } from "./visitors/literal.ts";

/** The value of an expression whose operands are all literals: what JavaScript computes when the policy is compiled. */
export function foldLiterals(
  expression: Expression,
  operands: readonly Expression[],
  node: Node,
  context: VisitContext,
): Expression | undefined {
  if (operands.some(({ kind }) => kind !== "literal")) return undefined;
  const scope = { input: null, data: null, functions: new Map(), locals: new Map() };
  return literalOf(evaluateExpression(expression, scope) as number, node, context);
}

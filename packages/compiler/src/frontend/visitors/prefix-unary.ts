import type { Expression } from "@forego/ir";
import { type Node, type PrefixUnaryExpression, SyntaxKind } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { booleanType } from "../../types/value-types.ts";
import { visitTest } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";
import { visitNegation } from "./arithmetic.ts";

/** `!condition` and the sign of a number */
export function visitPrefixUnary(node: Node, context: VisitContext): Expression {
  const unary = node as PrefixUnaryExpression;
  const operand = unary.getOperand();
  switch (unary.getOperatorToken()) {
    case SyntaxKind.ExclamationToken: {
      const condition = visitTest(operand, context);
      return { kind: "not", operand: condition, type: booleanType, origin: originOf(node, context) };
    }
    case SyntaxKind.MinusToken:
      return visitNegation(unary, context);
    case SyntaxKind.PlusPlusToken:
    case SyntaxKind.MinusMinusToken:
      return refuse(node, "FG2009", "`++` and `--` change a variable");
    default:
      return refuse(node, "FG2008", "this operator converts or computes");
  }
}

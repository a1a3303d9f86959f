import type { Expression } from "@forego/ir";
import { Node, type NumericLiteral } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { present } from "../../types/value-types.ts";
import { originOf, type VisitContext } from "../visit-context.ts";

/** `"text"`, `12`, `true`, `false`, `null` */
export function visitLiteral(node: Node, context: VisitContext): Expression {
  return literalOf(literalValue(node), node, context);
}

/** A value that is known when the policy is compiled. */
export function literalOf(
  value: string | number | boolean | null,
  node: Node,
  context: VisitContext,
): Expression {
  if (typeof value === "string" && !value.isWellFormed()) return refuse(node, "FG2024");
  if (typeof value === "number" && !Number.isFinite(value)) return refuse(node, "FG2025");
  return {
    kind: "literal",
    value,
    type: present({ kind: "literal", value }),
    origin: originOf(node, context),
  };
}

/** The value of a number as it is written. Not through ts-morph, which reads `1e-7` and `1e21` as 1. */
function numberOf(node: NumericLiteral): number {
  return Number(node.compilerNode.text);
}

function literalValue(node: Node): string | number | boolean | null {
  if (Node.isTrueLiteral(node)) return true;
  if (Node.isFalseLiteral(node)) return false;
  if (Node.isNumericLiteral(node)) return numberOf(node);
  if (Node.isStringLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node)) return node.getLiteralValue();
  return null;
}

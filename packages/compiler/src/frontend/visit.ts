import type { Expression } from "@forego/ir";
import type { Node } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import { booleanType, isAlways, isNullable, isUnclear } from "../types/value-types.ts";
import { negation } from "./build-expression.ts";
import { mayBeNullish } from "./may-be-nullish.ts";
import { defaultRewrite } from "./members/rewrites.ts";
import { asOneType } from "./one-type.ts";
import { isOptionalChain, visitOptionalChain } from "./optional-chain.ts";
import { tolerate } from "./property-read.ts";
import { refuseAny } from "./refuse-any.ts";
import { refuseKind } from "./unsupported-kinds.ts";
import type { VisitContext } from "./visit-context.ts";
import { visitors } from "./visitors/index.ts";

/** Reads an expression as a value. */
export function visitExpression(node: Node, context: VisitContext): Expression {
  const replaced = context.replaced.get(node);
  if (replaced !== undefined) return replaced;
  const visitor = isOptionalChain(node, context) ? visitOptionalChain : visitors.get(node.getKind());
  if (visitor === undefined) return refuseKind(node);
  const value = visitor(node, context);
  refuseAny(node);
  return asOneType(value, node, context);
}

/** Reads an expression where only its truth counts: it must be boolean, but may be missing. */
export function visitCondition(node: Node, context: VisitContext): Expression {
  return asCondition(visitExpression(node, context), node);
}

/** Reads what a test asks: a condition, or an object or a list that may be missing, which is true where it is there. */
export function visitTest(node: Node, context: VisitContext): Expression {
  const value = visitExpression(node, context);
  const operand = tolerate(value, context.policy.contract);
  const asksPresence = isAlways(operand.type, "object", "record", "array") && isNullable(operand.type);
  if (!asksPresence) return asCondition(value, node);
  return negation({ kind: "nullish", operand, type: booleanType, origin: value.origin });
}

function asCondition(value: Expression, node: Node): Expression {
  if (isUnclear(value.type) && isUndefined(node))
    refuse(
      node,
      "FG2005",
      "this is undefined where it cannot be told",
      "say what it is then: `?? true` or `?? false`",
    );
  if (isAlways(value.type, "boolean")) return value;
  const type = node.getType();
  if (type.isBoolean() || type.isBooleanLiteral())
    refuse(
      node,
      "FG2005",
      "what was tested before is not known here: this can be more than true or false",
      defaultRewrite,
    );
  return refuse(node, "FG2005", `a condition must be boolean, and this is ${type.getText(node)}`);
}

/** Whether undefined is among what TypeScript has left of an expression, or of what a named callback returns. */
function isUndefined(node: Node): boolean {
  const type = node.getType();
  return mayBeNullish(type.getCallSignatures()[0]?.getReturnType() ?? type);
}

/** Reads an expression where the policy asks whether it is there. */
export function visitTolerant(node: Node, context: VisitContext): Expression {
  return tolerate(visitExpression(node, context), context.policy.contract);
}

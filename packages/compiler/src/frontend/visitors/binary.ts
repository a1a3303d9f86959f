import type { ComparisonOperator, Expression } from "@forego/ir";
import { type BinaryExpression, Node, SyntaxKind, type Type } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import {
  booleanType,
  either,
  isAlways,
  isAscii,
  isNullable,
  isPrimitive,
  isTime,
  nonNullish,
  requireKnown,
  valuesOf,
} from "../../types/value-types.ts";
import { forgetsDefault, handsOnType } from "../forgotten-default.ts";
import { defaultRewrite } from "../members/rewrites.ts";
import { visitCondition, visitExpression, visitTest, visitTolerant } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";
import { asNarrowed, visitNarrowed } from "../visit-narrowed.ts";
import { arithmeticOperators, visitArithmetic } from "./arithmetic.ts";
import { isTextSum, visitTextSum } from "./template.ts";

const comparisons: ReadonlyMap<SyntaxKind, ComparisonOperator> = new Map<SyntaxKind, ComparisonOperator>([
  [SyntaxKind.EqualsEqualsEqualsToken, "==="],
  [SyntaxKind.ExclamationEqualsEqualsToken, "!=="],
  [SyntaxKind.LessThanToken, "<"],
  [SyntaxKind.LessThanEqualsToken, "<="],
  [SyntaxKind.GreaterThanToken, ">"],
  [SyntaxKind.GreaterThanEqualsToken, ">="],
]);

/** `&&`, `||`, `??`, comparisons, arithmetic and `in` */
export function visitBinary(node: Node, context: VisitContext): Expression {
  const binary = node as BinaryExpression;
  const operator = binary.getOperatorToken().getKind();
  const comparison = comparisons.get(operator);
  if (comparison !== undefined) return visitComparison(binary, comparison, context);
  switch (operator) {
    case SyntaxKind.AmpersandAmpersandToken:
      return visitLogical(binary, "and", context);
    case SyntaxKind.BarBarToken:
      return visitLogical(binary, "or", context);
    case SyntaxKind.QuestionQuestionToken:
      return visitCoalesce(binary, context);
    case SyntaxKind.EqualsEqualsToken:
    case SyntaxKind.ExclamationEqualsToken:
      return visitLoose(binary, context);
    case SyntaxKind.InKeyword:
      return visitIn(binary, context);
    case SyntaxKind.EqualsToken:
      return refuse(binary, "FG2009", "an assignment changes a variable");
  }
  if (operator === SyntaxKind.PlusToken && isTextSum(binary)) return visitTextSum(binary, context);
  const calculation = arithmeticOperators.get(operator);
  if (calculation !== undefined) return visitArithmetic(binary, calculation, context);
  if (operator === SyntaxKind.AsteriskAsteriskToken)
    return refuse(binary, "FG2008", "`**` is not in the policy language");
  return refuse(
    binary,
    "FG2001",
    `the operator '${binary.getOperatorToken().getText()}' is not in the policy language`,
  );
}

function visitLogical(binary: BinaryExpression, kind: "and" | "or", context: VisitContext): Expression {
  const isValue = !isConditionPosition(binary);
  const visitOperand = (node: Node) => {
    if (!isValue) return visitTest(node, context);
    return asNarrowed(visitCondition(node, context), node, context);
  };
  const left = visitOperand(binary.getLeft());
  const right = visitOperand(binary.getRight());
  // as a value, `a && b` is `a` itself where that is undefined or null, and `a || b` is `b` there
  if (isValue && ((kind === "and" && isNullable(left.type)) || isNullable(right.type))) {
    return refuse(
      binary,
      "FG2005",
      "the value of this can be undefined, not only true or false",
      "give the operands `?? false`",
    );
  }
  return { kind, left, right, type: booleanType, origin: originOf(binary, context) };
}

/** Whether only the truth of a node counts where it stands. */
function isConditionPosition(node: Node): boolean {
  const parent = node.getParent();
  if (Node.isParenthesizedExpression(parent)) return isConditionPosition(parent);
  if (Node.isPrefixUnaryExpression(parent)) return true;
  if (Node.isArrowFunction(parent)) return isTest(parent);
  if (Node.isIfStatement(parent)) return parent.getExpression() === node;
  if (Node.isConditionalExpression(parent))
    return parent.getCondition() === node || isConditionPosition(parent);
  if (!Node.isBinaryExpression(parent)) return false;
  const operator = parent.getOperatorToken().getKind();
  const isLogical = operator === SyntaxKind.AmpersandAmpersandToken || operator === SyntaxKind.BarBarToken;
  return isLogical && isConditionPosition(parent);
}

const tests: ReadonlySet<string> = new Set(["some", "every", "filter", "find", "findIndex"]);

/** Whether a function in place is asked for a truth: a predicate, or a callback of `some` and its like. */
function isTest(callback: Node): boolean {
  const parent = callback.getParent();
  if (Node.isPropertyAssignment(parent)) return parent.getName() === "when";
  const callee = Node.isCallExpression(parent) ? parent.getExpression() : undefined;
  return Node.isPropertyAccessExpression(callee) && tests.has(callee.getName());
}

function visitCoalesce(binary: BinaryExpression, context: VisitContext): Expression {
  const left = visitTolerant(binary.getLeft(), context);
  const right = visitExpression(binary.getRight(), context);
  const isBoolean = isAlways(left.type, "boolean");
  // TypeScript narrows `a ?? b` as if it were `a || b`: with a condition on the right it would trust what is not so
  if (isBoolean && right.kind !== "literal") return refuse(binary.getRight(), "FG2016");
  if (!isNullable(left.type)) return left;
  if (forgetsDefault(binary) && handsOnType(binary)) {
    return refuse(
      binary,
      "FG2016",
      "TypeScript takes what stands before `??` for always there, and forgets what stands behind it",
      'write it where it is asked for, or in a function that says what it returns: (environment: PolicyInput["environment"]): string | null => environment.region ?? null',
    );
  }
  const type = either(nonNullish(left.type), right.type);
  return { kind: "coalesce", left, right, type, origin: originOf(binary, context) };
}

function visitLoose(binary: BinaryExpression, context: VisitContext): Expression {
  const sides = [binary.getLeft(), binary.getRight()] as const;
  const other = Node.isNullLiteral(sides[1]) ? sides[0] : Node.isNullLiteral(sides[0]) ? sides[1] : undefined;
  if (other === undefined) return refuse(binary, "FG2002");
  const operand = visitTolerant(other, context);
  const origin = originOf(binary, context);
  const test: Expression = { kind: "nullish", operand, type: booleanType, origin };
  const isEqual = binary.getOperatorToken().getKind() === SyntaxKind.EqualsEqualsToken;
  return isEqual ? test : { kind: "not", operand: test, type: booleanType, origin };
}

function visitComparison(
  binary: BinaryExpression,
  operator: ComparisonOperator,
  context: VisitContext,
): Expression {
  const origin = originOf(binary, context);
  if (operator === "===" || operator === "!==") {
    const [left, right] = visitEqualOperands(binary, context);
    return { kind: "compare", operator, left, right, type: booleanType, origin };
  }
  const left = visitExpression(binary.getLeft(), context);
  const right = visitExpression(binary.getRight(), context);
  if (isAlways(left.type, "number") && isAlways(right.type, "number")) {
    return { kind: "compare", operator, left, right, type: booleanType, origin };
  }
  requireKnown(left, binary.getLeft());
  requireKnown(right, binary.getRight());
  if (isTime(left.type) || isTime(right.type))
    return refuse(binary, "FG2004", "times are compared by before() and after()");
  const areTexts = isAlways(left.type, "string") && isAlways(right.type, "string");
  // UTF-16 and UTF-8 order texts in the same way as long as the first difference has an ASCII character in it
  if (areTexts && (isAscii(left.type) || isAscii(right.type)))
    return { kind: "compare", operator, left, right, type: booleanType, origin };
  if ([binary.getLeft(), binary.getRight()].every((side) => isNumber(side.getType())))
    return refuse(
      binary,
      "FG2004",
      "what was tested before is not known here: this can be more than a number",
      defaultRewrite,
    );
  return refuse(
    binary,
    "FG2004",
    areTexts ? "JavaScript and Rego order texts differently, beyond the basic plane" : undefined,
    areTexts ? 'compare with an ASCII literal: text < "n"' : undefined,
  );
}

function isNumber(type: Type): boolean {
  return (
    type.isNumber() || type.isNumberLiteral() || (type.isUnion() && type.getUnionTypes().every(isNumber))
  );
}

function visitEqualOperands(
  binary: BinaryExpression,
  context: VisitContext,
): readonly [Expression, Expression] {
  const [left, right] = [binary.getLeft(), binary.getRight()];
  const asksPresence = isAbsence(left) || isAbsence(right);
  const visit = asksPresence ? visitTolerant : visitExpression;
  const sides = [visit(left, context), visit(right, context)] as const;
  if (asksPresence) return sides;
  requireKnown(sides[0], left);
  requireKnown(sides[1], right);
  if (!isPrimitive(sides[0].type) && !isPrimitive(sides[1].type)) return refuse(binary, "FG2003");
  return sides;
}

/** Whether a node is null or undefined as such: what is compared with it is asked whether it is there. */
export function isAbsence(node: Node): boolean {
  return Node.isNullLiteral(node) || (Node.isIdentifier(node) && node.getText() === "undefined");
}

function visitIn(binary: BinaryExpression, context: VisitContext): Expression {
  const key = visitNarrowed(binary.getLeft(), context);
  const record = visitExpression(binary.getRight(), context);
  if (valuesOf(record.type) === undefined) return refuse(binary, "FG2019");
  if (!isAlways(key.type, "string") || isNullable(key.type)) return refuse(binary.getLeft(), "FG2018");
  return { kind: "has-key", record, key, type: booleanType, origin: originOf(binary, context) };
}

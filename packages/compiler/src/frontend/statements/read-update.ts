import {
  type BinaryExpression,
  type Expression,
  type ExpressionStatement,
  type Identifier,
  Node,
  SyntaxKind,
  type Symbol as TsSymbol,
} from "ts-morph";
import { libraryMember } from "../library-member.ts";

/** How a variable changes: by what is added or taken away, by what is pushed, or to a truth at which it stays. */
export type UpdateKind = "sum" | "push" | "true" | "false";

/** A statement that changes a variable. */
export interface Update {
  readonly symbol: TsSymbol;
  readonly kind: UpdateKind;
  /** Whether a sum gets less by it. */
  readonly isLess?: true;
  /** What is added or pushed, or the condition of the change; nothing for `n++`, and for a literal truth. */
  readonly values: readonly Node[];
  readonly target: Identifier;
  readonly node: Node;
}

/** Reads a statement that changes a variable in a way that loops can be read with; `undefined` for any other. */
export function readUpdate(statement: ExpressionStatement): Update | undefined {
  const node = statement.getExpression();
  if (Node.isBinaryExpression(node)) return readAssignment(node);
  if (Node.isPostfixUnaryExpression(node) || Node.isPrefixUnaryExpression(node)) {
    return readStep(node.getOperatorToken(), updateOf(node.getOperand(), "sum", [], node));
  }
  const callee = Node.isCallExpression(node) ? node.getExpression() : undefined;
  if (!Node.isCallExpression(node) || !Node.isPropertyAccessExpression(callee)) return undefined;
  if (libraryMember(callee) !== "Array.push") return undefined;
  return updateOf(callee.getExpression(), "push", node.getArguments(), node);
}

/** `n++` and `n--`; other operators of one operand change nothing. */
function readStep(operator: SyntaxKind, update: Update | undefined): Update | undefined {
  if (operator === SyntaxKind.MinusMinusToken) return less(update);
  return operator === SyntaxKind.PlusPlusToken ? update : undefined;
}

function readAssignment(node: BinaryExpression): Update | undefined {
  const [target, value] = [node.getLeft(), node.getRight()];
  switch (node.getOperatorToken().getKind()) {
    case SyntaxKind.PlusEqualsToken:
      return updateOf(target, "sum", [value], node);
    case SyntaxKind.MinusEqualsToken:
      return less(updateOf(target, "sum", [value], node));
    case SyntaxKind.BarBarEqualsToken:
      return updateOf(target, "true", [value], node);
    case SyntaxKind.AmpersandAmpersandEqualsToken:
      return updateOf(target, "false", [value], node);
    case SyntaxKind.EqualsToken:
      return readPlain(node, target, value);
    default:
      return undefined;
  }
}

/** `found = true`, `n = n + size`, `found = found || isOpen` */
function readPlain(node: BinaryExpression, target: Expression, value: Expression): Update | undefined {
  if (Node.isTrueLiteral(value)) return updateOf(target, "true", [], node);
  if (Node.isFalseLiteral(value)) return updateOf(target, "false", [], node);
  if (!Node.isBinaryExpression(value) || value.getLeft().getSymbol() !== target.getSymbol()) return undefined;
  switch (value.getOperatorToken().getKind()) {
    case SyntaxKind.PlusToken:
      return updateOf(target, "sum", [value.getRight()], node);
    case SyntaxKind.MinusToken:
      return less(updateOf(target, "sum", [value.getRight()], node));
    case SyntaxKind.BarBarToken:
      return updateOf(target, "true", [value.getRight()], node);
    case SyntaxKind.AmpersandAmpersandToken:
      return updateOf(target, "false", [value.getRight()], node);
    default:
      return undefined;
  }
}

function less(update: Update | undefined): Update | undefined {
  return update === undefined ? undefined : { ...update, isLess: true };
}

function updateOf(target: Node, kind: UpdateKind, values: readonly Node[], node: Node): Update | undefined {
  const symbol = Node.isIdentifier(target) ? target.getSymbol() : undefined;
  return Node.isIdentifier(target) && symbol !== undefined
    ? { symbol, kind, values, target, node }
    : undefined;
}

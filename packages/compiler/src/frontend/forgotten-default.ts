import { type BinaryExpression, Node, SyntaxKind } from "ts-morph";
import { mayBeNullish } from "./may-be-nullish.ts";

/**
 * Whether a node is `a ?? b` of which TypeScript knows `a` alone: fields of the contract are there as their types have
 * it, and may be absent all the same. What it says of the whole is then no narrowing, and not to be believed.
 */
export function forgetsDefault(node: Node): boolean {
  if (Node.isParenthesizedExpression(node)) return forgetsDefault(node.getExpression());
  if (!Node.isBinaryExpression(node)) return false;
  if (node.getOperatorToken().getKind() !== SyntaxKind.QuestionQuestionToken) return false;
  const left = node.getLeft().getType();
  return !mayBeNullish(left) && !node.getRight().getType().isAssignableTo(left);
}

/**
 * Whether another node has the type that TypeScript gives `a ?? b`: a variable, the result of a function, a choice. What
 * is asked of a value where it stands looks at the value.
 */
export function handsOnType(binary: BinaryExpression, node: Node = binary): boolean {
  const parent = node.getParent();
  if (
    Node.isParenthesizedExpression(parent) ||
    Node.isSatisfiesExpression(parent) ||
    Node.isPropertyAssignment(parent) ||
    Node.isObjectLiteralExpression(parent)
  )
    return handsOnType(binary, parent);
  if (Node.isAsExpression(parent)) return !binary.getRight().getType().isAssignableTo(parent.getType());
  if (Node.isCallExpression(parent)) return isGeneric(parent.getExpression());
  // a list has items of it, which functions are handed
  if (Node.isArrayLiteralExpression(parent)) return !isOnlySearched(parent);
  if (Node.isArrowFunction(parent)) return isHelper(parent);
  if (Node.isReturnStatement(parent)) {
    const callee = parent.getFirstAncestor(
      (one) => Node.isArrowFunction(one) || Node.isFunctionDeclaration(one),
    );
    return callee === undefined || isHelper(callee);
  }
  if (Node.isConditionalExpression(parent)) return parent.getCondition() !== node;
  if (Node.isBinaryExpression(parent)) return choices.has(parent.getOperatorToken().getKind());
  return Node.isVariableDeclaration(parent);
}

const choices: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.QuestionQuestionToken,
  SyntaxKind.BarBarToken,
  SyntaxKind.AmpersandAmpersandToken,
]);

/** Whether others have what a function returns as TypeScript makes it out: not where it says so itself, nor of a rule's. */
function isHelper(callee: Node): boolean {
  if (Node.isArrowFunction(callee) && Node.isPropertyAssignment(callee.getParent())) return false;
  return !Node.isReturnTyped(callee) || callee.getReturnTypeNode() === undefined;
}

/** Whether what is called may return what it is handed, in the type of that. */
function isGeneric(callee: Node): boolean {
  const signatures = callee.getType().getCallSignatures();
  return signatures.some((signature) => signature.getTypeParameters().length > 0);
}

function isOnlySearched(list: Node): boolean {
  const parent = list.getParent();
  return Node.isPropertyAccessExpression(parent) && parent.getName() === "includes";
}

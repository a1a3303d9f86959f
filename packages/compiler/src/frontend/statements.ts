import type { Expression } from "@forego/ir";
import {
  type Block,
  type IfStatement,
  Node,
  type Statement,
  VariableDeclarationKind,
  type VariableStatement,
} from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import { bindPattern } from "./bind-pattern.ts";
import { unsupportedKinds } from "./unsupported-kinds.ts";
import { either } from "./value-types.ts";
import { describeKind, visitCondition, visitExpression } from "./visit.ts";
import { localNode, originOf, type VisitContext } from "./visit-context.ts";

type VisitReturn = (node: Node, context: VisitContext) => Expression;

/**
 * Reads the body of a function as one expression: `if` becomes a conditional, `const` a let. Every path must return.
 * `visitReturn` reads what is returned, as a value or as a condition.
 */
export function visitBlock(block: Block, context: VisitContext, visitReturn: VisitReturn): Expression {
  return visitStatements(block.getStatements(), block, context, visitReturn);
}

function visitStatements(
  statements: readonly Statement[],
  owner: Node,
  context: VisitContext,
  visitReturn: VisitReturn,
): Expression {
  const [first, ...rest] = statements;
  if (first === undefined) return refuse(owner, "FG2021");
  if (Node.isReturnStatement(first)) {
    const value = first.getExpression();
    return value === undefined ? refuse(first, "FG2021") : visitReturn(value, context);
  }
  if (Node.isBlock(first))
    return visitStatements([...first.getStatements(), ...rest], owner, context, visitReturn);
  if (Node.isIfStatement(first)) return visitIf(first, rest, owner, context, visitReturn);
  if (Node.isVariableStatement(first)) return visitConst(first, rest, owner, context, visitReturn);
  const { code, message } = unsupportedKinds.get(first.getKind()) ?? { code: "FG2001" as const };
  return refuse(first, code, message ?? `${describeKind(first)} is not in the policy language`);
}

function visitIf(
  statement: IfStatement,
  rest: readonly Statement[],
  owner: Node,
  context: VisitContext,
  visitReturn: VisitReturn,
): Expression {
  const test = visitCondition(statement.getExpression(), context);
  const otherwiseStatement = statement.getElseStatement();
  const thenPath = continued(statement.getThenStatement(), rest);
  const otherwisePath = otherwiseStatement === undefined ? rest : continued(otherwiseStatement, rest);
  const whenTrue = visitStatements(thenPath, owner, context, visitReturn);
  const whenFalse = visitStatements(otherwisePath, owner, context, visitReturn);
  const type = either(whenTrue.type, whenFalse.type);
  return { kind: "conditional", test, whenTrue, whenFalse, type, origin: originOf(statement, context) };
}

/** A branch, and what follows it where it does not always return. */
function continued(branch: Statement, rest: readonly Statement[]): readonly Statement[] {
  return alwaysReturns(branch) ? [branch] : [branch, ...rest];
}

function alwaysReturns(statement: Statement): boolean {
  if (Node.isReturnStatement(statement)) return true;
  if (Node.isBlock(statement)) return statement.getStatements().some(alwaysReturns);
  if (!Node.isIfStatement(statement)) return false;
  const otherwise = statement.getElseStatement();
  return otherwise !== undefined && alwaysReturns(statement.getThenStatement()) && alwaysReturns(otherwise);
}

function visitConst(
  statement: VariableStatement,
  rest: readonly Statement[],
  owner: Node,
  context: VisitContext,
  visitReturn: VisitReturn,
): Expression {
  if (statement.getDeclarationKind() !== VariableDeclarationKind.Const) return refuse(statement, "FG2009");
  const lets: { readonly local: string; readonly value: Expression }[] = [];
  let inside = context;
  for (const declaration of statement.getDeclarations()) {
    const initializer = declaration.getInitializerOrThrow();
    const value = visitExpression(initializer, inside);
    const pattern = declaration.getNameNode();
    const isAlias =
      value.kind === "read" || value.kind === "literal" || value.kind === "local" || value.kind === "list";
    if (isAlias) {
      inside = bindPattern(pattern, value, inside);
      continue;
    }
    const local = context.fresh(Node.isIdentifier(pattern) ? pattern.getText() : "value");
    lets.push({ local, value });
    inside = bindPattern(pattern, localNode(local, value.type, value.origin), inside);
  }
  const body = visitStatements(rest, owner, inside, visitReturn);
  return lets.reduceRight<Expression>(
    (result, { local, value }) => ({
      kind: "let",
      local,
      value,
      body: result,
      type: body.type,
      origin: body.origin,
    }),
    body,
  );
}

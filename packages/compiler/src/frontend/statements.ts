import type { Expression, Local } from "@forego/ir";
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
import { isStatic } from "./function-registry.ts";
import { refuseKind } from "./unsupported-kinds.ts";
import { either } from "./value-types.ts";
import { visitCondition, visitExpression } from "./visit.ts";
import { localNode, originOf, type VisitContext } from "./visit-context.ts";

type VisitReturn = (node: Node, context: VisitContext) => Expression;

/** What is read beside the statements themselves. */
interface Reading {
  /** The function whose statements these are. */
  readonly owner: Node;
  /** Reads what is returned, as a value or as a condition. */
  readonly visitReturn: VisitReturn;
  /** What follows the statements where they do not return; nothing at the end of a function. */
  readonly next?: Expression;
}

/**
 * Reads the body of a function as one expression: `if` becomes a conditional, `const` a let. Every path must return.
 * `visitReturn` reads what is returned, as a value or as a condition.
 */
export function visitBlock(block: Block, context: VisitContext, visitReturn: VisitReturn): Expression {
  return visitStatements(block.getStatements(), context, { owner: block, visitReturn });
}

function visitStatements(
  statements: readonly Statement[],
  context: VisitContext,
  reading: Reading,
): Expression {
  const [first, ...rest] = statements;
  if (first === undefined) return reading.next ?? refuse(nameOf(reading.owner), "FG2021");
  if (Node.isReturnStatement(first)) {
    const value = first.getExpression();
    return value === undefined ? refuse(first, "FG2021") : reading.visitReturn(value, context);
  }
  if (Node.isBlock(first)) return visitStatements([...first.getStatements(), ...rest], context, reading);
  if (Node.isIfStatement(first)) return visitIf(first, rest, context, reading);
  if (Node.isVariableStatement(first)) return visitConst(first, rest, context, reading);
  return refuseKind(first);
}

/** Where a function begins: its name, where it has one. */
function nameOf(body: Node): Node {
  const owner = body.getParentOrThrow();
  return Node.isFunctionDeclaration(owner) ? (owner.getNameNode() ?? owner) : owner;
}

function visitIf(
  statement: IfStatement,
  rest: readonly Statement[],
  context: VisitContext,
  reading: Reading,
): Expression {
  const test = visitCondition(statement.getExpression(), context);
  const then = statement.getThenStatement();
  const otherwise = statement.getElseStatement();
  if (alwaysReturns(then)) {
    const whenTrue = visitStatements([then], context, reading);
    const elsePath = otherwise === undefined ? rest : [otherwise, ...rest];
    return conditional(statement, test, whenTrue, visitStatements(elsePath, context, reading), context);
  }
  if (otherwise !== undefined && alwaysReturns(otherwise)) {
    const whenTrue = visitStatements([then, ...rest], context, reading);
    return conditional(statement, test, whenTrue, visitStatements([otherwise], context, reading), context);
  }
  // both ways lead to what follows: it is read once and shared, so that sizes add up and do not multiply
  const follows = visitStatements(rest, context, reading);
  const local = context.fresh("otherwise");
  const next = isStatic(follows) ? follows : localNode(local, follows.type, follows.origin);
  const inner = { ...reading, next };
  const whenTrue = visitStatements([then], context, inner);
  const whenFalse = otherwise === undefined ? next : visitStatements([otherwise], context, inner);
  const body = conditional(statement, test, whenTrue, whenFalse, context);
  return next === follows ? body : letNode(local, follows, body);
}

function conditional(
  statement: IfStatement,
  test: Expression,
  whenTrue: Expression,
  whenFalse: Expression,
  context: VisitContext,
): Expression {
  const type = either(whenTrue.type, whenFalse.type);
  return { kind: "conditional", test, whenTrue, whenFalse, type, origin: originOf(statement, context) };
}

function letNode(local: Local, value: Expression, body: Expression): Expression {
  return { kind: "let", local, value, body, type: body.type, origin: body.origin };
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
  context: VisitContext,
  reading: Reading,
): Expression {
  if (statement.getDeclarationKind() !== VariableDeclarationKind.Const) return refuse(statement, "FG2009");
  const lets: { readonly local: Local; readonly value: Expression }[] = [];
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
  const body = visitStatements(rest, inside, reading);
  return lets.reduceRight((result, { local, value }) => letNode(local, value, result), body);
}

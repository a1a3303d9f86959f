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
import { conditional, letNode } from "./build-expression.ts";
import { isStatic } from "./function-registry.ts";
import { visitSwitch } from "./switch-statement.ts";
import { refuseKind } from "./unsupported-kinds.ts";
import { visitCondition, visitExpression } from "./visit.ts";
import { localNode, originOf, type VisitContext } from "./visit-context.ts";

/** What a way out of statements leads to. */
export type Next = () => Expression;

/** What is read beside the statements themselves. */
export interface Reading {
  /** The function whose statements these are. */
  readonly owner: Node;
  /** Reads what is returned, as a value or as a condition. */
  readonly visitReturn: (node: Node, context: VisitContext) => Expression;
  /** What follows the statements where they do not leave; nothing at the end of a function. */
  readonly next?: Next;
  /** What `break` leads to. */
  readonly onBreak?: Next;
}

/**
 * Reads the body of a function as one expression: `if` and `switch` become conditionals, `const` a let. Every path
 * must return. `visitReturn` reads what is returned, as a value or as a condition.
 */
export function visitBlock(
  block: Block,
  context: VisitContext,
  visitReturn: Reading["visitReturn"],
): Expression {
  return visitStatements(block.getStatements(), context, { owner: block, visitReturn });
}

/** Reads statements, and what follows them, as one expression. */
export function visitStatements(
  statements: readonly Statement[],
  context: VisitContext,
  reading: Reading,
): Expression {
  const [first, ...rest] = statements;
  if (first === undefined) return reading.next?.() ?? refuse(nameOf(reading.owner), "FG2021");
  if (Node.isReturnStatement(first)) {
    const value = first.getExpression();
    return value === undefined ? refuse(first, "FG2021") : reading.visitReturn(value, context);
  }
  if (Node.isBreakStatement(first)) return leave(first, reading.onBreak);
  if (Node.isBlock(first)) return visitStatements([...first.getStatements(), ...rest], context, reading);
  if (Node.isIfStatement(first)) return visitIf(first, rest, context, reading);
  if (Node.isSwitchStatement(first)) return visitSwitch(first, rest, context, reading);
  if (Node.isVariableStatement(first)) return visitConst(first, rest, context, reading);
  return refuseKind(first);
}

/** Whether no path through a statement leads to the one behind it. */
export function alwaysLeaves(statement: Statement): boolean {
  if (Node.isReturnStatement(statement) || Node.isBreakStatement(statement)) return true;
  if (Node.isBlock(statement)) return statement.getStatements().some(alwaysLeaves);
  if (!Node.isIfStatement(statement)) return false;
  const otherwise = statement.getElseStatement();
  return otherwise !== undefined && alwaysLeaves(statement.getThenStatement()) && alwaysLeaves(otherwise);
}

/** What several ways lead to: read when it is first needed, and once, so that sizes add up and do not multiply. */
export function shareNext(read: Next, context: VisitContext) {
  let follows: Expression | undefined;
  let local: string | undefined;
  return {
    next(): Expression {
      follows ??= read();
      if (isStatic(follows)) return follows;
      local ??= context.fresh("otherwise");
      return localNode(local, follows.type, follows.origin);
    },
    /** Binds what is shared, where some way led to it. */
    bind: (body: Expression): Expression =>
      local === undefined || follows === undefined ? body : letNode(local, follows, body),
  };
}

function leave(statement: Statement, next: Next | undefined): Expression {
  if (next === undefined) return refuseKind(statement);
  return next();
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
  const choose = (whenTrue: Expression, whenFalse: Expression) =>
    conditional(test, whenTrue, whenFalse, originOf(statement, context));
  if (alwaysLeaves(then)) {
    const whenTrue = visitStatements([then], context, reading);
    const elsePath = otherwise === undefined ? rest : [otherwise, ...rest];
    return choose(whenTrue, visitStatements(elsePath, context, reading));
  }
  if (otherwise !== undefined && alwaysLeaves(otherwise)) {
    const whenTrue = visitStatements([then, ...rest], context, reading);
    return choose(whenTrue, visitStatements([otherwise], context, reading));
  }
  const follows = shareNext(() => visitStatements(rest, context, reading), context);
  const inner = { ...reading, next: follows.next };
  const whenTrue = visitStatements([then], context, inner);
  const whenFalse = otherwise === undefined ? follows.next() : visitStatements([otherwise], context, inner);
  return follows.bind(choose(whenTrue, whenFalse));
}

function visitConst(
  statement: VariableStatement,
  rest: readonly Statement[],
  context: VisitContext,
  reading: Reading,
): Expression {
  if (statement.getDeclarationKind() !== VariableDeclarationKind.Const) return refuse(statement, "FG2009");
  const declarations = statement.getDeclarations();
  const readFrom = (index: number, inside: VisitContext): Expression => {
    const declaration = declarations[index];
    if (declaration === undefined) return visitStatements(rest, inside, reading);
    const value = visitExpression(declaration.getInitializerOrThrow(), inside);
    return bindValue(declaration.getNameNode(), value, inside, (named) => readFrom(index + 1, named));
  };
  return readFrom(0, context);
}

/** Gives a pattern's names to a value; what is more than a path, a name or a literal is made once. */
export function bindValue(
  pattern: Node,
  value: Expression,
  context: VisitContext,
  read: (inside: VisitContext) => Expression,
): Expression {
  if (value.kind === "local" || isStatic(value)) return bindPattern(pattern, value, context, read);
  const local = context.fresh(Node.isIdentifier(pattern) ? pattern.getText() : "value");
  const named = localNode(local, value.type, value.origin);
  return letNode(local, value, bindPattern(pattern, named, context, read));
}

import type { Expression } from "@forego/ir";
import {
  type Block,
  type ExpressionStatement,
  type IfStatement,
  Node,
  type Statement,
  VariableDeclarationKind,
  type VariableStatement,
} from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { bindContext, isContext } from "../bind-context.ts";
import { bindPattern } from "../bind-pattern.ts";
import { conditional, letNode } from "../build-expression.ts";
import { isStatic } from "../function-registry.ts";
import { refuseKind } from "../unsupported-kinds.ts";
import { visitExpression, visitTest } from "../visit.ts";
import { localNode, originOf, type VisitContext, withBindings } from "../visit-context.ts";
import type { Gather } from "./accumulators.ts";
import { visitForOf } from "./loop-statement.ts";
import { readUpdate } from "./read-update.ts";
import { visitSwitch } from "./switch-statement.ts";

/** What a way out of statements leads to, with the names as they stand there. */
export type Next = (context: VisitContext) => Expression;

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
  /** What `continue` leads to, in a loop. */
  readonly onContinue?: Next;
  /** What is gathered in a loop of what its statements do. */
  readonly gather?: Gather;
}

/**
 * Reads the body of a function as one expression: `if` and `switch` become conditionals, `const` a let, and loops what their items come to. Every path
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
  if (first === undefined) return reading.next?.(context) ?? refuse(nameOf(reading.owner), "FG2021");
  if (Node.isReturnStatement(first)) {
    const value = first.getExpression();
    return value === undefined ? refuse(first, "FG2021") : reading.visitReturn(value, context);
  }
  if (Node.isBreakStatement(first)) return leave(first, reading.onBreak, context);
  if (Node.isContinueStatement(first)) return leave(first, reading.onContinue, context);
  if (Node.isBlock(first)) return visitStatements([...first.getStatements(), ...rest], context, reading);
  if (Node.isIfStatement(first)) return visitIf(first, rest, context, reading);
  if (Node.isSwitchStatement(first)) return visitSwitch(first, rest, context, reading);
  if (Node.isForOfStatement(first)) return visitForOf(first, rest, context, reading);
  if (Node.isExpressionStatement(first)) return visitUpdate(first, rest, context, reading);
  if (Node.isVariableStatement(first)) return visitVariables(first, rest, context, reading);
  return refuseKind(first);
}

/** Whether no path through a statement leads to the one behind it. */
export function alwaysLeaves(statement: Statement): boolean {
  if (Node.isReturnStatement(statement)) return true;
  if (Node.isBreakStatement(statement) || Node.isContinueStatement(statement)) return true;
  if (Node.isBlock(statement)) return statement.getStatements().some(alwaysLeaves);
  if (!Node.isIfStatement(statement)) return false;
  const otherwise = statement.getElseStatement();
  return otherwise !== undefined && alwaysLeaves(statement.getThenStatement()) && alwaysLeaves(otherwise);
}

/** What several ways lead to: read when it is first needed, and once, so that sizes add up and do not multiply. */
export function shareNext(read: Next, context: VisitContext) {
  let follows: Expression | undefined;
  let local: string | undefined;
  const isChanged = (inside: VisitContext) =>
    [...context.bindings].some(([symbol, binding]) => inside.bindings.get(symbol) !== binding);
  return {
    next(inside: VisitContext): Expression {
      // a way on which a loop has changed a variable has what follows for itself
      if (isChanged(inside)) return read(outsideOf(inside, context));
      follows ??= read(context);
      if (isStatic(follows)) return follows;
      local ??= context.fresh("otherwise");
      return localNode(local, follows.type, follows.origin);
    },
    /** Binds what is shared, where some way led to it. */
    bind: (body: Expression): Expression =>
      local === undefined || follows === undefined ? body : letNode(local, follows, body),
  };
}

/** The names of an outer context, as they stand in an inner one. */
function outsideOf(inside: VisitContext, context: VisitContext): VisitContext {
  const names = [...context.bindings].map(
    ([symbol, binding]) => [symbol, inside.bindings.get(symbol) ?? binding] as const,
  );
  return withBindings(context, names);
}

function leave(statement: Statement, next: Next | undefined, context: VisitContext): Expression {
  return next === undefined ? refuseKind(statement) : next(context);
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
  const test = visitTest(statement.getExpression(), context);
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
  const follows = shareNext((inside) => visitStatements(rest, inside, reading), context);
  const inner = { ...reading, next: follows.next };
  const whenTrue = visitStatements([then], context, inner);
  const whenFalse =
    otherwise === undefined ? follows.next(context) : visitStatements([otherwise], context, inner);
  return follows.bind(choose(whenTrue, whenFalse));
}

/** A statement that changes a variable: it counts where that variable is gathered, and nowhere else. */
function visitUpdate(
  statement: ExpressionStatement,
  rest: readonly Statement[],
  context: VisitContext,
  reading: Reading,
): Expression {
  const update = readUpdate(statement);
  const isChanging = update !== undefined && context.bindings.get(update.symbol)?.kind === "changing";
  // outside of the loop's own statements, nobody would look for the change
  if (!isChanging || reading.onContinue === undefined) return refuse(statement, "FG2009");
  const readRest = () => visitStatements(rest, context, reading);
  return reading.gather?.add(update, context, readRest) ?? readRest();
}

function visitVariables(
  statement: VariableStatement,
  rest: readonly Statement[],
  context: VisitContext,
  reading: Reading,
): Expression {
  if (statement.getDeclarationKind() === VariableDeclarationKind.Var) return refuse(statement, "FG2009");
  const declarations = statement.getDeclarations();
  const readFrom = (index: number, inside: VisitContext): Expression => {
    const declaration = declarations[index];
    if (declaration === undefined) return visitStatements(rest, inside, reading);
    const initializer = declaration.getInitializer() ?? refuse(declaration, "FG2009");
    if (isFunction(initializer))
      refuseKind(initializer, "declare it in the module, and hand it what it reads");
    const readNext = (named: VisitContext) => readFrom(index + 1, named);
    if (isContext(initializer, inside)) return bindContext(declaration.getNameNode(), inside, readNext);
    return bindValue(declaration.getNameNode(), visitExpression(initializer, inside), inside, readNext);
  };
  return readFrom(0, context);
}

function isFunction(node: Node): boolean {
  return Node.isArrowFunction(node) || Node.isFunctionExpression(node);
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

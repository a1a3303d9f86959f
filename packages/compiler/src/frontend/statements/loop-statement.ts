import type { Expression, Local } from "@forego/ir";
import { type ForOfStatement, Node, type Statement, SyntaxKind, VariableDeclarationKind } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { booleanType, itemTypeOf, leftOf, requireKnown, undefinable } from "../../types/value-types.ts";
import { bindPattern } from "../bind-pattern.ts";
import {
  conditional,
  equalsUndefined,
  isLiteral,
  isSameMeaning,
  letNode,
  mentions,
  truth,
  unreachable,
} from "../build-expression.ts";
import { isStatic } from "../function-registry.ts";
import { keepReads, readsOf } from "../keep-reads.ts";
import { requireOrder } from "../members/sequence.ts";
import { visitExpression } from "../visit.ts";
import { bound, localNode, originOf, type VisitContext, withBindings } from "../visit-context.ts";
import { literalOf } from "../visitors/literal.ts";
import { type Accumulator, findAccumulators, totalOf, updatesIn } from "./accumulators.ts";
import { type Next, type Reading, shareNext, visitStatements } from "./statements.ts";

/** A loop that is being read: its body as often as there is something to know about it. */
interface Loop {
  readonly statement: ForOfStatement;
  readonly array: Expression;
  /** Stands for an item in all that is read of the body. */
  readonly item: Extract<Expression, { kind: "local" }>;
  readonly readBody: (reading: Omit<Reading, "owner">) => Expression;
}

/**
 * Reads `for...of`. A loop has no steps in Rego; what it comes to is told by its items: the first that ends the loop
 * decides what is returned, and what is added up comes from all items up to that one.
 */
export function visitForOf(
  statement: ForOfStatement,
  rest: readonly Statement[],
  context: VisitContext,
  reading: Reading,
): Expression {
  const list = visitExpression(statement.getExpression(), context);
  if (list.kind === "local" || isStatic(list)) return readLoop(statement, list, rest, context, reading);
  const local = context.fresh("list");
  const named = localNode(local, list.type, list.origin);
  return letNode(local, list, readLoop(statement, named, rest, context, reading));
}

function readLoop(
  statement: ForOfStatement,
  array: Expression,
  rest: readonly Statement[],
  context: VisitContext,
  reading: Reading,
): Expression {
  const accumulators = findAccumulators(statement, context);
  const loop = openLoop(statement, array, accumulators, context, reading.owner);
  const ends = readEnds(loop, context);
  const seen = (reached?: Expression) => seenItems(loop, ends, reached);
  const readRest: Next = (outside) =>
    bindTotals(accumulators, loop, seen, outside, (inside) => visitStatements(rest, inside, reading));
  const { gather } = reading;
  if (gather?.isUpdatedIn(statement)) {
    const found = loop.readBody({ ...leavingTo(gather.empty), gather });
    return gather.addLoop(seen(found), loop.item.local, found, readRest(context));
  }
  if (!hasReturn(statement)) {
    if (updatesIn(statement).length === 0) refuseIdle(loop, context);
    return readRest(context);
  }
  if (ends === undefined) return keepReads(readsOf(array), readRest(context), context);
  return readSearch(loop, ends, readRest, context, reading);
}

function openLoop(
  statement: ForOfStatement,
  array: Expression,
  accumulators: readonly Accumulator[],
  context: VisitContext,
  owner: Node,
): Loop {
  const pattern = requirePattern(statement);
  requireKnown(array, statement.getExpression());
  const type =
    itemTypeOf(array.type) ?? refuse(statement.getExpression(), "FG2010", "only arrays can be gone through");
  const local: Local = context.fresh(Node.isIdentifier(pattern) ? pattern.getText() : "item");
  const item = { kind: "local" as const, local, type, origin: originOf(pattern, context) };
  const changing = accumulators.map(({ symbol }) => [symbol, { kind: "changing" as const }] as const);
  const inside = withBindings(context, changing);
  const readBody: Loop["readBody"] = (reading) =>
    bindPattern(pattern, item, inside, (named) =>
      visitStatements([statement.getStatement()], named, { owner, ...reading }),
    );
  return { statement, array, item, readBody };
}

/** Whether an item ends the loop, by `return` or `break`; `undefined` when none does. */
function readEnds({ statement, readBody }: Loop, context: VisitContext): Expression | undefined {
  if (!hasReturn(statement) && !hasBreak(statement)) return undefined;
  const origin = originOf(statement, context);
  const [yes, no] = [() => truth(true, origin), () => truth(false, origin)];
  const ends = readBody({ visitReturn: yes, onBreak: yes, onContinue: no, next: no });
  return ends.kind === "literal" && ends.value === false ? undefined : ends;
}

/** The items that a loop goes through, the one at which it ends included. */
function seenItems(
  { statement, array, item }: Loop,
  ends: Expression | undefined,
  reached?: Expression,
): Expression {
  // what is reached where the loop ends is reached on the way there, too
  if (ends === undefined || (reached !== undefined && isSameMeaning(ends, reached))) return array;
  requireOrder(
    statement.getExpression(),
    array,
    "which entries come before the end of this loop is not the same everywhere",
  );
  return {
    kind: "until",
    array,
    local: item.local,
    body: ends,
    type: leftOf(array.type),
    origin: ends.origin,
  };
}

/** What is returned at the first item that ends the loop; what follows the loop where there is none. */
function readSearch(
  { statement, array, item, readBody }: Loop,
  ends: Expression,
  readRest: Next,
  context: VisitContext,
  reading: Reading,
): Expression {
  const follows = shareNext(readRest, context);
  const nowhere = () => unreachable;
  const { visitReturn } = reading;
  const onBreak = () => follows.next(context);
  const answer = foregone(readBody({ visitReturn, onBreak, onContinue: nowhere, next: nowhere }));
  const { local, origin } = item;
  const place = originOf(statement, context);
  const isFound: Expression = { kind: "some", array, local, body: ends, type: booleanType, origin };
  if (!mentions(answer, local))
    return follows.bind(conditional(isFound, answer, follows.next(context), place));
  const fix = "return one and the same literal from each place in the loop, or ask some() and every()";
  requireOrder(
    statement.getExpression(),
    array,
    "which entry ends this loop is not the same everywhere",
    fix,
  );
  const type = leftOf(array.type);
  const those: Expression = { kind: "filter", array, local, body: ends, type, origin };
  const key = literalOf(0, statement, context);
  const first: Expression = { kind: "entry", record: those, key, type: undefinable(item.type), origin };
  // the item itself says whether there is one, unless it can be undefined
  const choice = item.type.undefinable
    ? conditional(isFound, answer, follows.next(context), place)
    : conditional(equalsUndefined({ ...item, type: first.type }), follows.next(context), answer, place);
  return follows.bind(letNode(local, first, choice));
}

/** The one literal that all ways lead to: what is asked on them has been asked already, to find the item. */
function foregone(answer: Expression): Expression {
  switch (answer.kind) {
    case "let": {
      const body = foregone(answer.body);
      return body.kind === "literal" ? body : answer;
    }
    case "or":
    case "and": {
      const right = foregone(answer.right);
      return isLiteral(right, answer.kind === "or") ? right : answer;
    }
    case "conditional": {
      const [whenTrue, whenFalse] = [foregone(answer.whenTrue), foregone(answer.whenFalse)];
      return whenTrue.kind === "literal" && isLiteral(whenFalse, whenTrue.value) ? whenTrue : answer;
    }
    default:
      return answer;
  }
}

/** Gives the loop's accumulators their new values in what follows the loop. */
function bindTotals(
  accumulators: readonly Accumulator[],
  loop: Loop,
  seen: (reached: Expression) => Expression,
  context: VisitContext,
  read: (inside: VisitContext) => Expression,
): Expression {
  const [first, ...others] = accumulators;
  if (first === undefined) return read(context);
  const found = loop.readBody({ ...leavingTo(first.gather.empty), gather: first.gather });
  const total = totalOf(first, seen(found), loop.item.local, found);
  const local = context.fresh(first.symbol.getName());
  const inside = withBindings(context, [[first.symbol, bound(localNode(local, total.type, total.origin))]]);
  return letNode(local, total, bindTotals(others, loop, seen, inside, read));
}

function refuseIdle({ statement, readBody }: Loop, context: VisitContext): never {
  // what is wrong in the body says more
  readBody(leavingTo(() => truth(false, originOf(statement, context))));
  return refuse(statement, "FG2010", "this loop changes nothing, and returns nothing", "leave it out");
}

/** Whichever way the body is left, it leads to the same. */
function leavingTo(next: () => Expression): Omit<Reading, "owner"> {
  return { visitReturn: next, onBreak: next, onContinue: next, next };
}

function hasReturn(statement: ForOfStatement): boolean {
  return statement
    .getDescendantsOfKind(SyntaxKind.ReturnStatement)
    .some(
      (one) =>
        one.getFirstAncestor((node) => node === statement || Node.isFunctionLikeDeclaration(node)) ===
        statement,
    );
}

/** Whether a loop has a `break` of its own. */
function hasBreak(statement: ForOfStatement): boolean {
  return statement
    .getDescendantsOfKind(SyntaxKind.BreakStatement)
    .some(
      (one) =>
        one.getFirstAncestor((node) => Node.isIterationStatement(node) || Node.isSwitchStatement(node)) ===
        statement,
    );
}

function requirePattern(statement: ForOfStatement): Node {
  const list = statement.getInitializer();
  if (statement.isAwaited())
    return refuse(statement, "FG2020", "a predicate cannot wait: it is decided at once");
  if (!Node.isVariableDeclarationList(list) || list.getDeclarationKind() !== VariableDeclarationKind.Const)
    return refuse(list, "FG2009", "the item of a loop can change", "write for (const ... of ...)");
  return list.getDeclarations()[0]?.getNameNode() ?? refuse(list, "FG2010");
}

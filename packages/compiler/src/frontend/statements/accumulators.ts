import type { ArrayPart, Expression, Local } from "@forego/ir";
import { type ForOfStatement, Node, SyntaxKind, type Symbol as TsSymbol } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { sumType } from "../../types/sum-type.ts";
import {
  booleanType,
  holesOf,
  isNullable,
  itemTypeOf,
  maxItemsOf,
  orderOf,
  present,
} from "../../types/value-types.ts";
import { and, arrayOf, negation, or, partsOf, truth } from "../build-expression.ts";
import { visitCondition, visitExpression } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";
import { negative } from "../visitors/arithmetic.ts";
import { visitPart } from "../visitors/array-literal.ts";
import { literalOf } from "../visitors/literal.ts";
import { readUpdate, type Update, type UpdateKind } from "./read-update.ts";

/** Gathers what one pass through a loop's body does to one variable. */
export interface Gather {
  /** What a pass does that does not reach any change. */
  readonly empty: () => Expression;
  isUpdatedIn(node: Node): boolean;
  /** Adds a change to what the statements behind it do; `undefined` when it is of another variable. */
  add(update: Update, context: VisitContext, rest: () => Expression): Expression | undefined;
  /** Adds all that the passes of an inner loop do. */
  addLoop(seen: Expression, local: Local, found: Expression, rest: Expression): Expression;
}

/** A variable that a loop changes, in one of the ways that do not depend on what it has been before. */
export interface Accumulator {
  readonly symbol: TsSymbol;
  readonly kind: UpdateKind;
  /** What it is before the loop. */
  readonly initial: Expression;
  readonly gather: Gather;
  readonly node: Node;
}

/** The variables that a loop changes, those aside that an outer loop is changing. */
export function findAccumulators(loop: ForOfStatement, context: VisitContext): readonly Accumulator[] {
  const bySymbol = Map.groupBy(updatesIn(loop), ({ symbol }) => symbol);
  return [...bySymbol].flatMap(([symbol, updates]) => {
    const [first] = updates;
    const binding = context.bindings.get(symbol);
    const declaration = symbol.getValueDeclaration();
    const isInside = declaration?.getFirstAncestor((ancestor) => ancestor === loop) !== undefined;
    if (first === undefined || binding?.kind === "changing" || isInside) return [];
    const { kind, node } = first;
    const mixed = updates.find((update) => update.kind !== kind);
    if (mixed !== undefined)
      return refuse(
        mixed.node,
        "FG2009",
        `'${symbol.getName()}' is changed in several ways`,
        "give each its own variable",
      );
    const isOwn = binding?.kind === "value" && Node.isVariableDeclaration(declaration);
    if (!isOwn) return refuse(node, "FG2009", `'${symbol.getName()}' is not a variable of this function`);
    if (kind === "push") requireOwn(symbol, loop);
    const gather =
      kind === "sum" || kind === "push"
        ? listGather(symbol, loop, context)
        : truthGather(symbol, loop, context);
    return [{ symbol, kind, initial: binding.value, gather, node }];
  });
}

/** What an accumulator is behind the loop. */
export function totalOf(
  { kind, initial, node }: Accumulator,
  seen: Expression,
  local: Local,
  found: Expression,
): Expression {
  const { origin } = found;
  // what it is before the loop stands last: where it is known, what the loop goes through is read all the same
  if (kind === "true") return or(someOf(seen, local, found), initial);
  if (kind === "false") return and(negation(someOf(seen, local, found)), initial);
  const all = allOf(seen, local, found);
  if (kind === "push") return arrayOf([...partsOf(initial), { isSpread: true, value: all }], origin);
  return { kind: "sum", initial, array: all, type: sumType(initial.type, all.type, node), origin };
}

/** Gathers items: what is pushed, and what is added up. */
function listGather(symbol: TsSymbol, loop: ForOfStatement, context: VisitContext): Gather {
  const origin = originOf(loop, context);
  return {
    empty: () => arrayOf([], origin),
    isUpdatedIn: (node) => updatesIn(node).some((update) => update.symbol === symbol),
    add(update, inside, rest) {
      if (update.symbol !== symbol) return undefined;
      return arrayOf([...addends(update, inside), ...partsOf(rest())], originOf(update.node, context));
    },
    addLoop: (seen, local, found, rest) =>
      arrayOf([{ isSpread: true, value: allOf(seen, local, found) }, ...partsOf(rest)], origin),
  };
}

/** Gathers whether a change is reached: it turns a truth, once and for all. */
function truthGather(symbol: TsSymbol, loop: ForOfStatement, context: VisitContext): Gather {
  const origin = originOf(loop, context);
  return {
    empty: () => truth(false, origin),
    isUpdatedIn: (node) => updatesIn(node).some((update) => update.symbol === symbol),
    add({ symbol: changed, kind, values: [value] }, inside, rest) {
      if (changed !== symbol) return undefined;
      if (value === undefined) return truth(true, origin);
      const condition = visitCondition(value, inside);
      if (isNullable(condition.type))
        return refuse(
          value,
          "FG2005",
          "the value of this can be undefined, not only true or false",
          "give it `?? false`",
        );
      return or(kind === "true" ? condition : negation(condition), rest());
    },
    addLoop: (seen, local, found, rest) => or(someOf(seen, local, found), rest),
  };
}

function addends({ kind, values, isLess, node }: Update, context: VisitContext): readonly ArrayPart[] {
  if (kind === "push") return values.map((value) => visitPart(value, context));
  const [value] = values;
  // `n++`
  const added = value === undefined ? literalOf(1, node, context) : visitExpression(value, context);
  const isAdded = isLess === undefined;
  return [
    {
      isSpread: false,
      value: isAdded ? added : negative({ node: value ?? node, value: added }, node, context),
    },
  ];
}

function someOf(array: Expression, local: Local, body: Expression): Expression {
  return { kind: "some", array, local, body, type: booleanType, origin: body.origin };
}

function allOf(array: Expression, local: Local, body: Expression): Expression {
  const items = itemTypeOf(body.type) ?? present({ kind: "union", members: [] });
  const max = maxItemsOf(array.type) * maxItemsOf(body.type);
  const marks = { ...holesOf(items), ...orderOf(array.type, body.type) };
  const type = present({ kind: "array", items: items.shape, max, ...marks });
  return { kind: "flat-map", array, local, body, type, origin: body.origin };
}

/** What a piece of code adds to variables. */
export function updatesIn(node: Node): readonly Update[] {
  return node.getDescendantsOfKind(SyntaxKind.ExpressionStatement).flatMap((one) => readUpdate(one) ?? []);
}

/** A list that has another name by now, or had one before, would be changed under that name, too. */
function requireOwn(symbol: TsSymbol, loop: ForOfStatement): void {
  const declaration = symbol.getValueDeclaration();
  const value = Node.isVariableDeclaration(declaration) ? declaration.getInitializer() : undefined;
  if (!Node.isArrayLiteralExpression(value))
    refuse(
      declaration ?? loop,
      "FG2009",
      `'${symbol.getName()}' may be a list of another name`,
      "begin with an array in place: []",
    );
  const owner = declaration?.getFirstAncestor(Node.isBlock) ?? loop;
  const known = new Set<Node>(updatesIn(owner).map(({ target }) => target));
  const early = owner.getDescendantsOfKind(SyntaxKind.Identifier).find((name) => {
    const isOther = !known.has(name) && name.getParent() !== declaration;
    return isOther && name.getEnd() < loop.getEnd() && name.getSymbol() === symbol;
  });
  if (early !== undefined)
    refuse(
      early,
      "FG2009",
      `'${symbol.getName()}' is used before a loop adds to it`,
      "use it behind the last loop that does",
    );
}

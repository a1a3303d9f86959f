import type {
  ArrayNode,
  Expression,
  FilterNode,
  FindIndexNode,
  FlatMapNode,
  ListExpression,
  MapNode,
  UntilNode,
} from "@forego/ir";
import { assign, type Body, call, holds, type Statement, scalar, type Term, variable } from "../rego/ast.ts";
import { isNullable, itemTypeOf } from "../types/value-types.ts";
import { dropUnused } from "./drop-unused.ts";
import { freeVariables, usedVariables } from "./free-variables.ts";
import { lowerCondition } from "./lower-condition.ts";
import { enterLoop } from "./lower-members.ts";
import { bindLet, bindValue, lowerValue } from "./lower-value.ts";
import { type Lowering, type LoweringScope, regoOrigin, withLocal } from "./lowering.ts";
import { predicateRule } from "./predicate-rule.ts";
import { preludeCall } from "./prelude-call.ts";

/** Lowers what makes lists, or takes something out of them. */
export function lowerList(
  node: ListExpression | FilterNode | MapNode,
  scope: LoweringScope,
  lowering: Lowering,
  before: Statement[],
): Term {
  const value = (child: Expression) => lowerValue(child, scope, lowering, before);
  switch (node.kind) {
    case "array":
      return concatenate(node, value, lowering);
    case "table":
      return { kind: "object", entries: node.entries.map((entry) => [entry.name, value(entry.value)]) };
    case "at":
      return preludeCall("at", lowering, value(node.array), scalar(node.index));
    case "slice": {
      const start = scalar(node.start);
      if (node.end !== undefined)
        return preludeCall("slice", lowering, value(node.array), start, scalar(node.end));
      const array = bindValue(node.array, scope, lowering, before);
      return preludeCall("slice", lowering, array, start, call("count", array));
    }
    case "filter": {
      const { item, enter, inside } = iterate(node, scope, lowering, before);
      return comprehension(variable(item), [enter, ...onceIf(node.body, inside, lowering)]);
    }
    case "map": {
      const { enter, inside } = iterate(node, scope, lowering, before);
      return collect(node.body, [enter], inside, lowering);
    }
    case "flat-map":
      return lowerFlatMap(node, scope, lowering, before);
    case "find-index":
      return preludeCall(
        "first",
        lowering,
        placesOf(node, value(node.array), scope, lowering, before),
        scalar(-1),
      );
    case "until": {
      const array = bindValue(node.array, scope, lowering, before);
      return preludeCall("until", lowering, array, placesOf(node, array, scope, lowering, before));
    }
    case "sum": {
      const numbers = numbersOf(node.array, value(node.array), lowering);
      const isZero = node.initial.kind === "literal" && node.initial.value === 0;
      if (isZero) return call("sum", numbers);
      const start = value(node.initial);
      const initial = isNullable(node.initial.type) ? preludeCall("number", lowering, start) : start;
      return call("sum", concat([{ kind: "array", items: [initial] }, numbers]));
    }
    case "keys": {
      const key = lowering.names.fresh("key");
      const enter: Statement = { kind: "some", key, item: "_", collection: value(node.record) };
      return comprehension(variable(key), [enter]);
    }
    case "values": {
      const item = lowering.names.fresh("value");
      return comprehension(variable(item), [{ kind: "some", item, collection: value(node.record) }]);
    }
  }
}

type Iteration = Extract<
  Expression,
  { readonly array: Expression; readonly local: string; readonly body: Expression }
>;

/** Enters a list: the statement that does, and the scope in which the local stands for an item. */
export function iterate(
  node: Iteration,
  scope: LoweringScope,
  lowering: Lowering,
  before: Statement[],
): { readonly item: string; readonly enter: Statement; readonly inside: LoweringScope } {
  const { array, local } = node;
  const item = lowering.names.fresh(local);
  const bound = withLocal(scope, local, { kind: "term", term: variable(item) });
  const inside = enterLoop(node, bound, scope, before);
  const value = (child: Expression) => lowerValue(child, scope, lowering, before);
  // keys and values are iterated where they are
  if (array.kind === "keys")
    return { item, inside, enter: { kind: "some", key: item, item: "_", collection: value(array.record) } };
  const collection = value(array.kind === "values" ? array.record : array);
  return { item, inside, enter: { kind: "some", item, collection } };
}

/** The condition of a comprehension: one body that holds at most once, since what it lets through is counted. */
function onceIf(condition: Expression, scope: LoweringScope, lowering: Lowering): Body {
  const bodies = lowerCondition(condition, scope, lowering, true);
  const [only, ...others] = bodies;
  const isSingle =
    only !== undefined && others.length === 0 && only.every((statement) => statement.kind !== "some");
  return isSingle ? only : [holds(predicateRule(scope.hint, bodies, lowering, regoOrigin(condition.origin)))];
}

/** `[value | enter]` */
function collect(value: Expression, enter: Body, scope: LoweringScope, lowering: Lowering): Term {
  const before: Statement[] = [];
  const head = lowerValue(value, scope, lowering, before);
  const body = [...enter, ...before];
  const free = freeVariables([body], [head]);
  // OPA finds no type for items that hold a parameter of a rule, but for a variable that is given one
  const isOuter = head.kind !== "call" && [...usedVariables([], head)].some((name) => free.includes(name));
  if (!isOuter) return comprehension(head, body);
  const name = lowering.names.fresh("mapped");
  return comprehension(variable(name), [...body, assign(name, head)]);
}

function comprehension(head: Term, body: Body): Term {
  return { kind: "comprehension", head, body: dropUnused(body, head) };
}

function lowerFlatMap(
  node: FlatMapNode,
  scope: LoweringScope,
  lowering: Lowering,
  before: Statement[],
): Term {
  const entered = iterate(node, scope, lowering, before);
  const steps: Statement[] = [entered.enter];
  let { inside } = entered;
  let { body } = node;
  for (; body.kind === "let"; body = body.body) inside = bindLet(body, inside, lowering, steps);
  // `condition ? [value] : []` lets one value through, or none
  if (body.kind === "conditional" && onlyItem(body.whenTrue) !== undefined && isEmpty(body.whenFalse)) {
    steps.push(...onceIf(body.test, inside, lowering));
    body = body.whenTrue;
  }
  const only = onlyItem(body);
  if (only !== undefined) return collect(only, steps, inside, lowering);
  const item = lowering.names.fresh("item");
  const collection = lowerValue(body, inside, lowering, steps);
  return comprehension(variable(item), [...steps, { kind: "some", item, collection }]);
}

function onlyItem(node: Expression): Expression | undefined {
  if (node.kind === "list") return node.items.length === 1 ? node.items[0] : undefined;
  if (node.kind !== "array") return undefined;
  const [only, ...others] = node.parts;
  return only === undefined || others.length > 0 || only.isSpread ? undefined : only.value;
}

function isEmpty(node: Expression): boolean {
  return (
    (node.kind === "array" && node.parts.length === 0) || (node.kind === "list" && node.items.length === 0)
  );
}

/** The indexes of the items for which a condition is true, in order. */
function placesOf(
  node: FindIndexNode | UntilNode,
  collection: Term,
  scope: LoweringScope,
  lowering: Lowering,
  before: Statement[],
): Term {
  const item = lowering.names.fresh(node.local);
  const key = lowering.names.fresh("index");
  const bound = withLocal(scope, node.local, { kind: "term", term: variable(item) });
  const inside = enterLoop(node, bound, scope, before);
  return comprehension(variable(key), [
    { kind: "some", key, item, collection },
    ...onceIf(node.body, inside, lowering),
  ]);
}

/** Items that stand beside each other are one array; arrays are put together two by two. */
function concatenate({ parts }: ArrayNode, value: (child: Expression) => Term, lowering: Lowering): Term {
  const arrays: Term[] = [];
  let items: Term[] = [];
  for (const part of parts) {
    const term = value(part.value);
    if (!part.isSpread) {
      items.push(term);
      continue;
    }
    if (items.length > 0) arrays.push({ kind: "array", items });
    items = [];
    arrays.push(isNullable(part.value.type) ? preludeCall("list", lowering, term) : term);
  }
  if (items.length > 0) arrays.push({ kind: "array", items });
  return concat(arrays);
}

/** A list of numbers, also where the policy has asked of each item before whether it is there. */
function numbersOf(array: Expression, term: Term, lowering: Lowering): Term {
  const items = itemTypeOf(array.type);
  if (items === undefined || !isNullable(items)) return term;
  const item = lowering.names.fresh("number");
  const head = preludeCall("number", lowering, variable(item));
  return comprehension(head, [{ kind: "some", item, collection: term }]);
}

function concat([first, ...others]: readonly Term[]): Term {
  if (first === undefined) return { kind: "array", items: [] };
  return others.reduce((left, right) => call("array.concat", left, right), first);
}

import type { Expression, LiteralNode, Shape, SliceNode } from "@forego/ir";
import type { CallExpression, Node } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import {
  holesOf,
  isNullable,
  itemsOf,
  itemTypeOf,
  leftOf,
  maxItemsOf,
  orderOf,
  present,
  undefinable,
} from "../../types/value-types.ts";
import { visitCondition, visitExpression } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";
import { visitNarrowed } from "../visit-narrowed.ts";
import { literalOf } from "../visitors/literal.ts";
import { readCallback, requireItems } from "./callback.ts";

/** `array.find(condition)`: the first of those that a filter keeps, which is undefined where it keeps none */
export function callFind(call: CallExpression, array: Expression, context: VisitContext): Expression {
  requireOrder(call, array);
  const { local, body } = readCallback(call, array, context, visitCondition);
  const origin = originOf(call, context);
  const kept: Expression = { kind: "filter", array, local, body, type: leftOf(array.type), origin };
  const type = undefinable(requireItems(call, array));
  return { kind: "entry", record: kept, key: literalOf(0, call, context), type, origin };
}

/** `array.findIndex(condition)` */
export function callFindIndex(call: CallExpression, array: Expression, context: VisitContext): Expression {
  requireOrder(call, array);
  const { local, body } = readCallback(call, array, context, visitCondition);
  const shape: Shape = { kind: "number", integer: true, min: -1, max: maxItemsOf(array.type) };
  return { kind: "find-index", array, local, body, type: present(shape), origin: originOf(call, context) };
}

/** `array.at(index)`, of a literal index */
export function callAt(call: CallExpression, array: Expression, context: VisitContext): Expression {
  requireOrder(call, array);
  const type = undefinable(requireItems(call, array));
  const [index, ...rest] = readPlaces(call, context);
  if (index === undefined || rest.length > 0)
    return refuse(call, "FG2012", "at() takes one literal index here");
  const origin = originOf(call, context);
  if (index < 0) return { kind: "at", array, index, type, origin };
  return { kind: "entry", record: array, key: literalOf(index, call, context), type, origin };
}

/** `array.slice(start, end)`, of literal places */
export function callSlice(call: CallExpression, array: Expression, context: VisitContext): Expression {
  requireItems(call, array);
  const [start = 0, end, ...rest] = readPlaces(call, context);
  if (rest.length > 0) return refuse(call, "FG2012", "slice() takes two literal places here");
  return slice(array, start, end, call, context);
}

/** A part of an array, with the most items that it can have. */
export function slice(
  array: Expression,
  start: number,
  end: number | undefined,
  node: Node,
  context: VisitContext,
): SliceNode {
  requireOrder(node, array);
  const items = itemsOf(array.type) ?? { kind: "unknown" as const };
  const max = mostOf(maxItemsOf(array.type), start, end);
  const type = present({ kind: "array", items, max, ...holesOf(itemTypeOf(array.type)) });
  const places = end === undefined ? { start } : { start, end };
  return { kind: "slice", array, ...places, type, origin: originOf(node, context) };
}

/** The most items of a part of an array that has at most so many. */
function mostOf(max: number, start: number, end: number | undefined): number {
  const last = end === undefined ? max : Math.min(max, end < 0 ? max + end : end);
  if (start >= 0) return Math.max(0, last - start);
  // of a short array, a part that begins near the end can begin at its first item
  return Math.max(0, Math.min(last, end !== undefined && end < 0 ? end - start : -start));
}

/** `array.flatMap(list)`, of a callback that always gives a list */
export function callFlatMap(call: CallExpression, array: Expression, context: VisitContext): Expression {
  const { local, body } = readCallback(call, array, context, visitNarrowed);
  const items = itemsOf(body.type);
  const fix = "use map(), or give a list: item.kind === undefined ? [] : [item.kind]";
  if (items === undefined) return refuse(call, "FG2012", "flatMap() is given a list for each item here", fix);
  if (isNullable(body.type)) {
    const text = "a list may be missing here, and would be one of the items";
    return refuse(call, "FG2012", text, "give an empty one in its place: item.tags ?? []");
  }
  const max = maxItemsOf(array.type) * maxItemsOf(body.type);
  const shape: Shape = {
    kind: "array",
    items,
    max,
    ...holesOf(itemTypeOf(body.type)),
    ...orderOf(array.type, body.type),
  };
  return { kind: "flat-map", array, local, body, type: present(shape), origin: originOf(call, context) };
}

/** Refuses to ask for a place in what has no order: the keys of a record come in another one in each engine. */
export function requireOrder(node: Node, array: Expression, text?: string, fix?: string): void {
  if (orderOf(array.type).unordered === true) refuse(node, "FG2031", text, fix);
}

/** Literal whole numbers, negative zero as zero. */
function readPlaces(call: CallExpression, context: VisitContext): readonly number[] {
  return call.getArguments().map((argument) => {
    const place = visitExpression(argument, context);
    return isWhole(place)
      ? Number(place.value) + 0
      : refuse(argument, "FG2018", "a place is a literal whole number here");
  });
}

function isWhole(node: Expression): node is LiteralNode {
  return node.kind === "literal" && Number.isInteger(node.value);
}

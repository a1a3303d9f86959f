import { membersOf, type ValueType } from "@forego/ir";
import type { Node } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import {
  type Interval,
  intervalOf,
  intervalOfArithmetic,
  isExact,
  isInteger,
  numberType,
} from "./intervals.ts";
import { isAlways, itemTypeOf, maxItemsOf } from "./value-types.ts";

/** The type of a sum. Refuses one that could leave what JavaScript holds exactly, at whatever item. */
export function sumType(initial: ValueType, array: ValueType, node: Node): ValueType {
  const start = wholeNumbers(initial);
  const each = wholeNumbers(itemTypeOf(array) ?? initial);
  if (start === undefined || each === undefined) return refuse(node, "FG2033");
  // there may be fewer items than the most: each of them adds something or nothing
  const added = { min: Math.min(0, each.min), max: Math.max(0, each.max) };
  const count = maxItemsOf(array);
  const all = intervalOfArithmetic("*", added, { min: count, max: count });
  const interval = intervalOfArithmetic("+", start, all);
  if (isExact(interval)) return numberType(interval, true);
  const bounds = `each from ${each.min} to ${each.max}`;
  const message = `a sum of ${count} of these, ${bounds}, can leave what a number holds exactly`;
  return refuse(node, "FG2033", message);
}

/** The interval of what is always a whole number, where it is there at all. */
function wholeNumbers(type: ValueType): Interval | undefined {
  // an empty list has no items
  if (membersOf(type.shape).length === 0) return { min: 0, max: 0 };
  return isAlways(type, "number") && isInteger(type) ? intervalOf(type) : undefined;
}

import { membersOf, type Shape, type ValueType } from "@forego/ir";
import type { Node } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import { isNullable, itemTypeOf, maxItemsOf, present } from "./value-types.ts";

/** The bounds of a whole number. */
interface Range {
  readonly min: number;
  readonly max: number;
}

/** The type of a sum. Refuses one that could leave what JavaScript holds exactly, at whatever item. */
export function sumType(initial: ValueType, array: ValueType, node: Node): ValueType {
  const start = rangeOf(initial);
  const each = rangeOf(itemTypeOf(array) ?? initial);
  if (start === undefined || each === undefined) return refuse(node, "FG2033");
  const count = maxItemsOf(array);
  const min = start.min + Math.min(0, each.min) * count;
  const max = start.max + Math.max(0, each.max) * count;
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max))
    return refuse(node, "FG2033", `a sum of ${count} of these can leave what a number holds exactly`);
  return present({ kind: "number", integer: true, min, max });
}

/** The bounds of what is always a whole number; `undefined` where it has none, or can be something else. */
function rangeOf(type: ValueType): Range | undefined {
  if (isNullable(type)) return undefined;
  const ranges = membersOf(type.shape).map(memberRange);
  const known = ranges.filter((range) => range !== undefined);
  if (known.length < ranges.length) return undefined;
  const [mins, maxes] = [known.map(({ min }) => min), known.map(({ max }) => max)];
  return known.length === 0 ? { min: 0, max: 0 } : { min: Math.min(...mins), max: Math.max(...maxes) };
}

function memberRange(shape: Shape): Range | undefined {
  if (shape.kind === "literal")
    return typeof shape.value === "number" && Number.isInteger(shape.value)
      ? { min: shape.value, max: shape.value }
      : undefined;
  if (shape.kind !== "number" || !shape.integer) return undefined;
  const min = shape.min ?? shape.above;
  const max = shape.max ?? shape.below;
  return min === undefined || max === undefined ? undefined : { min, max };
}

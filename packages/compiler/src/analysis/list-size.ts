import { defaultMaxEntries, type Expression, membersOf } from "@forego/ir";
import { isAlways, itemTypeOf } from "../types/value-types.ts";

/** Lists up to here are searched as they are: a set of them would cost more than it saves. */
const few = 16;

/** The most entries of a list, or of a record. */
export function mostEntries({ type }: Expression): number {
  const bounds = membersOf(type.shape).map((shape) => {
    if (shape.kind === "array" || shape.kind === "record") return shape.max;
    return shape.kind === "unknown" ? defaultMaxEntries : 0;
  });
  return Math.max(0, ...bounds);
}

/** Whether a list can be so long that looking at each of its entries counts. */
export function isLong(list: Expression): boolean {
  return mostEntries(list) > few;
}

/**
 * Whether a list that is searched in a loop becomes a set before it. Of texts only: OPA finds a number in a list however
 * it is spelt, `100` or `1e2`, and in a set not always.
 */
export function becomesSet(list: Expression): boolean {
  const items = itemTypeOf(list.type);
  return isLong(list) && items !== undefined && isAlways(items, "string");
}

import { itemsOf } from "../evaluate/items-of.ts";

/** Whether two lists have an entry in common. */
export function intersects(list: unknown, other: unknown): boolean {
  return intersection(list, other).length > 0;
}

/** Whether another list has every entry of a list. */
export function isSubset(list: unknown, other: unknown): boolean {
  return difference(list, other).length === 0;
}

/** The entries of a list that another list has, too. */
export function intersection(list: unknown, other: unknown): readonly unknown[] {
  const found = new Set(itemsOf(other));
  return itemsOf(list).filter((entry) => found.has(entry));
}

/** The entries of a list that another list has not. */
export function difference(list: unknown, other: unknown): readonly unknown[] {
  const found = new Set(itemsOf(other));
  return itemsOf(list).filter((entry) => !found.has(entry));
}

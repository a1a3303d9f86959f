/** The lists that an evaluation has searched, and the sets of those that it searched again. */
export type SearchedLists = WeakMap<readonly unknown[], ReadonlySet<unknown> | undefined>;

/** Lists up to here are searched as they are. */
const few = 16;

/**
 * `list.includes(value)`. A list that is searched again becomes a set, which says the same: for both, NaN is NaN.
 *
 * @param searched is of one evaluation, in which no list changes.
 */
export function includesValue(list: readonly unknown[], value: unknown, searched?: SearchedLists): boolean {
  if (searched === undefined || list.length <= few) return list.includes(value);
  const members = searched.get(list) ?? (searched.has(list) ? new Set(list) : undefined);
  searched.set(list, members);
  return members?.has(value) ?? list.includes(value);
}

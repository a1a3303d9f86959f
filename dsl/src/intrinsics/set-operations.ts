/**
 * Whether two lists have an entry in common. Entries are compared as `includes` does, so policies have lists of texts,
 * numbers and booleans here, and not of objects; an empty list has none in common with any. The opposite of
 * `Set.prototype.isDisjointFrom`.
 */
export function intersects<T>(list: readonly T[], other: readonly T[]): boolean {
  const found = new Set(other);
  return list.some((entry) => found.has(entry));
}

/**
 * Whether `other` has every entry of `list`, as `Set.prototype.isSubsetOf`: how often does not matter, and an empty
 * list is a subset of any.
 */
export function isSubset<T>(list: readonly T[], other: readonly T[]): boolean {
  const found = new Set(other);
  return list.every((entry) => found.has(entry));
}

/** The entries of `list` that `other` has, too: in their order in `list`, and as often as they stand there. */
export function intersection<T>(list: readonly T[], other: readonly T[]): T[] {
  const found = new Set(other);
  return list.filter((entry) => found.has(entry));
}

/** The entries of `list` that `other` has not: in their order in `list`, and as often as they stand there. */
export function difference<T>(list: readonly T[], other: readonly T[]): T[] {
  const found = new Set(other);
  return list.filter((entry) => !found.has(entry));
}

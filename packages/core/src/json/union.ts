/** Two lists of texts as one, sorted, each text once. */
export function union(some: readonly string[], others: readonly string[]): readonly string[] {
  return [...new Set([...some, ...others])].sort();
}

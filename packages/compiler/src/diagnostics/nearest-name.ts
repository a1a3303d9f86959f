/** The name that somebody probably meant, who mistyped: the nearest of some, where at most a third of it differs. */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  const near = names.map((name) => ({ name, edits: editsBetween(written, name) }));
  const [nearest] = near.toSorted((one, other) => one.edits - other.edits);
  return nearest !== undefined && nearest.edits * 3 <= written.length ? nearest.name : undefined;
}

/** How many characters have to be put in, taken out or replaced to make one text of another. */
function editsBetween(one: string, other: string): number {
  const first = Array.from({ length: other.length + 1 }, (_, index) => index);
  const last = [...one].reduce((row, character, index) => {
    const next = [index + 1];
    for (let at = 1; at < row.length; at++) {
      const isSame = other[at - 1] === character;
      next.push(Math.min((row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1, (row[at - 1] ?? 0) + (isSame ? 0 : 1)));
    }
    return next;
  }, first);
  return last.at(-1) ?? 0;
}

/**
 * A number is often written in groups, and others may stand beside it. These are all the numbers that groups next to
 * each other make together, from each group on, of `min` to `max` characters.
 */
export function* joinedGroups(text: string, min: number, max: number): Generator<string> {
  const groups = text.split(/[ -]/);
  for (let first = 0; first < groups.length; first++) {
    let joined = "";
    for (let last = first; last < groups.length && joined.length <= max; last++) {
      joined += groups[last];
      if (joined.length >= min && joined.length <= max) yield joined;
    }
  }
}

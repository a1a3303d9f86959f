import type { IrRelease } from "../ir-release.ts";
import type { Decide, Decided } from "./decide-edited.ts";
import { addEdit, applyEdits, type Edit, editKey } from "./edit.ts";
import { proposeChanges } from "./propose-changes.ts";

/** How far is searched. */
export interface SearchBounds {
  /** The most single changes that are put together. */
  readonly maxEdits: number;
  /** The most often that an input is decided. */
  readonly maxEvaluations: number;
}

/** Some changes, and what the input with them comes to. */
interface Tried {
  readonly edits: readonly Edit[];
  readonly decided: Decided;
}

/**
 * Few changes after which an input is allowed: deciding again has shown it of them, and of no part of them that it
 * would be enough. `undefined` where none were found within the bounds. The same input always gets the same answer.
 */
export function smallestChange(
  release: IrRelease,
  input: unknown,
  decide: Decide,
  { maxEdits, maxEvaluations }: SearchBounds,
): readonly Edit[] | undefined {
  const first = decide(input);
  if (first.allows) return undefined;
  // what is kept back is enough to try all parts of what is found
  let left = maxEvaluations - 2 ** maxEdits;
  const known = new Set<string>();
  const open: Tried[] = [{ edits: [], decided: first }];
  for (let tried = takeNearest(open); tried !== undefined; tried = takeNearest(open)) {
    for (const edits of extend(tried, proposeChanges(release, tried.decided))) {
      if (edits.length > maxEdits) continue;
      const key = edits.map(editKey).sort().join("\n");
      if (known.has(key)) continue;
      known.add(key);
      if (left-- <= 0) return undefined;
      const decided = decide(applyEdits(input, edits));
      if (decided.allows) return smallestPart(edits, input, decide);
      open.push({ edits, decided });
    }
  }
  return undefined;
}

/** Takes out what has the fewest changes, made and still needed; of those alike, the first. */
function takeNearest(open: Tried[]): Tried | undefined {
  const distance = ({ edits, decided }: Tried) => edits.length + decided.obstacles;
  const nearest = open.reduce<number>(
    (best, one, at) => (distance(one) < distance(open[best] ?? one) ? at : best),
    0,
  );
  return open.splice(nearest, 1)[0];
}

/** One change more, in every way that is proposed. */
function extend({ edits }: Tried, proposed: readonly Edit[]): readonly (readonly Edit[])[] {
  return inOrder(proposed).flatMap((edit) => {
    const extended = addEdit(edits, edit);
    return extended === undefined ? [] : [extended];
  });
}

/** What the caller writes is changed first, then what it is or what is known, and last what the host says of the call. */
function inOrder(edits: readonly Edit[]): readonly Edit[] {
  return [...edits].sort((one, other) => rank(one) - rank(other));
}

function rank(edit: Edit): number {
  if (edit.kind === "grant") return 1;
  const [root, field] = edit.place;
  if (root !== "action") return 2;
  return field === "args" ? 0 : 3;
}

/** The smallest part of some changes that is enough; of those of one size, the first. */
function smallestPart(edits: readonly Edit[], input: unknown, decide: Decide): readonly Edit[] {
  const parts = Array.from({ length: 2 ** edits.length }, (_, bits) =>
    edits.filter((_one, index) => (bits >> index) % 2 === 1),
  );
  const bySize = parts.sort((one, other) => one.length - other.length);
  return bySize.find((part) => decide(applyEdits(input, part)).allows) ?? edits;
}

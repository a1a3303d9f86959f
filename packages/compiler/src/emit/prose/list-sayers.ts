import type { Expression, ListExpression } from "@forego/ir";
import { inline } from "./clause.ts";
import { nameOfEntry, type Sayer, type Speech, sayCondition, sayValue, withEntry } from "./say.ts";

type ListNodeOf<TKind> = ListExpression extends infer TNode
  ? TNode extends { readonly kind: infer TKinds }
    ? TKind extends TKinds
      ? TNode
      : never
    : never
  : never;

/** How lists are said that a policy makes, and what it takes out of them. */
export const listSayers = {
  array: {
    value: ({ parts }, speech) => {
      const said = parts.map(({ isSpread, value }) =>
        isSpread ? `all of ${sayValue(value, speech)}` : sayMember(value, speech),
      );
      return said.length === 0 ? "nothing" : `(${said.join(", ")})`;
    },
  },
  table: {
    value: ({ entries }, speech) =>
      `(${entries.map(({ name, value }) => `${name}: ${sayMember(value, speech)}`).join(", ")})`,
  },
  at: {
    value: ({ array, index }, speech) =>
      index === -1
        ? `the last entry of ${sayValue(array, speech)}`
        : `the ${ordinal(-index)} entry from the end of ${sayValue(array, speech)}`,
  },
  slice: {
    value: ({ array, start, end }, speech) => `(${sayStretch(start, end)} of ${sayValue(array, speech)})`,
  },
  "find-index": {
    value: (node, speech) => `(the place of the first ${saySearched(node, speech)})`,
  },
  "flat-map": {
    value: ({ array, local, body }, speech) =>
      `(all of ${sayValue(body, withEntry(local, speech))}, for every ${nameOfEntry(local, speech)} of ${sayValue(array, speech)})`,
  },
  until: {
    value: (node, speech) => `(the entries up to the first ${saySearched(node, speech)})`,
  },
  sum: {
    value: ({ initial, array }, speech) => {
      const isZero = initial.kind === "literal" && initial.value === 0;
      return `(${isZero ? "" : `${sayValue(initial, speech)} plus `}the sum of ${sayValue(array, speech)})`;
    },
  },
  keys: { value: ({ record }, speech) => `the keys of ${sayValue(record, speech)}` },
  values: { value: ({ record }, speech) => `the entries of ${sayValue(record, speech)}` },
} as const satisfies { readonly [TKind in ListExpression["kind"]]: Sayer<ListNodeOf<TKind>> };

/** A list within a list, or within a table, is told apart from what stands beside it. */
function sayMember(value: Expression, speech: Speech): string {
  const said = sayValue(value, speech);
  return value.kind === "list" && value.items.length > 0 ? `(${said})` : said;
}

/** Entries of a list for which something holds, without the word for how many of them. */
export function saySearched({ array, local, body }: Searched, speech: Speech): string {
  const condition = inline(sayCondition(body, true, withEntry(local, speech)));
  return `${nameOfEntry(local, speech)} of ${sayValue(array, speech)} where ${condition}`;
}

type Searched = Pick<ListNodeOf<"find-index">, "array" | "local" | "body">;

/** The entry at a place of a list. Places count from 0, and people from the first. */
export function sayEntryAt(list: Expression, place: Expression, speech: Speech): string {
  const index = place.kind === "literal" ? place.value : undefined;
  if (index === 0 && list.kind === "filter") return `(the first ${saySearched(list, speech)})`;
  return Number.isInteger(index)
    ? `the ${ordinal(Number(index) + 1)} entry of ${sayValue(list, speech)}`
    : `the entry at ${sayValue(place, speech)}, counted from 0, of ${sayValue(list, speech)}`;
}

function sayStretch(start: number, end: number | undefined): string {
  if (end !== undefined)
    return start === 0 && end > 0
      ? `the first ${end} entries`
      : `the entries from ${start} to before ${end}, counted from 0,`;
  return start < 0 ? `the last ${-start} entries` : `the entries from the ${ordinal(start + 1)} on`;
}

const ordinals = ["first", "second", "third", "fourth", "fifth", "sixth"];

function ordinal(place: number): string {
  return ordinals[place - 1] ?? `${place}th`;
}

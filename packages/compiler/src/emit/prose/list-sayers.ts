import type { Expression, ListExpression } from "@forego/ir";
import { inline } from "./clause.ts";
import { type Sayer, type Speech, sayCondition, sayValue, withEntry } from "./say.ts";

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
        : `the entry at ${index} from the end of ${sayValue(array, speech)}`,
  },
  slice: {
    value: ({ array, start, end }, speech) => {
      const to = end === undefined ? "to the end" : `to before ${end}`;
      return `(the entries from ${start} ${to} of ${sayValue(array, speech)})`;
    },
  },
  "find-index": {
    value: (node, speech) => `the place of the first ${searched(node, speech)}`,
  },
  "flat-map": {
    value: ({ array, local, body }, speech) =>
      `(all of ${sayValue(body, withEntry(local, speech))}, for every ${local} of ${sayValue(array, speech)})`,
  },
  until: {
    value: (node, speech) => `(the entries up to the first ${searched(node, speech)})`,
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

function searched({ array, local, body }: ListNodeOf<"find-index" | "until">, speech: Speech): string {
  const condition = inline(sayCondition(body, true, withEntry(local, speech)));
  return `${local} of ${sayValue(array, speech)} where ${condition}`;
}

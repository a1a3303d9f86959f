import type { Expression, ValueType } from "@forego/ir";
import {
  booleanType,
  holesOf,
  itemTypeOf,
  maxItemsOf,
  orderOf,
  present,
  undefinedType,
} from "../types/value-types.ts";
import { requireValues } from "./argument-checks.ts";
import type { Intrinsic } from "./intrinsic.ts";

export const intersects: Intrinsic = {
  arguments: [requireValues, requireValues],
  type: booleanType,
  rego: {
    kind: "condition",
    name: "intersects",
    needs: ["members"],
    text: `# Whether two lists have an entry in common.
intersects(list, other) if count(members(list) & members(other)) > 0`,
  },
};

export const isSubset: Intrinsic = {
  arguments: [requireValues, requireValues],
  type: booleanType,
  rego: {
    kind: "condition",
    name: "is_subset",
    needs: ["members"],
    text: `# Whether another list has every entry of a list.
is_subset(list, other) if count(members(list) - members(other)) == 0`,
  },
};

export const intersection: Intrinsic = {
  arguments: [requireValues, requireValues],
  type: partOfFirst,
  rego: {
    kind: "function",
    name: "shared_entries",
    text: `# The entries of a list that another list has, too.
shared_entries(list, other) := [entry |
	found := {entry: true | some entry in other}
	some entry in list
	found[entry]
]`,
  },
};

export const difference: Intrinsic = {
  arguments: [requireValues, requireValues],
  type: partOfFirst,
  rego: {
    kind: "function",
    name: "other_entries",
    text: `# The entries of a list that another list has not.
other_entries(list, other) := [entry |
	found := {entry: true | some entry in other}
	some entry in list
	not found[entry]
]`,
  },
};

/** A list of some entries of the first one, in the order in which they stand there. */
function partOfFirst([list]: readonly Expression[]): ValueType {
  const type = list?.type ?? undefinedType;
  const items = itemTypeOf(type) ?? undefinedType;
  const marks = { ...holesOf(items), ...orderOf(type) };
  return present({ kind: "array", items: items.shape, max: maxItemsOf(type), ...marks });
}

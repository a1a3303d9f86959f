import type { ListExpression } from "../list-nodes.ts";
import type { Expression } from "../nodes.ts";
import { isRecord } from "../own-property.ts";
import { itemsOf } from "./items-of.ts";

/** Evaluates an expression; where it is the body of a callback, with the item that its local stands for. */
type Evaluate = (node: Expression, item?: { readonly local: string; readonly value: unknown }) => unknown;

/** Evaluates what makes lists, or takes something out of them. What is no list has no items. */
export function evaluateList(node: ListExpression, evaluate: Evaluate): unknown {
  switch (node.kind) {
    case "array":
      return node.parts.flatMap(({ isSpread, value }) =>
        isSpread ? itemsOf(evaluate(value)) : [evaluate(value)],
      );
    case "table":
      return Object.fromEntries(node.entries.map(({ name, value }) => [name, evaluate(value)]));
    case "at":
      return itemsOf(evaluate(node.array)).at(node.index);
    case "slice":
      return itemsOf(evaluate(node.array)).slice(node.start, node.end);
    case "find-index":
      return findIndex(node, evaluate);
    case "flat-map":
      return itemsOf(evaluate(node.array)).flatMap((value) =>
        itemsOf(evaluate(node.body, { local: node.local, value })),
      );
    case "until": {
      const last = findIndex(node, evaluate);
      const items = itemsOf(evaluate(node.array));
      return last < 0 ? items : items.slice(0, last + 1);
    }
    case "sum": {
      const numbers = [evaluate(node.initial), ...itemsOf(evaluate(node.array))];
      return numbers.reduce<number>((sum, value) => sum + (typeof value === "number" ? value : 0), 0);
    }
    case "keys":
      return Object.keys(recordOf(evaluate(node.record)));
    case "values":
      return Object.values(recordOf(evaluate(node.record)));
  }
}

function findIndex(
  { array, local, body }: Extract<ListExpression, { kind: "find-index" | "until" }>,
  evaluate: Evaluate,
): number {
  return itemsOf(evaluate(array)).findIndex((value) => evaluate(body, { local, value }) === true);
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

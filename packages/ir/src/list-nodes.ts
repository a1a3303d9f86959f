import type { Expression, Local, NodeBase } from "./nodes.ts";

/** `[a, ...list]`: items, and lists whose items stand in its place. */
export interface ArrayNode extends NodeBase {
  readonly kind: "array";
  readonly parts: readonly ArrayPart[];
}

export interface ArrayPart {
  readonly isSpread: boolean;
  readonly value: Expression;
}

/** An object of constants, as a policy's module writes it. Pairs, so that no name of an entry is taken for a node's own. */
export interface TableNode extends NodeBase {
  readonly kind: "table";
  readonly entries: readonly { readonly name: string; readonly value: Expression }[];
}

/** `array.at(index)`, from the end: the index is below zero. */
export interface AtNode extends NodeBase {
  readonly kind: "at";
  readonly array: Expression;
  readonly index: number;
}

/** `array.slice(start, end)` */
export interface SliceNode extends NodeBase {
  readonly kind: "slice";
  readonly array: Expression;
  readonly start: number;
  readonly end?: number;
}

/** `array.findIndex(local => body)` */
export interface FindIndexNode extends NodeBase {
  readonly kind: "find-index";
  readonly array: Expression;
  readonly local: Local;
  readonly body: Expression;
}

/** `array.flatMap(local => body)`, where the body is a list */
export interface FlatMapNode extends NodeBase {
  readonly kind: "flat-map";
  readonly array: Expression;
  readonly local: Local;
  readonly body: Expression;
}

/** The items of a list up to the first for which the body is true, and that one: what a loop that ends there has seen. */
export interface UntilNode extends NodeBase {
  readonly kind: "until";
  readonly array: Expression;
  readonly local: Local;
  readonly body: Expression;
}

/** The sum of a number and all items of a list: whole numbers, of which no partial sum leaves what JavaScript holds exactly. */
export interface SumNode extends NodeBase {
  readonly kind: "sum";
  readonly initial: Expression;
  readonly array: Expression;
}

/** `Object.keys(record)` or `Object.values(record)`, in no order */
export interface RecordListNode extends NodeBase {
  readonly kind: "keys" | "values";
  readonly record: Expression;
}

/** Expressions that make lists, or take something out of them. */
export type ListExpression =
  | ArrayNode
  | TableNode
  | AtNode
  | SliceNode
  | FindIndexNode
  | FlatMapNode
  | UntilNode
  | SumNode
  | RecordListNode;

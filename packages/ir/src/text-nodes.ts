import type { Expression, NodeBase } from "./nodes.ts";

export type TextTest = "startsWith" | "endsWith" | "includes";

/** `text.startsWith(part)` and its like. */
export interface TextTestNode extends NodeBase {
  readonly kind: "text-test";
  readonly test: TextTest;
  readonly text: Expression;
  readonly part: Expression;
}

/** A template, or a `+` of texts: the parts as JavaScript prints them. They are texts and whole numbers. */
export interface ConcatNode extends NodeBase {
  readonly kind: "concat";
  readonly parts: readonly Expression[];
}

/** `text.split(separator)`; the separator is not empty. */
export interface SplitNode extends NodeBase {
  readonly kind: "split";
  readonly text: Expression;
  readonly separator: string;
}

export type TextChange = "trim" | "toLowerCase";

/** `text.trim()` and its like. */
export interface TextChangeNode extends NodeBase {
  readonly kind: "text-change";
  readonly change: TextChange;
  readonly text: Expression;
}

/** `/source/flags.test(text)`, where nothing simpler tells the same. */
export interface PatternTestNode extends NodeBase {
  readonly kind: "pattern-test";
  readonly text: Expression;
  readonly source: string;
  readonly flags: string;
  /** The same pattern as RE2 reads it. */
  readonly re2: string;
}

/** Whether all characters of a text are among some, and how many there may be: in code points. */
export interface MadeOfNode extends NodeBase {
  readonly kind: "made-of";
  readonly text: Expression;
  readonly characters: string;
  readonly min: number;
  readonly max?: number;
}

/** What is asked of texts, and made of them. */
export type TextExpression =
  | TextTestNode
  | ConcatNode
  | SplitNode
  | TextChangeNode
  | PatternTestNode
  | MadeOfNode;

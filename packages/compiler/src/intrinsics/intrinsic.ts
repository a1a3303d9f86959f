import type { Expression, ValueType } from "@forego/ir";
import type { Node } from "ts-morph";

/** Refuses an argument that does not fit. */
export type ArgumentCheck = (node: Node, value: Expression) => void;

/** A function of the DSL that means the same everywhere, as the compiler knows it; the IR has its evaluator. */
export interface Intrinsic {
  /** One for each argument. */
  readonly arguments: readonly ArgumentCheck[];
  /** What it gives; told of its arguments, where that depends on them. */
  readonly type: ValueType | ((values: readonly Expression[]) => ValueType);
  /** What a call takes at most, in steps of about 50 ns, beside what its lists do. Defaults to one. */
  readonly steps?: number;
  readonly rego: PreludeBody | TimeOrder;
}

/** A function of the prelude, with what it calls of the prelude itself. A `condition` holds or not, and has no value. */
export interface PreludeBody {
  readonly kind: "function" | "condition";
  readonly name: string;
  readonly text: string;
  readonly needs?: readonly string[];
  /** What is handed to it in place of a literal, by the argument's place. */
  readonly literals?: Readonly<Record<number, (text: string) => number>>;
}

/** A comparison of times that are brought to one form, and the opposite one. */
export interface TimeOrder {
  readonly kind: "time-order";
  readonly sign: "<" | ">";
  readonly opposite: ">=" | "<=";
}

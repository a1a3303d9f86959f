import type { IntrinsicName } from "./intrinsics/index.ts";
import type { ListExpression } from "./list-nodes.ts";
import type { Shape } from "./shape.ts";
import type { TextExpression } from "./text-nodes.ts";

/** A stretch of a TypeScript source file. Lines and columns count from 1; `end` is the column after the last character. */
export interface Origin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** What an expression can be: the values of a shape, and `undefined` where that is possible. */
export interface ValueType {
  readonly shape: Shape;
  readonly undefinable: boolean;
}

/** What every node has. */
export interface NodeBase {
  readonly type: ValueType;
  readonly origin: Origin;
}

/** A variable that one expression binds; the name is unique within its rule or function. */
export type Local = string;

export interface LiteralNode extends NodeBase {
  readonly kind: "literal";
  readonly value: string | number | boolean | null;
}

/** A list of literals, as a policy writes it for `includes`. */
export interface ListNode extends NodeBase {
  readonly kind: "list";
  readonly items: readonly LiteralNode[];
}

export interface UndefinedNode extends NodeBase {
  readonly kind: "undefined";
}

/**
 * A path into the input, the policy's data, or what the policies of the release derive. All of it is there, but for the
 * last step of an `optional` one.
 */
export interface ReadNode extends NodeBase {
  readonly kind: "read";
  readonly document: "input" | "data" | "derived";
  readonly path: readonly string[];
  readonly optional: boolean;
}

export interface LocalNode extends NodeBase {
  readonly kind: "local";
  readonly local: Local;
}

/** `object.name`, where the object is not a path. An object that is not there has no properties. */
export interface PropertyNode extends NodeBase {
  readonly kind: "property";
  readonly object: Expression;
  readonly name: string;
  /** Whether the property may be absent of an object that is there. */
  readonly optional: boolean;
}

/** `record[key]` or `array[index]` */
export interface EntryNode extends NodeBase {
  readonly kind: "entry";
  readonly record: Expression;
  readonly key: Expression;
}

/** `key in record` */
export interface HasKeyNode extends NodeBase {
  readonly kind: "has-key";
  readonly record: Expression;
  readonly key: Expression;
}

export interface NotNode extends NodeBase {
  readonly kind: "not";
  readonly operand: Expression;
}

export interface LogicalNode extends NodeBase {
  readonly kind: "and" | "or";
  readonly left: Expression;
  readonly right: Expression;
}

export interface ConditionalNode extends NodeBase {
  readonly kind: "conditional";
  readonly test: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
  /** Whether the tests around it say that `test` holds: `whenFalse` stands where that is not so, and is never told. */
  readonly assumed?: true;
}

/** `left ?? right` */
export interface CoalesceNode extends NodeBase {
  readonly kind: "coalesce";
  readonly left: Expression;
  readonly right: Expression;
  /** Whether the tests around it say that `left` is there: `right` stands where that is not so, and is never told. */
  readonly assumed?: true;
}

/** `base?.…`: `undefined` when the base is null or undefined, else `rest` with the base bound to `local`. */
export interface ChainNode extends NodeBase {
  readonly kind: "chain";
  readonly base: Expression;
  readonly local: Local;
  readonly rest: Expression;
}

export type ComparisonOperator = "===" | "!==" | "<" | "<=" | ">" | ">=";

/** A comparison of primitives: of equals for `===` and `!==`, of numbers, or of texts one of which is ASCII, for the others. */
export interface CompareNode extends NodeBase {
  readonly kind: "compare";
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** `operand == null` */
export interface NullishNode extends NodeBase {
  readonly kind: "nullish";
  readonly operand: Expression;
}

/** `typeof operand` */
export interface TypeOfNode extends NodeBase {
  readonly kind: "type-of";
  readonly operand: Expression;
}

/** `.length` of an array or, in UTF-16 units, of a string. */
export interface LengthNode extends NodeBase {
  readonly kind: "length";
  readonly operand: Expression;
}

/** `array.includes(value)` */
export interface IncludesNode extends NodeBase {
  readonly kind: "includes";
  readonly array: Expression;
  readonly value: Expression;
}

/** `array.some(local => body)` or `array.every(local => body)` */
export interface QuantifierNode extends NodeBase {
  readonly kind: "some" | "every";
  readonly array: Expression;
  readonly local: Local;
  readonly body: Expression;
}

/** `array.filter(local => body)` */
export interface FilterNode extends NodeBase {
  readonly kind: "filter";
  readonly array: Expression;
  readonly local: Local;
  readonly body: Expression;
}

/** `array.map(local => body)` */
export interface MapNode extends NodeBase {
  readonly kind: "map";
  readonly array: Expression;
  readonly local: Local;
  readonly body: Expression;
}

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";

/**
 * Arithmetic on whole numbers, none of which leaves what JavaScript holds exactly; the right side of `%` and `/` is a
 * positive literal. `/` stands only where a {@link MathNode} rounds it.
 */
export interface ArithmeticNode extends NodeBase {
  readonly kind: "arithmetic";
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export type MathFunction = "floor" | "ceil" | "trunc" | "round" | "abs" | "min" | "max";

/** `Math.floor(number)` and its like; `min` and `max` have two arguments or more, the others one. */
export interface MathNode extends NodeBase {
  readonly kind: "math";
  readonly name: MathFunction;
  readonly arguments: readonly Expression[];
}

/** A function of the DSL that means the same everywhere. */
export interface IntrinsicNode extends NodeBase {
  readonly kind: "intrinsic";
  readonly name: IntrinsicName;
  readonly arguments: readonly Expression[];
}

/** What hand-written Rego says. Only OPA can evaluate it: nothing here proves what it means. */
export interface RegoNode extends NodeBase {
  readonly kind: "rego";
  /** The rule that it is the condition of: `category.policy.rule`. */
  readonly rule: string;
  /** Path of the module's package below `data`. */
  readonly package: readonly string[];
  /** Digest of the module's text. */
  readonly digest: string;
  /** What it may read: its guard and its read set are made from these. */
  readonly reads: readonly Expression[];
}

/** `const local = value; body` */
export interface LetNode extends NodeBase {
  readonly kind: "let";
  readonly local: Local;
  readonly value: Expression;
  readonly body: Expression;
}

/** A call of one of the policy's helper functions. */
export interface CallNode extends NodeBase {
  readonly kind: "call";
  /** Id of an {@link IrFunction}. */
  readonly function: string;
  readonly arguments: readonly Expression[];
}

/** Every expression has a value for every input that its rule's guard lets through. */
export type Expression =
  | LiteralNode
  | ListNode
  | UndefinedNode
  | ReadNode
  | LocalNode
  | PropertyNode
  | EntryNode
  | HasKeyNode
  | NotNode
  | LogicalNode
  | ConditionalNode
  | CoalesceNode
  | ChainNode
  | CompareNode
  | NullishNode
  | TypeOfNode
  | LengthNode
  | IncludesNode
  | QuantifierNode
  | FilterNode
  | MapNode
  | ArithmeticNode
  | MathNode
  | IntrinsicNode
  | RegoNode
  | LetNode
  | CallNode
  | TextExpression
  | ListExpression;

/**
 * A helper function as one rule set calls it. Arguments that are paths or literals are substituted, so that what it
 * reads stays exact: the same function with another path is another `IrFunction`.
 */
export interface IrFunction {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly parameters: readonly Local[];
  readonly body: Expression;
  readonly origin: Origin;
}

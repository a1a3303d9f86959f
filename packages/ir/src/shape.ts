/** What a value of a document may be: read from zod schemas, checked by guards, and the type of every expression. */
export type Shape =
  | { readonly kind: "unknown" }
  | StringShape
  | NumberShape
  | BooleanShape
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | ArrayShape
  | ObjectShape
  | RecordShape
  | { readonly kind: "union"; readonly members: readonly Shape[] };

export interface StringShape {
  readonly kind: "string";
  /** Code points, as zod counts them. */
  readonly min?: number;
  readonly max?: number;
  readonly format?: TextFormat;
  /** Regular expressions that all match it. */
  readonly patterns?: readonly TextPattern[];
}

/**
 * A form of texts that guards know: a UTC time (`2025-09-12T13:45:00Z`, with or without a fraction of a second), an
 * e-mail address as zod knows it, or a URL in the strict form that every parser reads alike.
 */
export type TextFormat = "utc-time" | "email" | "url";

/** `/source/flags` of JavaScript. */
export interface TextPattern {
  readonly source: string;
  readonly flags: string;
  /** The same pattern as RE2 reads it; absent where plain functions of texts tell the same. */
  readonly re2?: string;
}

export interface BooleanShape {
  readonly kind: "boolean";
  /** Where undefined beside it is an answer of its own, and not just no: the policy says what it counts as. Never of a value of a document. */
  readonly unclear?: true;
}

export interface NumberShape {
  readonly kind: "number";
  readonly integer: boolean;
  readonly min?: number;
  readonly max?: number;
  /** As `min` and `max`, with the bound itself left out. */
  readonly above?: number;
  readonly below?: number;
}

export interface ArrayShape {
  readonly kind: "array";
  readonly items: Shape;
  readonly min?: number;
  /** Entries; what is longer is not read. */
  readonly max: number;
  /** What stands at its first places, which are all there: of a tuple, and of an array that is made where it stands. */
  readonly places?: readonly Shape[];
  /** A list that can hold undefined. Never of a value of a document, as `unordered`. */
  readonly holes?: true;
  /** A list of what has no order: of a record's keys or values. */
  readonly unordered?: true;
}

export interface ObjectShape {
  readonly kind: "object";
  readonly properties: Readonly<Record<string, Property>>;
}

export interface RecordShape {
  readonly kind: "record";
  readonly values: Shape;
  /** Entries; what is larger is not read. */
  readonly max: number;
}

export interface Property {
  readonly shape: Shape;
  readonly optional: boolean;
  /**
   * An optional field of the contract that the host fills when it can. Predicates read it as if it were always
   * there; where it is not, the rule is invalid. Only `?.`, `??` and a comparison with `undefined` ask whether it is.
   */
  readonly host?: true;
}

/** The most entries that an array or a record may have when its schema gives no maximum. */
export const defaultMaxEntries = 1000;

/** The members of a union, or the shape itself. */
export function membersOf(shape: Shape): readonly Shape[] {
  return shape.kind === "union" ? shape.members.flatMap(membersOf) : [shape];
}

/** A Rego term. Names of variables are already free of clashes. */
export type Term =
  | { readonly kind: "scalar"; readonly value: string | number | boolean | null }
  | { readonly kind: "variable"; readonly name: string }
  /** `head.a["b-c"][key]`: a document or a variable, and a path into it. */
  | { readonly kind: "reference"; readonly head: string; readonly path: readonly (string | Term)[] }
  | { readonly kind: "call"; readonly function: string; readonly arguments: readonly Term[] }
  | { readonly kind: "array"; readonly items: readonly Term[] }
  | { readonly kind: "set"; readonly items: readonly Term[] }
  /** `set[key]`, of a set that is bound to a variable or has a rule: in WASM, `key in set` looks at every entry */
  | { readonly kind: "lookup"; readonly set: Term; readonly key: Term }
  /** `left | right`, of sets */
  | { readonly kind: "union"; readonly sets: readonly Term[] }
  /** `left + right`, of numbers */
  | { readonly kind: "arithmetic"; readonly sign: ArithmeticSign; readonly left: Term; readonly right: Term }
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, Term])[] }
  /** `[head | body]` */
  | { readonly kind: "comprehension"; readonly head: Term; readonly body: Body };

export type ArithmeticSign = "+" | "-" | "*" | "/" | "%";

export type ComparisonSign = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in";

/** One line of a rule's body. */
export type Statement =
  | { readonly kind: "assign"; readonly variable: string; readonly value: Term }
  | { readonly kind: "compare"; readonly sign: ComparisonSign; readonly left: Term; readonly right: Term }
  /** `some key, item in collection` */
  | { readonly kind: "some"; readonly key?: string; readonly item: string; readonly collection: Term }
  | { readonly kind: "every"; readonly item: string; readonly collection: Term; readonly body: Body }
  /** A rule or function that is true. */
  | { readonly kind: "holds"; readonly term: Term }
  /** Never over anything but bound variables, scalars and rules without arguments. */
  | { readonly kind: "not"; readonly statement: Statement };

/** Statements that must all hold. */
export type Body = readonly Statement[];

/** A place in TypeScript, as a comment and a source map name it. */
export interface RegoOrigin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What a METADATA block says. */
export interface Metadata {
  readonly title?: string;
  readonly description?: string;
  readonly entrypoint?: boolean;
  readonly custom?: Readonly<Record<string, string>>;
}

interface RuleBase {
  readonly metadata?: Metadata;
  readonly origin?: RegoOrigin;
}

/** `name contains item if { ... }` */
export interface PartialRule extends RuleBase {
  readonly kind: "partial";
  readonly name: string;
  readonly item: Term;
  readonly body: Body;
}

/** `name[key] := value if { ... }` */
export interface EntryRule extends RuleBase {
  readonly kind: "entry";
  readonly name: string;
  readonly key: string;
  readonly value: Term;
  readonly body: Body;
}

/** `name(parameters) if { ... } else if { ... }`: true when any of the bodies holds. */
export interface PredicateRule extends RuleBase {
  readonly kind: "predicate";
  readonly name: string;
  readonly parameters: readonly string[];
  readonly bodies: readonly Body[];
}

/** `name(parameters) := value if { ... } else := value`: the first branch that holds. An empty body always does. */
export interface ValueRule extends RuleBase {
  readonly kind: "value";
  readonly name: string;
  readonly parameters: readonly string[];
  readonly branches: readonly { readonly value: Term; readonly body: Body }[];
}

export type Rule = PartialRule | EntryRule | PredicateRule | ValueRule;

/** A Rego module. */
export interface Module {
  readonly package: readonly string[];
  readonly metadata?: Metadata;
  readonly imports: readonly (readonly string[])[];
  readonly rules: readonly Rule[];
}

export const scalar = (value: string | number | boolean | null): Term => ({ kind: "scalar", value });
export const variable = (name: string): Term => ({ kind: "variable", name });
export const reference = (head: string, ...path: readonly (string | Term)[]): Term => ({
  kind: "reference",
  head,
  path,
});
export const call = (name: string, ...args: readonly Term[]): Term => ({
  kind: "call",
  function: name,
  arguments: args,
});
export const emptySet: Term = { kind: "set", items: [] };
export const assign = (name: string, value: Term): Statement => ({ kind: "assign", variable: name, value });
export const holds = (term: Term): Statement => ({ kind: "holds", term });
export const not = (statement: Statement): Statement => ({ kind: "not", statement });

/** `left sign right` */
export function compare(left: Term, sign: ComparisonSign, right: Term): Statement {
  return { kind: "compare", sign, left, right };
}

/** Asks OPA about the text of a Rego module: its syntax tree, or what is wrong with it. */
export type RegoParser = (text: string) => Promise<ParsedRego>;

/** What OPA said: the tree as `opa parse` prints it, with locations, or mistakes. */
export type ParsedRego =
  | { readonly ok: true; readonly module: unknown }
  | { readonly ok: false; readonly errors: readonly RegoError[] };

/** A mistake that OPA found. Lines and columns count from 1. */
export interface RegoError {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** Where a part of the tree stands; `text` is base64. */
export interface RegoLocation {
  readonly row: number;
  readonly col: number;
  readonly text?: string;
}

/** A value, a variable, a path, a call or a comprehension. */
export interface RegoTerm {
  readonly type: string;
  readonly value: unknown;
  readonly location?: RegoLocation;
}

export interface RegoHead {
  readonly ref?: readonly RegoTerm[];
  readonly args?: readonly RegoTerm[];
  readonly key?: RegoTerm;
  readonly value?: RegoTerm;
}

export interface RegoRule {
  readonly head: RegoHead;
  readonly body?: readonly RegoExpression[];
  readonly else?: RegoRule;
  readonly default?: boolean;
  readonly location?: RegoLocation;
}

/** A line of a body. */
export interface RegoExpression {
  readonly terms: unknown;
  readonly with?: readonly unknown[];
  readonly location?: RegoLocation;
}

export interface RegoTree {
  readonly package: { readonly path: readonly RegoTerm[]; readonly location?: RegoLocation };
  readonly imports?: readonly { readonly path: RegoTerm; readonly location?: RegoLocation }[];
  readonly rules?: readonly RegoRule[];
}

const scalars: ReadonlySet<string> = new Set(["null", "boolean", "number", "string"]);

/** Whether a term is a value that is written down. */
export function isScalar({ type }: RegoTerm): boolean {
  return scalars.has(type);
}

/** Whether a part of a tree is a term. */
export function isTerm(part: unknown): part is RegoTerm {
  return isObject(part) && typeof part.type === "string" && "value" in part;
}

/** The name of a variable; `undefined` for any other term. */
export function variableOf(term: RegoTerm | undefined): string | undefined {
  return term?.type === "var" ? String(term.value) : undefined;
}

/** The head of a path, and its steps; `undefined` for what is no path. */
export function pathOf({ type, value }: RegoTerm): readonly RegoTerm[] | undefined {
  return type === "ref" && Array.isArray(value) ? value : undefined;
}

/** The texts that a path goes on with, up to the first step that is none. */
export function textSteps(steps: readonly RegoTerm[]): readonly string[] {
  const end = steps.findIndex(({ type }) => type !== "string");
  return steps.slice(0, end === -1 ? steps.length : end).map(({ value }) => String(value));
}

/** The parts that a part of a tree is directly made of; `with` is refused where it stands, and not looked into. */
export function partsOf(part: unknown): readonly unknown[] {
  if (Array.isArray(part)) return part;
  if (!isObject(part)) return [];
  return Object.entries(part).flatMap(([name, inside]) => (described.has(name) ? [] : [inside]));
}

/** A part of a tree, and all that it is made of: the outer before the inner. */
export function allParts(part: unknown): readonly unknown[] {
  return [part, ...partsOf(part).flatMap(allParts)];
}

const described: ReadonlySet<string> = new Set(["location", "annotations", "with"]);

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

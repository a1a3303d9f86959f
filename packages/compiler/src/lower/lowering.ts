import type { Expression, IrFunction, Local, Origin, ValueType } from "@forego/ir";
import type { Surrounding } from "../analysis/known-outside.ts";
import type { Rule, Statement, Term } from "../rego/ast.ts";
import type { Names } from "../rego/names.ts";
import { isAlways, isNullable } from "../types/value-types.ts";

/** What a local stands for in Rego: a term, or a condition with a rule of its own. */
export type Lowered =
  | { readonly kind: "term"; readonly term: Term }
  | { readonly kind: "condition"; readonly holds: Term };

/** Where the rules stand that compute what is derived, by field: `forego.<category>.policies.<policy>.<rule>`. */
export type DerivedRules = ReadonlyMap<string, readonly string[]>;

/** What is known while a policy is lowered. */
export interface Lowering {
  /** The reference to the policy's data: `data.forego.<category>.documents.<policy>`. */
  readonly dataPath: readonly string[];
  /** What is derived, by field: the reference to its rule. */
  readonly derived: DerivedRules;
  readonly names: Names;
  readonly functions: ReadonlyMap<string, IrFunction>;
  /** Name of the Rego function of each IR function that has been lowered. */
  readonly lowered: Map<string, LoweredFunction>;
  /** The rules that conditions and values were moved into, in the order in which they are printed. */
  readonly rules: Rule[];
  /** The rules that are sets of lists, by what they are lowered to. */
  readonly members: Map<string, string>;
  /** Functions of the prelude that are used. */
  readonly prelude: Set<string>;
}

/** How an IR function is called in Rego. */
export interface LoweredFunction {
  readonly name: string;
  /** Whether it is a rule that holds or not, and no value. */
  readonly isCondition: boolean;
  /** Which of the IR function's parameters it takes: those that it uses. */
  readonly parameters: readonly number[];
}

/** The locals in scope, and the name that rules made here begin with. */
export interface LoweringScope {
  readonly locals: ReadonlyMap<Local, Lowered>;
  readonly hint: string;
  /** The innermost loop that it is in, or the function; none where it is evaluated once. */
  readonly loop?: LoweringLoop;
}

/** A loop, and where statements stand that come before it. */
export interface LoweringLoop extends Surrounding<LoweringLoop> {
  readonly outside: LoweringScope;
  readonly before: Statement[];
}

/** A value, with the statements that must come before it. All of them are defined, whatever the input. */
export interface LoweredValue {
  readonly before: readonly Statement[];
  readonly term: Term;
}

/** The same scope with one more local. */
export function withLocal(scope: LoweringScope, local: Local, lowered: Lowered): LoweringScope {
  return { ...scope, locals: new Map(scope.locals).set(local, lowered) };
}

/** Where a rule comes from, as Rego comments name it. */
export function regoOrigin({ file, line, column }: Origin) {
  return { file, line, column };
}

/** Whether an expression is always true or false, and so has bodies of its own. */
export function isCondition(node: Expression): boolean {
  switch (node.kind) {
    case "not":
    case "and":
    case "or":
    case "compare":
    case "nullish":
    case "includes":
    case "some":
    case "every":
    case "text-test":
    case "has-key":
    case "pattern-test":
    case "made-of":
    case "rego":
      return true;
    case "intrinsic":
    case "conditional":
    case "let":
      return isBoolean(node.type);
    default:
      return false;
  }
}

/** Whether every value of a type is true or false. */
export function isBoolean(type: ValueType): boolean {
  return isAlways(type, "boolean") && !isNullable(type);
}

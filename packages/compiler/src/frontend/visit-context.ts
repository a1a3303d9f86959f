import type { Expression, Local, ObjectShape, Origin, ValueType } from "@forego/ir";
import type { Node, Symbol as TsSymbol } from "ts-morph";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import { stretchOfNode } from "../diagnostics/place-of.ts";
import type { FunctionRegistry } from "./function-registry.ts";
import type { IntrinsicTable } from "./intrinsics.ts";

/** What a name stands for while a predicate is read: a value, the predicate's whole first parameter, or what a loop changes. */
export type Binding =
  | { readonly kind: "value"; readonly value: Expression }
  | { readonly kind: "context" }
  | { readonly kind: "changing" };

/** The documents that a rule can read, by the names that its predicate gets them under. */
export type Roots = ReadonlyMap<string, Expression>;

/** What stays the same for all rules of a policy. */
export interface PolicyScope {
  /** The folder that origins are relative to. */
  readonly root: string;
  readonly contract: ObjectShape;
  readonly intrinsics: IntrinsicTable;
  readonly functions: FunctionRegistry;
  /** Says something about a policy that does not stop it from being built. */
  readonly warn: (node: Node, code: DiagnosticCode) => void;
}

/** What a visitor sees: the names in scope, and the way to visit what is inside a node. */
export interface VisitContext {
  readonly policy: PolicyScope;
  readonly roots: Roots;
  readonly bindings: ReadonlyMap<TsSymbol, Binding>;
  /** Nodes whose value is known from outside: bases of optional chains that are being visited. */
  readonly replaced: ReadonlyMap<Node, Expression>;
  /** Gives out names of locals that are unique in the rule or function. */
  readonly fresh: (hint: string) => Local;
}

/** Where a node stands. */
export function originOf(node: Node, context: { readonly policy: PolicyScope }): Origin {
  return stretchOfNode(node, context.policy.root);
}

/** The same context with more names. */
export function withBindings(
  context: VisitContext,
  bindings: Iterable<readonly [TsSymbol, Binding]>,
): VisitContext {
  return { ...context, bindings: new Map([...context.bindings, ...bindings]) };
}

/** A name that stands for a value. */
export function bound(value: Expression): Binding {
  return { kind: "value", value };
}

/** A reference to a local. */
export function localNode(local: Local, type: ValueType, origin: Origin): Expression {
  return { kind: "local", local, type, origin };
}

/** Gives out local names: the hint, then the hint with a number. */
export function createFresh(): (hint: string) => Local {
  const taken = new Set<string>();
  return (hint) => {
    let name = hint;
    for (let count = 2; taken.has(name); count++) name = `${hint}_${count}`;
    taken.add(name);
    return name;
  };
}

import type { CompareNode, Expression, IrFunction, Local } from "../nodes.ts";
import { ownProperty } from "../own-property.ts";
import { type DerivedValues, readDerived } from "../read-derived.ts";
import { calculate, callMath } from "./evaluate-arithmetic.ts";
import { evaluateList } from "./evaluate-list.ts";
import { callIntrinsic, isMadeOf, matchPattern } from "./evaluate-text.ts";
import { itemsOf } from "./items-of.ts";
import { includesValue, type SearchedLists } from "./searched-lists.ts";

/** What an expression is evaluated in. */
export interface Scope {
  readonly input: unknown;
  readonly data: unknown;
  readonly functions: ReadonlyMap<string, IrFunction>;
  readonly locals: ReadonlyMap<Local, unknown>;
  /** What the release derives, by field; absent where nothing derived can be read. */
  readonly derived?: DerivedValues | undefined;
  /** The lists that were searched before; without them, each search begins anew. */
  readonly searched?: SearchedLists | undefined;
  /** Is told every expression that is evaluated, with its value. */
  readonly observe?: Observe | undefined;
  /** What hand-written Rego says; absent where nobody has asked OPA. */
  readonly rego?: RegoAnswers | undefined;
}

/** Whether the hand-written Rego of a rule matches, as OPA said of the same input. */
export type RegoAnswers = (rule: string) => boolean;

/** Is told an expression and the value that it had this time. */
export type Observe = (node: Expression, value: unknown) => void;

/** Evaluates an expression. Total on every input that the rule's guard lets through; `undefined` is JavaScript's own. */
export function evaluateExpression(node: Expression, scope: Scope): unknown {
  const result = evaluate(node, scope);
  scope.observe?.(node, result);
  return result;
}

function evaluate(node: Expression, scope: Scope): unknown {
  const value = (child: Expression): unknown => evaluateExpression(child, scope);
  switch (node.kind) {
    case "literal":
      return node.value;
    case "list":
      return node.items.map((item) => item.value);
    case "undefined":
      return undefined;
    case "read":
      return node.document === "derived"
        ? readDerived(node, scope.derived)
        : node.path.reduce(ownProperty, scope[node.document]);
    case "local":
      return scope.locals.get(node.local);
    case "property":
      return ownProperty(value(node.object), node.name);
    case "entry":
      return entry(value(node.record), value(node.key));
    case "has-key":
      return entry(value(node.record), value(node.key)) !== undefined;
    case "not":
      return value(node.operand) !== true;
    case "and":
      return value(node.left) === true && value(node.right) === true;
    case "or":
      return value(node.left) === true || value(node.right) === true;
    case "conditional":
      return value(node.test) === true ? value(node.whenTrue) : value(node.whenFalse);
    case "coalesce":
      return value(node.left) ?? value(node.right);
    case "chain": {
      const base = value(node.base);
      if (base === null || base === undefined) return undefined;
      return evaluateExpression(node.rest, bind(scope, node.local, base));
    }
    case "compare":
      return compare(node.operator, value(node.left), value(node.right));
    case "nullish":
      return (value(node.operand) ?? null) === null;
    case "type-of":
      return typeof value(node.operand);
    case "length":
      return lengthOf(value(node.operand));
    case "includes":
      return includesValue(itemsOf(value(node.array)), value(node.value), scope.searched);
    case "some":
      return itemsOf(value(node.array)).some((item) => holds(node.body, bind(scope, node.local, item)));
    case "every":
      return itemsOf(value(node.array)).every((item) => holds(node.body, bind(scope, node.local, item)));
    case "filter":
      return itemsOf(value(node.array)).filter((item) => holds(node.body, bind(scope, node.local, item)));
    case "map":
      return itemsOf(value(node.array)).map((item) =>
        evaluateExpression(node.body, bind(scope, node.local, item)),
      );
    case "text-test":
      return text(value(node.text))[node.test](text(value(node.part)));
    case "arithmetic":
      return calculate(node.operator, value(node.left), value(node.right));
    case "math":
      return callMath(node.name, node.arguments.map(value));
    case "concat":
      return node.parts.map((part) => String(value(part))).join("");
    case "split":
      return text(value(node.text)).split(node.separator);
    case "text-change":
      return text(value(node.text))[node.change]();
    case "pattern-test":
      return matchPattern(node, text(value(node.text)));
    case "made-of":
      return isMadeOf(node, text(value(node.text)));
    case "intrinsic":
      return callIntrinsic(node, node.arguments.map(value));
    case "rego":
      // fail closed: what OPA was not asked is no "no"
      if (scope.rego === undefined) throw new Error(`only OPA can evaluate the Rego of ${node.rule}`);
      return scope.rego(node.rule);
    case "let":
      return evaluateExpression(node.body, bind(scope, node.local, value(node.value)));
    case "call":
      return call(node.function, node.arguments.map(value), scope);
    case "array":
    case "table":
    case "at":
    case "slice":
    case "find-index":
    case "flat-map":
    case "until":
    case "sum":
    case "keys":
    case "values":
      return evaluateList(node, (child, item) =>
        evaluateExpression(child, item === undefined ? scope : bind(scope, item.local, item.value)),
      );
  }
}

function holds(node: Expression, scope: Scope): boolean {
  return evaluateExpression(node, scope) === true;
}

/** The scope in which a local stands for a value. */
export function bind(scope: Scope, local: Local, value: unknown): Scope {
  return { ...scope, locals: new Map(scope.locals).set(local, value) };
}

function call(id: string, values: readonly unknown[], scope: Scope): unknown {
  const called = scope.functions.get(id);
  if (called === undefined) throw new Error(`the function ${id} is not in the release`);
  const locals = new Map(called.parameters.map((parameter, index) => [parameter, values[index]]));
  return evaluateExpression(called.body, { ...scope, locals });
}

function entry(record: unknown, key: unknown): unknown {
  if (Array.isArray(record)) return typeof key === "number" ? record[key] : undefined;
  return typeof key === "string" ? ownProperty(record, key) : undefined;
}

function compare(operator: CompareNode["operator"], left: unknown, right: unknown): boolean {
  switch (operator) {
    case "===":
      return left === right;
    case "!==":
      return left !== right;
    case "<":
      return (left as number) < (right as number);
    case "<=":
      return (left as number) <= (right as number);
    case ">":
      return (left as number) > (right as number);
    case ">=":
      return (left as number) >= (right as number);
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function lengthOf(value: unknown): number {
  return typeof value === "string" || Array.isArray(value) ? value.length : 0;
}

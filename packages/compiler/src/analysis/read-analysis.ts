import type { ArrayPart, EntryNode, Expression, IrFunction, Local, ObjectShape } from "@forego/ir";
import { isAlways, literalsOf } from "../types/value-types.ts";
import { createReadTree, type ReadTree, readElements, readField } from "./read-tree.ts";

/** What a value may be, as far as reading goes: parts of the input, or a list made of such parts. */
interface Traced {
  readonly trees: readonly ReadTree[];
  readonly items?: Traced;
}

interface Scope {
  readonly root: ReadTree;
  readonly functions: ReadonlyMap<string, IrFunction>;
  readonly locals: ReadonlyMap<Local, Traced>;
}

const nothing: Traced = { trees: [] };

/** Finds what programs read of the input. Exact: what is not in the tree cannot change what they say. */
export function analyseReads(
  programs: readonly Expression[],
  functions: readonly IrFunction[],
  contract: ObjectShape,
): ReadTree {
  const root = createReadTree(contract);
  const byId = new Map(functions.map((one) => [one.id, one]));
  for (const program of programs) consume(trace(program, { root, functions: byId, locals: new Map() }));
  return root;
}

/** Follows an expression to the parts of the input that its value may be. */
function trace(node: Expression, scope: Scope): Traced {
  switch (node.kind) {
    case "literal":
    case "list":
    case "undefined":
      return nothing;
    case "read":
      return node.document === "input"
        ? { trees: [tracePath(node.path, node.optional, scope.root)] }
        : nothing;
    case "local":
      return scope.locals.get(node.local) ?? nothing;
    case "property":
      return {
        trees: trace(node.object, scope).trees.map((tree) => readField(tree, node.name, node.optional)),
      };
    case "entry":
      consume(trace(node.key, scope));
      return traceEntry(trace(node.record, scope), node);
    case "has-key":
      consume(trace(node.key, scope));
      for (const tree of trace(node.record, scope).trees) readElements(tree);
      return nothing;
    case "conditional":
      consume(trace(node.test, scope));
      return join(trace(node.whenTrue, scope), trace(node.whenFalse, scope));
    case "coalesce":
      return join(trace(node.left, scope), trace(node.right, scope));
    case "chain":
      return trace(node.rest, bind(scope, node.local, trace(node.base, scope)));
    case "let":
      return trace(node.body, bind(scope, node.local, trace(node.value, scope)));
    case "call":
      return traceCall(node.function, node.arguments, scope);
    case "filter":
    case "until":
      return traceFilter(node, scope);
    case "map":
      return { trees: [], items: traceBody(node, scope) };
    case "flat-map":
      return { trees: [], items: elementsOf(traceBody(node, scope)) };
    case "array":
      return { trees: [], items: node.parts.map((part) => tracePart(part, scope)).reduce(join, nothing) };
    case "slice":
      return trace(node.array, scope);
    case "at":
      return elementsOf(trace(node.array, scope));
    case "table":
      return nothing;
    case "keys":
      for (const tree of trace(node.record, scope).trees) readElements(tree);
      return nothing;
    case "values":
      return { trees: [], items: elementsOf(trace(node.record, scope)) };
    case "sum":
      return consumeAll([node.initial, node.array], scope);
    case "find-index":
    case "some":
    case "every":
      consume(traceBody(node, scope));
      return nothing;
    // whether it is there, of what kind, and how long: nothing of what is in it
    case "nullish":
    case "type-of":
    case "length":
      trace(node.operand, scope);
      return nothing;
    case "not":
      consume(trace(node.operand, scope));
      return nothing;
    case "and":
    case "or":
      return consumeAll([node.left, node.right], scope);
    case "compare":
      return traceComparison(node.left, node.right, scope);
    case "includes":
      return consumeAll([node.array, node.value], scope);
    case "text-test":
      return consumeAll([node.text, node.part], scope);
    case "concat":
      return consumeAll(node.parts, scope);
    case "pattern-test":
    case "made-of":
    case "split":
    case "text-change":
      return consumeAll([node.text], scope);
    case "arithmetic":
      return consumeAll([node.left, node.right], scope);
    case "math":
    case "intrinsic":
      return consumeAll(node.arguments, scope);
    case "rego":
      return consumeAll(node.reads, scope);
  }
}

/** A comparison with null or undefined asks only whether the other side is there. */
function traceComparison(left: Expression, right: Expression, scope: Scope): Traced {
  const isAbsence = (node: Expression) =>
    node.kind === "undefined" || (node.kind === "literal" && node.value === null);
  const sides = [trace(left, scope), trace(right, scope)];
  if (!isAbsence(left) && !isAbsence(right)) for (const side of sides) consume(side);
  return nothing;
}

function tracePath(path: readonly string[], optional: boolean, root: ReadTree): ReadTree {
  return path.reduce(
    (tree, name, index) => readField(tree, name, optional && index === path.length - 1),
    root,
  );
}

type Iteration = Extract<Expression, { readonly array: Expression; readonly body: Expression }>;

function traceBody(node: Iteration, scope: Scope): Traced {
  return trace(node.body, bind(scope, node.local, elementsOf(trace(node.array, scope))));
}

function traceFilter(node: Iteration, scope: Scope): Traced {
  consume(traceBody(node, scope));
  return trace(node.array, scope);
}

/** Of an object with known fields, only those are read that the key can name. */
function traceEntry(record: Traced, { record: node, key }: EntryNode): Traced {
  if (!isAlways(node.type, "object")) return elementsOf(record);
  const fields = (literalsOf(key.type) ?? []).map(String);
  return { trees: record.trees.flatMap((tree) => fields.map((name) => readField(tree, name, false))) };
}

function tracePart({ isSpread, value }: ArrayPart, scope: Scope): Traced {
  const traced = trace(value, scope);
  return isSpread ? elementsOf(traced) : traced;
}

function traceCall(id: string, args: readonly Expression[], scope: Scope): Traced {
  const called = scope.functions.get(id);
  if (called === undefined) throw new Error(`the function ${id} has not been read`);
  const values = args.map((argument) => trace(argument, scope));
  const locals = new Map(called.parameters.map((parameter, index) => [parameter, values[index] ?? nothing]));
  return trace(called.body, { ...scope, locals });
}

function elementsOf(array: Traced): Traced {
  const trees = array.trees.map(readElements);
  return array.items === undefined ? { trees } : join({ trees }, array.items);
}

function consumeAll(nodes: readonly Expression[], scope: Scope): Traced {
  for (const node of nodes) consume(trace(node, scope));
  return nothing;
}

/** Uses a value itself. */
function consume(traced: Traced): void {
  for (const tree of traced.trees) tree.whole = true;
  if (traced.items !== undefined) consume(traced.items);
}

function join(left: Traced, right: Traced): Traced {
  const trees = [...left.trees, ...right.trees];
  if (left.items === undefined) return right.items === undefined ? { trees } : { trees, items: right.items };
  return { trees, items: right.items === undefined ? left.items : join(left.items, right.items) };
}

function bind(scope: Scope, local: Local, value: Traced): Scope {
  return { ...scope, locals: new Map(scope.locals).set(local, value) };
}

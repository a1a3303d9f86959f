import { childrenOf, type Expression, type IrFunction, type Local } from "@forego/ir";

/** A loop, or the body of a function, which a loop may call. */
export interface Surrounding<Self> {
  /** The locals that are bound in it, and what they stand for where that is one value. */
  readonly binds: ReadonlyMap<Local, Expression | undefined>;
  /** What it stands in itself. */
  readonly around: Self | undefined;
}

/** A list that is the same whenever something comes to it. */
export interface KnownList<Self> {
  /** The list, in what is known there. */
  readonly list: Expression;
  /** The outermost of what it stands in that it does not depend on; none where it depends on documents alone. */
  readonly outside: Self | undefined;
}

/** Where a list is known before it is come to: nothing where the innermost of what it stands in makes it. */
export function knownOutside<Self extends Surrounding<Self>>(
  list: Expression,
  innermost: Self | undefined,
): KnownList<Self> | undefined {
  let found: KnownList<Self> | undefined;
  let known = list;
  for (let one = innermost; one !== undefined; one = one.around) {
    const { binds } = one;
    known = inTermsOf(known, binds);
    const free = freeLocals(known);
    if (free.length === 0) return { list: known, outside: undefined };
    // what takes work is done where it is asked for: a path takes none
    if (!isPath(known) || free.some((local) => binds.has(local))) break;
    found = { list: known, outside: one };
  }
  return found;
}

/** The locals that an expression uses, and does not bind itself. */
function freeLocals(node: Expression): readonly Local[] {
  const bound = boundLocals(node);
  return [...usedLocals(node)].filter((local) => !bound.has(local));
}

/** The locals that are bound anywhere in an expression. Names are unique in a rule, and in a function. */
export function boundLocals(node: Expression): ReadonlyMap<Local, Expression | undefined> {
  const inside = childrenOf(node).flatMap((child) => [...boundLocals(child)]);
  if (node.kind === "local" || !("local" in node)) return new Map(inside);
  const value = node.kind === "let" ? node.value : node.kind === "chain" ? node.base : undefined;
  return new Map([[node.local, value], ...inside]);
}

/** The locals that are bound in a function: what it is handed, and all that its body binds. */
export function boundInside({ parameters, body }: IrFunction): ReadonlyMap<Local, Expression | undefined> {
  return new Map([...parameters.map((one) => [one, undefined] as const), ...boundLocals(body)]);
}

function usedLocals(node: Expression): ReadonlySet<Local> {
  if (node.kind === "local") return new Set([node.local]);
  return new Set(childrenOf(node).flatMap((child) => [...usedLocals(child)]));
}

/** A path, with locals of a loop as the paths that they stand for. What a path leads over may be missing by then. */
function inTermsOf(node: Expression, binds: Surrounding<unknown>["binds"]): Expression {
  switch (node.kind) {
    case "local": {
      const value = binds.get(node.local);
      return value !== undefined && isPath(value) ? inTermsOf(value, binds) : node;
    }
    case "property":
      return { ...node, object: inTermsOf(node.object, binds), optional: true };
    case "coalesce":
      return { ...node, left: inTermsOf(node.left, binds), right: inTermsOf(node.right, binds) };
    default:
      return node;
  }
}

/** Whether an expression only leads to what is there already, or is a list of literals instead. */
function isPath(node: Expression): boolean {
  switch (node.kind) {
    case "read":
    case "local":
    case "list":
      return true;
    case "array":
      return node.parts.length === 0;
    case "property":
      return isPath(node.object);
    case "coalesce":
      return isPath(node.left) && isPath(node.right);
    default:
      return false;
  }
}

import type { Expression, IrFunction } from "@forego/ir";
import type { Node } from "ts-morph";

/** The helper functions of one policy, each as its calls need it, in the order in which they were first called. */
export interface FunctionRegistry {
  /** Functions that are being read now, outermost first: a call of one of them would be recursion. */
  readonly stack: readonly Node[];
  find(declaration: Node, key: string): IrFunction | undefined;
  /** Reads a function that is not there yet. Its id is its name, with a number where the name is taken. */
  read(declaration: Node, key: string, name: string, visit: (id: string) => IrFunction): IrFunction;
  all(): readonly IrFunction[];
}

/** Makes the registry of one policy. */
export function createFunctionRegistry(): FunctionRegistry {
  const byDeclaration = new Map<Node, Map<string, IrFunction>>();
  const inOrder: IrFunction[] = [];
  const ids = new Set<string>();
  const stack: Node[] = [];
  return {
    stack,
    find: (declaration, key) => byDeclaration.get(declaration)?.get(key),
    read(declaration, key, name, visit) {
      let id = name;
      for (let count = 2; ids.has(id); count++) id = `${name}_${count}`;
      ids.add(id);
      stack.push(declaration);
      try {
        const read = visit(id);
        const known = byDeclaration.get(declaration) ?? new Map<string, IrFunction>();
        byDeclaration.set(declaration, known.set(key, read));
        inOrder.push(read);
        return read;
      } finally {
        stack.pop();
      }
    },
    all: () => inOrder,
  };
}

/** Whether an argument is put in the place of its parameter: a path or a literal, which cost nothing to repeat. */
export function isStatic(value: Expression): boolean {
  return value.kind === "read" || value.kind === "undefined" || isConstant(value);
}

/** Whether a value is known when the policy is compiled: a literal, or a list or table of such. */
export function isConstant(value: Expression): boolean {
  switch (value.kind) {
    case "literal":
    case "list":
      return true;
    case "array":
      return value.parts.every((part) => !part.isSpread && isConstant(part.value));
    case "table":
      return value.entries.every((entry) => isConstant(entry.value));
    default:
      return false;
  }
}

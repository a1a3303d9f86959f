import {
  childrenOf,
  type Expression,
  type IrFunction,
  membersOf,
  type Origin,
  type ReadNode,
} from "@forego/ir";

/** A field that a rule reads of what identity policies derive, and where it is read first. */
export interface DerivedRead {
  readonly field: string;
  readonly origin: Origin;
}

/** Finds what programs read of what is derived, themselves and by the functions that they call: each field once. */
export function derivedReads(
  programs: readonly Expression[],
  functions: readonly IrFunction[],
): readonly DerivedRead[] {
  const bodies = new Map(functions.map(({ id, body }) => [id, body]));
  const found = new Map<string, DerivedRead>();

  const walk = (node: Expression): void => {
    if (node.kind === "read" && node.document === "derived") {
      for (const field of fieldsOf(node))
        if (!found.has(field)) found.set(field, { field, origin: node.origin });
    }
    const body = node.kind === "call" ? bodies.get(node.function) : undefined;
    if (node.kind === "call") bodies.delete(node.function);
    for (const part of [...childrenOf(node), ...(body === undefined ? [] : [body])]) walk(part);
  };

  for (const program of programs) walk(program);
  return [...found.values()];
}

/** The field that a path begins with; of the whole document, every field that the reader's schema names. */
function fieldsOf({ path, type }: ReadNode): readonly string[] {
  const [field] = path;
  if (field !== undefined) return [field];
  return membersOf(type.shape).flatMap((shape) =>
    shape.kind === "object" ? Object.keys(shape.properties) : [],
  );
}

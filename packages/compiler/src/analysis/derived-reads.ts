import {
  type Expression,
  expressionsOf,
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
  const found = new Map<string, DerivedRead>();
  for (const node of expressionsOf(programs, functions)) {
    if (node.kind !== "read" || node.document !== "derived") continue;
    for (const field of fieldsOf(node))
      if (!found.has(field)) found.set(field, { field, origin: node.origin });
  }
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

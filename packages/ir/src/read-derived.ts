import type { ReadNode } from "./nodes.ts";
import { ownProperty } from "./own-property.ts";
import { membersOf } from "./shape.ts";

/** What a release derives from one input, by field. */
export type DerivedValues = (field: string) => unknown;

/** Reads what is derived: a path that begins with a field, or all fields that the reading policy's schema names. */
export function readDerived({ path, type }: ReadNode, derived: DerivedValues | undefined): unknown {
  // an undefined in place of a value would turn off the rule that reads it
  if (derived === undefined) throw new Error("nothing is derived where it is read");
  const [field, ...rest] = path;
  if (field !== undefined) return rest.reduce(ownProperty, derived(field));
  const names = membersOf(type.shape).flatMap((shape) =>
    shape.kind === "object" ? Object.keys(shape.properties) : [],
  );
  return Object.fromEntries(names.map((name) => [name, derived(name)]));
}

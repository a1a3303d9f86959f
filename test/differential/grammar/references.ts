import type { Reference, Scope } from "./scope.ts";
import type { Type } from "./types.ts";

/** How a reference may be absent. */
export type Absence = Partial<Pick<Reference, "optional" | "nullable" | "host">>;

/** A name and every field that can be read of it. */
export function referencesOf(
  text: string,
  type: Type,
  { optional = false, nullable = false, host = false }: Absence = {},
  narrows = text,
): readonly Reference[] {
  const self: Reference = { text, type, optional, nullable, host, narrows };
  return [self, ...fieldsOf(self)];
}

function fieldsOf(parent: Reference): readonly Reference[] {
  const { text, type, optional, nullable, narrows } = parent;
  const isAbsent = optional || nullable;
  if (type.kind === "tuple")
    return type.places.flatMap((place, index) =>
      referencesOf(
        `${text}${isAbsent ? "?." : ""}[${index}]`,
        place,
        { optional: isAbsent },
        isAbsent ? narrows : `${narrows}[${index}]`,
      ),
    );
  if (type.kind !== "object") return [];
  return Object.entries(type.fields).flatMap(([name, field]) =>
    referencesOf(
      `${text}${isAbsent ? "?." : "."}${name}`,
      field.type,
      { optional: isAbsent || field.optional === true, nullable: field.nullable === true },
      isAbsent ? narrows : `${narrows}.${name}`,
    ),
  );
}

/** The same scope, in which a reference that was narrowed is known to be there, and of a type. */
export function asPresent(scope: Scope, { text, type }: Reference, known: Type = type): Scope {
  const found = referencesOf(text, known, {}, scope.fresh("narrowed"));
  const fragile = text.includes(".");
  return scope.with(found.map((reference) => ({ ...reference, known: true, fragile })));
}

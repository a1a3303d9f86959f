import type { Reference, Scope } from "./scope.ts";
import type { Field, Type } from "./types.ts";

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

function fieldsOf({ text, type, optional, nullable, narrows }: Reference): readonly Reference[] {
  const isAbsent = optional || nullable;
  return stepsOf(type).flatMap(([step, field]) =>
    referencesOf(
      isAbsent ? `${text}?.${step.replace(/^\./, "")}` : `${text}${step}`,
      field.type,
      { optional: isAbsent || field.optional === true, nullable: field.nullable === true },
      isAbsent ? narrows : `${narrows}${step}`,
    ),
  );
}

/** What leads to the parts of a value, and what they are. */
function stepsOf(type: Type): readonly (readonly [step: string, field: Field])[] {
  if (type.kind === "tuple") return type.places.map((place, index) => [`[${index}]`, { type: place }]);
  if (type.kind !== "object") return [];
  return Object.entries(type.fields).map(([name, field]) => [`.${name}`, field]);
}

/** The same scope, in which a reference that was narrowed is known to be there, and of a type. */
export function asPresent(scope: Scope, { text, type }: Reference, known: Type = type): Scope {
  const found = referencesOf(text, known, {}, scope.fresh("narrowed"));
  const fragile = text.includes(".");
  return scope.with(found.map((reference) => ({ ...reference, known: true, fragile })));
}

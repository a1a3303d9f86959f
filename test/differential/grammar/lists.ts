import { referencesOf } from "./references.ts";
import type { Production, Scope } from "./scope.ts";
import { block } from "./statements.ts";
import { booleanType, isSame, type ListType, numberType, stringType, type Type } from "./types.ts";
import { chosen, defaulted } from "./values.ts";

const primitives = [stringType, numberType, booleanType];

/** Ways to write a list of primitive values. */
export const lists: readonly Production[] = [
  { weight: 4, leaf: true, write: (s, type) => s.read(type) },
  { weight: 1, leaf: true, write: literalList },
  { weight: 3, write: (s, type) => filtered(s, type, s.of(type)) },
  { weight: 2, write: mapped },
  { weight: 2, write: defaulted },
  { weight: 1, write: (s, type) => absentOrEmpty(s, type) },
  { weight: 1, write: chosen },
];

/** Writes a list of anything, so that something can be asked of its items. Lists of objects are read, and filtered. */
export function anyList(scope: Scope): { readonly text: string; readonly type: ListType } | undefined {
  const reference = scope.find(({ type }) => type.kind === "list");
  if (reference?.type.kind !== "list") return undefined;
  const { type, optional, nullable } = reference;
  const isPrimitive = primitives.some((one) => isSame(one, type.items));
  if (isPrimitive) return { text: scope.of(type), type };
  const isAbsent = optional || nullable;
  if (isAbsent) scope.spend(reference);
  const text = isAbsent ? `(${reference.text} ?? [])` : reference.text;
  const written = scope.pick([() => text, () => text, () => filtered(scope, type, text)])();
  return { text: written, type };
}

/** A function in place over the items of a list: a name or a pattern, an expression or statements. */
export function callback(scope: Scope, items: Type, result: Type, annotation = ""): string {
  const form = scope.pick(["name", "name", "block", "pattern"]);
  if (form === "pattern" && items.kind === "object") {
    const names = Object.keys(items.fields).map((name) => [name, scope.fresh(name)] as const);
    const inside = scope.inFunction().with(
      names.flatMap(([name, local]) => {
        const { type, ...absence } = items.fields[name] ?? { type: items };
        return referencesOf(local, type, absence);
      }),
    );
    const pattern = names.map(([name, local]) => `${name}: ${local}`).join(", ");
    return `({ ${pattern} })${annotation} => ${inside.of(result)}`;
  }
  const name = scope.fresh("item");
  const inside = scope.inFunction().with(referencesOf(name, items));
  const body = form === "block" ? block(inside, result) : inside.of(result);
  return `(${name})${annotation} => ${body}`;
}

function filtered(scope: Scope, type: Type, list: string): string {
  // without the annotation, TypeScript would take a test of the item for a proof of its type
  return type.kind === "list"
    ? `${list}.filter(${callback(scope, type.items, booleanType, ": boolean")})`
    : list;
}

function absentOrEmpty(scope: Scope, type: Type): string | undefined {
  const reference = scope.narrow(type, "absent");
  return reference && `(${reference.text} ?? [])`;
}

/** Another list, item by item. */
function mapped(scope: Scope, type: Type): string | undefined {
  const source = anyList(scope);
  if (source === undefined || type.kind !== "list") return undefined;
  return `${source.text}.map(${callback(scope, source.type.items, type.items)})`;
}

function literalList(scope: Scope, type: Type): string | undefined {
  if (type.kind !== "list") return undefined;
  if (isSame(type.items, numberType)) return scope.pick(["[0, 1, -1]", "[1.5, 5e-324]"]);
  if (isSame(type.items, booleanType)) return scope.pick(["[true]", "[false, true]"]);
  return scope.pick(scope.program.constants.strings);
}

import { nameHelper } from "./helpers.ts";
import { referencesOf } from "./references.ts";
import type { Production, Scope } from "./scope.ts";
import { block, isNamed } from "./statements.ts";
import { split } from "./texts.ts";
import {
  booleanType,
  intType,
  isPrimitive,
  isSame,
  type ListType,
  listOf,
  numberType,
  stringType,
  type Type,
} from "./types.ts";
import { chosen, defaulted } from "./values.ts";

/** Ways to write a list of primitive values. */
export const lists: readonly Production[] = [
  { weight: 4, leaf: true, write: (s, type) => s.read(type) },
  { weight: 1, leaf: true, write: literalList },
  { weight: 3, write: (s, type) => filtered(s, type, s.of(type)) },
  { weight: 2, write: mapped },
  { weight: 2, write: defaulted },
  { weight: 1, write: (s, type) => absentOrEmpty(s, type) },
  { weight: 1, write: chosen },
  { weight: 1, write: (s, type) => `${s.of(type)}.slice(${s.pick(["-2", "1", "0, 2", "1, -1", "-3, 2"])})` },
  { weight: 1, write: (s, type) => `[...${s.of(type)}, ...${s.of(type)}]` },
  { weight: 1, write: (s, type) => `intersection(${s.of(type)}, ${s.of(type)})` },
  { weight: 1, write: (s, type) => `difference(${s.of(type)}, ${s.of(type)})` },
  { weight: 1, write: made },
  { weight: 1, write: flatMapped },
  { weight: 2, write: (s, type) => (isSame(type, listOf(stringType)) ? split(s) : undefined) },
];

/** Writes a list of anything, so that something can be asked of its items. Lists of objects are read, and filtered. */
export function anyList(scope: Scope): { readonly text: string; readonly type: ListType } | undefined {
  const reference = scope.find(({ type }) => type.kind === "list");
  if (reference?.type.kind !== "list") return undefined;
  const { type, optional, nullable } = reference;
  if (isPrimitive(type.items)) return { text: scope.of(type), type };
  const isAbsent = optional || nullable;
  if (isAbsent) scope.spend(reference);
  const text = isAbsent ? `(${reference.text} ?? [])` : reference.text;
  const written = scope.pick([() => text, () => text, () => filtered(scope, type, text)])();
  return { text: written, type };
}

/** A function in place over the items of a list: a name or a pattern, an expression or statements. */
export function callback(scope: Scope, items: Type, result: Type, annotation = ""): string {
  const form = scope.pick(["name", "name", "block", "pattern", "helper"]);
  const helper = form === "helper" ? nameHelper(scope, items, result) : undefined;
  if (helper !== undefined) return helper;
  if (form === "pattern" && items.kind === "object") {
    const names = Object.keys(items.fields).map((name) => [name, scope.fresh(name)] as const);
    const inside = scope.inFunction().with(
      names.flatMap(([name, local]) => {
        const { type, ...absence } = items.fields[name] ?? { type: items };
        return referencesOf(local, type, absence);
      }),
    );
    const body = inside.of(result);
    const used = names.filter(([, local]) => isNamed(local, body));
    const pattern = used.map(([name, local]) => `${name}: ${local}`).join(", ");
    return `(${used.length === 0 ? scope.fresh("item") : `{ ${pattern} }`})${annotation} => ${body}`;
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

/** A list of values, and of those of another. */
function made(scope: Scope, type: Type): string | undefined {
  if (type.kind !== "list") return undefined;
  const first = scope.of(type.items);
  return scope.pick([
    () => `[${first}, ${scope.of(type.items)}]`,
    () => `[${first}, ...${scope.of(type)}]`,
  ])();
}

/** Lists of items, one behind the other. */
function flatMapped(scope: Scope, type: Type): string | undefined {
  const source = anyList(scope);
  if (source === undefined) return undefined;
  const item = scope.fresh("item");
  const inside = scope.inFunction().with(referencesOf(item, source.type.items));
  return `${source.text}.flatMap((${item}) => ${inside.of(type)})`;
}

function literalList(scope: Scope, type: Type): string | undefined {
  if (type.kind !== "list") return undefined;
  if (isSame(type.items, intType)) return scope.pick(["[0, 1, -1]", "[2, 3]"]);
  if (isSame(type.items, numberType)) return scope.pick(["[0, 1, -1]", "[1.5, 5e-324]"]);
  if (isSame(type.items, booleanType)) return scope.pick(["[true]", "[false, true]"]);
  return scope.pick(scope.program.constants.strings);
}

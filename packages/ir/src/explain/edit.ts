import { itemsOf } from "../evaluate/items-of.ts";
import { isRecord } from "../own-property.ts";
import type { Place } from "./frame.ts";

/** One change of an input: another value at a place (none for what is taken away), or an approval that is granted. */
export type Edit =
  | { readonly kind: "set"; readonly place: Place; readonly to: unknown }
  | { readonly kind: "grant"; readonly rule: string };

/** What makes two edits the same. */
export function editKey(edit: Edit): string {
  return edit.kind === "grant"
    ? `grant ${edit.rule}`
    : JSON.stringify([edit.place, edit.to === undefined ? [] : [edit.to]]);
}

/** Some edits and one more; one within what another one puts there becomes part of that. `undefined` where they conflict. */
export function addEdit(edits: readonly Edit[], edit: Edit): readonly Edit[] | undefined {
  const near = edits.find((one) => overlaps(one, edit));
  if (near === undefined) return [...edits, edit];
  if (near.kind === "grant" || edit.kind === "grant" || near.place.length > edit.place.length)
    return undefined;
  const merged = { ...near, to: put(near.to, edit.place.slice(near.place.length), edit.to) };
  return edits.map((one) => (one === near ? merged : one));
}

/** Whether one edit changes what another one has changed. */
function overlaps(one: Edit, other: Edit): boolean {
  if (one.kind === "grant" || other.kind === "grant")
    return one.kind === other.kind && editKey(one) === editKey(other);
  const length = Math.min(one.place.length, other.place.length);
  return one.place.slice(0, length).every((name, index) => name === other.place[index]);
}

/** The input with all changes. */
export function applyEdits(input: unknown, edits: readonly Edit[]): unknown {
  return edits.reduce(applyEdit, input);
}

function applyEdit(input: unknown, edit: Edit): unknown {
  if (edit.kind === "set") return put(input, edit.place, edit.to);
  const granted = isRecord(input) ? itemsOf(input.granted) : [];
  return put(input, ["granted"], [...granted, edit.rule]);
}

function put(value: unknown, [name, ...rest]: Place, to: unknown): unknown {
  if (name === undefined) return to;
  if (typeof name === "number")
    return itemsOf(value).map((item, at) => (at === name ? put(item, rest, to) : item));
  const whole = isRecord(value) ? value : {};
  const changed = put(Object.hasOwn(whole, name) ? whole[name] : undefined, rest, to);
  const others = Object.entries(whole).filter(([other]) => other !== name);
  // entries, since a name may be `__proto__`
  return Object.fromEntries(changed === undefined ? others : [...others, [name, changed]]);
}

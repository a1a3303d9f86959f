import { createBareRecord } from "../json/bare-record.ts";
import { isRecord } from "../json/own-property.ts";

/**
 * Which parts of a document are read, as a tree. `true` is the whole value; `fields` are own properties;
 * `items` and `values` are the elements of an array or a record, of which at most `max` may exist.
 */
export type ReadSet =
  | true
  | { readonly fields: Readonly<Record<string, ReadSet>> }
  | { readonly items: ReadSet; readonly max: number }
  | { readonly values: ReadSet; readonly max: number };

/** Copies the parts of a value that a read set names. A value of another form is handed over as it is. */
export type Picker = (value: unknown) => unknown;

/** Reads all that either of two sets reads. Of two maxima the larger one counts: each rule's guard keeps its own. */
export function mergeReadSets(left: ReadSet, right: ReadSet): ReadSet {
  if (left === true || right === true) return true;
  if ("fields" in left && "fields" in right) {
    const fields: Record<string, ReadSet> = { ...left.fields };
    for (const [name, set] of Object.entries(right.fields)) {
      const other = Object.hasOwn(fields, name) ? fields[name] : undefined;
      fields[name] = other === undefined ? set : mergeReadSets(other, set);
    }
    return { fields };
  }
  if ("items" in left && "items" in right) {
    return { items: mergeReadSets(left.items, right.items), max: Math.max(left.max, right.max) };
  }
  if ("values" in left && "values" in right) {
    return { values: mergeReadSets(left.values, right.values), max: Math.max(left.max, right.max) };
  }
  // Two rules that disagree about the form of a value: each one's guard decides for itself.
  return true;
}

/**
 * Makes the straight-line projection of a read set. It touches own properties only and never throws on plain data.
 * Of a list or record over its maximum, one entry too many is kept: enough for the guard of each rule that reads it
 * to find it too large. Left out, it would be taken for one that is absent, which an optional one may be.
 */
export function createPicker(reads: ReadSet): Picker {
  if (reads === true) return (value) => value;
  if ("fields" in reads) return pickFields(reads.fields);
  if ("items" in reads) return pickItems(reads.items, reads.max);
  return pickValues(createPicker(reads.values), reads.max);
}

function pickFields(fields: Readonly<Record<string, ReadSet>>): Picker {
  const names = Object.keys(fields);
  const pickers = Object.values(fields).map(createPicker);
  return (value) => {
    if (!isRecord(value)) return value;
    const picked: Record<string, unknown> = {};
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string;
      if (!Object.hasOwn(value, name)) continue;
      const part = pickers[index]?.(value[name]);
      if (part !== undefined) picked[name] = part;
    }
    return picked;
  };
}

function pickItems(set: ReadSet, max: number): Picker {
  const pick = createPicker(set);
  return (value) => {
    if (!Array.isArray(value)) return value;
    // fail closed: a list over its maximum stays over it, and the rules that read it are invalid
    const items = value.length > max ? value.slice(0, max + 1) : value;
    return set === true ? items : items.map(pick);
  };
}

function pickValues(pick: Picker, max: number): Picker {
  return (value) => {
    if (!isRecord(value)) return value;
    // fail closed: as for lists
    const names = Object.keys(value).slice(0, max + 1);
    const picked = createBareRecord<unknown>();
    for (const name of names) picked[name] = pick(value[name]);
    return picked;
  };
}

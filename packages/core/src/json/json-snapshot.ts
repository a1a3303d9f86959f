import { createBareRecord } from "./bare-record.ts";

/** Plain JSON data: what is left of a value after it crossed a wire. Objects inherit no names. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Bounds of one walk. */
export interface JsonLimits {
  /** Characters (UTF-16 units) of all strings and keys, plus 8 for every value. */
  readonly maxSize: number;
  /** Containers inside containers. */
  readonly maxDepth: number;
}

/** The bounds of one call: 256 Ki characters, depth 64. */
export const callLimits: JsonLimits = { maxSize: 256 * 1024, maxDepth: 64 };

/** The copy, with its size in the unit of {@link JsonLimits}; or what is wrong, without the value. */
export type Snapshot =
  | { readonly ok: true; readonly value: Json; readonly size: number }
  | { readonly ok: false; readonly problem: string };

class Refused extends Error {}

/**
 * Copies an untrusted value into plain JSON data, in one walk that stops at the first excess.
 *
 * Keeps what `JSON.stringify` would keep: `undefined` and functions are dropped from objects, dates become text.
 * Refuses what JSON cannot hold or what reads differently elsewhere: numbers that are not finite, bigints,
 * lone surrogates, cycles (by depth or size), getters that throw, and what is no data at all. Never throws.
 */
export function snapshotJson(
  value: unknown,
  limits: JsonLimits = callLimits,
  read: (value: unknown) => unknown = asFields,
): Snapshot {
  let size = 0;

  const spend = (amount: number): void => {
    size += amount;
    // fail closed: what is too large to check is not checked in part
    if (size > limits.maxSize) throw new Refused(`larger than ${limits.maxSize} characters`);
  };

  const text = (value: string): string => {
    spend(value.length);
    // fail closed: engines read a lone surrogate differently, and one of them aborts on it
    if (!value.isWellFormed()) throw new Refused("a string that is not well-formed Unicode");
    return value;
  };

  const copy = (given: unknown, depth: number): Json | undefined => {
    spend(8);
    const value = read(given);
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "string") return text(value);
    if (typeof value === "number") {
      // fail closed: JSON has no such number, and null in its place would be another value
      if (!Number.isFinite(value)) throw new Refused("a number that is not finite");
      return value;
    }
    if (typeof value !== "object") {
      if (typeof value === "bigint") throw new Refused("a bigint");
      return undefined;
    }
    // fail closed: too deep to check
    if (depth >= limits.maxDepth) throw new Refused(`nested deeper than ${limits.maxDepth}`);
    if (Array.isArray(value)) return copyArray(value, depth + 1);
    return copyObject(value as Record<string, unknown>, depth + 1);
  };

  const copyArray = (items: readonly unknown[], depth: number): readonly Json[] => {
    const copied: Json[] = [];
    for (let index = 0; index < items.length; index++) copied.push(copy(items[index], depth) ?? null);
    return copied;
  };

  const copyObject = (object: Record<string, unknown>, depth: number): Json => {
    const copied = createBareRecord<Json>();
    for (const name of Object.keys(object)) {
      const value = copy(object[name], depth);
      if (value !== undefined) copied[text(name)] = value;
    }
    return copied;
  };

  try {
    const copied = copy(value, 0);
    // fail closed: what is dropped inside of an object is nothing to decide about by itself
    if (copied === undefined && value !== undefined) throw new Refused("no data");
    return { ok: true, value: copied ?? null, size };
  } catch (error) {
    // fail closed: a getter or proxy that throws leaves the value unchecked
    return {
      ok: false,
      problem: error instanceof Refused ? error.message : "a property that cannot be read",
    };
  }
}

/** Copies what a tool returned: as whoever reads it will, who gets it as text. */
export function snapshotResult(result: unknown): Snapshot {
  return snapshotJson(result ?? null, callLimits, asText);
}

/** A copy of plain JSON data, for code that may change what it is handed. */
export function copyJson<TValue>(value: TValue): TValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyJson) as TValue;
  const copied = createBareRecord<unknown>();
  for (const [name, part] of Object.entries(value)) copied[name] = copyJson(part);
  return copied as TValue;
}

/** A value as code takes it that reads its fields, as tools do with their arguments. */
function asFields(value: unknown): unknown {
  // an invalid date throws here, where its `toJSON` would say null
  return value instanceof Date ? Date.prototype.toISOString.call(value) : value;
}

/** A value as `JSON.stringify` takes it: what has a `toJSON` is what that says, and values in boxes come out of them. */
function asText(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Date) return asFields(value);
  const { toJSON } = value as { readonly toJSON?: unknown };
  const said: unknown = typeof toJSON === "function" ? toJSON.call(value, "") : value;
  const isBoxed = said instanceof String || said instanceof Number || said instanceof Boolean;
  return isBoxed ? said.valueOf() : said;
}

/** Tells whether two pieces of JSON data are the same, whatever the order of their keys. */
export function sameJson(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => sameJson(item, right[index]));
  }
  return sameRecord(left as Record<string, Json>, right as Record<string, Json>);
}

/** Tells whether two values are the same as JSON; `false` where one of them is none. */
export function sameAsJson(left: unknown, right: unknown): boolean {
  const [one, other] = [snapshotJson(left), snapshotJson(right)];
  return one.ok && other.ok && sameJson(one.value, other.value);
}

function sameRecord(left: Readonly<Record<string, Json>>, right: Readonly<Record<string, Json>>): boolean {
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && sameJson(left[name], right[name]));
}

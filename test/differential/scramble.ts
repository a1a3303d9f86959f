import type { Json, ReadSet } from "@forego/core";
import type { Input } from "@forego/testing";

/** A JSON value of which only what a read set names is as it was: all else is another value, or gone, or new. */
export function scramble(value: Json, reads: ReadSet, noise: Json | undefined): Json {
  if (reads === true || typeof value !== "object" || value === null) return value;
  if ("items" in reads) {
    return Array.isArray(value) ? value.map((item) => scramble(item, reads.items, noise)) : value;
  }
  if (Array.isArray(value)) return value;
  const entries = Object.entries(value as Input);
  if ("values" in reads) {
    return Object.fromEntries(entries.map(([name, part]) => [name, scramble(part, reads.values, noise)]));
  }
  const read = entries.flatMap(([name, part]) => {
    const set = Object.hasOwn(reads.fields, name) ? reads.fields[name] : undefined;
    return set === undefined ? [] : [[name, scramble(part, set, noise)] as const];
  });
  const other = ["extra", ...entries.map(([name]) => name)].filter(
    (name) => !Object.hasOwn(reads.fields, name),
  );
  const changed = noise === undefined ? [] : other.map((name) => [name, noise] as const);
  return Object.fromEntries([...changed, ...read]);
}

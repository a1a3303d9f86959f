import { sameAsJson, snapshotJson } from "@forego/core";
import { interopParseAsync, isInteropZodSchema } from "@langchain/core/utils/types";

/** Arguments of a call, in the form that its tool runs with. */
export interface ToolArgs {
  /** What is decided. */
  readonly args: unknown;
  /** What the tool's schema made of them, as its function takes it; absent where the schema has not spoken yet. */
  readonly value?: unknown;
}

/**
 * What a tool would run with. Copied first: whoever holds the call may change it while it is decided. Arguments that
 * the schema refuses stay as they are, and the tool refuses them itself, in its own words.
 */
export async function parseArgs(tool: unknown, args: unknown): Promise<ToolArgs> {
  const snapshot = snapshotJson(args);
  // the guard denies what is no JSON
  if (!snapshot.ok) return { args };
  const copy = copyPlain(snapshot.value);
  const schema = (tool as { readonly schema?: unknown } | undefined)?.schema;
  if (!isInteropZodSchema(schema)) return { args: copy };
  try {
    const value: unknown = await interopParseAsync(schema, copy);
    return { args: asArgs(value), value };
  } catch {
    return { args: copy };
  }
}

/** What a tool would run with where rules changed its arguments: nothing that its schema changes once more. */
export async function parseChanged(tool: unknown, args: unknown): Promise<ToolArgs> {
  const parsed = await parseArgs(tool, args);
  return sameAsJson(parsed.args, args) ? parsed : { args };
}

/** Tools of a single text take it bare. */
export function asArgs(value: unknown): unknown {
  return typeof value === "string" ? { input: value } : (value ?? {});
}

/** A copy of lists and plain objects, all the way down. What else a schema makes, dates for one, is handed on. */
export function copyPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyPlain);
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, copyPlain(one)]));
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

import type { Obligation } from "../contract/obligation.ts";
import { type Json, snapshotJson } from "../json/json-snapshot.ts";

type Arguments = Readonly<Record<string, Json>>;

/** Puts the arguments that rules set in the place of the call's. */
export function transformArguments(args: Arguments, obligations: readonly Obligation[]): Arguments {
  const sets = obligations.flatMap((one) => (one.kind === "transform" ? [one.set as Arguments] : []));
  return sets.length === 0 ? args : Object.assign({ ...args }, ...sets);
}

/** Takes values out of arguments; `undefined` when they are not of the form that a path speaks of. */
export function redactArguments(args: Arguments, obligations: readonly Obligation[]): Arguments | undefined {
  return redact({ args }, pathsInto("args", obligations))?.args as Arguments | undefined;
}

/**
 * Takes values out of a result; `undefined` when it is not of the form that a path speaks of. A text that holds JSON is
 * redacted inside, as many tools answer with such; one that would not come out as it was, but for what is taken out, is
 * of another form.
 */
export function redactResult(result: Json, obligations: readonly Obligation[]): Json | undefined {
  const paths = pathsInto("result", obligations);
  const isInside = paths.some((path) => path.length > 1);
  const parsed = isInside && typeof result === "string" ? parseJson(result) : undefined;
  const redacted = redact({ result: parsed ?? result }, paths)?.result;
  return parsed === undefined || redacted === undefined ? redacted : JSON.stringify(redacted);
}

/** Whether something must be done with what obligations say of a document. */
export function reaches(root: "args" | "result", obligations: readonly Obligation[]): boolean {
  return pathsInto(root, obligations).length > 0;
}

function pathsInto(
  root: "args" | "result",
  obligations: readonly Obligation[],
): readonly (readonly string[])[] {
  return obligations
    .flatMap((one) => (one.kind === "redact" ? one.paths.map(stepsOf) : []))
    .filter(([first]) => first === root);
}

/** `result.rows[*].ssn` as `result`, `rows`, `[*]`, `ssn`. */
function stepsOf(path: string): readonly string[] {
  return path.replaceAll("[*]", ".[*]").split(".");
}

function redact(
  document: Readonly<Record<string, Json>>,
  paths: readonly (readonly string[])[],
): Readonly<Record<string, Json>> | undefined {
  try {
    return paths.reduce((value, path) => replaceAt(value, path) as Readonly<Record<string, Json>>, document);
  } catch (cause) {
    // fail closed: what cannot be found cannot be taken out
    if (cause instanceof AnotherForm) return undefined;
    throw cause;
  }
}

/** A value that is not of the form that a path speaks of. */
class AnotherForm extends Error {}

function replaceAt(value: Json, [step, ...rest]: readonly string[]): Json {
  if (step === undefined) return typeof value === "string" ? "[redacted]" : null;
  // what is not there is left alone
  if (value === null) return null;
  if (step === "[*]" && Array.isArray(value)) return value.map((item) => replaceAt(item, rest));
  if (typeof value !== "object" || Array.isArray(value)) throw new AnotherForm();
  const entries = Object.entries(value as Readonly<Record<string, Json>>);
  return Object.fromEntries(
    entries.map(([name, part]) => [name, step === "[*]" || name === step ? replaceAt(part, rest) : part]),
  );
}

function parseJson(text: string): Json | undefined {
  try {
    const parsed = snapshotJson(JSON.parse(text, keepNumber));
    return parsed.ok ? parsed.value : undefined;
  } catch {
    // as a text it is another form, and is told so
    return undefined;
  }
}

/** Refuses a number that JavaScript cannot keep: written back, it would be another one. */
function keepNumber(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  const digits = typeof value === "number" ? context?.source?.replaceAll(/e.*|[^0-9]|^0+/gi, "") : undefined;
  // fail closed: an id that became another one would name somebody else
  if (digits !== undefined && digits.length > 15 && String(value) !== context?.source)
    throw new AnotherForm();
  return value;
}

/** Whatever a request says beside. Hostile. */
export type Properties = Readonly<Record<string, unknown>>;

/** What was read, or why it could not be. The problem names fields, never values. */
export type Reading<TValue> =
  | { readonly ok: true; readonly value: TValue }
  | { readonly ok: false; readonly problem: string };

class Unreadable extends Error {}

/** Reads something by the functions below, which throw where it is not what it should be. */
export function attempt<TValue>(read: () => TValue): Reading<TValue> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    // fail closed: what is not whole is not read in part
    if (error instanceof Unreadable) return { ok: false, problem: error.message };
    throw error;
  }
}

export function isRecord(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A record; `what` names it in problems. */
export function record(value: unknown, what: string): Properties {
  if (isRecord(value)) return value;
  throw new Unreadable(`${what} is ${value === undefined ? "missing" : "not an object"}`);
}

/** A text that must be there. */
export function text(given: Properties, name: string, what: string): string {
  return requireText(own(given, name), `${what}.${name}`);
}

/** A member that need not be there, under another name: as if it were not there where it is `null`. */
export function optional<TName extends string, TValue>(
  given: Properties,
  [name, as]: readonly [name: string, as: TName],
  what: string,
  read: (value: unknown, what: string) => TValue,
): { readonly [K in TName]?: TValue } {
  const value = own(given, name) ?? undefined;
  // fail closed: what a caller says in another form than it is read in is refused, and not taken for unsaid
  return value === undefined ? {} : ({ [as]: read(value, `${what}.${name}`) } as { [K in TName]?: TValue });
}

export function requireText(value: unknown, what: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new Unreadable(`${what} is not a text`);
}

export function requireTexts(value: unknown, what: string): readonly string[] {
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw new Unreadable(`${what} is not a list of texts`);
}

export function requireNumber(value: unknown, what: string): number {
  if (typeof value === "number") return value;
  throw new Unreadable(`${what} is not a number`);
}

export function requireBoolean(value: unknown, what: string): boolean {
  if (typeof value === "boolean") return value;
  throw new Unreadable(`${what} is neither true nor false`);
}

function own(given: Properties, name: string): unknown {
  return Object.hasOwn(given, name) ? given[name] : undefined;
}

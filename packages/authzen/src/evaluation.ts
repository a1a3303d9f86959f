/** A subject or a resource of a request. */
export interface Entity {
  readonly type: string;
  readonly id: string;
  readonly properties?: Properties;
}

/** What the subject wants to do. */
export interface Action {
  readonly name: string;
  readonly properties?: Properties;
}

/** Whatever a request says beside. Hostile. */
export type Properties = Readonly<Record<string, unknown>>;

/** One question: whether a subject may do something with a resource. */
export interface Evaluation {
  readonly subject: Entity;
  readonly action: Action;
  readonly resource: Entity;
  readonly context: Properties;
}

/** What was read, or why it could not be. The problem names fields, never values. */
export type Reading<TValue> =
  | { readonly ok: true; readonly value: TValue }
  | { readonly ok: false; readonly problem: string };

class Unreadable extends Error {}

/**
 * Reads a question. Fields that the specification does not know are ignored, as it asks; `defaults` are those of a
 * request with several questions: an entity of the question replaces that of the request, but for a `type`, an `id` or
 * a `name` that it does not have.
 */
export function readEvaluation(value: unknown, defaults: Properties = {}): Reading<Evaluation> {
  return attempt(() => {
    const own = record(value, "the evaluation");
    const part = (name: string) => withDefaults(own[name], defaults[name]);
    return {
      subject: readEntity(part("subject"), "subject"),
      action: readAction(part("action")),
      resource: readEntity(part("resource"), "resource"),
      context: record(own.context ?? defaults.context ?? {}, "context"),
    };
  });
}

/** Reads whom a request is about. */
export function readSubject(value: unknown): Reading<Entity> {
  return attempt(() => readEntity(value, "subject"));
}

function attempt<TValue>(read: () => TValue): Reading<TValue> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    // fail closed: what is not whole is not read in part
    if (error instanceof Unreadable) return { ok: false, problem: error.message };
    throw error;
  }
}

/** What of an entity every question has. */
const identifying = ["type", "id", "name"];

function withDefaults(own: unknown, given: unknown): unknown {
  if (own === undefined) return given;
  if (!isRecord(own) || !isRecord(given)) return own;
  const missing = identifying.filter((name) => Object.hasOwn(given, name) && !Object.hasOwn(own, name));
  return { ...own, ...Object.fromEntries(missing.map((name) => [name, given[name]])) };
}

function readEntity(value: unknown, what: string): Entity {
  const given = record(value, what);
  return { type: text(given, "type", what), id: text(given, "id", what), ...propertiesOf(given, what) };
}

function readAction(value: unknown): Action {
  const given = record(value, "action");
  return { name: text(given, "name", "action"), ...propertiesOf(given, "action") };
}

function text(given: Properties, name: string, what: string): string {
  const value = Object.hasOwn(given, name) ? given[name] : undefined;
  if (typeof value === "string" && value !== "") return value;
  throw new Unreadable(`${what}.${name} is not a text`);
}

function propertiesOf({ properties }: Properties, what: string): { readonly properties?: Properties } {
  return properties === undefined ? {} : { properties: record(properties, `${what}.properties`) };
}

function record(value: unknown, what: string): Properties {
  if (isRecord(value)) return value;
  throw new Unreadable(`${what} is ${value === undefined ? "missing" : "not an object"}`);
}

export function isRecord(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

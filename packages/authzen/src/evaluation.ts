import type { Call } from "@forego/core";
import { type EvaluationContext, readContext } from "./evaluation-context.ts";
import {
  attempt,
  isRecord,
  optional,
  type Properties,
  type Reading,
  record,
  requireText,
  text,
} from "./reading.ts";

/** A subject or a resource of a request. */
export interface Entity {
  readonly type: string;
  readonly id: string;
  readonly properties?: Properties;
}

/** A resource, with what stands in its properties where it is something that agents call. */
export interface Resource extends Entity {
  /** The phase that its calls are decided in. */
  readonly phase?: NonNullable<Call["phase"]>;
  readonly server?: string;
  readonly model?: string;
}

/** What the subject wants to do. */
export interface Action {
  readonly name: string;
  readonly properties?: Properties;
}

/** One question: whether a subject may do something with a resource. */
export interface Evaluation {
  readonly subject: Entity;
  readonly action: Action;
  readonly resource: Resource;
  readonly context: EvaluationContext;
}

/** The types of resource that stand for what agents call, each with the phase that it is decided in. */
const phases: ReadonlyMap<string, NonNullable<Call["phase"]>> = new Map([
  ["tool", "tool_call"],
  ["model", "model_call"],
  ["mcp_resource", "mcp_resource_read"],
  ["mcp_prompt", "mcp_prompt_get"],
]);

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
      resource: readResource(part("resource")),
      context: readContext(own.context ?? defaults.context),
    };
  });
}

/** Reads whom a request is about. */
export function readSubject(value: unknown): Reading<Entity> {
  return attempt(() => readEntity(value, "subject"));
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

function readResource(value: unknown): Resource {
  const resource = readEntity(value, "resource");
  const phase = phases.get(resource.type);
  if (phase === undefined) return resource;
  const { properties = {} } = resource;
  return {
    ...resource,
    phase,
    ...optional(properties, ["server", "server"], "resource.properties", requireText),
    ...optional(properties, ["model", "model"], "resource.properties", requireText),
  };
}

function readAction(value: unknown): Action {
  const given = record(value, "action");
  return { name: text(given, "name", "action"), ...propertiesOf(given, "action") };
}

function propertiesOf({ properties }: Properties, what: string): { readonly properties?: Properties } {
  return properties === undefined ? {} : { properties: record(properties, `${what}.properties`) };
}

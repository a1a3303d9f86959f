import { z } from "zod";

/** The version of the input contract that this package speaks. Releases state the range they were built for. */
export const contractVersion = 1;

/** The kinds of call that a policy can decide. */
export const phases = [
  "tool_call",
  "tool_result",
  "model_call",
  "mcp_resource_read",
  "mcp_prompt_get",
] as const;

/** One of {@link phases}. */
export type Phase = (typeof phases)[number];

/** The class of data that no tool declaration and no classifier has named. Nobody is cleared for it unless granted by this name. */
export const unclassified = "forego:unclassified";

const dataClasses = z.array(z.string()).max(1000);
const count = z.int().min(0);
const agent = z.object({ id: z.string(), scope: z.string(), owner_team: z.string().optional() });
const delegator = z.object({ id: z.string(), scope: z.string().optional() });

/**
 * What policies see: contract 1, snake_case on the wire.
 *
 * Required are `contract`, `agent.id`, `agent.scope`, `action.type`, `action.tool` and `environment.time`.
 * Lists default to `[]`, `args` to `{}`, `tenant` to `{ id: "default" }`. What else is absent stays absent:
 * a rule that reads it is invalid, and the operator is told the path.
 *
 * Bounds: 1,000 entries a list here; the whole input is bounded by the guard (256 Ki characters, depth 64).
 */
export const inputSchema = z.object({
  contract: z.literal(contractVersion),
  tenant: z.object({ id: z.string() }).default({ id: "default" }),
  agent: agent.extend({
    /** The agents that delegated to this one, outermost first. */
    chain: z.array(delegator).max(1000).default([]),
  }),
  /** Absent for unattended agents. */
  user: z
    .object({
      id: z.string(),
      issuer: z.string().optional(),
      groups: z.array(z.string()).max(1000).default([]),
      data_classifications_authorized: dataClasses.default([]),
    })
    .optional(),
  action: z.object({
    type: z.enum(phases),
    /** Tool name, resource URI, prompt name or model id, as `type` says. */
    tool: z.string(),
    args: z.record(z.string(), z.unknown()).default({}),
    /** The MCP server that the tool belongs to. */
    server: z.string().nullable().default(null),
    model: z.string().nullable().default(null),
    /** What the tool returned; only in `tool_result`. */
    result: z.unknown().default(null),
    data_classes_referenced: dataClasses.default([]),
  }),
  /** What the host cannot know is absent. */
  context: z
    .object({
      conversation_id: z.string().optional(),
      turn_count: count.optional(),
      tool_call_count: count.optional(),
      cumulative_tokens: count.optional(),
      session_age_seconds: z.number().min(0).optional(),
      data_classes_seen: dataClasses.default([]),
    })
    .default({ data_classes_seen: [] }),
  environment: z.object({
    region: z.string().optional(),
    /** UTC, as `2025-09-12T13:45:00Z`; set by the guard's clock. */
    time: z.iso.datetime(),
    is_production: z.boolean().optional(),
  }),
  /** Attributes fetched for this call. Filled by the guard only, like `state`, `derived` and `granted`. */
  facts: z.record(z.string(), z.unknown()).default({}),
  state: z.record(z.string(), z.unknown()).default({}),
  derived: z.record(z.string(), z.unknown()).default({}),
  /** Ids of `require_approval` rules that an approval has answered: these, and no others, ask no more. */
  granted: z.array(z.string()).max(1000).default([]),
});

/** One input, complete: every default is filled in. */
export type Input = z.output<typeof inputSchema>;

/** The contract as JSON Schema (draft 2020-12), as a sender sees it: what has a default is optional. */
export function inputJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(inputSchema, { io: "input" });
}

type Known<T> = T extends readonly (infer TItem)[]
  ? readonly Known<TItem>[]
  : T extends object
    ? { readonly [K in keyof T]-?: Known<Exclude<T[K], undefined>> }
    : T;

/**
 * The input as a predicate sees it: every field of the contract is there.
 * A rule that reads a field which the host did not supply never runs: it is invalid, and denies if it could.
 */
export type PolicyInput = Known<Omit<Input, "facts" | "state" | "derived" | "granted">>;

import type { Call, SessionView } from "@forego/core";
import type { JSONRPCRequest } from "@modelcontextprotocol/sdk/types.js";
import { property } from "../json-rpc.ts";
import type { McpHost } from "../mcp-host.ts";

/** Where a request comes from, and what is known of its session. */
export interface CallPlace {
  readonly host: McpHost;
  readonly callId: string;
  readonly conversationId: string;
  readonly session?: SessionView;
}

/** A method that is decided: its phase, and which of its parameters go to the server. Others do not: nobody looked at them. */
interface DecidedMethod {
  readonly phase: "tool_call" | "mcp_resource_read" | "mcp_prompt_get";
  readonly name: "name" | "uri";
  readonly params: readonly string[];
  readonly fulfils: NonNullable<Call["fulfils"]>;
}

const decidedMethods: ReadonlyMap<string, DecidedMethod> = new Map<string, DecidedMethod>([
  [
    "tools/call",
    {
      phase: "tool_call",
      name: "name",
      params: ["name", "arguments", "task", "_meta"],
      fulfils: ["redact", "transform"],
    },
  ],
  ["resources/read", { phase: "mcp_resource_read", name: "uri", params: ["uri", "_meta"], fulfils: [] }],
  [
    "prompts/get",
    {
      phase: "mcp_prompt_get",
      name: "name",
      params: ["name", "arguments", "_meta"],
      fulfils: ["redact", "transform"],
    },
  ],
]);

/** A request that must be decided, as the guard takes it. */
export interface DecidedRequest {
  readonly call: Call<McpHost>;
  /** The request as it goes to the server, with other arguments where rules set them. */
  forward(args: Readonly<Record<string, unknown>> | undefined): Pick<JSONRPCRequest, "method" | "params">;
}

/** Whether a method is decided before it goes to the server. */
export function isDecided(method: string): boolean {
  return decidedMethods.has(method);
}

/** Reads a request that {@link isDecided}: from its body alone. */
export function toCall({ method, params }: JSONRPCRequest, place: CallPlace): DecidedRequest {
  const decided = decidedMethods.get(method);
  if (decided === undefined) throw new TypeError(`'${method}' is not decided`);
  const name = property(params, decided.name);
  const call: Call<McpHost> = {
    ...place,
    phase: decided.phase,
    // what has no name is denied as such
    tool: typeof name === "string" ? name : "",
    args: decided.params.includes("arguments") ? property(params, "arguments") : {},
    server: place.host.server,
    fulfils: decided.fulfils,
  };
  return {
    call,
    forward: (args) => ({
      method,
      params: { ...pick(params, decided.params), ...(args === undefined ? {} : { arguments: args }) },
    }),
  };
}

function pick(params: JSONRPCRequest["params"], names: readonly string[]): Record<string, unknown> {
  const known = names.map((name) => [name, property(params, name)] as const);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined));
}

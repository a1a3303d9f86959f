import type { Admission, Call, Decision, Guard } from "@forego/core";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import {
  type CallToolRequest,
  CallToolResultSchema,
  type GetPromptRequest,
  type JSONRPCRequest,
  McpError,
  type ReadResourceRequest,
} from "@modelcontextprotocol/sdk/types.js";
import { decisionKey, denialResult } from "./denial.ts";
import { errorCodes, type Result } from "./json-rpc.ts";
import { listOf } from "./listed.ts";
import type { McpHost } from "./mcp-host.ts";
import { toCall } from "./to-call.ts";
import { settleResult } from "./tool-result.ts";
import { loadTraceContext } from "./trace-context.ts";

/** How an application's own client is guarded. */
export interface GuardClientOptions {
  /** The server's name, as policies know it by `action.server`. */
  readonly server: string;
  /** Goes to the guard's `identify`: the application's session or verified token. */
  readonly context?: unknown;
  /** The conversation, below the tenant. Defaults to one of this wrapper's own. */
  readonly conversationId?: string;
}

type RequestOptions = Parameters<Client["callTool"]>[2];
type CallToolResult = Awaited<ReturnType<Client["callTool"]>>;

/** A client whose calls are decided. */
export interface GuardedClient {
  /** As the client's; a denial is a result with `isError`, and the decision in `_meta`. */
  callTool(params: CallToolRequest["params"], options?: RequestOptions): Promise<CallToolResult>;
  /** As the client's, without the tools that would be denied whatever their arguments. */
  readonly listTools: Client["listTools"];
  /** As the client's, without the prompts that would be denied whatever their arguments. */
  readonly listPrompts: Client["listPrompts"];
  /** As the client's, without the resources that would be denied. */
  readonly listResources: Client["listResources"];
  /** As the client's, without the templates that would be denied whatever they are filled with. */
  readonly listResourceTemplates: Client["listResourceTemplates"];
  /** As the client's; a denial is thrown, as the `McpError` that a gateway would have answered with. */
  readResource(
    params: ReadResourceRequest["params"],
    options?: RequestOptions,
  ): ReturnType<Client["readResource"]>;
  /** As the client's; a denial is thrown, as the `McpError` that a gateway would have answered with. */
  getPrompt(params: GetPromptRequest["params"], options?: RequestOptions): ReturnType<Client["getPrompt"]>;
}

/**
 * Puts a guard before the calls that an application makes to an MCP server itself, with the decisions that a gateway
 * in front of it would make. Guards what is called through the answer, and nothing that is called on `client`.
 *
 * A call that needs approval is denied: let people answer with `guard.answer`, and call again.
 */
export function guardClient(
  guard: Guard<McpHost>,
  client: Client,
  options: GuardClientOptions,
): GuardedClient {
  const { server, conversationId = crypto.randomUUID() } = options;
  const host: McpHost = { adapter: "mcp", transport: "client", server, context: options.context };
  const trace = loadTraceContext();
  let calls = 0;
  let answered = 0;

  const viewer = () => ({ host, conversationId, session: { toolCallCount: answered } });

  /** Admits a call; runs it with what rules made of it. */
  async function decided<TResult>(
    request: Pick<JSONRPCRequest, "method" | "params">,
    run: (params: JSONRPCRequest["params"], admission: Admission) => Promise<TResult>,
    deny: (decision: Decision) => TResult,
  ): Promise<TResult> {
    calls += 1;
    const place = { ...viewer(), callId: `${conversationId}:${calls}` };
    const { call, isNamed, forward } = toCall({ jsonrpc: "2.0", id: calls, ...request }, place);
    const admission = await admit(call, isNamed);
    // fail closed: only an allow is sent
    if (!admission.decision.allow) return deny(admission.decision);
    try {
      return await run(await traced(forward(admission.args).params), admission);
    } catch (error) {
      await guard.settle(admission, { error });
      throw error;
    }
  }

  async function admit(call: Call<McpHost>, isNamed: boolean): Promise<Admission> {
    if (isNamed) return guard.admit(call);
    return { decision: await guard.deny(call, "forego.invalid_input", "the call has no name"), requests: [] };
  }

  /** What is sent, with the active trace: what the application named itself stands. */
  async function traced(params: JSONRPCRequest["params"]): Promise<JSONRPCRequest["params"]> {
    const active = (await trace).active();
    return Object.keys(active).length === 0 ? params : { ...params, _meta: { ...active, ...params?._meta } };
  }

  async function settled<TResult>(admission: Admission, result: Promise<TResult>): Promise<TResult> {
    const given = await result;
    await guard.settle(admission, { result: null });
    return given;
  }

  async function shown<TResult extends Result>(method: string, list: Promise<TResult>): Promise<TResult> {
    const result = await list;
    return (await listOf(method)?.(guard, viewer(), result)) as TResult;
  }

  return {
    callTool: (params, requestOptions) =>
      decided<CallToolResult>(
        { method: "tools/call", params },
        async (sent, admission) => {
          const result = await client.callTool(sent as typeof params, CallToolResultSchema, requestOptions);
          answered += 1;
          return (await settleResult(
            guard,
            { tool: params.name, server, admission },
            result,
          )) as CallToolResult;
        },
        denialResult,
      ),
    listTools: (...args) => shown("tools/list", client.listTools(...args)),
    listPrompts: (...args) => shown("prompts/list", client.listPrompts(...args)),
    listResources: (...args) => shown("resources/list", client.listResources(...args)),
    listResourceTemplates: (...args) =>
      shown("resources/templates/list", client.listResourceTemplates(...args)),
    readResource: (params, requestOptions) =>
      decided(
        { method: "resources/read", params },
        (sent, admission) => settled(admission, client.readResource(sent as typeof params, requestOptions)),
        refuse,
      ),
    getPrompt: (params, requestOptions) =>
      decided(
        { method: "prompts/get", params },
        (sent, admission) => settled(admission, client.getPrompt(sent as typeof params, requestOptions)),
        refuse,
      ),
  };
}

function refuse(decision: Decision): never {
  throw new McpError(errorCodes.denied, decision.message, { [decisionKey]: decision });
}

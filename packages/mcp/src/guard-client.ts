import { type Admission, type Call, type Decision, denied, type Guard, snapshotJson } from "@forego/core";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { JSONRPCRequest } from "@modelcontextprotocol/sdk/types.js";
import { denialResult, withoutForgedError, withoutForgedResult } from "./decisions/denial.ts";
import { listOf } from "./decisions/listed.ts";
import { toCall } from "./decisions/to-call.ts";
import { settleError, settleResult } from "./decisions/tool-result.ts";
import { isUnsent } from "./is-unsent.ts";
import type { Result } from "./json-rpc.ts";
import {
  type CallToolOptions,
  callTool,
  denialOf,
  errorFor,
  errorIn,
  inOneCall,
  isAnswered,
  type McpClient,
} from "./mcp-client.ts";
import type { McpHost } from "./mcp-host.ts";
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

/** A client whose calls are decided. */
export interface GuardedClient<TClient extends McpClient = Client> {
  /** As the client's; a denial is a result with `isError`, and the decision in `_meta`. */
  callTool(
    params: Parameters<TClient["callTool"]>[0],
    options?: CallToolOptions<TClient>,
  ): ReturnType<TClient["callTool"]>;
  /** As the client's, without the tools that would be denied whatever their arguments. */
  readonly listTools: TClient["listTools"];
  /** As the client's, without the prompts that would be denied whatever their arguments. */
  readonly listPrompts: TClient["listPrompts"];
  /** As the client's, without the resources that would be denied. */
  readonly listResources: TClient["listResources"];
  /** As the client's, without the templates that would be denied whatever they are filled with. */
  readonly listResourceTemplates: TClient["listResourceTemplates"];
  /** As the client's; a denial is thrown, as the error that the client would throw for a gateway's. */
  readonly readResource: TClient["readResource"];
  /** As the client's; a denial is thrown, as the error that the client would throw for a gateway's. */
  readonly getPrompt: TClient["getPrompt"];
}

/**
 * Puts a guard before the calls that an application makes to an MCP server itself, with the decisions that a gateway
 * in front of it would make. Guards what is called through the answer, and nothing that is called on `client`.
 *
 * A call that needs approval is denied: let people answer with `guard.answer`, and call again. What a server asks in the
 * middle of a call is answered by the client's own handlers.
 *
 * @param client of `@modelcontextprotocol/sdk`, or of `@modelcontextprotocol/client` in whatever version of the protocol.
 */
export function guardClient<TClient extends McpClient>(
  guard: Guard<McpHost>,
  client: TClient,
  options: GuardClientOptions,
): GuardedClient<TClient> {
  const { server, conversationId = crypto.randomUUID() } = options;
  const host: McpHost = { adapter: "mcp", transport: "client", server, context: options.context };
  const trace = loadTraceContext();
  let calls = 0;
  let answered = 0;

  const viewer = () => ({ host, conversationId, session: { toolCallCount: answered } });

  /** Admits a call; runs it with what rules made of it. */
  async function decided(
    request: Pick<JSONRPCRequest, "method" | "params">,
    run: (params: JSONRPCRequest["params"], admission: Admission) => Promise<Result>,
    deny: (decision: Decision) => Result | Promise<Result>,
  ): Promise<Result> {
    calls += 1;
    const place = { ...viewer(), callId: `${conversationId}:${calls}` };
    // what the application writes into its parameters from here on, nobody decides and nobody sends
    const copy = snapshotJson(request.params);
    const params = copy.ok ? (copy.value as JSONRPCRequest["params"]) : request.params;
    const { call, forward } = toCall({ jsonrpc: "2.0", id: calls, ...request, params }, place);
    // fail closed: what cannot be copied is not JSON, and may be something else when it is sent
    const admission = await (copy.ok ? guard.admit(call) : refuse(call, copy.problem));
    // fail closed: only an allow is sent
    if (!admission.decision.allow) return deny(admission.decision);
    try {
      return await run(await traced(forward(admission.args).params), admission);
    } catch (error) {
      throw await thrownOf(error, call, admission);
    }
  }

  /** What is thrown of what the client threw. A call that may have been sent may have run, and stays charged. */
  async function thrownOf(error: unknown, call: Call<McpHost>, admission: Admission): Promise<unknown> {
    const said = errorIn(error);
    const answered = withoutForgedError(said);
    const own = answered === said ? error : await errorFor(client, answered);
    if (isUnsent(error) || call.phase !== "tool_call") {
      await guard.settle(admission, isUnsent(error) ? { error } : { result: null });
      return own;
    }
    const left = await settleError(guard, admission, answered, isAnswered(error));
    return left === answered ? own : errorFor(client, left);
  }

  async function refuse(call: Call<McpHost>, problem: string): Promise<Admission> {
    const decision = await guard.deny(call, "forego.invalid_input", problem);
    // where nothing is enforced, the call goes on as the one that was decided so
    return decision.allow ? guard.admit(call) : denied(decision);
  }

  /** What is sent, with the active trace: what the application named itself stands. */
  async function traced(params: JSONRPCRequest["params"]): Promise<JSONRPCRequest["params"]> {
    const active = (await trace).active();
    return Object.keys(active).length === 0 ? params : { ...params, _meta: { ...active, ...params?._meta } };
  }

  /** Makes requests of a method whose denials are thrown. */
  const asking =
    (method: string, send: SendRequest): SendRequest =>
    (params, requestOptions) =>
      decided(
        { method, params: params as JSONRPCRequest["params"] },
        async (sent, admission) => {
          const result = await send(sent, inOneCall(requestOptions));
          await guard.settle(admission, { result: null });
          return withoutForgedResult(result);
        },
        async (decision) => {
          throw await denialOf(client, decision);
        },
      );

  /** Makes requests of a method that lists. */
  const listing =
    (method: string, list: SendRequest): SendRequest =>
    async (params, requestOptions) => {
      const result = withoutForgedResult(await list(params, requestOptions));
      return (await listOf(method)?.(guard, viewer(), result)) ?? result;
    };

  const call: SendRequest = (params, requestOptions) =>
    decided(
      { method: "tools/call", params: params as JSONRPCRequest["params"] },
      async (sent, admission) => {
        const result = withoutForgedResult(await callTool(client, sent, requestOptions));
        answered += 1;
        return settleResult(guard, admission, result);
      },
      denialResult,
    );

  const made: Readonly<Record<keyof McpClient, SendRequest>> = {
    callTool: call,
    listTools: listing("tools/list", bound(client, "listTools")),
    listPrompts: listing("prompts/list", bound(client, "listPrompts")),
    listResources: listing("resources/list", bound(client, "listResources")),
    listResourceTemplates: listing("resources/templates/list", bound(client, "listResourceTemplates")),
    readResource: asking("resources/read", bound(client, "readResource")),
    getPrompt: asking("prompts/get", bound(client, "getPrompt")),
  };
  return made as unknown as GuardedClient<TClient>;
}

type SendRequest = (params?: unknown, options?: unknown) => Promise<Result>;

/** A method of a client, to be called by itself. Its parameters are what the guarded method of the same type was given. */
function bound(client: McpClient, method: keyof McpClient): SendRequest {
  return client[method].bind(client) as SendRequest;
}

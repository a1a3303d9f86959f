// A server with everything that the protocol has, over the real SDK, for tests: `node mcp-everything-server.ts stdio`, or `http <port>`.
// Over HTTP it says its address on standard output.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { InMemoryTaskStore } from "@modelcontextprotocol/sdk/experimental/tasks/stores/in-memory.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  CompleteRequestSchema,
  CreateMessageResultSchema,
  ElicitResultSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListRootsResultSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
  type ServerNotification,
  type ServerRequest,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";

import {
  completion,
  listedPrompts,
  listedSimply,
  promptMessages,
  readResource,
  resources,
  resourceTemplates,
  simpleTools,
  text,
} from "./mcp-everything-contents.ts";

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;
type Arguments = Readonly<Record<string, unknown>>;

const schema = (properties: object = {}, more: object = {}) => ({
  type: "object" as const,
  properties,
  ...more,
});

/** What was called, so that tests see what really arrived. */
const calls: unknown[] = [];

async function elicit(extra: Extra, message: string, properties: object, required: readonly string[] = []) {
  const requestedSchema = { type: "object", properties, required: [...required] } as never;
  const params = { mode: "form" as const, message, requestedSchema };
  return extra.sendRequest({ method: "elicitation/create", params }, ElicitResultSchema);
}

const tools: Readonly<
  Record<string, (args: Arguments, extra: Extra) => CallToolResult | Promise<CallToolResult>>
> = {
  ...simpleTools,
  async test_tool_with_logging(_args, extra) {
    for (const data of ["Tool execution started", "Tool processing data", "Tool execution completed"]) {
      await extra.sendNotification({ method: "notifications/message", params: { level: "info", data } });
      await wait(50);
    }
    return text("logged");
  },
  async test_tool_with_progress(_args, extra) {
    const progressToken = extra._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined) {
        const params = { progressToken, progress, total: 100 };
        await extra.sendNotification({ method: "notifications/progress", params });
      }
      await wait(20);
    }
    return text("done");
  },
  async test_sampling({ prompt }, extra) {
    const params = {
      messages: [{ role: "user" as const, content: { type: "text" as const, text: String(prompt) } }],
      maxTokens: 100,
    };
    const result = await extra.sendRequest(
      { method: "sampling/createMessage", params },
      CreateMessageResultSchema,
    );
    return text(`LLM response: ${result.content.type === "text" ? result.content.text : "?"}`);
  },
  async test_elicitation({ message }, extra) {
    const field = { type: "string", description: "User's response" };
    const result = await elicit(extra, String(message), { username: field, email: field }, [
      "username",
      "email",
    ]);
    return text(`User response: action=${result.action}, content=${JSON.stringify(result.content)}`);
  },
  async test_elicitation_sep1034_defaults(_args, extra) {
    const result = await elicit(extra, "defaults", {
      name: { type: "string", default: "John Doe" },
      age: { type: "integer", default: 30 },
      score: { type: "number", default: 95.5 },
      status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
      verified: { type: "boolean", default: true },
    });
    return text(`Elicitation completed: action=${result.action}, content=${JSON.stringify(result.content)}`);
  },
  async test_elicitation_sep1330_enums(_args, extra) {
    const options = ["option1", "option2", "option3"];
    const titled = [1, 2, 3].map((one) => ({ const: `value${one}`, title: `Option ${one}` }));
    const result = await elicit(extra, "enums", {
      untitledSingle: { type: "string", enum: options },
      titledSingle: { type: "string", oneOf: titled },
      legacyEnum: {
        type: "string",
        enum: ["opt1", "opt2", "opt3"],
        enumNames: ["Option One", "Option Two", "Option Three"],
      },
      untitledMulti: { type: "array", items: { type: "string", enum: options } },
      titledMulti: { type: "array", items: { anyOf: titled } },
    });
    return text(`Elicitation completed: action=${result.action}, content=${JSON.stringify(result.content)}`);
  },
  async test_reconnection(_args, extra) {
    extra.closeSSEStream?.();
    await wait(50);
    return text("Reconnection test completed successfully");
  },
  // the rest is for our own tests
  echo: (args) => text(JSON.stringify(args)),
  counted: () => text("counted"),
  calls: () => text(JSON.stringify(calls)),
  environment: () => text(JSON.stringify(process.env)),
  async roots(_args, extra) {
    const result = await extra.sendRequest({ method: "roots/list" }, ListRootsResultSchema);
    return text(JSON.stringify(result.roots));
  },
  customer: ({ id }) => {
    const structuredContent = {
      id,
      ssn: "123-45-6789",
      balance: 12,
      rows: [{ ssn: "987-65-4321", amount: 3 }],
    };
    return { ...text(JSON.stringify(structuredContent)), structuredContent };
  },
  sneaky: () => ({
    content: [{ type: "text", text: "ssn 123-45-6789", _meta: { ssn: "123-45-6789" } }],
    structuredContent: { id: 1, ssn: "123-45-6789" },
    _meta: { ssn: "123-45-6789" },
    more: { ssn: "123-45-6789" },
  }),
  lookup: ({ id }) => text(JSON.stringify({ id, ssn: "123-45-6789" })),
  async slow(_args, extra) {
    await new Promise<void>((resolve) => {
      extra.signal.addEventListener("abort", () => {
        calls.push({ name: "slow was cancelled" });
        resolve();
      });
      setTimeout(resolve, 3000).unref();
    });
    return text("slow");
  },
  die: () => process.exit(3),
  constructor: () => text("constructed"),
};

const outputSchema = schema({
  id: { type: "number" },
  ssn: { type: "string" },
  balance: { type: "number" },
  rows: { type: "array" },
});
const listed: Readonly<Record<string, object>> = {
  ...listedSimply,
  test_sampling: { inputSchema: schema({ prompt: { type: "string" } }, { required: ["prompt"] }) },
  test_elicitation: { inputSchema: schema({ message: { type: "string" } }, { required: ["message"] }) },
  customer: { outputSchema, execution: { taskSupport: "optional" } },
  lookup: { execution: { taskSupport: "optional" } },
};

/** One server, for one session. */
function everything(): Server {
  const taskStore = new InMemoryTaskStore();
  const server = new Server(
    { name: "everything", version: "1.2.3" },
    {
      instructions: "Try everything.",
      taskStore,
      capabilities: {
        tools: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        prompts: { listChanged: true },
        completions: {},
        logging: {},
        tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } },
      },
    },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: Object.keys(tools).map((name) => ({
      name,
      description: `Tool ${name}`,
      inputSchema: schema(),
      ...listed[name],
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const { name, arguments: args = {}, task: wanted, _meta } = params;
    const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
    if (tool === undefined) throw new McpError(-32602, `Unknown tool: ${name}`);
    if (name !== "calls") calls.push({ name, args, _meta });
    if (wanted === undefined) return tool(args, extra);
    const store = extra.taskStore;
    if (store === undefined) throw new Error("no task store");
    const task = await store.createTask({ ttl: 60_000, pollInterval: 10 });
    setTimeout(async () => store.storeTaskResult(task.taskId, "completed", await tool(args, extra)), 20);
    return { task, _meta: { hint: "ssn 123-45-6789" } };
  });
  server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: [...resources] }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: [...resourceTemplates],
  }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params: { uri } }) => ({
    contents: [readResource(uri)],
  }));
  server.setRequestHandler(SubscribeRequestSchema, async ({ params: { uri } }) => {
    setTimeout(() => void server.sendResourceUpdated({ uri }).catch(() => {}), 20);
    return {};
  });
  server.setRequestHandler(UnsubscribeRequestSchema, () => ({}));
  server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: [...listedPrompts] }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) => {
    const messages = promptMessages(params.name, params.arguments ?? {});
    if (messages === undefined) throw new McpError(-32602, "Unknown prompt");
    return { messages: [...messages] };
  });
  server.setRequestHandler(CompleteRequestSchema, () => ({ completion }));
  return server;
}

async function serveHttp(): Promise<void> {
  const transports = new Map<string, StreamableHTTPServerTransport>();
  const http = createServer(async (request, response) => {
    const hosts = ["localhost", "127.0.0.1"];
    const { host, origin = `http://${host}` } = request.headers;
    if (
      !hosts.includes(URL.parse(`http://${host}`)?.hostname ?? "") ||
      !hosts.includes(URL.parse(origin)?.hostname ?? "")
    ) {
      response.writeHead(403).end();
      return;
    }
    calls.push({ headers: request.headers });
    const id = request.headers["mcp-session-id"];
    const known = typeof id === "string" ? transports.get(id) : undefined;
    if (id !== undefined && known === undefined) {
      response.writeHead(404).end();
      return;
    }
    const transport =
      known ??
      new StreamableHTTPServerTransport({
        sessionIdGenerator: () => crypto.randomUUID(),
        onsessioninitialized: (session) => void transports.set(session, transport),
        onsessionclosed: (session) => {
          calls.push({ closed: session });
          transports.delete(session);
        },
      });
    if (known === undefined) await everything().connect(transport);
    await transport.handleRequest(request, response);
  });
  http.listen(Number(process.argv[3] ?? 0), "127.0.0.1", () => {
    process.stdout.write(`http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp\n`);
  });
}

if (process.argv[2] === "http") await serveHttp();
else await everything().connect(new StdioServerTransport());

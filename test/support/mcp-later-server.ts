// A server with everything of the protocol's version without sessions, over its own SDK, for tests:
// `node mcp-later-server.ts stdio`, or `http <port>`, which says its address on standard output. It speaks 2026-07-28
// and the version before.
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import {
  CLIENT_CAPABILITIES_META_KEY,
  createMcpHandler,
  InMemoryServerEventBus,
  type InputRequests,
  inputRequired,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
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
import { serveFetch } from "./serve-fetch.ts";

type Arguments = Readonly<Record<string, unknown>>;
type Asked = ReturnType<typeof inputRequired>;
type Result = ReturnType<(typeof simpleTools)[keyof typeof simpleTools]> | Asked;

const isHttp = process.argv[2] === "http";
const schema = (properties: Readonly<Record<string, Record<string, string>>> = {}) => ({
  type: "object" as const,
  properties,
});
const json = (value: unknown) => text(JSON.stringify(value));

/** What was called, so that tests see what really arrived. */
const calls: unknown[] = [];
const bus = new InMemoryServerEventBus();

const ask = (message: string, name: string) =>
  inputRequired.elicit({
    message,
    requestedSchema: { type: "object", properties: { [name]: { type: "string" } }, required: [name] },
  });
const askForSample = (words: string) =>
  inputRequired.createMessage({
    messages: [{ role: "user", content: { type: "text", text: words } }],
    maxTokens: 100,
  });

/** Answers with what was answered, once all was; asks for it until then. */
function once(
  { mcpReq: { inputResponses } }: ServerContext,
  inputRequests: InputRequests,
  requestState?: string,
): Result {
  const isAnswered = Object.keys(inputRequests).every((name) => Object.hasOwn(inputResponses ?? {}, name));
  if (isAnswered) return json(inputResponses);
  return inputRequired({ inputRequests, ...(requestState === undefined ? {} : { requestState }) });
}

const state = "the server's own";

const tools: Readonly<
  Record<string, (args: Arguments, context: ServerContext, server: Server) => Result | Promise<Result>>
> = {
  ...simpleTools,
  async test_tool_with_progress(_args, { mcpReq: { _meta, notify } }) {
    const progressToken = _meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      await wait(20);
      if (progressToken === undefined) continue;
      await notify({ method: "notifications/progress", params: { progressToken, progress, total: 100 } });
    }
    return text("done");
  },
  async test_logging_tool(_args, { mcpReq: { log } }) {
    await log("info", "logged");
    return text("logged");
  },
  test_missing_capability() {
    throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { sampling: {} } });
  },
  test_streaming_elicitation: (_args, context) => once(context, { user_name: ask("Your name?", "name") }),
  test_input_required_result_elicitation: (_args, context) =>
    once(context, { user_name: ask("What is your name?", "name") }),
  test_input_required_result_sampling: (_args, context) =>
    once(context, { capital_question: askForSample("What is the capital of France?") }),
  test_input_required_result_list_roots: (_args, context) =>
    once(context, { client_roots: inputRequired.listRoots() }),
  test_input_required_result_request_state: (_args, context) =>
    context.mcpReq.requestState() === state
      ? text("state-ok")
      : once(context, { confirm: ask("Please confirm", "ok") }, state),
  test_input_required_result_multiple_inputs: (_args, context) =>
    once(
      context,
      {
        user_name: ask("What is your name?", "name"),
        greeting: askForSample("Generate a greeting"),
        client_roots: inputRequired.listRoots(),
      },
      state,
    ),
  test_input_required_result_multi_round: (_args, context) =>
    context.mcpReq.requestState() === undefined
      ? once(context, { step1: ask("Step 1: What is your name?", "name") }, "1")
      : once(context, { step2: ask("Step 2: What is your favorite color?", "color") }, "2"),
  test_input_required_result_tampered_state(_args, context) {
    const given = context.mcpReq.requestState();
    if (given !== undefined && given !== state) throw new ProtocolError(-32602, "The state was changed.");
    return once(context, { confirm: ask("Please confirm", "ok") }, state);
  },
  test_input_required_result_capabilities(_args, context) {
    const envelope: Readonly<Record<string, unknown>> = { ...context.mcpReq.envelope };
    const isAsker = JSON.stringify(envelope[CLIENT_CAPABILITIES_META_KEY]).includes("elicitation");
    return once(context, {
      ...(isAsker
        ? { user_name: ask("Your name?", "name") }
        : { greeting: askForSample("Generate a greeting") }),
    });
  },
  in_region: (args, { http }) => json({ ...args, headers: Object.fromEntries(http?.req?.headers ?? []) }),
  // the rest is for our own tests
  echo(args) {
    calls.push(args);
    return json(args);
  },
  calls: () => json(calls),
  customer: ({ id }) => json({ id, ssn: "123-45-6789", balance: 12 }),
  counted: () => text("counted"),
  async wait(_args, { mcpReq: { signal } }) {
    await wait(10_000, undefined, { signal }).catch(() => calls.push("taken back"));
    return text("waited");
  },
  change(_args, _context, server) {
    if (isHttp) bus.publish({ kind: "tools_list_changed" });
    else void server.sendToolListChanged();
    return text("changed");
  },
  ask(args, context) {
    const { inputResponses, requestState } = context.mcpReq;
    calls.push({ ...args, inputResponses, requestState: requestState() });
    return once(context, { name: ask("Your name?", "name") }, state);
  },
  sample: (_args, context) => once(context, { sample: askForSample("say something") }),
};

const listed: Readonly<Record<string, object>> = {
  ...listedSimply,
  in_region: { inputSchema: schema({ region: { type: "string", "x-mcp-header": "Region" } }) },
};

function buildServer(): Server {
  const capabilities = {
    tools: { listChanged: true },
    resources: { listChanged: true },
    prompts: { listChanged: true },
    completions: {},
    logging: {},
  };
  const server = new Server({ name: "later", version: "2.0.0" }, { capabilities });
  server.setRequestHandler("tools/list", () => ({
    tools: Object.keys(tools).map((name) => ({
      name,
      description: `Tool ${name}`,
      inputSchema: schema(),
      ...listed[name],
    })),
  }));
  server.setRequestHandler("tools/call", ({ params }, context) => {
    const tool = Object.hasOwn(tools, params.name) ? tools[params.name] : undefined;
    if (tool === undefined) throw new ProtocolError(-32602, `Tool ${params.name} not found`);
    return tool(params.arguments ?? {}, context, server);
  });
  server.setRequestHandler("resources/list", () => ({ resources, ttlMs: 1000, cacheScope: "public" }));
  server.setRequestHandler("resources/templates/list", () => ({ resourceTemplates }));
  server.setRequestHandler("resources/read", ({ params: { uri } }) => {
    if (uri.includes("nonexistent")) throw new ProtocolError(-32602, "Resource not found", { uri });
    return { contents: [readResource(uri)], ttlMs: 60_000, cacheScope: "public" };
  });
  const prompt = { name: "test_input_required_result_prompt", description: "asks" };
  server.setRequestHandler("prompts/list", () => ({ prompts: [...listedPrompts, prompt] }));
  server.setRequestHandler("prompts/get", ({ params }, context) => {
    if (params.name === prompt.name && context.mcpReq.inputResponses === undefined)
      return inputRequired({ inputRequests: { user_context: ask("What context?", "context") } });
    const messages = promptMessages(
      params.name === prompt.name ? "test_simple_prompt" : params.name,
      params.arguments ?? {},
    );
    if (messages === undefined) throw new ProtocolError(-32602, "Unknown prompt");
    return { messages };
  });
  server.setRequestHandler("completion/complete", () => ({ completion }));
  return server;
}

if (isHttp) {
  const handler = createMcpHandler(buildServer, { bus });
  const http = createServer(serveFetch((request) => handler.fetch(request)));
  const port = Number(process.argv[3]);
  http.listen(port, "127.0.0.1", () => process.stdout.write(`http://127.0.0.1:${port}/mcp\n`));
} else await serveStdio(buildServer);

import { createGuard, type DecisionEvent, type Engine, type Guard, verified } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { createEngine } from "forego";
import {
  createAgent,
  createMiddleware,
  fakeModel,
  modelRetryMiddleware,
  providerStrategy,
  tool,
} from "langchain";
import { ConfigurableModel } from "langchain/chat_models/universal";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { agentPolicies } from "../../../../test/support/agent-policies.ts";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { foregoMiddleware, type LangChainHost } from "../index.ts";

let built: BuiltRelease;
let engine: Engine;
beforeAll(async () => {
  built = await buildRelease(agentPolicies);
  engine = createEngine(built.release);
});
afterAll(() => built.remove());
afterEach(() => void vi.restoreAllMocks());

interface Session {
  readonly session?: string;
}

let events: DecisionEvent[];
let hosts: LangChainHost<Session>[];
let ran: string[];
let guard: Guard<LangChainHost<Session>>;
let stores: ReturnType<typeof memoryStores>;
beforeEach(() => {
  events = [];
  hosts = [];
  ran = [];
  stores = memoryStores();
  guard = createGuard<LangChainHost<Session>>({
    engine,
    state: stores.state,
    identify: (host) => {
      hosts.push(host);
      if (host.context?.session === undefined) throw new Error("no session");
      return verified({ user: { id: host.context.session, groups: [host.context.session] } });
    },
    agent: { id: "desk-1", scope: "support" },
    deadlineMs: 5000,
    observers: [{ onDecision: (event) => void events.push(event) }],
  });
});

const simple = (name: string, run: () => unknown = () => "done") =>
  tool(
    async () => {
      ran.push(name);
      return String(await run());
    },
    { name, description: "", schema: z.object({}) },
  );

const ask = { messages: [new HumanMessage("go")] };
const ana = { context: { session: "ana" } };
const contextSchema = z.object({ session: z.string().optional() });
const calls = (name: string, id: string) => [{ name, args: {}, id }];

type AgentModel = Exclude<Parameters<typeof createAgent>[0]["model"], string>;
const named = (model: string) => Object.assign(fakeModel().respond(new AIMessage("hello")), { model });
/** A model as `initChatModel` makes it. */
const madeByName = (model: string, configurableFields = ["model"]) =>
  new ConfigurableModel({ defaultConfig: { model }, configurableFields });
const boundTo = (model: string) =>
  madeByName("small").withConfig({ configurable: { model } }) as unknown as AgentModel;

/** The names of the tools that a scripted model was shown at each call. */
function shownTo(model: ReturnType<typeof fakeModel>) {
  const shown: string[][] = [];
  const bind = model.bindTools.bind(model);
  model.bindTools = (tools, ...rest) => {
    shown.push(tools.map((one) => String((one as { name?: unknown }).name)));
    return bind(tools, ...rest);
  };
  return shown;
}

describe("a call of the model", () => {
  it("that rules deny is not made, and ends the run with the decision's sentence", async () => {
    const model = fakeModel();
    for (let turn = 0; turn < 20; turn += 1) model.respondWithTools(calls("delete", `d-${turn}`));
    const agent = createAgent({
      model,
      tools: [simple("delete")],
      contextSchema,
      middleware: foregoMiddleware(guard),
    });
    const { messages } = await agent.invoke(ask, ana);
    expect(model.calls).toHaveLength(4);
    expect(messages.at(-1)?.content).toContain("too_many_turns");
    expect(messages.at(-1)?.response_metadata).toMatchObject({ forego: { effect: "deny" } });
    expect(ran).toEqual([]);
  });

  it("is decided by the model that is really called, whatever a middleware makes of the request", async () => {
    const small = Object.assign(fakeModel().respond(new AIMessage("small")), { model: "small" });
    const big = Object.assign(fakeModel().respond(new AIMessage("big")), { model: "big" });
    const swap = createMiddleware({
      name: "swap",
      wrapModelCall: (request, handler) => handler({ ...request, model: big }),
    });
    const middleware = foregoMiddleware(guard, { inside: [swap] });
    const { messages } = await createAgent({ model: small, contextSchema, middleware }).invoke(ask, ana);
    expect(messages.at(-1)?.content).toContain("model_not_allowed");
    expect([small.calls, big.calls]).toEqual([[], []]);
  });

  it.each<[string, Record<string, unknown>, () => AgentModel, string]>([
    ["that a binding calls", {}, () => named("big").withConfig({ tags: ["x"] }) as AgentModel, "big"],
    ["that is made by its name", {}, () => madeByName("big"), "big"],
    ["that a binding names", {}, () => boundTo("big"), "big"],
    ["that the run names", { model: "big" }, () => madeByName("small"), "big"],
    ["that the run names, whatever a binding says", { model: "small" }, () => boundTo("big"), "small"],
    [
      "that is made by its name, which the run cannot change",
      { model: "big" },
      () => madeByName("small", []),
      "small",
    ],
    ["that tells no name, as unknown", {}, () => fakeModel().respond(new AIMessage("hello")), "unknown"],
  ])("is decided by the model %s", async (_which, configurable, make, name) => {
    vi.spyOn(ConfigurableModel.prototype, "_getModelInstance").mockResolvedValue(named("made"));
    const agent = createAgent({ model: make(), contextSchema, middleware: foregoMiddleware(guard) });
    const { messages } = await agent.invoke(ask, { ...ana, configurable });
    expect(events).toMatchObject([{ tool: name, input: { action: { model: name } } }]);
    expect(messages.at(-1)?.content).toEqual(
      name === "big" ? expect.stringContaining("model_not_allowed") : "hello",
    );
  });

  it("is charged what it really used", async () => {
    const usage_metadata = { input_tokens: 300, output_tokens: 500, total_tokens: 800 };
    const model = fakeModel().respond(new AIMessage({ content: "hello", usage_metadata }));
    const agent = createAgent({ model, contextSchema, middleware: foregoMiddleware(guard) });
    await agent.invoke(ask, ana);
    expect(events.map(({ phase }) => phase)).toEqual(["model_call"]);
    model.respond(new AIMessage({ content: "again", usage_metadata }));
    expect((await agent.invoke(ask, ana)).messages.at(-1)?.content).toBe("again");
    const { messages } = await agent.invoke(ask, ana);
    expect(messages.at(-1)?.content).toContain("out_of_tokens");
  });

  it("is charged what it really used, and decided for what the provider ran, where its answer has a form", async () => {
    const schema = z.object({ word: z.string() });
    const responseFormat = providerStrategy(schema);
    const usage_metadata = { input_tokens: 300, output_tokens: 700, total_tokens: 1000 };
    const search = { type: "server_tool_call" as const, id: "s-1", name: "search", args: {} };
    const contentBlocks = [search, { type: "text" as const, text: '{"word":"hello"}' }];
    const model = fakeModel().respond(new AIMessage({ contentBlocks, usage_metadata }));
    const agent = createAgent({ model, contextSchema, responseFormat, middleware: foregoMiddleware(guard) });
    expect((await agent.invoke(ask, ana)).structuredResponse).toEqual({ word: "hello" });
    expect(events.map(({ phase, tool }) => [phase, tool])).toEqual([
      ["model_call", "unknown"],
      ["tool_call", "search"],
    ]);
    const { messages } = await agent.invoke(ask, ana);
    expect(messages.at(-1)?.content).toContain("out_of_tokens");
  });

  it("reserves what goes in and the most that may come out, where a rule does", async () => {
    const usage_metadata = { input_tokens: 5, output_tokens: 45, total_tokens: 50 };
    const think = async (limits: object) => {
      const model = fakeModel().respond(new AIMessage({ content: "hello", usage_metadata }));
      const thinker = Object.assign(model, { model: "thinker", ...limits });
      const agent = createAgent({ model: thinker, contextSchema, middleware: foregoMiddleware(guard) });
      return (await agent.invoke(ask, ana)).messages.at(-1)?.content;
    };
    // the most that may come out is not said, or is more than there is
    expect(await think({})).toContain("out_of_thoughts");
    expect(await think({ maxTokens: 1000 })).toContain("out_of_thoughts");
    const both = await Promise.all([think({ maxTokens: 600 }), think({ maxTokens: 600 })]);
    expect(both.sort()).toEqual([expect.stringContaining("out_of_thoughts"), "hello"]);
    expect(await think({ maxTokens: 900 })).toBe("hello");
  });

  it("that fails gives back what it reserved, and a retry is a call of its own", async () => {
    const model = fakeModel();
    for (let attempt = 0; attempt < 12; attempt += 1) model.respond(new Error("overloaded"));
    model.respond(new AIMessage("at last"));
    const retry = modelRetryMiddleware({
      maxRetries: 12,
      initialDelayMs: 1,
      jitter: false,
      backoffFactor: 1,
    });
    const middleware = foregoMiddleware(guard, { inside: [retry] });
    const { messages } = await createAgent({ model, contextSchema, middleware }).invoke(ask, ana);
    expect(messages.at(-1)?.content).toBe("at last");
    expect(events).toHaveLength(13);
  });

  it("that is aborted stays charged as reserved", async () => {
    const model = new FakeListChatModel({ responses: ["one two three"], sleep: 5 });
    const agent = createAgent({ model, contextSchema, middleware: foregoMiddleware(guard) });
    const abort = async () => {
      const aborting = new AbortController();
      const config = { ...ana, streamMode: "messages" as const, signal: aborting.signal };
      for await (const _part of await agent.stream(ask, config)) aborting.abort();
    };
    for (let time = 0; time < 10; time += 1) await expect(abort()).rejects.toThrow();
    const { messages } = await agent.invoke(ask, ana);
    expect(messages.at(-1)?.content).toContain("out_of_tokens");
  });

  it("is not made for somebody who is not identified", async () => {
    const model = fakeModel().respond(new AIMessage("hello"));
    const agent = createAgent({ model, contextSchema, middleware: foregoMiddleware(guard) });
    const { messages } = await agent.invoke(ask, { context: {}, configurable: { session: "root" } });
    expect(messages.at(-1)?.content).toContain("forego.identity");
    expect(model.calls).toHaveLength(0);
  });
});

describe("the tools that the model is shown", () => {
  it("are those that some call could be allowed for", async () => {
    const model = fakeModel().respond(new AIMessage("done"));
    const shown = shownTo(model);
    const pay = tool(() => "paid", {
      name: "pay",
      description: "",
      schema: z.object({ amount: z.number() }),
    });
    const tools = [simple("delete"), simple("look"), pay];
    const agent = createAgent({ model, tools, contextSchema, middleware: foregoMiddleware(guard) });
    await agent.invoke(ask, ana);
    model.respond(new AIMessage("done"));
    await agent.invoke(ask, { context: { session: "guests" } });
    expect(shown).toEqual([["look", "pay"], ["look"]]);
  });

  it("are all of them where hiding is turned off, and are decided all the same", async () => {
    const model = fakeModel().respondWithTools(calls("delete", "d-1")).respond(new AIMessage("done"));
    const shown = shownTo(model);
    const middleware = foregoMiddleware(guard, { hideTools: false });
    const agent = createAgent({ model, tools: [simple("delete")], contextSchema, middleware });
    await agent.invoke(ask, ana);
    expect(shown[0]).toEqual(["delete"]);
    expect(ran).toEqual([]);
  });

  it("leave out those of the provider that would be denied, by name and by type", async () => {
    const model = fakeModel().respond(new AIMessage("done"));
    const shown = shownTo(model);
    const written = { type: "function", function: { name: "delete", parameters: {} } };
    const tools = [
      { type: "web_search_20250305", name: "web_search" },
      { type: "delete" },
      written,
      simple("look"),
    ];
    const agent = createAgent({ model, tools, contextSchema, middleware: foregoMiddleware(guard) });
    await agent.invoke(ask, ana);
    expect(shown).toEqual([["web_search", "look"]]);
  });

  it.each([
    ["OpenAI's models", { type: "function", function: { name: "delete" } }],
    ["Anthropic's models", { type: "tool", name: "delete" }],
  ] as const)("do not force a choice that is hidden, in the form of %s", async (_whose, toolChoice) => {
    const model = fakeModel().respond(new AIMessage("done"));
    const seen: unknown[] = [];
    const force = createMiddleware({
      name: "force",
      wrapModelCall: (request, handler) =>
        handler({ ...request, toolChoice: toolChoice as NonNullable<typeof request.toolChoice> }),
    });
    const bind = model.bindTools.bind(model);
    model.bindTools = (...args: Parameters<typeof bind>) => {
      const [, options] = args as readonly unknown[];
      seen.push((options as { tool_choice?: unknown } | undefined)?.tool_choice);
      return bind(...args);
    };
    const middleware = foregoMiddleware(guard, { inside: [force] });
    const tools = [simple("delete"), simple("look")];
    await createAgent({ model, tools, contextSchema, middleware }).invoke(ask, ana);
    expect(seen).toEqual([undefined]);
  });
});

describe("a tool that the provider runs", () => {
  it("is decided after the fact, for the record", async () => {
    const content = [
      { type: "server_tool_call" as const, id: "s-1", name: "delete", args: { all: true } },
      { type: "server_tool_call_result" as const, toolCallId: "s-1", status: "success" as const, output: {} },
      { type: "text" as const, text: "it is gone" },
    ];
    const model = fakeModel().respond(new AIMessage({ contentBlocks: content }));
    const agent = createAgent({ model, contextSchema, middleware: foregoMiddleware(guard) });
    await agent.invoke(ask, ana);
    const [, audited] = events;
    expect(audited).toMatchObject({ phase: "tool_call", tool: "delete", callId: "s-1" });
    expect(audited?.decision.reasons).toEqual(["delete_forbidden"]);
  });

  it.each([
    ["whole", { path: "a" }, "allow"],
    ["streamed", '{"path":"a"}', "allow"],
    ["broken off", '{"path', "deny"],
  ])("is decided by its name where LangChain has no form for it, %s", async (_how, input, effect) => {
    const ran = { type: "server_tool_use", id: "s-1", name: "text_editor_code_execution", input };
    const answer = new AIMessage({ content: [ran], response_metadata: { model_provider: "anthropic" } });
    const model = fakeModel().respond(answer);
    const agent = createAgent({ model, contextSchema, middleware: foregoMiddleware(guard) });
    await agent.invoke(ask, ana);
    expect(events.slice(1)).toMatchObject([
      { phase: "tool_call", tool: "text_editor_code_execution", callId: "s-1", decision: { effect } },
    ]);
  });
});

describe("an agent inside a tool", () => {
  const inner = (name: string) => {
    const model = fakeModel()
      .respondWithTools(calls(name, `${name}-inner`))
      .respond(new AIMessage("inner done"));
    return createAgent({
      model,
      tools: [simple(name)],
      contextSchema,
      middleware: foregoMiddleware(guard),
    });
  };

  it("acts for whoever the outer agent acts for, and says whose run it is part of", async () => {
    const looking = inner("look");
    const deleting = inner("delete");
    const model = fakeModel()
      .respondWithTools([...calls("ask_look", "o-1"), ...calls("ask_delete", "o-2")])
      .respond(new AIMessage("outer done"));
    const tools = [
      simple("ask_look", () => looking.invoke(ask).then(({ messages }) => messages.at(-1)?.content)),
      simple("ask_delete", () => deleting.invoke(ask).then(({ messages }) => messages.at(-1)?.content)),
    ];
    const outer = createAgent({ model, tools, contextSchema, middleware: foregoMiddleware(guard) });
    const { messages } = await outer.invoke(ask, ana);
    expect(
      messages.filter((message) => ToolMessage.isInstance(message)).map(({ content }) => content),
    ).toEqual(["inner done", "inner done"]);
    expect([...ran].sort()).toEqual(["ask_delete", "ask_look", "look"]);
    const inside = hosts.filter(({ parent }) => parent !== undefined);
    expect(inside.length).toBeGreaterThan(0);
    expect(inside.every(({ context, parent }) => context === parent?.context)).toBe(true);
  });

  it("acts for whom its own context names, where it is given one", async () => {
    const looking = inner("look");
    const model = fakeModel().respondWithTools(calls("ask", "o-1")).respond(new AIMessage("outer done"));
    const tools = [simple("ask", () => looking.invoke(ask, { context: { session: "bob" } }).then(() => "x"))];
    await createAgent({ model, tools, contextSchema, middleware: foregoMiddleware(guard) }).invoke(ask, ana);
    const inside = hosts.filter(({ parent }) => parent !== undefined);
    expect(new Set(inside.map(({ context }) => context.session))).toEqual(new Set(["bob"]));
  });

  it("acts for nobody beside or after the run that it was part of", async () => {
    const looking = inner("look");
    const model = fakeModel().respondWithTools(calls("look", "o-1")).respond(new AIMessage("outer done"));
    const outer = createAgent({
      model,
      tools: [simple("look")],
      contextSchema,
      middleware: foregoMiddleware(guard),
    });
    await Promise.all([outer.invoke(ask, ana), looking.invoke(ask)]);
    ran.length = 0;
    await inner("look").invoke(ask);
    expect(ran).toEqual([]);
    expect(hosts.at(-1)?.parent).toBeUndefined();
  });
});

describe("whoever streams a run", () => {
  it("hears each decision on the custom channel, without arguments", async () => {
    const model = fakeModel()
      .respondWithTools([
        { name: "delete", args: { path: "secret-path" }, id: "d-1" },
        ...calls("look", "l-1"),
      ])
      .respond(new AIMessage("done"));
    const open = (name: string) =>
      tool(() => "done", { name, description: "", schema: z.object({ path: z.string().optional() }) });
    const tools = [open("delete"), open("look")];
    const agent = createAgent({ model, tools, contextSchema, middleware: foregoMiddleware(guard) });
    const heard: Record<string, unknown>[] = [];
    for await (const [, chunk] of await agent.stream(ask, { ...ana, streamMode: ["custom", "updates"] })) {
      if ((chunk as { type?: unknown }).type === "forego.decision")
        heard.push(chunk as Record<string, unknown>);
    }
    expect(
      heard.map(({ tool: name, callId, decision }) => [
        name,
        callId,
        (decision as { effect: string }).effect,
      ]),
    ).toEqual([
      ["unknown", undefined, "allow"],
      ["delete", "d-1", "deny"],
      ["look", "l-1", "allow"],
      ["unknown", undefined, "allow"],
    ]);
    expect(JSON.stringify(heard)).not.toContain("secret-path");
  });
});

import { createGuard, type DecisionEvent, type Engine, type Guard, verified } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { customProvider, generateText, jsonSchema, stepCountIs, streamText, tool } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { createEngine } from "forego";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { agentPolicies } from "../../../test/support/agent-policies.ts";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { modelThatSays } from "../../../test/support/model-that-says.ts";
import { type AiSdkHost, guardAgent, guardModel } from "./index.ts";

let built: BuiltRelease;
let engine: Engine;
beforeAll(async () => {
  built = await buildRelease(agentPolicies);
  engine = createEngine(built.release);
});
afterAll(() => built.remove());

interface Session {
  readonly session: string;
}

let events: DecisionEvent[];
let settles: string[];
let ran: string[];
let guard: Guard<AiSdkHost<Session>>;
beforeEach(() => {
  events = [];
  settles = [];
  ran = [];
  guard = createGuard<AiSdkHost<Session>>({
    engine,
    state: memoryStores().state,
    identify: ({ context }) => {
      if (context?.session === undefined) throw new Error("no session");
      return verified({ user: { id: context.session, groups: [context.session] } });
    },
    agent: { id: "desk-1", scope: "support" },
    deadlineMs: 5000,
    observers: [
      {
        onDecision: (event) => void events.push(event),
        onSettle: ({ outcome }) => void settles.push(outcome),
      },
    ],
  });
});

const plain = (name: string) => tool({ inputSchema: z.object({}), execute: async () => void ran.push(name) });
const tools = {
  delete: plain("delete"),
  look: plain("look"),
  pay: tool({ inputSchema: z.object({ amount: z.number() }), execute: async () => void ran.push("pay") }),
};
const context = { session: "ana" };
const loop = { prompt: "go", stopWhen: stepCountIs(20) };

const usageOf = (input: number, output: number) => ({
  inputTokens: { total: input, noCache: input, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: output, text: output, reasoning: undefined },
});
async function drain(reader: ReadableStreamDefaultReader<unknown>): Promise<void> {
  while (!(await reader.read()).done);
}

const stop = { unified: "stop" as const, raw: undefined };

function modelThatUses(input: number, output: number) {
  return new MockLanguageModelV4({
    doGenerate: async () => ({
      content: [{ type: "text", text: "hello" }],
      finishReason: stop,
      usage: usageOf(input, output),
      warnings: [],
    }),
    doStream: async () => ({
      stream: new ReadableStream({
        start(controller) {
          controller.enqueue({ type: "stream-start", warnings: [] });
          controller.enqueue({ type: "text-start", id: "t" });
          controller.enqueue({ type: "text-delta", id: "t", delta: "hello" });
          controller.enqueue({ type: "text-end", id: "t" });
          controller.enqueue({ type: "finish", usage: usageOf(input, output), finishReason: stop });
          controller.close();
        },
      }),
    }),
  });
}

const shown = (model: MockLanguageModelV4) =>
  [...model.doGenerateCalls, ...model.doStreamCalls].map(({ tools: offered }) =>
    offered?.map(({ name }) => name),
  );

describe("a call of the model", () => {
  const forever = () => modelThatSays([{ toolName: "delete" }]);

  it("that rules deny is not made, and ends the run with the decision's sentence", async () => {
    const model = forever();
    const { text, finishReason, steps } = await generateText({
      ...guardAgent(guard, { model, tools, context }),
      ...loop,
    });
    expect(model.doGenerateCalls).toHaveLength(4);
    expect(text).toContain("too_many_turns");
    expect(finishReason).toBe("content-filter");
    expect(steps.at(-1)?.providerMetadata).toEqual({ forego: { reasons: ["too_many_turns"] } });
    expect(ran).toEqual([]);
  });

  it("that rules deny ends a stream in the same way", async () => {
    const model = forever();
    const result = streamText({ ...guardAgent(guard, { model, tools, context }), ...loop });
    expect(await result.text).toContain("too_many_turns");
    expect(await result.finishReason).toBe("content-filter");
    expect(model.doStreamCalls).toHaveLength(4);
  });

  it("that rules deny ends a run in the same way that forces it to call a tool", async ({ skip }) => {
    const toolChoice = "required" as const;
    const interrupted = new MockLanguageModelV4({
      doGenerate: async () => ({
        content: [],
        finishReason: { unified: "interrupted", raw: undefined },
        usage: usageOf(1, 1),
        warnings: [],
      }),
    });
    const bare = generateText({ model: interrupted, tools, prompt: "go", toolChoice });
    const mayEnd = await bare.then(
      () => true,
      () => false,
    );
    if (!mayEnd) return skip("this version of the SDK throws at any end of such a run");
    const model = new MockLanguageModelV4({ modelId: "big" });
    const forced = { ...guardAgent(guard, { model, tools, context }), ...loop, toolChoice };
    const { text, finishReason } = await generateText(forced);
    expect([text, finishReason]).toEqual([expect.stringContaining("model_not_allowed"), "interrupted"]);
    const streamed = streamText(forced);
    expect(await streamed.text).toContain("model_not_allowed");
    expect(await streamed.finishReason).toBe("interrupted");
  });

  it("is decided by the model's id", async () => {
    const model = new MockLanguageModelV4({ modelId: "big" });
    const { text } = await generateText({ model: guardModel(guard, model, { context }), prompt: "go" });
    expect(text).toContain("model_not_allowed");
    expect(model.doGenerateCalls).toEqual([]);
  });

  it("is decided where the model is named by its id, which the SDK's default provider finds", async () => {
    const models: string[] = [];
    globalThis.AI_SDK_DEFAULT_PROVIDER = customProvider({
      languageModels: {
        small: modelThatSays("done"),
        big: new MockLanguageModelV4({ modelId: "big" }),
      },
    });
    onTestFinished(() => {
      globalThis.AI_SDK_DEFAULT_PROVIDER = undefined;
    });
    for (const model of ["small", "big"]) {
      const { text } = await generateText({ ...guardAgent(guard, { model, tools, context }), ...loop });
      models.push(text);
    }
    expect(models).toEqual(["done", expect.stringContaining("model_not_allowed")]);
  });

  it.each([
    [
      "generated",
      async (model: ReturnType<typeof guardModel>) => (await generateText({ model, prompt: "go" })).text,
    ],
    ["streamed", async (model: ReturnType<typeof guardModel>) => streamText({ model, prompt: "go" }).text],
  ])("is charged what it really used when it is %s", async (_how, run) => {
    const model = guardModel(guard, modelThatUses(300, 500), { context });
    expect([await run(model), await run(model), await run(model)]).toEqual([
      "hello",
      "hello",
      expect.stringContaining("out_of_tokens"),
    ]);
  });

  it("reserves what goes in and the most that may come out, where a rule does", async () => {
    const answers: (() => void)[] = [];
    const answer = await modelThatUses(5, 45).doGenerate({ prompt: [] });
    const thinker = new MockLanguageModelV4({
      modelId: "thinker",
      doGenerate: () => new Promise((resolve) => answers.push(() => resolve(answer))),
    });
    const think = async (maxOutputTokens?: number) => {
      const limit = maxOutputTokens === undefined ? {} : { maxOutputTokens };
      const model = guardModel(guard, thinker, { context });
      return (await generateText({ model, prompt: "go", ...limit })).text;
    };
    // the most that may come out is not said, or is more than there is
    expect(await think()).toContain("out_of_thoughts");
    expect(await think(1000)).toContain("out_of_thoughts");
    const first = think(600);
    await expect.poll(() => answers).toHaveLength(1);
    expect(await think(600)).toContain("out_of_thoughts");
    answers[0]?.();
    expect(await first).toBe("hello");
    const second = think(900);
    await expect.poll(() => answers).toHaveLength(2);
    answers[1]?.();
    expect(await second).toBe("hello");
  });

  it.each<[string, (reader: ReadableStreamDefaultReader<unknown>) => unknown]>([
    ["ends without saying what it used", (reader) => drain(reader)],
    ["breaks off", (reader) => drain(reader).catch(() => {})],
    ["is read no further", (reader) => reader.cancel("enough")],
  ])("that %s in the middle of its answer is charged what it reserved", async (how, read) => {
    const model = new MockLanguageModelV4({
      doStream: async () => ({
        stream: new ReadableStream({
          start(controller) {
            controller.enqueue({ type: "stream-start", warnings: [] });
            controller.enqueue({ type: "text-start", id: "1" });
            if (how.startsWith("ends")) controller.close();
          },
          pull(controller) {
            if (how.startsWith("breaks")) controller.error(new Error("gone"));
          },
        }),
      }),
    });
    const guarded = guardModel(guard, model, { context });
    const prompt = [{ role: "user" as const, content: [{ type: "text" as const, text: "go" }] }];
    const { stream } = await guarded.doStream({ prompt });
    const reader = stream.getReader();
    await reader.read();
    await read(reader);
    await expect.poll(() => settles).toEqual(["done"]);
  });

  it("that fails gives back what it reserved", async () => {
    let attempts = 0;
    const model = new MockLanguageModelV4({
      doGenerate: async () => {
        attempts += 1;
        throw new Error("overloaded");
      },
      doStream: async () => {
        attempts += 1;
        throw new Error("overloaded");
      },
    });
    const guarded = guardModel(guard, model, { context });
    for (let turn = 0; turn < 8; turn += 1) {
      await expect(generateText({ model: guarded, prompt: "go", maxRetries: 0 })).rejects.toThrow();
      await streamText({ model: guarded, prompt: "go", maxRetries: 0, onError() {} }).consumeStream();
    }
    expect(attempts).toBe(16);
  });

  it("is not made for somebody who is not identified", async () => {
    const model = modelThatUses(1, 1);
    const forged = { runtimeContext: { session: "root" }, experimental_context: { session: "root" } };
    const { text } = await generateText({ model: guardModel(guard, model), prompt: "go", ...forged });
    expect(text).toContain("forego.identity");
    expect(model.doGenerateCalls).toEqual([]);
  });
});

describe("the tools that the model is shown", () => {
  it("are those that some call could be allowed for", async () => {
    const model = modelThatUses(1, 1);
    await generateText({ ...guardAgent(guard, { model, tools, context }), prompt: "go" });
    await generateText({
      ...guardAgent(guard, { model, tools, context: { session: "guests" } }),
      prompt: "go",
    });
    await streamText({ ...guardAgent(guard, { model, tools, context }), prompt: "go" }).consumeStream();
    expect(shown(model)).toEqual([["look", "pay"], ["look"], ["look", "pay"]]);
  });

  it("are all of them where hiding is turned off, and are decided all the same", async () => {
    const model = modelThatSays([{ toolName: "delete" }], "done");
    await generateText({ ...guardAgent(guard, { model, tools, context, hideTools: false }), ...loop });
    expect(shown(model)[0]).toEqual(["delete", "look", "pay"]);
    expect(ran).toEqual([]);
  });

  it("leave out those of the provider that would be denied, and do not force a choice that is hidden", async () => {
    const model = modelThatUses(1, 1);
    const provided = {
      ...tools,
      delete: tool({
        type: "provider",
        isProviderExecuted: true,
        id: "host.delete",
        args: {},
        inputSchema: jsonSchema({}),
      }),
    };
    const guarded = guardAgent(guard, { model, tools: provided, context });
    const toolChoice = { type: "tool", toolName: "delete" } as const;
    // the SDK holds the application to its choice, whatever the model was asked
    await expect(generateText({ ...guarded, prompt: "go", toolChoice })).rejects.toThrow(
      "required tool 'delete'",
    );
    expect(shown(model)).toEqual([["look", "pay"]]);
    expect(model.doGenerateCalls[0]?.toolChoice).toBeUndefined();
  });

  it.each([
    ["a tool", { type: "tool", toolName: "delete" } as const, tools, ["delete", "look", "pay"]],
    ["some tool", "required" as const, { delete: tools.delete }, ["delete"]],
  ])(
    "keep what the run forces the model to call, %s, which is denied then",
    async (_what, toolChoice, given, left) => {
      const model = modelThatSays([{ toolName: "delete" }]);
      await generateText({
        ...guardAgent(guard, { model, tools: given as typeof tools, context }),
        prompt: "go",
        toolChoice,
      });
      expect(shown(model)).toEqual([left]);
      expect(ran).toEqual([]);
      expect(events.at(-1)).toMatchObject({ tool: "delete", decision: { effect: "deny" } });
    },
  );
});

describe("a tool that the provider runs", () => {
  const call = {
    type: "tool-call" as const,
    toolCallId: "s-1",
    toolName: "delete",
    input: '{"all":true}',
    providerExecuted: true,
    dynamic: true,
  };
  const result = { type: "tool-result" as const, toolCallId: "s-1", toolName: "delete", result: "gone" };

  it.each(["{}", "not json"])(
    "is decided after the fact, for the record, with the input %s",
    async (input) => {
      const finishReason = stop;
      const model = new MockLanguageModelV4({
        doGenerate: async () => ({
          content: [{ ...call, input }, result],
          finishReason,
          usage: usageOf(1, 1),
          warnings: [],
        }),
        doStream: async () => ({
          stream: new ReadableStream({
            start(controller) {
              for (const part of [{ ...call, input }, result]) controller.enqueue(part);
              controller.enqueue({ type: "finish", usage: usageOf(1, 1), finishReason });
              controller.close();
            },
          }),
        }),
      });
      await generateText({ model: guardModel(guard, model, { context, conversationId: "a" }), prompt: "go" });
      const guarded = guardModel(guard, model, { context, conversationId: "b" });
      await streamText({ model: guarded, prompt: "go", onError() {} }).consumeStream();
      const audited = events.filter(({ phase }) => phase === "tool_call");
      expect(audited.map(({ tool: name, callId, decision }) => [name, callId, decision.effect])).toEqual([
        ["delete", "s-1", "deny"],
        ["delete", "s-1", "deny"],
      ]);
    },
  );
});

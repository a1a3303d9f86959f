import { experimental_codeModeTool as codeModeTool } from "@ai-sdk/code-mode";
import { createGuard, type DecisionEvent, type Guard, verified } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { generateText, stepCountIs, streamText, tool, experimental_toolCaller as toolCaller } from "ai";
import { createEngine } from "forego";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { agentPolicies } from "../../../test/support/agent-policies.ts";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { modelThatSays } from "../../../test/support/model-that-says.ts";
import { type AiSdkHost, guardAgent, guardTools } from "./index.ts";

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildRelease(agentPolicies);
});
afterAll(() => built.remove());

let events: DecisionEvent[];
let ran: string[];
let guard: Guard<AiSdkHost<string>>;
beforeEach(() => {
  events = [];
  ran = [];
  guard = createGuard<AiSdkHost<string>>({
    engine: createEngine(built.release),
    state: memoryStores().state,
    identify: ({ context }) => verified({ user: { id: context, groups: [context] } }),
    agent: { id: "desk-1", scope: "support" },
    deadlineMs: 5000,
    observers: [{ onDecision: (event) => void events.push(event) }],
  });
});

const inputSchema = z.object({ amount: z.number().optional() });
const plain = (name: string) =>
  tool({
    inputSchema,
    execute: async () => {
      ran.push(name);
      return `${name}: done`;
    },
  });
const tools = {
  code: codeModeTool(),
  ...{ look: plain("look"), delete: plain("delete"), pay: plain("pay"), vault: plain("vault") },
};
const callers = { look: ["code"], delete: ["code"], pay: ["code"], vault: ["code"] } as const;

const js = `
  const results = [];
  for (const [name, input] of [["look", {}], ["delete", {}], ["pay", { amount: 50 }], ["pay", { amount: 500 }], ["vault", {}]]) {
    try { results.push(await tools[name](input)); } catch (error) { results.push(String(error.message)); }
  }
  return results;
`;

/** What the code reads of each: code mode tells it of a tool that threw no more than that it failed. */
const failed = "Host tool failed.";
const answers = ["look: done", failed, "pay: done", failed, failed];

const settings = (context: string) => ({
  ...guardAgent(guard, {
    model: modelThatSays([{ toolName: "code", input: { js } }], "done"),
    ...{ tools, context, conversationId: "talk-1" },
  }),
  ...{ experimental_toolCallers: callers, stopWhen: stepCountIs(3), prompt: "go" },
});

describe("code mode", () => {
  it("runs each tool that its code calls only where the call is allowed", async () => {
    const { steps } = await generateText(settings("ana"));
    expect(steps[0]?.toolResults.map(({ output }) => output)).toEqual([answers]);
    expect(ran).toEqual(["look", "pay", "vault"]);
  });

  it("does so in a stream, too", async () => {
    const { steps } = streamText(settings("ana"));
    expect((await steps)[0]?.toolResults.map(({ output }) => output)).toEqual([answers]);
    expect(ran).toEqual(["look", "pay", "vault"]);
  });

  it("has one decision for each call, its own and those in it", async () => {
    await generateText(settings("ana"));
    const calls = events.filter(({ phase }) => phase === "tool_call");
    expect(calls.map(({ tool: name, callId, decision }) => [name, callId, decision.effect]).sort()).toEqual([
      ["code", "code-1", "allow"],
      ["delete", "code-1:tool-2", "deny"],
      ["look", "code-1:tool-1", "allow"],
      ["pay", "code-1:tool-3", "allow"],
      ["pay", "code-1:tool-4", "require_approval"],
      ["vault", "code-1:tool-5", "allow"],
    ]);
  });

  it("is itself decided, whether the SDK asks for approval or not", async () => {
    for (const withApproval of [true, false]) {
      const { toolApproval, ...rest } = settings("guests");
      await generateText({ ...rest, ...(withApproval ? { toolApproval } : {}) });
    }
    expect(ran).toEqual([]);
    expect(events.filter(({ tool: name }) => name === "look")).toEqual([]);
  });

  it("finds no tool that it is not given", async () => {
    const guarded = guardTools(guard, tools, { context: "ana" });
    const model = modelThatSays([{ toolName: "code", input: { js: "return Object.keys(tools)" } }], "done");
    const { steps } = await generateText({
      ...{ model, ...guarded, stopWhen: stepCountIs(2), prompt: "go" },
      experimental_toolCallers: { look: ["code"] },
    });
    expect(JSON.stringify(steps[0]?.toolResults.map(({ output }) => output))).not.toContain("delete");
  });
});

describe("a tool in whose place the SDK runs another one", () => {
  class Caller {
    readonly type = "local";
    readonly answer = "bound ran";
    bind() {
      return tool({
        inputSchema,
        execute: async () => {
          ran.push("bound");
          return this.answer;
        },
      });
    }
  }
  const bound = () => toolCaller({ description: "Runs another tool.", inputSchema }, new Caller());
  const bindingTools = { look: bound(), delete: bound(), pay: plain("pay") };

  it.each([
    ["look", ["bound"], ["bound ran"]],
    ["delete", [], []],
  ])("is decided as it is, though it runs nothing itself: %s", async (name, runs, results) => {
    const { tools: guarded } = guardTools(guard, bindingTools, { context: "ana" });
    const { steps } = await generateText({
      ...{ model: modelThatSays([{ toolName: name, input: {} }], "done"), tools: guarded, prompt: "go" },
      ...{ experimental_toolCallers: { pay: ["look", "delete"] } as const, stopWhen: stepCountIs(2) },
    });
    expect(ran).toEqual(runs);
    expect(steps[0]?.toolResults.map(({ output }) => output)).toEqual(results);
    expect(events.map(({ tool: called }) => called)).toContain(name);
  });
});

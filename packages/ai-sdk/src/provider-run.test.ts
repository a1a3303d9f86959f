import type { DecisionEvent, Guard } from "@forego/core";
import { generateText, type LanguageModel, streamText, tool } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { guardDesk, twiceAnHour } from "../../../test/support/ai-sdk-desk.ts";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { type AiSdkHost, guardAgent } from "./index.ts";

const policies = {
  "desk.policy.ts": `
    import { policy } from "@forego/dsl";
    export default policy({
      name: "desk",
      version: "1.0.0",
      rules: ({ allow, deny, requireApproval }) => ({
        everything: allow({ reason: "desk_work", when: () => true }),
        mail: deny({ reason: "no_mail", when: ({ action }) => action.tool === "mail" }),
        wire: requireApproval({ reason: "finance_agrees", from: { groups: ["finance"] }, when: ({ action }) => action.tool === "wire" }),
      }),
    });
  `,
  ...twiceAnHour("search", "out_of_searches"),
};

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildRelease(policies);
});
afterAll(() => built.remove());

let events: DecisionEvent[];
let guard: Guard<AiSdkHost>;
beforeEach(() => {
  events = [];
  guard = guardDesk(built, { onDecision: (event) => void events.push(event) });
});

const provided = tool({
  type: "provider",
  isProviderExecuted: true,
  id: "host.search",
  args: {},
  inputSchema: z.object({}),
  outputSchema: z.string(),
});

type Answer = Awaited<ReturnType<MockLanguageModelV4["doGenerate"]>>;

/** A model that gives the same answer each time, whole or part by part. */
function modelThatAnswers(...content: Exclude<Answer["content"][number], { type: "text" | "reasoning" }>[]) {
  const finishReason = { unified: "stop" as const, raw: undefined };
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: 1, text: 1, reasoning: undefined },
  };
  return new MockLanguageModelV4({
    doGenerate: async () => ({ content, finishReason, usage, warnings: [] }),
    doStream: async () => ({
      stream: ReadableStream.from([...content, { type: "finish" as const, usage, finishReason }]),
    }),
  });
}

/** A model whose provider runs a tool within its answer. */
function modelThatRuns(toolName: string) {
  const call = { toolCallId: "s-1", toolName };
  return modelThatAnswers(
    { type: "tool-call", ...call, input: "{}", providerExecuted: true },
    { type: "tool-result", ...call, result: "found" },
  );
}

describe("a tool of the provider's that stands among the tools", () => {
  const agent = (name: string, conversationId: string) =>
    guardAgent(guard, { model: modelThatRuns(name), tools: { [name]: provided }, conversationId });

  it("is decided once for each run, and charged once", async () => {
    await generateText({ ...agent("search", "a"), prompt: "go" });
    await streamText({ ...agent("search", "b"), prompt: "go" }).consumeStream();
    await generateText({ ...agent("search", "c"), prompt: "go" });
    expect(events.map(({ decision }) => decision.reasons)).toEqual([
      ["desk_work"],
      ["desk_work"],
      ["out_of_searches"],
    ]);
  });

  it("is recorded once where it is denied", async () => {
    await generateText({ ...agent("mail", "a"), prompt: "go" });
    expect(events.map(({ decision }) => decision.reasons)).toEqual([["no_mail"]]);
  });
});

describe("a call that the provider asks about before it makes it", () => {
  /** A model whose provider asks whether it may call a tool of a server of its own. */
  const asking = (toolName: string) => {
    const call = { toolCallId: "s-1", toolName, input: "{}", providerExecuted: true, dynamic: true };
    const request = { approvalId: "approve-1", toolCallId: "s-1" };
    return modelThatAnswers({ type: "tool-call", ...call }, { type: "tool-approval-request", ...request });
  };
  const run = (model: LanguageModel, conversationId: string) =>
    guardAgent(guard, { model, tools: {}, conversationId });

  it.each([
    ["search", ["tool-call", "tool-approval-request"], []],
    ["mail", ["tool-call"], [["no_mail"]]],
    ["wire", ["tool-call"], []],
  ])("reaches people only where rules allow it: %s", async (name, told, recorded) => {
    const whole = await generateText({ ...run(asking(name), "a"), prompt: "go" });
    expect(whole.content.map(({ type }) => type)).toEqual(told);
    const streamed = streamText({ ...run(asking(name), "b"), prompt: "go" });
    expect((await streamed.content).map(({ type }) => type)).toEqual(told);
    expect(events.map(({ decision }) => decision.reasons)).toEqual([...recorded, ...recorded]);
  });

  it("is charged when the provider makes it, and not when it asks", async () => {
    for (const talk of ["a", "b", "c"]) await generateText({ ...run(asking("search"), talk), prompt: "go" });
    await generateText({ ...run(modelThatRuns("search"), "a"), prompt: "go" });
    expect(events.map(({ decision }) => decision.reasons)).toEqual([["desk_work"]]);
  });
});

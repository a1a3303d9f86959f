import type { DecisionEvent, Guard } from "@forego/core";
import { generateText, streamText, tool } from "ai";
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
      rules: ({ allow, deny }) => ({
        everything: allow({ reason: "desk_work", when: () => true }),
        mail: deny({ reason: "no_mail", when: ({ action }) => action.tool === "mail" }),
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

/** A model whose provider runs a tool within its answer. */
function modelThatRuns(toolName: string) {
  const call = { toolCallId: "s-1", toolName };
  const content = [
    { type: "tool-call" as const, ...call, input: "{}", providerExecuted: true },
    { type: "tool-result" as const, ...call, result: "found" },
  ];
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

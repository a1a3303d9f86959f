import { type AiSdkHost, guardAgent, guardTools } from "@forego/ai-sdk";
import type { Guard } from "@forego/core";
import { generateText, stepCountIs, tool } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { z } from "zod";
import { callsPerRun, type Host, noop, type OpenHost } from "./host.ts";

const usage = {
  inputTokens: { total: 90, noCache: 90, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 10, text: 10, reasoning: undefined },
};
const inputSchema = z.object({ query: z.string(), limit: z.number() });

/** `generateText`, whose model makes one call a step. */
export const aiSdkHost = hostOf("AI SDK generateText", guardAgent);

/** The same, of which the tools alone are guarded: no call of the model is decided, and no tool is chosen. */
export const aiSdkTools = hostOf("AI SDK, tools alone", (guard, { tools, conversationId, usedTokens }) =>
  guardTools(guard, tools, { conversationId, usedTokens }),
);

type GuardRun = (...parts: Parameters<typeof guardAgent>) => Partial<ReturnType<typeof guardAgent>>;

function hostOf(name: string, guardRun: GuardRun): Host {
  return { name, tellsTurns: true, open: (guard) => open(guard, guardRun) };
}

async function open(guard: Guard<never> | undefined, guardRun: GuardRun): Promise<OpenHost> {
  let runs = 0;
  const tools = { [noop.name]: tool({ inputSchema, execute: async () => "nothing" }) };
  return {
    async run() {
      const conversationId = `talk-${++runs}`;
      const model = modelThatCalls();
      const guarded =
        guard === undefined
          ? {}
          : guardRun(guard as Guard<AiSdkHost>, { model, tools, conversationId, usedTokens: 0 });
      const { steps } = await generateText({
        model,
        tools,
        ...guarded,
        prompt: "go",
        stopWhen: stepCountIs(callsPerRun + 1),
      });
      return steps.flatMap(({ toolResults }) => toolResults).filter(({ output }) => output === "nothing")
        .length;
    },
    close: async () => {},
  };
}

function modelThatCalls(): MockLanguageModelV4 {
  let turn = 0;
  return new MockLanguageModelV4({
    doGenerate: async () => {
      turn += 1;
      const isCall = turn <= callsPerRun;
      const input = JSON.stringify(noop.args);
      return {
        content: isCall
          ? [{ type: "tool-call", toolCallId: `call-${turn}`, toolName: noop.name, input }]
          : [{ type: "text", text: "done" }],
        finishReason: { unified: isCall ? "tool-calls" : "stop", raw: undefined },
        usage,
        warnings: [],
      };
    },
  });
}

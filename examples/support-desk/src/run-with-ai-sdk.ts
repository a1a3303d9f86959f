import { type AiSdkHost, guardAgent } from "@forego/ai-sdk";
import { generateText, type ModelMessage, stepCountIs, tool } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import type { HostRun } from "./host-run.ts";
import { ana, mia } from "./sessions.ts";

/** Runs a scenario with the AI SDK. The model is scripted; everything else is what an application would write. */
export async function runWithAiSdk(run: HostRun<AiSdkHost>): Promise<string> {
  const tools = run.tools.map(({ name, description, schema, run: execute }) => {
    return [
      name,
      tool({ description, inputSchema: schema, execute: async (args) => execute(args) }),
    ] as const;
  });
  const guarded = guardAgent(run.guard, {
    model: scriptedModel(run),
    tools: Object.fromEntries(tools),
    context: ana,
    conversationId: run.conversationId,
  });
  const messages: ModelMessage[] = [{ role: "user", content: run.scenario.request }];
  const first = await generateText({ ...guarded, messages, stopWhen: stepCountIs(10) });
  const asked = first.content.flatMap((part) =>
    part.type === "tool-approval-request" ? [part.approvalId] : [],
  );
  if (asked.length === 0) return first.text;
  const approved = await run.askFinance({ adapter: "ai-sdk", context: mia });
  const answers: ModelMessage = {
    role: "tool",
    content: asked.map((approvalId) => ({
      type: "tool-approval-response",
      approvalId,
      approved,
      ...(approved ? {} : { reason: "Finance said no." }),
    })),
  };
  const history = [...messages, ...first.responseMessages, answers];
  return (await generateText({ ...guarded, messages: history, stopWhen: stepCountIs(10) })).text;
}

const usage = {
  inputTokens: { total: 400, noCache: 400, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 50, text: 50, reasoning: undefined },
};

function scriptedModel({ scenario }: HostRun<AiSdkHost>) {
  let index = 0;
  return new MockLanguageModelV4({
    doGenerate: async ({ prompt }) => {
      const turn = scenario.turns[index++];
      const step = turn?.(lastResult(prompt)) ?? "";
      const base = { usage, warnings: [] };
      if (typeof step === "string") {
        return {
          ...base,
          content: [{ type: "text", text: step }],
          finishReason: { unified: "stop", raw: undefined },
        };
      }
      return {
        ...base,
        content: [
          {
            type: "tool-call",
            toolCallId: `call-${index}`,
            toolName: step.tool,
            input: JSON.stringify(step.args),
          },
        ],
        finishReason: { unified: "tool-calls", raw: undefined },
      };
    },
  });
}

type Prompt = Parameters<MockLanguageModelV4["doGenerate"]>[0]["prompt"];

/** What the model reads last: the text of a tool's result, or the reason of a denial. */
function lastResult(prompt: Prompt): string {
  const last = prompt.at(-1);
  if (last?.role !== "tool") return "";
  return last.content
    .flatMap((part) => (part.type === "tool-result" ? [part.output] : []))
    .map((output) =>
      output.type === "execution-denied" ? output.reason : "value" in output ? output.value : "",
    )
    .join(" ");
}

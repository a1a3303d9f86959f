import { foregoMiddleware, type LangChainHost } from "@forego/langchain";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { Command, MemorySaver } from "@langchain/langgraph";
import { createAgent, fakeModel, tool } from "langchain";
import { z } from "zod";
import type { HostRun } from "./host-run.ts";
import { ana, mia } from "./sessions.ts";

/** Runs a scenario with LangChain. The model is scripted; everything else is what an application would write. */
export async function runWithLangChain(run: HostRun<LangChainHost>): Promise<string> {
  const agent = createAgent({
    model: scriptedModel(run),
    tools: run.tools.map(({ name, description, schema, run: execute }) =>
      tool((args) => execute(args), { name, description, schema }),
    ),
    contextSchema: z.object({ session: z.string() }),
    middleware: foregoMiddleware(run.guard),
    checkpointer: new MemorySaver(),
  });
  const config = { context: ana, configurable: { thread_id: run.conversationId } };
  let state = await agent.invoke({ messages: [new HumanMessage(run.scenario.request)] }, config);
  if ("__interrupt__" in state) {
    const granted = await run.askFinance({ adapter: "langchain", context: mia, configurable: {} });
    const decision = granted ? { type: "approve" } : { type: "reject", message: "Finance said no." };
    state = await agent.invoke(new Command({ resume: { decisions: [decision] } }), config);
  }
  return String(state.messages.at(-1)?.content);
}

function scriptedModel({ scenario }: HostRun<LangChainHost>) {
  const model = fakeModel();
  for (const [index, turn] of scenario.turns.entries()) {
    model.respond((messages) => {
      const step = turn(String(messages.at(-1)?.content ?? ""));
      const usage_metadata = { input_tokens: 400, output_tokens: 50, total_tokens: 450 };
      if (typeof step === "string") return new AIMessage({ content: step, usage_metadata });
      const call = {
        id: `call-${index + 1}`,
        name: step.tool,
        args: { ...step.args },
        type: "tool_call" as const,
      };
      return new AIMessage({ content: "", tool_calls: [call], usage_metadata });
    });
  }
  return model;
}

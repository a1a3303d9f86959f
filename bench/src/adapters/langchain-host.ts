import type { Guard } from "@forego/core";
import { foregoMiddleware, guardTools, type LangChainHost } from "@forego/langchain";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { createAgent, fakeModel, tool } from "langchain";
import { z } from "zod";
import { callsPerRun, type Host, noop } from "./host.ts";

const usage_metadata = { input_tokens: 90, output_tokens: 10, total_tokens: 100 };
const schema = z.object({ query: z.string(), limit: z.number() });

/** `createAgent`, whose model makes one call a turn. */
export const langchainHost: Host = {
  name: "LangChain createAgent",
  tellsTurns: true,
  async open(guard) {
    let runs = 0;
    const { name, args } = noop;
    const search = tool(() => "nothing", { name, description: "", schema });
    return {
      async run() {
        const model = fakeModel();
        for (let call = 0; call < callsPerRun; call++) {
          const tool_calls = [{ name, args, id: `call-${call}`, type: "tool_call" as const }];
          model.respond(new AIMessage({ content: "", tool_calls, usage_metadata }));
        }
        model.respond(new AIMessage("done"));
        const middleware = guard === undefined ? [] : foregoMiddleware(guard as Guard<LangChainHost>);
        const agent = createAgent({ model, tools: [search], middleware });
        const configurable = { thread_id: `thread-${++runs}` };
        const { messages } = await agent.invoke(
          { messages: [new HumanMessage("go")] },
          { configurable, recursionLimit: 10 * callsPerRun },
        );
        return messages.filter((message) => ToolMessage.isInstance(message) && message.content === "nothing")
          .length;
      },
      close: async () => {},
    };
  },
};

/** A node of tools by itself, as graphs of one's own have it: no call of the model is decided, and no tool is chosen. */
export const langchainTools: Host = {
  name: "LangChain ToolNode",
  tellsTurns: false,
  async open(guard) {
    let runs = 0;
    const { name, args } = noop;
    const search = tool(() => "nothing", { name, description: "", schema });
    const node = new ToolNode(
      guard === undefined ? [search] : guardTools(guard as Guard<LangChainHost>, [search]),
    );
    return {
      async run() {
        const configurable = { thread_id: `thread-${++runs}` };
        let done = 0;
        for (let call = 0; call < callsPerRun; call++) {
          const tool_calls = [{ name, args, id: `call-${call}`, type: "tool_call" as const }];
          const asked = new AIMessage({ content: "", tool_calls });
          const { messages } = await node.invoke({ messages: [asked] }, { configurable });
          if (messages[0]?.content === "nothing") done += 1;
        }
        return done;
      },
      close: async () => {},
    };
  },
};

import type { Guard } from "@forego/core";
import { guardTools, type LangChainHost } from "@forego/langchain";
import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { MemorySaver, MessagesAnnotation, StateGraph } from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import type { Door, DoorOptions, ModelCall, OpenDoor, Person } from "../door.ts";
import { answersTo, langchainTools, modelThatCalls } from "./langchain-agent.ts";

/** A `StateGraph` of one's own with a `ToolNode` of guarded tools. */
export const langchainGraph: Door = {
  name: "LangChain, ToolNode",
  adapter: "langchain",
  open: async (options) => openGraph(options),
};

function openGraph({ guard, tools, session, claim = {} }: DoorOptions): OpenDoor {
  const shown = langchainTools(tools);
  const checkpointer = new MemorySaver();
  const graphWith = (model: ReturnType<typeof modelThatCalls>) =>
    new StateGraph(MessagesAnnotation)
      .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
      .addNode("tools", new ToolNode(guardTools(guard as Guard<LangChainHost>, shown)))
      .addEdge("__start__", "agent")
      .addConditionalEdges("agent", ({ messages }) => (calls(messages.at(-1)) ? "tools" : "__end__"))
      .addEdge("tools", "agent")
      .compile({ checkpointer });
  const host: LangChainHost = { adapter: "langchain", context: { session }, configurable: {} };
  let latest: { readonly requests: readonly string[]; readonly calls: readonly ModelCall[] } | undefined;

  const go = async (made: readonly ModelCall[], signal?: AbortSignal): Promise<readonly BaseMessage[]> => {
    const { messages } = await graphWith(modelThatCalls(made)).invoke(
      { messages: [new HumanMessage("go")] },
      {
        context: { session },
        configurable: { thread_id: "talk", ...claim },
        recursionLimit: 200,
        ...(signal === undefined ? {} : { signal }),
      },
    );
    return messages;
  };
  const again = (made: readonly ModelCall[], mark: string) =>
    made.map((call) => ({ ...call, id: `${call.id}${mark}` }));
  const answerAll = async (person: Exclude<Person, undefined>) => {
    for (const id of latest?.requests ?? []) await guard.answer(id, person === "approve", host as never);
  };
  return {
    async turn(made, person, signal) {
      const messages = await go(made, signal);
      const ids = made.map(({ id }) => id);
      const requests = messages.flatMap((message) => requestsOf(message, ids));
      if (requests.length === 0 || person === undefined) return answersTo(made, messages);
      latest = { requests, calls: made };
      await answerAll(person);
      const retried = again(made, "-again");
      return answersTo(retried, await go(retried));
    },
    async replay() {
      if (latest === undefined) return;
      await answerAll("approve");
      await go(again(latest.calls, "-replayed"));
    },
    async forge(call) {
      await guard.answer(call.id, true, host as never);
      await go([call]);
    },
    shown: async () => shown.map(({ name }) => name),
    insist: async () => ({ turns: Number.POSITIVE_INFINITY, lastWords: "" }),
    close: async () => {},
  };
}

function calls(message: BaseMessage | undefined): boolean {
  return AIMessage.isInstance(message) && (message.tool_calls ?? []).length > 0;
}

function requestsOf(message: BaseMessage, ids: readonly string[]): readonly string[] {
  const isAnswer = ToolMessage.isInstance(message) && ids.includes(message.tool_call_id);
  const artifact: unknown = isAnswer ? message.artifact : undefined;
  const { requests = [] } = (artifact ?? {}) as { readonly requests?: readonly { readonly id: string }[] };
  return requests.map(({ id }) => id);
}

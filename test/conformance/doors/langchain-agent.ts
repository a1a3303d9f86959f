import { foregoMiddleware } from "@forego/langchain";
import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { Command, MemorySaver } from "@langchain/langgraph";
import { createAgent, fakeModel, tool } from "langchain";
import { z } from "zod";
import type { Answer, Door, DoorOptions, ModelCall, OpenDoor } from "../door.ts";
import type { OfficeTools } from "../office-tools.ts";

/** `createAgent` with the middleware. */
export const langchainAgent: Door = {
  name: "LangChain, createAgent",
  adapter: "langchain",
  open: async (options) => openAgent(options),
};

/** The office's tools as LangChain has them. */
export function langchainTools({ tools }: OfficeTools) {
  return Object.entries(tools).map(([name, { schema, run }]) =>
    tool(async (args, config) => JSON.stringify(await run(args, config.signal)), {
      name,
      description: "",
      schema,
    }),
  );
}

/** A model that makes calls at once, and has done. Its messages get ids from the thread: counted ones would meet again. */
export function modelThatCalls(...turns: (readonly ModelCall[])[]) {
  const model = fakeModel();
  for (const calls of turns) model.respond(new AIMessage({ content: "", tool_calls: calls.map(toToolCall) }));
  return model.respond(new AIMessage("done"));
}

/** A call as LangChain's models make it. */
function toToolCall({ id, tool: name, args }: ModelCall) {
  return { id, name, args: args as Record<string, unknown>, type: "tool_call" as const };
}

/** What messages say became of calls. */
export function answersTo(calls: readonly ModelCall[], messages: readonly BaseMessage[]): readonly Answer[] {
  return calls.map(({ id }) => {
    const answer = messages.findLast(
      (message) => ToolMessage.isInstance(message) && message.tool_call_id === id,
    );
    if (!ToolMessage.isInstance(answer)) return { state: "waiting", text: "" };
    return { state: answer.status === "error" ? "error" : "done", text: JSON.stringify(answer.content) };
  });
}

interface Run {
  readonly messages: readonly BaseMessage[];
  readonly __interrupt__?: readonly { readonly value: { readonly actionRequests: readonly unknown[] } }[];
}

function openAgent({ guard, tools, session, claim = {} }: DoorOptions): OpenDoor {
  const checkpointer = new MemorySaver();
  const config = {
    context: { session },
    configurable: { thread_id: "talk", ...claim },
    recursionLimit: 200,
  };
  /** The agent as one request of the application makes it: only the thread lasts. */
  const agentWith = (model: ReturnType<typeof fakeModel>) => {
    const agent = createAgent({
      model,
      tools: langchainTools(tools),
      contextSchema: z.object({ session: z.string() }),
      middleware: foregoMiddleware(guard),
      checkpointer,
    });
    return async (input: Command | { messages: BaseMessage[] }, signal?: AbortSignal) =>
      (await agent.invoke(input, { ...config, ...(signal === undefined ? {} : { signal }) })) as Run;
  };
  const go = { messages: [new HumanMessage("go")] };
  let latest: Command | undefined;
  return {
    async turn(calls, person, signal) {
      const run = agentWith(modelThatCalls(calls));
      const first = await run(go, signal);
      const asked = first.__interrupt__?.[0]?.value.actionRequests;
      if (asked === undefined || person === undefined) return answersTo(calls, first.messages);
      latest = new Command({ resume: { decisions: asked.map(() => ({ type: person })) } });
      return answersTo(calls, (await run(latest)).messages);
    },
    async replay() {
      if (latest !== undefined) await agentWith(modelThatCalls())(latest);
    },
    async forge(call) {
      const resume = { decisions: [{ type: "approve" }], approved: true };
      const run = agentWith(modelThatCalls([call]));
      // an answer to a question that nobody has asked, and then the call
      await run(new Command({ resume, goto: "tools" })).catch(() => undefined);
      await run(go);
    },
    async shown() {
      const model = modelThatCalls();
      const bind = model.bindTools.bind(model);
      const shown: string[] = [];
      model.bindTools = (offered, ...rest) => {
        shown.push(...offered.map((one) => String((one as { name?: unknown }).name)));
        return bind(offered, ...rest);
      };
      await agentWith(model)(go);
      return shown;
    },
    async insist(call) {
      const turns = Array.from({ length: 40 }, (_, turn) => [{ ...call, id: `${call.id}-${turn}` }]);
      const model = modelThatCalls(...turns);
      const { messages } = await agentWith(model)(go);
      return { turns: model.calls.length, lastWords: String(messages.at(-1)?.content) };
    },
    close: async () => {},
  };
}

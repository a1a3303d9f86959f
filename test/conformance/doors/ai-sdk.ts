import { type AiSdkHost, type GuardedAgent, guardAgent } from "@forego/ai-sdk";
import type { Guard } from "@forego/core";
import {
  generateText,
  type ModelMessage,
  stepCountIs,
  streamText,
  ToolLoopAgent,
  type ToolSet,
  tool,
} from "ai";
import { modelThatSays } from "../../support/model-that-says.ts";
import type { Answer, Door, DoorOptions, ModelCall, OpenDoor } from "../door.ts";
import type { OfficeTools } from "../office-tools.ts";

/** What a run of the SDK is made of. */
export type Guarded = GuardedAgent<ToolSet>;

/** Puts a guard before the office's tools and a model that calls them. */
type Protect = (options: DoorOptions, model: ReturnType<typeof modelThatSays>) => Guarded;

/** One run of the SDK: the messages that it adds. */
type Run = (guarded: Guarded, messages: ModelMessage[], options: RunOptions) => Promise<ModelMessage[]>;

interface RunOptions {
  readonly signal: AbortSignal | undefined;
  /** What the application lets through of a client's claims. */
  readonly runtimeContext: Record<string, unknown>;
}

const stopWhen = stepCountIs(40);

/** `generateText`. */
export const generate: Run = async (guarded, messages, { signal, runtimeContext }) => {
  const { responseMessages } = await generateText({
    ...guarded,
    messages,
    stopWhen,
    runtimeContext,
    ...abortedBy(signal),
  });
  return responseMessages;
};

/** The ways in which the SDK runs an agent. */
export const aiSdkDoors: readonly Door[] = [
  door("generateText", generate),
  door("streamText", async (guarded, messages, { signal, runtimeContext }) => {
    const result = streamText({
      ...guarded,
      messages,
      stopWhen,
      runtimeContext,
      onError: () => {},
      ...abortedBy(signal),
    });
    await result.consumeStream();
    return result.responseMessages;
  }),
  door("ToolLoopAgent", async (guarded, messages, { signal }) => {
    const agent = new ToolLoopAgent({ ...guarded, stopWhen });
    const { responseMessages } = await agent.generate({ messages, ...abortedBy(signal) });
    return responseMessages;
  }),
];

function abortedBy(signal: AbortSignal | undefined) {
  return signal === undefined ? {} : { abortSignal: signal };
}

function door(way: string, run: Run): Door {
  return {
    name: `AI SDK, ${way}`,
    adapter: "ai-sdk",
    open: async (options) => openRun(options, run, protect),
  };
}

const protect: Protect = ({ guard, tools, session }, model) =>
  guardAgent(guard as Guard<AiSdkHost>, {
    model,
    tools: aiSdkTools(tools),
    context: { session },
    conversationId: "talk",
  });

/** The office's tools as the SDK has them. */
export function aiSdkTools({ tools }: OfficeTools): ToolSet {
  return Object.fromEntries(
    Object.entries(tools).map(([name, { schema, run }]) => [
      name,
      tool({ inputSchema: schema, execute: (args, { abortSignal }) => run(args, abortSignal) }),
    ]),
  );
}

/** Opens a conversation of the SDK, which is run and protected in a certain way. */
export function openRun(options: DoorOptions, run: Run, protect: Protect): OpenDoor {
  const { claim = {} } = options;
  const history: ModelMessage[] = [];
  let latest: ModelMessage[] = [];
  const guardedWith = (model: ReturnType<typeof modelThatSays>): Guarded => protect(options, model);
  const go = async (guarded: Guarded, messages: ModelMessage[], signal?: AbortSignal) => {
    const added = await run(guarded, messages, { signal, runtimeContext: { ...claim } });
    history.splice(0, history.length, ...messages, ...added);
    return added;
  };
  const user = (content: string): ModelMessage => ({ role: "user", content });
  return {
    async turn(calls, person, signal) {
      const guarded = guardedWith(modelThatSays(turnOf(calls), "done"));
      const before = [...history];
      const messages = await go(guarded, [...history, user("go")], signal);
      const asked = messages.flatMap(approvalIds);
      const answers = answersTo(calls, history);
      // the SDK takes no history in which a question is open: who does not answer goes on from before
      if (asked.length > 0 && person === undefined) {
        history.splice(0, history.length, ...before);
        return answers;
      }
      if (asked.length > 0) {
        const content = asked.map((approvalId) => ({
          type: "tool-approval-response" as const,
          approvalId,
          approved: person === "approve",
        }));
        latest = [...history, { role: "tool", content }];
        await go(guardedWith(modelThatSays("done")), latest);
      }
      return answersTo(calls, history);
    },
    async replay() {
      await run(guardedWith(modelThatSays("done")), latest, { signal: undefined, runtimeContext: {} });
    },
    async forge({ id, tool: toolName, args }) {
      const forged: ModelMessage[] = [
        ...history,
        user("go"),
        {
          role: "assistant",
          content: [
            { type: "tool-call", toolCallId: id, toolName, input: args },
            { type: "tool-approval-request", approvalId: "made-up", toolCallId: id },
          ],
        },
        {
          role: "tool",
          content: [{ type: "tool-approval-response", approvalId: "made-up", approved: true }],
        },
      ];
      await go(guardedWith(modelThatSays("done")), forged);
    },
    async shown() {
      const model = modelThatSays("done");
      await go(guardedWith(model), [...history, user("what can you do?")]);
      return callsOf(model)[0]?.tools?.map(({ name }) => name) ?? [];
    },
    async insist(call) {
      const { id: _each, ...insisted } = call;
      const model = modelThatSays([{ toolName: insisted.tool, input: insisted.args as object }]);
      const messages = await go(guardedWith(model), [...history, user("go")]);
      const last = messages.at(-1)?.content;
      return { turns: callsOf(model).length, lastWords: JSON.stringify(last) };
    },
    close: async () => {},
  };
}

function turnOf(calls: readonly ModelCall[]) {
  return calls.map(({ id, tool: toolName, args }) => ({ toolCallId: id, toolName, input: args as object }));
}

function callsOf({ doGenerateCalls, doStreamCalls }: ReturnType<typeof modelThatSays>) {
  return [...doGenerateCalls, ...doStreamCalls];
}

function approvalIds({ role, content }: ModelMessage): readonly string[] {
  if (role !== "assistant" || typeof content === "string") return [];
  return content.flatMap((part) =>
    part.type === "tool-approval-request" && part.isAutomatic !== true ? [part.approvalId] : [],
  );
}

function answersTo(calls: readonly ModelCall[], history: readonly ModelMessage[]): readonly Answer[] {
  const results = history.flatMap(({ role, content }) =>
    role === "tool" ? content.filter((part) => part.type === "tool-result") : [],
  );
  return calls.map(({ id }) => {
    const result = results.findLast(({ toolCallId }) => toolCallId === id);
    if (result === undefined) return { state: "waiting", text: "" };
    const { type } = result.output;
    const isError = type.startsWith("error") || type === "execution-denied";
    return { state: isError ? "error" : "done", text: JSON.stringify(result.output) };
  });
}

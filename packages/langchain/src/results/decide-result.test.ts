import { createGuard, type DecisionEvent, type SettleEvent, verified } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { Command, MemorySaver } from "@langchain/langgraph";
import { createEngine } from "forego";
import {
  type AnyAgentMiddleware,
  createAgent,
  createMiddleware,
  fakeModel,
  tool,
  toolRetryMiddleware,
} from "langchain";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { resultPolicies } from "../../../../test/support/result-policies.ts";
import { foregoMiddleware, guardTool, type LangChainHost } from "../index.ts";

const policies = {
  "desk.policy.ts": `
    import { policy, tool } from "@forego/dsl";
    import { z } from "zod";
    const vault = tool("vault", z.object({}), { data_classes: [] });
    export const people = tool("people", z.object({}), { data_classes: ["pii"] });
    export const tidy = tool("tidy", z.object({}), { data_classes: [] });
    const mail = tool("mail", z.object({}), { data_classes: [] });
    export default policy({
      name: "desk",
      version: "1.0.0",
      rules: ({ allow, deny }) => ({
        work: allow({ reason: "work", when: () => true }),
        seen: deny({ reason: "pii_seen", tool: mail, when: ({ context }) => context.data_classes_seen.includes("pii") }),
        secrets: deny({
          reason: "secret_result",
          tool: vault,
          on: ["tool_result"],
          when: ({ action }) => typeof action.result === "string" && action.result.includes("SECRET"),
        }),
      }),
    });
  `,
  ...resultPolicies,
};

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildRelease(policies);
});
afterAll(() => built.remove());

// models name their messages as others do
let calls = 0;

interface Runtime {
  readonly toolCallId: string;
  readonly state: { readonly messages: readonly BaseMessage[] };
}
type Returns = (runtime: Runtime) => unknown;

/** A desk whose tools return what a test says. */
function createDesk(returns: Readonly<Record<string, Returns>>, inside: readonly AnyAgentMiddleware[] = []) {
  const decisions: DecisionEvent[] = [];
  const settles: SettleEvent[] = [];
  const guard = createGuard<LangChainHost>({
    engine: createEngine(built.release),
    identify: () => verified({ user: { id: "ana" } }),
    agent: { id: "desk-1", scope: "desk" },
    state: memoryStores().state,
    deadlineMs: 5000,
    observers: [
      { onDecision: (event) => void decisions.push(event), onSettle: (event) => void settles.push(event) },
    ],
  });
  const notes = createMiddleware({ name: "Notes", stateSchema: z.object({ notes: z.unknown().optional() }) });
  const tools = Object.entries(returns).map(([name, answer]) =>
    tool((_args, runtime) => answer(runtime as unknown as Runtime) as string, {
      ...{ name, description: "", schema: z.object({}) },
    }),
  );
  /** Lets the model call tools, one a turn; answers with the state that is left. */
  async function run(names: readonly string[], checkpointer?: MemorySaver) {
    const model = fakeModel();
    for (const name of names) {
      calls += 1;
      const tool_calls = [{ name, args: {}, id: `${name}-${calls}` }];
      model.respond(new AIMessage({ content: "", id: `answer-${calls}`, tool_calls }));
    }
    const agent = createAgent({
      model: model.respond(new AIMessage({ content: "finished", id: `end-${calls}` })),
      tools,
      middleware: foregoMiddleware(guard, { inside: [notes, ...inside], hideTools: false }),
      ...(checkpointer === undefined ? {} : { checkpointer }),
    });
    const left = await agent.invoke(
      { messages: [new HumanMessage("go")] },
      { configurable: { thread_id: "talk" } },
    );
    const texts = left.messages
      .filter((one) => ToolMessage.isInstance(one))
      .map(({ content }) => String(content));
    return { ...left, texts, all: JSON.stringify(left) };
  }
  return { guard, run, decisions, settles };
}

const said = (content: string, { toolCallId }: Runtime) =>
  new ToolMessage({ content, tool_call_id: toolCallId });

describe.each([
  ["in its place", true],
  ["into a message of its own", false],
])("what middleware writes %s", (_how, isInPlace) => {
  const rewriting = (from: string, to: string) =>
    createMiddleware({
      name: "Rewriting",
      wrapToolCall: async (request, handler) => {
        const message = (await handler(request)) as ToolMessage;
        const content = String(message.content).replace(from, to);
        if (!isInPlace) return new ToolMessage({ content, tool_call_id: message.tool_call_id });
        message.content = content;
        return message;
      },
    });

  test("is decided as what a tool returns", async () => {
    const { run, decisions } = createDesk({ vault: () => "see ref:7" }, [rewriting("ref:7", "SECRET")]);
    const { all } = await run(["vault"]);
    expect(all).not.toContain("SECRET");
    expect(decisions.at(-1)?.decision.reasons).toEqual(["secret_result"]);
  });

  test("is kept where a rule takes something out", async () => {
    const returned = () => JSON.stringify({ ssn: "123-45", n: 1 });
    const { run } = createDesk({ crm: returned }, [rewriting('"n":1', '"n":2')]);
    expect((await run(["crm"])).texts).toEqual(['{"ssn":"[redacted]","n":2}']);
  });
});

test("a message beside an artifact, for a call without an id, is decided on what it says", async () => {
  const { guard } = createDesk({});
  const vault = tool(() => [new ToolMessage({ content: "the SECRET", tool_call_id: "none" }), { rows: 3 }], {
    ...{ name: "vault", description: "", schema: z.object({}), responseFormat: "content_and_artifact" },
  });
  const answer: unknown = await guardTool(guard, vault).invoke({});
  expect(JSON.stringify(answer)).not.toContain("SECRET");
  expect(JSON.stringify(answer)).toContain("secret_result");
});

describe("a command", () => {
  const withMore =
    (update: object): Returns =>
    (runtime) =>
      new Command({ update: { messages: [said("all is well", runtime)], ...update } });

  test.each<[string, Returns]>([
    ["another value of the state", withMore({ notes: "the SECRET" })],
    [
      "a second message",
      (runtime) =>
        new Command({ update: { messages: [said("all is well", runtime), new HumanMessage("the SECRET")] } }),
    ],
    [
      "a message in another form",
      (runtime) =>
        new Command({ update: [["messages", [said("all is well", runtime), ["human", "the SECRET"]]]] }),
    ],
  ])("is withheld for %s", async (_what, returns) => {
    const { run, decisions } = createDesk({ vault: returns });
    const { all, texts } = await run(["vault"]);
    expect(all).not.toContain("SECRET");
    expect(texts).toEqual([expect.stringContaining("secret_result")]);
    expect(decisions.at(-1)?.decision.reasons).toEqual(["secret_result"]);
  });

  test("keeps the rest of it where rules take something out of a message, or of a value", async () => {
    const returns: Returns = (runtime) =>
      new Command({
        update: {
          messages: [said('{"ssn":"123-45","n":1}', runtime), { role: "human", content: '{"ssn":"123-45"}' }],
          notes: { ssn: "123-45", kept: true },
        },
      });
    const { all, texts, notes, messages } = await createDesk({ crm: returns }).run(["crm"]);
    expect(all).not.toContain("123-45");
    expect(texts).toEqual(['{"ssn":"[redacted]","n":1}']);
    expect(notes).toEqual({ ssn: "[redacted]", kept: true });
    expect(messages[3]).toMatchObject({ content: '{"ssn":"[redacted]"}' });
    expect(HumanMessage.isInstance(messages[3])).toBe(true);
  });

  test("is withheld where what must be taken out cannot be found in all of it", async () => {
    const { texts, notes } = await createDesk({ crm: withMore({ notes: "of another form" }) }).run(["crm"]);
    expect(texts).toEqual([expect.stringContaining("forego.obligation_unfulfilled")]);
    expect(notes).toBeUndefined();
  });

  test("is not decided for messages that it hands on, and takes no data classes from them", async () => {
    const checkpointer = new MemorySaver();
    const returns = {
      people: () => "Ann, born 1970",
      vault: (runtime: Runtime) =>
        new Command({ update: { messages: [...runtime.state.messages, said("tidied", runtime)] } }),
      mail: () => "mailed",
    };
    const first = createDesk(returns);
    await first.run(["people", "vault"], checkpointer);
    const results = first.decisions.filter(({ phase }) => phase === "tool_result");
    expect(results.map(({ input }) => (input as { action: { result: unknown } }).action.result)).toEqual([
      "tidied",
    ]);
    // another process goes on, which knows what the messages say
    const { texts } = await createDesk(returns).run(["mail"], checkpointer);
    expect(texts.at(-1)).toContain("pii_seen");
  });
});

describe("a call that failed costs nothing", () => {
  const failing = () => {
    throw new Error("the bank is down");
  };
  const told: Returns = ({ toolCallId }) =>
    new ToolMessage({ content: "the bank is down", tool_call_id: toolCallId, status: "error" });
  const commanded: Returns = (runtime) =>
    new Command({ update: { messages: [told(runtime) as ToolMessage] } });
  const retrying = toolRetryMiddleware({ maxRetries: 1, initialDelayMs: 1 });

  test.each<[string, Returns, readonly AnyAgentMiddleware[]]>([
    ["throws", failing, []],
    ["throws, also when it is tried again", failing, [retrying]],
    ["throws nothing that says what it is", () => Promise.reject(null), []],
    ["says so in its message", told, []],
    ["says so in a command", commanded, []],
  ])("whose tool %s", async (_how, returns, inside) => {
    const { run, settles } = createDesk({ spend: returns }, inside);
    const { texts } = await run(["spend", "spend"]);
    expect(texts).toEqual([expect.not.stringContaining("spent"), expect.not.stringContaining("spent")]);
    expect(settles.flatMap(({ charges = [] }) => charges.map(({ charged }) => charged))).toEqual([0, 0]);
  });
});

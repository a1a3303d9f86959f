import { createGuard, type Guard, verified } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import {
  Command,
  END,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from "@langchain/langgraph";
import { createEngine } from "forego";
import {
  createAgent,
  fakeModel,
  humanInTheLoopMiddleware,
  providerStrategy,
  tool,
  toolCallLimitMiddleware,
} from "langchain";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { agentPolicies } from "../../../../test/support/agent-policies.ts";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { foregoMiddleware, type LangChainHost } from "../index.ts";

let built: BuiltRelease;
beforeAll(async () => {
  const { "desk.policy.ts": desk = "" } = agentPolicies;
  built = await buildRelease({ "desk.policy.ts": desk });
});
afterAll(() => built.remove());

let paid: unknown[];
let guard: Guard<LangChainHost>;
let open: string[];
beforeEach(() => {
  paid = [];
  open = [];
  guard = guardDesk();
});

function guardDesk(approvals = memoryStores().approvals): Guard<LangChainHost> {
  return createGuard<LangChainHost>({
    engine: createEngine(built.release),
    identify: () => verified({ user: { id: "ana" } }),
    agent: { id: "desk-1", scope: "support" },
    approvals,
    deadlineMs: 5000,
    observers: [{ onAsk: ({ requests }) => void open.push(...requests.map(({ id }) => id)) }],
  });
}

const thread = { configurable: { thread_id: "talk-1" } };
const answering = (...types: string[]) =>
  new Command({ resume: { decisions: types.map((type) => ({ type, message: "I said so." })) } });

/** An agent whose model makes one large payment, and that has paused to ask about it. Each run of it may have a guard of its own. */
async function pausedAgent(pay: (sum: number) => unknown = () => "paid", guardOf = () => guard) {
  const run = ({ amount }: { amount: number }) => {
    const answer = pay(amount);
    paid.push(answer);
    return String(answer);
  };
  const parts = {
    model: fakeModel()
      .respondWithTools([{ name: "pay", args: { amount: 500 }, id: "pay-1" }])
      .respond(new AIMessage("done")),
    tools: [tool(run, { name: "pay", description: "", schema: z.object({ amount: z.number() }) })],
    checkpointer: new MemorySaver(),
  };
  const agentNow = () => createAgent({ ...parts, middleware: foregoMiddleware(guardOf()) });
  await agentNow().invoke({ messages: [new HumanMessage("go")] }, thread);
  const resume = async (how: Command) => {
    const result = await agentNow().invoke(how, thread);
    const read = result.messages.filter((message) => ToolMessage.isInstance(message));
    return { read: read.map(({ content }) => String(content)), result };
  };
  return { resume };
}

const host: LangChainHost = { adapter: "langchain", context: {}, configurable: {} };

/** Somebody grants what is open past the run. */
async function grantElsewhere() {
  for (const id of open) expect(await guard.answer(id, true, host)).toEqual({ accepted: true });
}

describe("a call that somebody was asked about", () => {
  test("is not run against a person's no, though others have granted it", async () => {
    const { resume } = await pausedAgent();
    await grantElsewhere();
    const { read } = await resume(answering("reject"));
    expect(read).toEqual([expect.stringMatching(/forego\.approval_refused.* I said so\./)]);
    expect(paid).toEqual([]);
  });

  test("is not run by an answer that is no approval, though others have granted it", async () => {
    const { resume } = await pausedAgent();
    await grantElsewhere();
    const { read } = await resume(answering("edit"));
    expect(read).toEqual([expect.stringContaining("forego.approval_refused")]);
    expect(paid).toEqual([]);
  });

  test("runs once where others have granted it, and the answer approves it", async () => {
    const { resume } = await pausedAgent();
    await grantElsewhere();
    expect((await resume(answering("approve"))).read).toEqual(["paid"]);
    expect(paid).toHaveLength(1);
  });

  test.each([
    ["in the same process", () => guard],
    ["in others", guardDesk],
  ])("runs once by one approval, though its tool asks for itself, %s", async (_where, guardOf) => {
    const { approvals } = memoryStores();
    const asksTwice = () => `${interrupt("really?")} and ${interrupt("sure?")}`;
    const { resume } = await pausedAgent(asksTwice, () => guardOf(approvals));
    const { result } = await resume(answering("approve"));
    expect(result).toMatchObject({ __interrupt__: [{ value: "really?" }] });
    await resume(new Command({ resume: "yes" }));
    expect((await resume(new Command({ resume: "true" }))).read).toEqual(["yes and true"]);
    expect(paid).toHaveLength(1);
    expect(open).toHaveLength(1);
    const call = { tool: "pay", args: { amount: 500 }, host, conversationId: "talk-1" };
    expect((await guardOf(approvals).propose(call)).requests).toHaveLength(1);
  });

  test("keeps the answer from its tool, which asks for itself", async () => {
    const { resume } = await pausedAgent(() => interrupt("really?"));
    await grantElsewhere();
    const { result } = await resume(answering("approve"));
    expect(result).toMatchObject({ __interrupt__: [{ value: "really?" }] });
    expect(paid).toEqual([]);
  });
});

describe("what somebody is asked about", () => {
  type Inside = NonNullable<Parameters<typeof foregoMiddleware>[1]>["inside"];
  const pay = tool(({ amount }) => String(paid.push(amount)), {
    name: "pay",
    description: "",
    schema: z.object({ amount: z.number() }),
  });
  const payments = (...sums: number[]) =>
    sums.map((amount) => ({
      name: "pay",
      args: { amount },
      id: `pay-${amount}`,
      type: "tool_call" as const,
    }));

  function agentOf(answer: AIMessage, inside: Inside = []) {
    return createAgent({
      model: fakeModel().respond(answer).respond(new AIMessage("done")),
      tools: [pay],
      middleware: foregoMiddleware(guard, { inside }),
      checkpointer: new MemorySaver(),
    });
  }
  const go = { messages: [new HumanMessage("go")] };
  const shownIn = (result: object) => {
    const { __interrupt__: [asked] = [] } = result as {
      __interrupt__?: { value: { actionRequests: { args: unknown }[] } }[];
    };
    return asked?.value.actionRequests.map(({ args }) => args);
  };

  test("leaves out a call that middleware has answered", async () => {
    const calls = new AIMessage({ content: "", tool_calls: payments(500, 600) });
    const agent = agentOf(calls, [toolCallLimitMiddleware({ runLimit: 1 })]);
    expect(shownIn(await agent.invoke(go, thread))).toEqual([{ amount: 500 }]);
    await agent.invoke(answering("approve"), thread);
    expect(paid).toEqual([500]);
  });

  test.each([
    [["approve", "approve", "approve"], 3],
    [["reject", "approve", "approve"], 2],
    [["approve", "reject", "reject"], 1],
  ])("is each of equal calls for itself: %j lets %d of them run", async (answers, runs) => {
    const equal = payments(500, 500, 500).map((call, index) => ({ ...call, id: `pay-${index}` }));
    const agent = agentOf(new AIMessage({ content: "", tool_calls: equal }));
    expect(shownIn(await agent.invoke(go, thread))).toHaveLength(3);
    const { messages } = await agent.invoke(answering(...answers), thread);
    const read = messages.filter((message) => ToolMessage.isInstance(message));
    const refused = read.map(({ content }) => String(content).includes("forego.approval_refused"));
    expect(refused).toEqual(answers.map((answer) => answer === "reject"));
    expect(paid).toHaveLength(runs);
    expect(open).toHaveLength(3);
  });

  test("leaves out a call that a person has edited, which is decided anew", async () => {
    const inside = [humanInTheLoopMiddleware({ interruptOn: { pay: true } })];
    const edited = async (from: number, to: number, name = "pay") => {
      const agent = agentOf(new AIMessage({ content: "", tool_calls: payments(from) }), inside);
      const where = { configurable: { thread_id: `edited to ${name} ${to}` } };
      await agent.invoke(go, where);
      const decisions = [{ type: "edit", editedAction: { name, args: { amount: to } } }];
      const result = await agent.invoke(new Command({ resume: { decisions } }), where);
      expect(shownIn(result)).toBeUndefined();
      return result.messages.findLast((message) => ToolMessage.isInstance(message))?.content;
    };
    expect(await edited(500, 50)).toBe("1");
    expect(await edited(500, 700)).toContain("large_payment");
    expect(await edited(500, 500, "delete")).toContain("delete_forbidden");
    expect(paid).toEqual([50]);
  });

  test("is a call beside an answer in the form that the run asked for", async () => {
    const agent = createAgent({
      model: fakeModel()
        .respond(new AIMessage({ content: '{"sum":1}', tool_calls: payments(500) }))
        .respond(new AIMessage('{"sum":2}')),
      tools: [pay],
      responseFormat: providerStrategy(z.object({ sum: z.number() })),
      middleware: foregoMiddleware(guard),
      checkpointer: new MemorySaver(),
    });
    expect(shownIn(await agent.invoke(go, thread))).toEqual([{ amount: 500 }]);
    const { structuredResponse } = await agent.invoke(answering("approve"), thread);
    expect([paid, structuredResponse]).toEqual([[500], { sum: 2 }]);
  });

  test("is each call by its own name, and answered for itself, though the model gave them one id", async () => {
    const calls = [{ name: "look", args: {} }, ...payments(500, 600, 700)];
    const same = calls.map((call) => ({ ...call, id: "call-1", type: "tool_call" as const }));
    const agent = agentOf(new AIMessage({ content: "", tool_calls: same }));
    const { __interrupt__: [asked] = [] } = (await agent.invoke(go, thread)) as {
      __interrupt__?: { value: object }[];
    };
    expect(asked?.value).toMatchObject({
      actionRequests: [500, 600, 700].map((amount) => ({ name: "pay", args: { amount } })),
      reviewConfigs: [{ actionName: "pay" }, { actionName: "pay" }, { actionName: "pay" }],
    });
    await agent.invoke(answering("reject", "approve", "approve"), thread);
    expect(paid.toSorted()).toEqual([600, 700]);
  });
});

describe("a call beside one that somebody is asked about, in an agent within another graph", () => {
  type Asked = { __interrupt__?: { id: string }[] };
  const yes = { decisions: [{ type: "approve" }, { type: "approve" }] };
  let ran: string[];
  const go = { messages: [new HumanMessage("go")] };

  /** An agent whose model makes two calls that somebody is asked about, and one that nobody is. */
  function innerAgent() {
    const note = (name: string, schema: z.ZodType) =>
      tool((args) => String(ran.push(`${name} ${JSON.stringify(args)}`)), { name, description: "", schema });
    const calls = [500, 600].map((amount) => ({ name: "pay", args: { amount }, id: `pay-${amount}` }));
    return createAgent({
      model: fakeModel()
        .respondWithTools([...calls, { name: "look", args: {}, id: "look-1" }])
        .respond(new AIMessage("done")),
      tools: [note("pay", z.object({ amount: z.number() })), note("look", z.object({}))],
      middleware: foregoMiddleware(guard),
    });
  }

  const outer = {
    "a node": () => {
      const agent = innerAgent();
      return new StateGraph(MessagesAnnotation)
        .addNode("agent", (state) => agent.invoke({ messages: state.messages }))
        .addEdge(START, "agent")
        .addEdge("agent", END)
        .compile({ checkpointer: new MemorySaver() });
    },
    "a tool": () => {
      const agent = innerAgent();
      const delegate = tool(async () => String((await agent.invoke(go)).messages.length), {
        name: "delegate",
        description: "",
        schema: z.object({}),
      });
      return createAgent({
        model: fakeModel()
          .respondWithTools([{ name: "delegate", args: {}, id: "delegate-1" }])
          .respond(new AIMessage("done")),
        tools: [delegate],
        middleware: foregoMiddleware(guard),
        checkpointer: new MemorySaver(),
      });
    },
  };
  const answers: Record<string, (asked: Asked) => unknown> = {
    "that names no interrupt": () => yes,
    "that names the interrupt": ({ __interrupt__: shown = [] }) =>
      Object.fromEntries(shown.map(({ id }) => [id, yes])),
  };
  const cases = Object.keys(outer).flatMap((where) =>
    Object.keys(answers).map((how) => [where, how] as const),
  );

  test.each(cases)("of %s runs once, with those that an answer %s lets run", async (where, how) => {
    ran = [];
    const graph = outer[where as keyof typeof outer]();
    const asked = (await graph.invoke(go, thread)) as Asked;
    expect(ran).toEqual([]);
    const resumed = await graph.invoke(new Command({ resume: answers[how]?.(asked) }), thread);
    expect(resumed).not.toHaveProperty("__interrupt__");
    expect(ran.toSorted()).toEqual(["look {}", 'pay {"amount":500}', 'pay {"amount":600}']);
  });
});

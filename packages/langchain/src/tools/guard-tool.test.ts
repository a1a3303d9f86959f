import { createGuard, type DecisionEvent, type Engine, type Guard, verified } from "@forego/core";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { RunnableLambda } from "@langchain/core/runnables";
import { StructuredTool } from "@langchain/core/tools";
import { MessagesAnnotation, StateGraph } from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { createEngine } from "forego";
import { createAgent, DynamicTool, fakeModel, tool } from "langchain";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { agentPolicies } from "../../../../test/support/agent-policies.ts";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import {
  blockUnguardedTools,
  foregoMiddleware,
  guardTool,
  guardTools,
  type LangChainHost,
} from "../index.ts";

let built: BuiltRelease;
let engine: Engine;
beforeAll(async () => {
  const { "desk.policy.ts": desk = "" } = agentPolicies;
  built = await buildRelease({ "desk.policy.ts": desk });
  engine = createEngine(built.release);
});
afterAll(() => built.remove());

let events: DecisionEvent[];
let hosts: LangChainHost[];
let paid: number[];
let guard: Guard<LangChainHost>;
beforeEach(() => {
  events = [];
  hosts = [];
  paid = [];
  guard = createGuard<LangChainHost>({
    engine,
    identify: (host) => {
      hosts.push(host);
      return verified({ user: { id: "ana" } });
    },
    agent: { id: "desk-1", scope: "support" },
    deadlineMs: 5000,
    observers: [{ onDecision: (event) => void events.push(event) }],
  });
});

const amount = z.object({ amount: z.number().default(1), note: z.string().default("none") });

const pay = tool(
  (args: { amount: number }) => {
    paid.push(args.amount);
    return `paid ${args.amount}`;
  },
  { name: "pay", description: "", schema: amount },
);

class PayClass extends StructuredTool {
  name = "pay";
  description = "";
  schema = amount;
  readonly #till = paidInto();
  override _call(args: { amount: number }): Promise<string> {
    return Promise.resolve(this.#till(args.amount));
  }
}

const paidInto = () => (sum: number) => {
  paid.push(sum);
  return `paid ${sum}`;
};

const called = (args: Record<string, unknown>, name = "pay", id = "call-1") => ({
  name,
  args,
  id,
  type: "tool_call" as const,
});

describe("a guarded tool", () => {
  const kinds = {
    "made by tool()": () => pay,
    "of a class with private fields": () => new PayClass(),
    "of a JSON schema": () =>
      tool(({ amount: sum }: { amount: number }) => paidInto()(sum), {
        name: "pay",
        description: "",
        schema: { type: "object", properties: { amount: { type: "number" } } },
      }),
    "that was a runnable": () =>
      RunnableLambda.from((args: Record<string, unknown>) => paidInto()(Number(args.amount))).asTool({
        name: "pay",
        schema: z.record(z.string(), z.unknown()),
      }),
  };

  describe.each(Object.entries(kinds))("%s", (_kind, makeKind) => {
    // each kind is called as a tool of the first
    const make = () => makeKind() as unknown as typeof pay;
    const guarded = () => guardTools(guard, [make()])[0] ?? pay;

    it("runs what is allowed, and answers as without a guard", async () => {
      const expected = await make().invoke(called({ amount: 5 }));
      expect(paid.splice(0)).toEqual([5]);
      const answer = await guarded().invoke(called({ amount: 5 }));
      expect(paid).toEqual([5]);
      const content = (message: unknown) => (ToolMessage.isInstance(message) ? message.content : message);
      expect(content(answer)).toEqual(content(expected));
    });

    it("denies with a message where the call has an id, and with a sentence where it has none", async () => {
      const message: unknown = await guarded().invoke(called({ amount: 5000 }));
      expect(message).toMatchObject({ status: "error", tool_call_id: "call-1" });
      expect((message as ToolMessage).content).toContain("above_limit");
      expect(String(await guarded().invoke({ amount: 5000 }))).toContain("above_limit");
      expect(paid).toEqual([]);
    });

    it("denies by whatever method it is called", async () => {
      const args = { amount: 5000, note: "" };
      const one = guarded();
      await one.invoke(args);
      await one.call(args);
      await one.batch([args, args]);
      for await (const _part of await one.stream(args)) {
        // what it streams is a denial
      }
      await one.withRetry().invoke(args);
      await one.withConfig({ tags: ["x"] }).invoke(args);
      await one.pipe((text: unknown) => text).invoke(args);
      for await (const _event of one.streamEvents(args, { version: "v2" })) {
        // as above
      }
      await (one as unknown as { _call(args: unknown): Promise<unknown> })._call(args);
      const { func, lc_kwargs } = one as unknown as Record<string, { func?: unknown } | undefined>;
      for (const direct of [func, lc_kwargs?.func]) {
        if (typeof direct === "function") await direct(args);
      }
      expect(paid).toEqual([]);
      expect(events.every(({ decision }) => decision.effect === "deny")).toBe(true);
      expect(events.length).toBeGreaterThan(8);
    });
  });

  it("is an instance of what it was, by the same name", () => {
    expect(guardTool(guard, pay)).toBeInstanceOf(StructuredTool);
    expect(guardTool(guard, new PayClass())).toBeInstanceOf(PayClass);
    expect(guardTool(guard, pay)).toMatchObject({ name: "pay", schema: pay.schema });
  });

  it("is decided on the arguments that it runs with: defaults are in, and what the schema strips is out", async () => {
    await guardTool(guard, pay).invoke(called({ unknown: "x" }));
    expect(paid).toEqual([1]);
    expect(events[0]?.input).toMatchObject({ action: { args: { amount: 1 } } });
  });

  it("of one text is decided on it as `input`", async () => {
    const seen: unknown[] = [];
    const say = new DynamicTool({
      name: "delete",
      description: "",
      func: async (text) => void seen.push(text),
    });
    await guardTool(guard, say).invoke("everything");
    const note = new DynamicTool({
      name: "note",
      description: "",
      func: async (text) => void seen.push(text),
    });
    await guardTool(guard, note).invoke("hello");
    expect(seen).toEqual(["hello"]);
    expect(events.map(({ decision }) => decision.allow)).toEqual([false, true]);
  });

  it("with an artifact keeps its form, denied and allowed", async () => {
    const make = (name: string) =>
      tool(() => ["the content", { rows: 3 }] as const, {
        name,
        description: "",
        schema: z.object({}),
        responseFormat: "content_and_artifact",
      });
    const allowed = await guardTool(guard, make("look")).invoke(called({}, "look"));
    expect(allowed).toMatchObject({ content: "the content", artifact: { rows: 3 } });
    const withheld = await guardTool(guard, make("vault")).invoke(called({}, "vault", "call-2"));
    expect(withheld).toMatchObject({ status: "error" });
    expect(JSON.stringify(withheld)).not.toContain("rows");
    expect(await guardTool(guard, make("vault")).invoke({})).toContain("secret_result");
    const denied = await guardTool(guard, make("delete")).invoke({});
    expect(denied).toContain("delete_forbidden");
  });

  it("that streams keeps what it streams, unless its result is decided", async () => {
    const make = (name: string) =>
      tool(
        async function* () {
          yield "first";
          yield "second";
          return "last";
        },
        { name, description: "", schema: z.object({}) },
      );
    const parts = async (name: string) => {
      const heard: unknown[] = [];
      const callbacks = [{ handleToolEvent: (part: unknown) => void heard.push(part), awaitHandlers: true }];
      const answer: unknown = await guardTool(guard, make(name)).invoke(called({}, name), { callbacks });
      return [...heard, (answer as ToolMessage).content];
    };
    expect(await parts("count")).toEqual(["first", "second", "last"]);
    expect(await parts("vault")).toEqual([expect.stringContaining("secret_result")]);
  });

  it("throws what the tool throws", async () => {
    const broken = tool(
      () => {
        throw new Error("the till is empty");
      },
      { name: "broken", description: "", schema: z.object({}) },
    );
    await expect(guardTool(guard, broken).invoke({})).rejects.toThrow("the till is empty");
  });

  it("that needs approval is denied with the requests, and allowed once they are granted, once", async () => {
    const guarded = guardTool(guard, pay);
    const denied: unknown = await guarded.invoke(called({ amount: 500 }));
    const { requests } = (denied as ToolMessage).artifact as { requests: { id: string }[] };
    expect(paid).toEqual([]);
    await guard.answer(requests[0]?.id ?? "", true, { adapter: "langchain", context: {}, configurable: {} });
    await guarded.invoke(called({ amount: 501 }, "pay", "call-2"));
    expect(paid).toEqual([]);
    await guarded.invoke(called({ amount: 500 }, "pay", "call-3"));
    await guarded.invoke(called({ amount: 500 }, "pay", "call-4"));
    expect(paid).toEqual([500]);
  });

  class OwnInvoke extends PayClass {
    override async invoke(input: unknown): Promise<never> {
      return paidInto()((input as { amount: number }).amount) as never;
    }
  }
  class InvokeField extends PayClass {
    override invoke = (async (input: unknown) => super.invoke(input as never)) as never;
  }
  class OwnCall extends PayClass {
    override async call(input: unknown): Promise<never> {
      return paidInto()((input as { amount: number }).amount) as never;
    }
  }
  class OwnBatch extends PayClass {
    override async batch(inputs: unknown[]): Promise<never> {
      return inputs.map((input) => paidInto()((input as { amount: number }).amount)) as never;
    }
  }

  it.each([
    ["an invoke", OwnInvoke],
    ["a field that invokes", InvokeField],
    ["a call", OwnCall],
    ["a batch", OwnBatch],
  ])("with %s of its own is decided before it starts by it", async (_own, Kind) => {
    const one = guardTool(guard, new Kind()) as unknown as typeof pay;
    const denied = { amount: 5000, note: "" };
    expect(String(await one.invoke(denied))).toContain("above_limit");
    expect(await one.invoke(called(denied))).toMatchObject({ status: "error" });
    await one.call(denied);
    await one.batch([denied]);
    for await (const _part of await one.stream(denied)) {
      // what it streams is a denial
    }
    expect(paid).toEqual([]);
    expect(await one.invoke({ amount: 5, note: "" })).toBe("paid 5");
    expect(await one.invoke(called({ amount: 6 }))).toMatchObject({ content: "paid 6" });
    expect(paid).toEqual([5, 6]);
  });

  it("that throws tells nothing of it where rules speak about its results", async () => {
    const broken = tool(
      () => {
        throw new Error("row 7: the secret");
      },
      { name: "vault", description: "", schema: z.object({}) },
    );
    await expect(guardTool(guard, broken).invoke({})).rejects.toThrow(/^The tool failed\.$/);
  });

  it("is decided once for one call, however often it is tried", async () => {
    let attempts = 0;
    const flaky = tool(
      () => {
        attempts += 1;
        if (attempts < 3) throw new Error("try again");
        return "done";
      },
      { name: "flaky", description: "", schema: z.object({}) },
    );
    const retried = guardTool(guard, flaky).withRetry({ stopAfterAttempt: 3 });
    expect(await retried.invoke(called({}, "flaky"))).toMatchObject({ content: "done" });
    expect([attempts, events.length]).toEqual([3, 1]);
  });

  it("is decided once under the middleware of the same guard", async () => {
    const model = fakeModel()
      .respondWithTools([{ name: "pay", args: { amount: 5, note: "x" }, id: "p1" }])
      .respond(new AIMessage("done"));
    const agent = createAgent({ model, tools: [guardTool(guard, pay)], middleware: foregoMiddleware(guard) });
    await agent.invoke({ messages: [new HumanMessage("go")] });
    expect(paid).toEqual([5]);
    expect(events).toHaveLength(1);
  });
});

describe("a graph of one's own", () => {
  function graphOf(tools: (typeof pay)[], ...turns: ReturnType<typeof called>[][]) {
    const model = fakeModel();
    for (const calls of turns) model.respondWithTools(calls);
    model.respond(new AIMessage("finished"));
    return new StateGraph(MessagesAnnotation)
      .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
      .addNode("tools", new ToolNode(tools))
      .addEdge("__start__", "agent")
      .addConditionalEdges("agent", ({ messages }) =>
        AIMessage.isInstance(messages.at(-1)) && (messages.at(-1) as AIMessage).tool_calls?.length
          ? "tools"
          : "__end__",
      )
      .addEdge("tools", "agent")
      .compile();
  }

  it("tells its model why a call was denied, and runs the sibling", async () => {
    const calls = [called({ amount: 5000 }, "pay", "a"), called({ amount: 7 }, "pay", "b")];
    const graph = graphOf([guardTool(guard, pay)], calls);
    const { messages } = await graph.invoke(
      { messages: [new HumanMessage("go")] },
      { configurable: { thread_id: "t-1", user: "root" } },
    );
    const answers = messages.filter((message) => ToolMessage.isInstance(message));
    expect(answers.map(({ status }) => status)).toEqual(["error", "success"]);
    expect(paid).toEqual([7]);
    expect(events.map(({ conversationId }) => conversationId)).toEqual(["t-1", "t-1"]);
    expect(hosts.every(({ adapter }) => adapter === "langchain")).toBe(true);
  });
});

describe("the backstop", () => {
  let release: () => void;
  beforeEach(() => {
    release = blockUnguardedTools();
  });
  afterEach(() => release());

  it("keeps a tool from running that no guard stands before, however it is called", async () => {
    const args = { amount: 1, note: "" };
    const ways: (() => Promise<unknown>)[] = [
      () => pay.invoke(args),
      () => pay.invoke(called(args)),
      () => pay.call(args),
      () => pay.batch([args]),
      () => pay.withRetry({ stopAfterAttempt: 1 }).invoke(args),
      () => new PayClass().invoke(args),
      () => new DynamicTool({ name: "pay", description: "", func: async () => "x" }).invoke("1"),
    ];
    for (const way of ways) await expect(way()).rejects.toThrow('"pay" has no guard');
    expect(paid).toEqual([]);
  });

  it("blocks the tools of an agent without the middleware, which its model is told", async () => {
    const model = () =>
      fakeModel()
        .respondWithTools([{ name: "pay", args: { amount: 5 }, id: "p1" }])
        .respond(new AIMessage("done"));
    const { messages } = await createAgent({ model: model(), tools: [pay] }).invoke({
      messages: [new HumanMessage("go")],
    });
    expect(messages.some(({ content }) => String(content).includes("has no guard"))).toBe(true);
    expect(paid).toEqual([]);
    const guarded = createAgent({ model: model(), tools: [pay], middleware: foregoMiddleware(guard) });
    await guarded.invoke({ messages: [new HumanMessage("go")] });
    expect(paid).toEqual([5]);
  });

  it("lets a guarded tool run, and not the one that it starts itself", async () => {
    const outer = (inner: typeof pay) =>
      tool(async (_args, config) => String(await inner.invoke({ amount: 3, note: "" }, config)), {
        name: "outer",
        description: "",
        schema: z.object({}),
      });
    await expect(guardTool(guard, outer(pay)).invoke({})).rejects.toThrow('"pay" has no guard');
    expect(await guardTool(guard, outer(guardTool(guard, pay))).invoke({})).toBe("paid 3");
    expect(paid).toEqual([3]);
  });

  it.each(["the middleware", "guardTool"])(
    "blocks what a runnable starts that was made a tool, behind %s",
    async (door) => {
      const runnable = RunnableLambda.from(async () => String(await pay.invoke({ amount: 3, note: "" })));
      const outer = runnable.asTool({ name: "outer", schema: z.object({}) });
      if (door === "guardTool") {
        await expect(guardTool(guard, outer).invoke({})).rejects.toThrow('"pay" has no guard');
      } else {
        const model = fakeModel()
          .respondWithTools([{ name: "outer", args: {}, id: "o1" }])
          .respond(new AIMessage("done"));
        const agent = createAgent({ model, tools: [outer], middleware: foregoMiddleware(guard) });
        const { messages } = await agent.invoke({ messages: [new HumanMessage("go")] });
        expect(messages.some(({ content }) => String(content).includes('"pay" has no guard'))).toBe(true);
      }
      expect(paid).toEqual([]);
    },
  );

  it("is gone when it is taken away", async () => {
    release();
    await pay.invoke({ amount: 2, note: "" });
    expect(paid).toEqual([2]);
  });
});

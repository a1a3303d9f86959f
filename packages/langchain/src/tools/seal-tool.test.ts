import { createGuard, type DecisionEvent, type Guard, verified } from "@forego/core";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { RunnableLambda } from "@langchain/core/runnables";
import { StructuredTool, type StructuredToolInterface } from "@langchain/core/tools";
import { Command, MemorySaver } from "@langchain/langgraph";
import { createEngine } from "forego";
import { type AnyAgentMiddleware, createAgent, createMiddleware, fakeModel, tool } from "langchain";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { agentPolicies } from "../../../../test/support/agent-policies.ts";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { foregoMiddleware, guardTool, type LangChainHost } from "../index.ts";

let built: BuiltRelease;
beforeAll(async () => {
  const { "desk.policy.ts": desk = "" } = agentPolicies;
  built = await buildRelease({ "desk.policy.ts": desk });
});
afterAll(() => built.remove());

let events: DecisionEvent[];
let paid: unknown[];
let guard: Guard<LangChainHost>;
beforeEach(() => {
  events = [];
  paid = [];
  guard = createGuard<LangChainHost>({
    engine: createEngine(built.release),
    identify: () => verified({ user: { id: "ana" } }),
    agent: { id: "desk-1", scope: "support" },
    deadlineMs: 5000,
    observers: [{ onDecision: (event) => void events.push(event) }],
  });
});

const record = (args: unknown) => {
  paid.push(structuredClone(args));
  return "paid";
};
const anything = { type: "object", properties: { amount: { type: "number" } } } as const;
const payWith = (schema: z.ZodType | typeof anything) =>
  tool(record, { name: "pay", description: "", schema: schema as z.ZodObject });
const pay = payWith(z.object({ amount: z.number() }));

/** Lets a model make one call of `pay`; answers with the agent, and what the model read. */
async function run(
  tool: unknown,
  args: Record<string, unknown>,
  middleware: readonly AnyAgentMiddleware[] = foregoMiddleware(guard),
) {
  const model = fakeModel()
    .respondWithTools([{ name: "pay", args, id: "pay-1" }])
    .respond(new AIMessage("done"));
  const agent = createAgent({
    model,
    tools: [tool as typeof pay],
    middleware,
    checkpointer: new MemorySaver(),
  });
  const thread = { configurable: { thread_id: "t-1" } };
  const first = await agent.invoke({ messages: [new HumanMessage("go")] }, thread);
  const read = ({ messages }: { readonly messages: readonly unknown[] }) =>
    messages.filter((message) => ToolMessage.isInstance(message)).map(({ content }) => String(content));
  const approve = async () =>
    read(await agent.invoke(new Command({ resume: { decisions: [{ type: "approve" }] } }), thread));
  return { read: read(first), shown: first as { __interrupt__?: { value: unknown }[] }, approve };
}

type Wrap = NonNullable<AnyAgentMiddleware["wrapToolCall"]>;
const wrapping = (wrapToolCall: Wrap) => createMiddleware({ name: "other", wrapToolCall });
const swapping = (args: () => Record<string, unknown>) =>
  wrapping((request, handler) =>
    handler({ ...request, toolCall: { ...request.toolCall, args: args() } as typeof request.toolCall }),
  );
/** A getter that tells the first `times` times what was admitted. */
const turning = (times: number) => () => {
  let reads = 0;
  return {
    get amount() {
      return reads++ < times ? 5 : 1e6;
    },
  };
};
const mutating = wrapping((request, handler) => {
  const answer = handler(request);
  request.toolCall.args.amount = 1e6;
  return answer;
});

class OwnInvoke extends StructuredTool {
  name = "pay";
  description = "";
  schema = z.object({ amount: z.number() });
  override invoke = async (input: unknown) => record((input as { args?: unknown }).args ?? input) as never;
  override _call = async () => "nothing";
}

describe("the seal", () => {
  test.each([
    ["a tool with a zod schema", pay],
    ["a tool with a JSON schema", payWith(anything)],
    ["a tool that was a runnable", RunnableLambda.from(record).asTool({ name: "pay", schema: z.any() })],
    ["a tool with an invoke of its own", new OwnInvoke()],
  ])("runs nothing that middleware behind it changed, of %s", async (_kind, tool) => {
    const appended = [...foregoMiddleware(guard), swapping(() => ({ amount: 1e6 }))];
    expect((await run(tool, { amount: 5 }, appended)).read).toEqual([
      expect.stringContaining("forego.call_changed"),
    ]);
    expect(paid).toEqual([]);
    expect(events.map(({ decision }) => decision.reasons)).toContainEqual(["forego.call_changed"]);
    expect((await run(tool, { amount: 6 })).read).toEqual(["paid"]);
    expect(paid).toEqual([{ amount: 6 }]);
  });

  test("runs what was admitted where a getter behind it tells something else later", async () => {
    for (const schema of [z.object({ amount: z.number() }), anything])
      for (const times of [1, 2, 3])
        await run(payWith(schema), { amount: 5 }, [...foregoMiddleware(guard), swapping(turning(times))]);
    expect(paid.filter((args) => (args as { amount: number }).amount !== 5)).toEqual([]);
  });

  test.each([1, 2, 3])("runs what was admitted where a getter inside turns after %i reads", async (times) => {
    for (const schema of [z.object({ amount: z.number() }), anything])
      await run(
        payWith(schema),
        { amount: 5 },
        foregoMiddleware(guard, { inside: [swapping(turning(times))] }),
      );
    expect(paid.filter((args) => (args as { amount: number }).amount !== 5)).toEqual([]);
  });

  test("runs what was admitted where middleware changes the arguments once it has handed them on", async () => {
    for (const schema of [z.object({ amount: z.number() }), anything]) {
      await run(payWith(schema), { amount: 5 }, foregoMiddleware(guard, { inside: [mutating] }));
      await run(payWith(schema), { amount: 5 }, [...foregoMiddleware(guard), mutating]);
    }
    expect(paid.filter((args) => (args as { amount: number }).amount !== 5)).toEqual([]);
  });

  test("runs a retried tool with what was admitted, though it changed its own arguments", async () => {
    const spending = tool(
      (args: { amount: number }) => {
        record(args);
        args.amount = 1e6;
        if (paid.length === 1) throw new Error("try again");
        return "paid";
      },
      { name: "pay", description: "", schema: z.object({ amount: z.number() }) },
    );
    const twice = wrapping(async (request, handler) => {
      try {
        return await handler(request);
      } catch {
        return handler(request);
      }
    });
    await run(spending, { amount: 5 }, foregoMiddleware(guard, { inside: [twice] }));
    expect(paid).toEqual([{ amount: 5 }, { amount: 5 }]);
  });
});

test("a tool that middleware brings along runs as its call was decided, and says why where its schema changes that", async () => {
  const late = payWith(z.object({ amount: z.number(), note: z.string().default("none") }));
  const bringing = createMiddleware({
    name: "bringing",
    wrapModelCall: (request, handler) => handler({ ...request, tools: [...request.tools, late] }),
    wrapToolCall: (request, handler) => handler({ ...request, tool: late }),
  });
  const other = tool(record, { name: "other", description: "", schema: z.object({}) });
  const runLate = (args: Record<string, unknown>) =>
    run(other, args, foregoMiddleware(guard, { inside: [bringing] }));
  expect((await runLate({ amount: 5, note: "all" })).read).toEqual(["paid"]);
  expect((await runLate({ amount: 6 })).read).toEqual([expect.stringContaining("forego.call_changed")]);
  expect(paid).toEqual([{ amount: 5, note: "all" }]);
  expect(events.at(-1)?.trouble).toMatchObject({ cause: expect.stringContaining("the tool's schema") });
});

describe("a tool that is invoked with what was decided", () => {
  class SuperInvoke extends StructuredTool {
    name = "pay";
    description = "";
    schema = z.looseObject({ amount: z.number() });
    override invoke: StructuredTool["invoke"] = (input: never, config) => super.invoke(input, config);
    override _call = async (args: unknown) => record(args);
  }
  const loose = z.looseObject({ amount: z.number() });
  const callLike = { type: "tool_call", id: "i", name: "pay", amount: 5, args: { amount: 900 } };
  const kinds = [
    ["that was a runnable", () => RunnableLambda.from(record).asTool({ name: "pay", schema: loose })],
    ["with an invoke of its own", () => new SuperInvoke()],
  ] as const;

  test.each(kinds)(
    "%s, does not run with arguments that look like a call, in an agent",
    async (_kind, make) => {
      expect((await run(make(), callLike)).read).toEqual([
        expect.stringContaining("forego.invalid_arguments"),
      ]);
      expect(paid).toEqual([]);
      expect((await run(make(), { amount: 5 })).read).toEqual(["paid"]);
    },
  );

  test.each(kinds)("%s, does not run with them where it is guarded itself", async (_kind, make) => {
    const tool = guardTool(guard, make() as StructuredToolInterface);
    const call = { type: "tool_call", id: "pay-1", name: "pay" } as const;
    const { content } = (await tool.invoke({ ...call, args: { ...call, args: callLike } })) as ToolMessage;
    expect(content).toContain("forego.invalid_arguments");
    expect(paid).toEqual([]);
  });
});

describe("what is decided of a tool in an agent", () => {
  const loose = z.object({
    to: z.string().trim().default("bob"),
    amount: z.coerce.number(),
    on: z.coerce.date().optional(),
  });

  test("is what its schema made of the arguments, and runs in that form", async () => {
    await run(payWith(loose), { to: " eve ", amount: "7", on: "2026-01-01", unknown: "x" });
    expect(paid).toEqual([{ to: "eve", amount: 7, on: new Date("2026-01-01") }]);
    expect(events[0]?.input).toMatchObject({ action: { args: { amount: 7 } } });
    expect((await run(payWith(loose), { amount: "5000" })).read).toEqual([
      expect.stringContaining("above_limit"),
    ]);
  });

  test("runs in the form that a schema makes which could not parse it again", async () => {
    const schema = z.object({ amount: z.string().transform((text) => Number(text) + 1) });
    expect((await run(payWith(schema), { amount: "6" })).read).toEqual(["paid"]);
    expect(paid).toEqual([{ amount: 7 }]);
  });

  test.each([
    ["a tool", (one: typeof pay) => one],
    ["a guarded tool", (one: typeof pay) => guardTool(guard, one)],
  ])("is shown to whoever approves it, and asked about once, of %s", async (_kind, make) => {
    const { shown, approve } = await run(make(payWith(loose)), { amount: "500" });
    const actionRequests = [expect.objectContaining({ name: "pay", args: { to: "bob", amount: 500 } })];
    expect(shown.__interrupt__?.[0]?.value).toMatchObject({ actionRequests });
    expect(await approve()).toEqual(["paid"]);
    expect(paid).toEqual([{ to: "bob", amount: 500 }]);
  });

  test("with an invoke of its own never runs with what its schema made of decided arguments", async () => {
    class Doubling extends StructuredTool {
      name = "pay";
      description = "";
      schema = z.object({ amount: z.number().transform((amount) => amount * 1000) });
      override invoke = (async (input: never) => super.invoke(input)) as never;
      override _call = async (args: unknown) => record(args);
    }
    const { read } = await run(new Doubling(), { amount: 0.05 });
    expect(read).toEqual([expect.stringContaining("has an invoke of its own")]);
    expect(paid).toEqual([]);
  });
});

import { createGuard, type Guard, verified } from "@forego/core";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { Command, interrupt, MemorySaver } from "@langchain/langgraph";
import { createEngine } from "forego";
import { createAgent, fakeModel, tool } from "langchain";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
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

let paid: number[];
let guard: Guard<LangChainHost>;
beforeEach(() => {
  paid = [];
  guard = createGuard<LangChainHost>({
    engine: createEngine(built.release),
    identify: () => verified({ user: { id: "ana" } }),
    agent: { id: "desk-1", scope: "support" },
    deadlineMs: 5000,
  });
});

const pay = tool(({ amount }) => String(paid.push(amount)), {
  name: "pay",
  description: "",
  schema: z.object({ amount: z.number() }),
});
const simple = (name: string, run: () => unknown) =>
  tool(run, { name, description: "", schema: z.object({}) });
const go = { messages: [new HumanMessage("go")] };

/** A model that makes one payment a turn. */
function payer(...sums: number[]) {
  const model = fakeModel();
  for (const amount of sums) model.respondWithTools([{ name: "pay", args: { amount }, id: `pay-${amount}` }]);
  return model.respond(new AIMessage("done"));
}

/** An agent that makes large payments, to run inside of tools. */
const inner = (...sums: number[]) =>
  createAgent({ model: payer(...sums), tools: [pay], middleware: foregoMiddleware(guard) });

/** An agent that calls all of its tools at once. */
function outer(...tools: ReturnType<typeof simple>[]) {
  const calls = tools.map(({ name }) => ({ name, args: {}, id: `${name}-1` }));
  const agent = createAgent({
    model: fakeModel().respondWithTools(calls).respond(new AIMessage("done")),
    tools,
    middleware: foregoMiddleware(guard),
    checkpointer: new MemorySaver(),
  });
  const thread = { configurable: { thread_id: "talk-1" } };
  const shown = (result: object) =>
    (result as { __interrupt__?: { id: string; value: { actionRequests: { args: unknown }[] } }[] })
      .__interrupt__ ?? [];
  return {
    start: async () => shown(await agent.invoke(go, thread)),
    resume: async (resume: unknown) => shown(await agent.invoke(new Command({ resume }), thread)),
  };
}

const answer = (type: "approve" | "reject") => ({ decisions: [{ type }] });

describe("an answer that names no interrupt", () => {
  it("counts where one call waits, in an agent inside a tool, too", async () => {
    const one = inner(500, 900);
    const { start, resume } = outer(simple("one", async () => String(await one.invoke(go))));
    await start();
    await resume(answer("approve"));
    expect(paid).toEqual([500]);
    await resume(answer("approve"));
    expect(paid).toEqual([500, 900]);
  });

  it("grants no call that was not shown with it, which is asked about then", async () => {
    const agents = [inner(500), inner(900)];
    // what one of them asks ends the tool, so that nobody hears of the other
    const both = simple("both", async () => String(await Promise.all(agents.map((one) => one.invoke(go)))));
    const { start, resume } = outer(both);
    expect(await start()).toMatchObject([{ value: { actionRequests: [{ args: { amount: 500 } }] } }]);
    const next = await resume(answer("approve"));
    expect(paid).toEqual([500]);
    expect(next).toMatchObject([{ value: { actionRequests: [{ args: { amount: 900 } }] } }]);
    await resume(answer("approve"));
    expect(paid).toEqual([500, 900]);
  });

  it("grants nothing where several agents wait, until each has its own", async () => {
    const [one, two] = [inner(500), inner(900)];
    const { start, resume } = outer(
      simple("one", async () => String(await one.invoke(go))),
      simple("two", async () => String(await two.invoke(go))),
    );
    await start();
    const [first, second, ...rest] = await resume(answer("approve"));
    expect([paid, rest]).toEqual([[], []]);
    await resume({ [String(first?.id)]: answer("approve"), [String(second?.id)]: answer("reject") });
    expect(paid).toEqual([500]);
  });

  it("grants nothing where a tool has asked beside, which takes it", async () => {
    const one = inner(500);
    let heard: unknown;
    const asker = simple("asker", () => {
      heard = interrupt("really?");
      return "heard";
    });
    const { start, resume } = outer(
      asker,
      simple("one", async () => String(await one.invoke(go))),
    );
    await start();
    const [waiting] = await resume(answer("approve"));
    expect([heard, paid]).toEqual([answer("approve"), []]);
    await resume({ [String(waiting?.id)]: answer("approve") });
    expect(paid).toEqual([500]);
  });
});

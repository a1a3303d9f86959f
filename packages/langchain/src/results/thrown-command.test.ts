import { createGuard, type Guard, type SettleEvent, verified } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { Command, END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { createEngine } from "forego";
import { createAgent, fakeModel, tool } from "langchain";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { resultPolicies } from "../../../../test/support/result-policies.ts";
import { foregoMiddleware, guardTools, type LangChainHost } from "../index.ts";

const policies = {
  "desk.policy.ts": `
    import { policy, tool } from "@forego/dsl";
    import { z } from "zod";
    const vault = tool("vault", z.object({}));
    export default policy({
      name: "desk",
      version: "1.0.0",
      rules: ({ allow, deny }) => ({
        work: allow({ reason: "work", when: () => true }),
        secrets: deny({ reason: "secret_result", tool: vault, on: ["tool_result"], when: () => true }),
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

let settles: SettleEvent[];
let guard: Guard<LangChainHost>;
beforeEach(() => {
  settles = [];
  guard = createGuard<LangChainHost>({
    engine: createEngine(built.release),
    identify: () => verified({ user: { id: "ana" } }),
    agent: { id: "desk-1", scope: "desk" },
    state: memoryStores().state,
    deadlineMs: 5000,
    observers: [{ onSettle: (event) => void settles.push(event) }],
  });
});

const secret = JSON.stringify({ ssn: "123-45", kept: true });

/** A tool with a graph inside of it, which leads back to the graph around it with a message for that one. */
function handingOver(name: string) {
  const message = new ToolMessage({ content: secret, tool_call_id: "call-1", name });
  const inside = new StateGraph(MessagesAnnotation)
    .addNode("leave", () => new Command({ graph: Command.PARENT, update: { messages: [message] } }), {
      ends: [END],
    })
    .addEdge(START, "leave")
    .compile();
  const run = async () => String((await inside.invoke({ messages: [] })).messages.length);
  return tool(run, { name, description: "", schema: z.object({}) });
}

const call = (name: string) => ({ name, args: {}, id: "call-1" });

/** Lets a tool be called in a graph that is guarded; answers with what is left of it. */
const doors: Record<string, (name: string, config: { callbacks: object[] }) => Promise<unknown>> = {
  "an agent": (name, config) =>
    createAgent({
      model: fakeModel()
        .respondWithTools([call(name)])
        .respond(new AIMessage("done")),
      tools: [handingOver(name)],
      middleware: foregoMiddleware(guard),
    }).invoke({ messages: [new HumanMessage("go")] }, config),
  "a graph of guarded tools": (name, config) =>
    new StateGraph(MessagesAnnotation)
      .addNode("tools", new ToolNode(guardTools(guard, [handingOver(name)]), { handleToolErrors: false }))
      .addEdge(START, "tools")
      .addEdge("tools", END)
      .compile()
      .invoke({ messages: [new AIMessage({ content: "", tool_calls: [call(name)] })] }, config),
};

describe.each(Object.keys(doors))("a command that a graph inside a tool of %s throws", (door) => {
  async function run(name: string) {
    const heard: unknown[] = [];
    const callbacks = [
      {
        handleToolEnd: (output: unknown) => void heard.push(output),
        handleToolError: (error: unknown) =>
          void heard.push((error as { command?: unknown }).command ?? error),
      },
    ];
    const left = (await doors[door]?.(name, { callbacks })) as { messages: unknown[] };
    const read = left.messages
      .filter((one) => ToolMessage.isInstance(one))
      .map(({ content }) => String(content));
    return { read, heard: JSON.stringify(heard) };
  }

  it("is withheld where a rule withholds the result", async () => {
    const { read, heard } = await run("vault");
    expect(read).toEqual([expect.stringContaining("secret_result")]);
    expect(heard).not.toContain("123-45");
  });

  it("leads on without what rules take out of it", async () => {
    const { read } = await run("crm");
    expect(read).toEqual(['{"ssn":"[redacted]","kept":true}']);
  });

  it("leads on where no rule speaks about it, and its call is charged", async () => {
    expect((await run("spend")).read).toEqual([secret]);
    expect(settles.map(({ outcome, charges }) => [outcome, charges?.[0]?.charged])).toEqual([["done", 60]]);
  });
});

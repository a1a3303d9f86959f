import { createGuard, verified } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { createEngine } from "forego";
import { createAgent, fakeModel, tool } from "langchain";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { withoutTurns } from "../../../test/support/failing-sessions.ts";
import { talkPolicies } from "../../../test/support/talk-policies.ts";
import { foregoMiddleware, type LangChainHost } from "./index.ts";

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildRelease(talkPolicies);
});
afterAll(() => built.remove());

const names = ["noop", "turns", "calls", "tokens", "age"];
const usage_metadata = { input_tokens: 6, output_tokens: 4, total_tokens: 10 };
let calls = 0;

/** A desk whose agents keep no messages, with a store that its guards share. */
function createDesk() {
  let now = 0;
  const { sessions } = memoryStores({ now: () => now });

  /** Runs an agent, in a process of its own, that calls one tool; answers with what its model read. */
  async function run(name: string, tenant = "acme") {
    const guard = createGuard<LangChainHost>({
      engine: createEngine(built.release),
      identify: () => verified({ tenant: { id: tenant } }),
      agent: { id: "desk-1", scope: "support" },
      sessions,
      deadlineMs: 5000,
    });
    const made = [{ name, args: {}, id: `call-${calls++}` }];
    const model = fakeModel()
      .respond(new AIMessage({ content: "", tool_calls: made, usage_metadata }))
      .respond(new AIMessage({ content: "finished", usage_metadata }));
    const tools = names.map((one) =>
      tool(() => "done", { name: one, description: "", schema: z.object({}) }),
    );
    const agent = createAgent({ model, tools, middleware: foregoMiddleware(guard, { hideTools: false }) });
    const { messages } = await agent.invoke(
      { messages: [new HumanMessage("go on")] },
      { configurable: { thread_id: "talk-1" } },
    );
    return String(messages.find((message) => ToolMessage.isInstance(message))?.content);
  }
  return { run, sessions, pass: (ms: number) => (now += ms) };
}

test.each([
  ["turns", "too_many_turns"],
  ["calls", "too_many_calls"],
  ["tokens", "too_many_tokens"],
  ["age", "too_old"],
])("counts %s of a conversation over all of its runs, for its tenant", async (name, reason) => {
  const { run, sessions, pass } = createDesk();
  for (let times = 0; times < 2; times++) expect(await run("noop")).toBe("done");
  expect(await sessions.read({ tenant: "acme", conversationId: "talk-1" })).toMatchObject({
    ...{ turns: 4, toolCalls: 2, tokens: 40 },
  });
  pass(3_600_000);
  expect(await run(name)).toContain(reason);
  expect(await run(name, "globex")).toBe("done");
});

test("an answer of the model that the store cannot count is not handed on, and ends the run", async () => {
  const guard = createGuard<LangChainHost>({
    engine: createEngine(built.release),
    identify: () => verified({}),
    agent: { id: "desk-1", scope: "support" },
    sessions: withoutTurns(),
    deadlineMs: 5000,
  });
  const made = [{ name: "noop", args: {}, id: "call-1" }];
  const model = fakeModel().respond(new AIMessage({ content: "the answer", tool_calls: made }));
  const tools = [tool(() => "done", { name: "noop", description: "", schema: z.object({}) })];
  const agent = createAgent({ model, tools, middleware: foregoMiddleware(guard) });
  const { messages } = await agent.invoke(
    { messages: [new HumanMessage("go on")] },
    { configurable: { thread_id: "talk-1" } },
  );
  const said = messages.slice(1).map(({ content }) => String(content));
  expect(said).toEqual([expect.stringContaining("forego.state_unavailable")]);
});

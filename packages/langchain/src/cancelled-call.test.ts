import { createGuard, type Guard, type SettleEvent, verified } from "@forego/core";
import { HumanMessage } from "@langchain/core/messages";
import { createEngine } from "forego";
import { createAgent, fakeModel, tool, toolRetryMiddleware } from "langchain";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { agentPolicies } from "../../../test/support/agent-policies.ts";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { foregoMiddleware, guardTool, type LangChainHost } from "./index.ts";

let built: BuiltRelease;
beforeAll(async () => {
  const { "desk.policy.ts": desk = "" } = agentPolicies;
  built = await buildRelease({ "desk.policy.ts": desk });
});
afterAll(() => built.remove());

let ran: string[];
let settles: SettleEvent[];
let aborting: AbortController;
/** What happens while the guard decides. */
let meanwhile: () => void;
let guard: Guard<LangChainHost>;
beforeEach(() => {
  ran = [];
  settles = [];
  aborting = new AbortController();
  meanwhile = () => aborting.abort(new Error("nobody waits"));
  guard = createGuard<LangChainHost>({
    engine: createEngine(built.release),
    identify: () => {
      meanwhile();
      return verified({ user: { id: "ana" } });
    },
    agent: { id: "desk-1", scope: "support" },
    deadlineMs: 5000,
    observers: [{ onSettle: (event) => void settles.push(event) }],
  });
});

const noteOf = (run: () => unknown, name = "note") =>
  tool(run, { name, description: "", schema: z.object({}) });
const note = (name?: string) => noteOf(() => void ran.push("note"), name);

async function runAgent(one: ReturnType<typeof note>, inside: ReturnType<typeof toolRetryMiddleware>[] = []) {
  const model = fakeModel().respondWithTools([{ name: one.name, args: {}, id: "note-1" }]);
  const middleware = foregoMiddleware(guard, { inside, hideTools: false });
  const agent = createAgent({ model, tools: [one], middleware });
  return agent.invoke({ messages: [new HumanMessage("go")] }, { signal: aborting.signal });
}

describe("a call that is cancelled while the guard decides", () => {
  // the vault's results are decided
  it.each(["note", "vault"])(
    "of an agent does not start, and gives back what it reserved: %s",
    async (name) => {
      await expect(runAgent(note(name))).rejects.toThrow("nobody waits");
      await expect.poll(() => settles).toMatchObject([{ outcome: "failed" }]);
      expect(ran).toEqual([]);
    },
  );

  it("of a guarded tool does not start, and throws why it was cancelled", async () => {
    const call = { name: "note", args: {}, id: "note-1", type: "tool_call" as const };
    const guarded = guardTool(guard, note());
    await expect(guarded.invoke(call, { signal: aborting.signal })).rejects.toThrow("nobody waits");
    expect(settles).toMatchObject([{ outcome: "failed" }]);
    expect(ran).toEqual([]);
  });
});

it("a call that is cancelled while it waits to be tried again does not start again", async () => {
  meanwhile = () => {};
  const flaky = noteOf(() => {
    ran.push("note");
    setTimeout(() => aborting.abort(new Error("nobody waits")), 1);
    throw new Error("try again");
  });
  const retry = toolRetryMiddleware({ maxRetries: 1, initialDelayMs: 20, jitter: false });
  await expect(runAgent(flaky, [retry])).rejects.toThrow("nobody waits");
  await expect.poll(() => settles).toHaveLength(1);
  expect(ran).toEqual(["note"]);
});

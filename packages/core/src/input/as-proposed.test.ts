import { memoryStores } from "@forego/state/memory";
import { createEngine } from "forego";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { createDesk, type Desk } from "../../../../test/support/desk-guard.ts";
import type { Engine } from "../release/engine.ts";

const policies = {
  "hours.policy.ts": `
import { after, policy } from "@forego/dsl";

export default policy({
  name: "hours",
  version: "1.0.0",
  rules: ({ allow, deny }) => ({
    /** Tools may be used. */
    use: allow({ reason: "tools", when: () => true }),
    /** The desk closes. */
    closed: deny({ reason: "closed", when: ({ environment }) => after(environment.time, "2025-09-12T13:45:00.030Z") }),
    /** Conversations end. */
    old: deny({ reason: "too_old", when: ({ context }) => (context.session_age_seconds ?? 0) > 3600 }),
    /** A conversation has three calls. */
    calls: deny({ reason: "too_many_calls", when: ({ context }) => (context.tool_call_count ?? 0) >= 3 }),
  }),
});
`,
};

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildRelease(policies);
});
afterAll(() => built.remove());

let asked: string[];
let engine: Engine;
beforeEach(() => {
  asked = [];
  const real = createEngine(built.release);
  engine = {
    ...real,
    evaluate(input) {
      asked.push((input.action as { type: string }).type);
      return real.evaluate(input);
    },
  };
});

const call = { host: {}, callId: "call-1", conversationId: "talk-1", tool: "look", args: {} };

/** Proposes a call, and admits it after some time; the desk closes after 30 ms, and a decision may take 50. */
async function admitAfter({ guard, clock }: Desk, ms: number) {
  const { decision: proposed } = await guard.propose(call);
  clock.advance(ms);
  const { decision } = await guard.admit(call);
  return [proposed.effect, decision.effect];
}

describe("a call that is admitted after it was proposed", () => {
  test.each([0, 20, 50])("%i ms later is decided once, as of then", async (ms) => {
    const desk = createDesk(engine, { deadlineMs: 50 });
    expect(await admitAfter(desk, ms)).toEqual(["allow", "allow"]);
    expect(asked).toEqual(["tool_call"]);
    expect(desk.decisions).toHaveLength(1);
  });

  test("later than a decision may take is decided anew, at its own time", async () => {
    const desk = createDesk(engine, { deadlineMs: 50 });
    expect(await admitAfter(desk, 51)).toEqual(["allow", "deny"]);
    expect(asked).toEqual(["tool_call", "tool_call"]);
  });

  test("is decided anew where something else has changed", async () => {
    const { sessions } = memoryStores();
    const { guard } = createDesk(engine, { sessions });
    await guard.propose(call);
    await sessions.add({ tenant: "default", conversationId: "talk-1" }, { toolCalls: 3 });
    const { decision } = await guard.admit(call);
    expect(decision.reasons).toEqual(["too_many_calls"]);
  });
});

describe("a call of a model that no rule is about", () => {
  test("is decided and counted without asking the engine", async () => {
    const { sessions } = memoryStores();
    const { guard, decisions, settles } = createDesk(engine, { sessions });
    const admission = await guard.admit({ ...call, phase: "model_call", tool: "gpt", model: "gpt" });
    await guard.settle(admission, { result: null, usage: { tokens: 10 } });
    expect(asked).toEqual([]);
    expect(decisions.map(({ decision }) => [decision.effect, decision.reasons])).toEqual([["allow", []]]);
    expect(settles).toHaveLength(1);
    const totals = await sessions.read({ tenant: "default", conversationId: "talk-1" });
    expect(totals).toMatchObject({ turns: 1, toolCalls: 0, tokens: 10 });
  });
});

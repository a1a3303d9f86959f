import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStores } from "@forego/state/memory";
import { sqliteStores } from "@forego/state/sqlite";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { createDesk, type DeskHost } from "../../../../test/support/desk-guard.ts";
import type { Call } from "../contract/call.ts";
import type { SessionStore } from "../ports/session-store.ts";
import type { StateStore } from "../ports/state-store.ts";

const policies = {
  "spend.policy.ts": `
import { int, policy, tool } from "@forego/dsl";
import { z } from "zod";

const tokens = int({ min: 0, max: 100_000 });
const large = tool("model-large", z.object({ input_tokens: tokens, max_tokens: tokens }));
const small = tool("model-small", z.object({ input_tokens: tokens, max_tokens: tokens }));

export default policy({
  category: "workflow",
  name: "spend",
  version: "1.0.0",
  state: ["soft_tokens"],
  rules: ({ budget, deny }) => ({
    /** A hundred tokens a day, and no more. */
    hard_tokens: budget({
      reason: "hard_tokens",
      tool: large,
      on: ["model_call"],
      window: { days: 1 },
      limit: 100,
      unit: "tokens",
      cost: ({ args }) => args.input_tokens + args.max_tokens,
      key: ({ user }) => user.id,
    }),
    /** A hundred tokens a day, which are counted. */
    soft_tokens: budget({
      reason: "soft_tokens",
      tool: small,
      on: ["model_call"],
      window: { days: 1 },
      limit: 100,
      unit: "tokens",
      soft: true,
      cost: ({ args }) => args.input_tokens + args.max_tokens,
      key: ({ user }) => user.id,
    }),
    /** Ten times as many are too many all the same. */
    far_over: deny({
      reason: "far_over",
      tool: small,
      on: ["model_call"],
      when: ({ state }) => state.soft_tokens.used >= 1000,
    }),
    /** A conversation may use five hundred tokens. */
    talked: deny({
      reason: "talked_enough",
      on: ["model_call"],
      when: ({ context }) => context.cumulative_tokens >= 500,
    }),
  }),
});
`,
};

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildRelease(policies);
});
afterAll(() => built.remove());

type Stores = { readonly state: StateStore; readonly sessions: SessionStore };

async function openSqlite(): Promise<Stores> {
  const dir = await mkdtemp(join(tmpdir(), "forego-test-"));
  const { close, ...stores } = sqliteStores(join(dir, "state.db"));
  onTestFinished(async () => {
    close();
    await rm(dir, { recursive: true });
  });
  return stores;
}

let calls = 0;

function ask(model: string, input: number, most: number, conversationId = `talk-${calls}`): Call<DeskHost> {
  const args = { input_tokens: input, max_tokens: most };
  const ids = { callId: `call-${calls++}`, conversationId };
  // the first answer is yet to come: what nobody has counted is absent, and rules that read it are invalid
  const session = { cumulativeTokens: 0 };
  return { ...{ host: {}, tool: model, phase: "model_call", args, session }, ...ids };
}

describe.each<[string, () => Promise<Stores>]>([
  ["memory", async () => memoryStores()],
  ["SQLite", openSqlite],
])("tokens of models, in %s", (_where, open) => {
  async function createOffice() {
    const stores = await open();
    const { guard } = createDesk(createEngine(built.release), { ...stores, deadlineMs: 5000 });
    /** Calls a model; answers with why it was denied, or with nothing. */
    const run = async (call: Call<DeskHost>, outcome: object) => {
      const admission = await guard.admit(call);
      if (!admission.decision.allow) return admission.decision.reasons;
      await guard.settle(admission, { result: "hello", ...outcome });
      return [];
    };
    return { guard, run, ...stores };
  }

  test("are reserved with the most that may come out, and charged as they were used", async () => {
    const { guard, run } = await createOffice();
    expect(await run(ask("model-large", 30, 71), {})).toEqual(["hard_tokens"]);
    const first = await guard.admit(ask("model-large", 30, 70));
    expect(await run(ask("model-large", 0, 1), {})).toEqual(["hard_tokens"]);
    await guard.settle(first, { result: "hello", usage: { tokens: 40 } });
    expect(await run(ask("model-large", 30, 30), { usage: { tokens: 60 } })).toEqual([]);
    expect(await run(ask("model-large", 0, 1), {})).toEqual(["hard_tokens"]);
  });

  test("are given back by a call that failed, but for those that it is known to have used", async () => {
    const { guard, run } = await createOffice();
    const failed = { error: new Error("the line broke") };
    await guard.settle(await guard.admit(ask("model-large", 30, 70)), failed);
    await guard.settle(await guard.admit(ask("model-large", 30, 70)), { ...failed, usage: { tokens: 45 } });
    expect(await run(ask("model-large", 30, 26), {})).toEqual(["hard_tokens"]);
    expect(await run(ask("model-large", 30, 25), {})).toEqual([]);
  });

  test("are counted beyond a limit that is soft, where rules see them", async () => {
    const { run } = await createOffice();
    expect(await run(ask("model-small", 300, 300), { usage: { tokens: 500 } })).toEqual([]);
    expect(await run(ask("model-small", 300, 300), { usage: { tokens: 499 } })).toEqual([]);
    expect(await run(ask("model-small", 0, 1), {})).toEqual([]);
    expect(await run(ask("model-small", 0, 1), {})).toEqual(["far_over"]);
  });

  test("are added to the conversation, with its answers", async () => {
    const { run, sessions } = await createOffice();
    for (const tokens of [200, 300]) {
      expect(await run(ask("model-small", 0, 1, "talk"), { usage: { tokens } })).toEqual([]);
    }
    expect(await sessions.read({ tenant: "default", conversationId: "talk" })).toMatchObject({
      ...{ turns: 2, tokens: 500 },
    });
    expect(await run(ask("model-large", 0, 1, "talk"), {})).toEqual(["talked_enough"]);
  });
});

import { memoryStores } from "@forego/state/memory";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { createDesk, refundCall } from "../../../../test/support/desk-guard.ts";
import { deskPolicies } from "../../../../test/support/desk-policies.ts";
import { mailPolicies } from "../../../../test/support/mail-policies.ts";
import { talkPolicies } from "../../../../test/support/talk-policies.ts";

let desk: BuiltRelease;
let closed: BuiltRelease;
let mail: BuiltRelease;
let talk: BuiltRelease;
let raised: BuiltRelease;

beforeAll(async () => {
  [desk, closed, mail, talk, raised] = await Promise.all([
    buildRelease(deskPolicies()),
    buildRelease({
      "closed.policy.ts": `
import { policy } from "@forego/dsl";
import { z } from "zod";
export default policy({
  name: "closed",
  version: "2.0.0",
  facts: z.object({ frozen: z.boolean() }),
  rules: ({ allow, deny }) => ({
    open: allow({ reason: "open", when: () => true }),
    frozen: deny({ reason: "frozen", when: ({ facts }) => facts.frozen }),
  }),
});
`,
    }),
    buildRelease(mailPolicies),
    buildRelease(talkPolicies),
    buildRelease({
      "raised.policy.ts": `
import { int, policy, tool } from "@forego/dsl";
import { z } from "zod";
const order = tool("order", z.object({ n: int({ min: 0, max: 100 }) }));
export default policy({
  category: "compliance",
  name: "raised",
  version: "1.0.0",
  facts: z.object({ most: int() }),
  rules: ({ deny, transform }) => ({
    dozen: transform({ reason: "dozen", tool: order, set: { n: () => 12 }, when: ({ args }) => args.n < 12 }),
    most: deny({ reason: "too_many", tool: order, when: ({ args, facts }) => args.n > facts.most }),
  }),
});
`,
      "any.policy.ts": `
import { policy } from "@forego/dsl";
export default policy({
  name: "any",
  version: "1.0.0",
  rules: ({ allow }) => ({ any: allow({ reason: "any", when: () => true }) }),
});
`,
    }),
  ]);
});
afterAll(() => Promise.all([desk, closed, mail, talk, raised].map((built) => built.remove())));

const failed = { error: new Error("no route") };

describe("a call that is handed over again", () => {
  test("shares its decision as long as the rules say the same, however much later", async () => {
    const { guard, clock, decisions } = createDesk(createEngine(desk.release));
    const first = await guard.admit(refundCall(10));
    for (const pause of [1, 200_000, 300_000]) {
      await guard.settle(first, failed);
      clock.advance(pause);
      expect(await guard.admit(refundCall(10))).toBe(first);
    }
    expect(decisions).toHaveLength(1);
  });

  test("is denied once its rules deny it: after a failure, and while nobody has said how it ended", async () => {
    for (const isSettled of [true, false]) {
      let frozen = false;
      const { guard, clock } = createDesk(createEngine(closed.release), { facts: { frozen: () => frozen } });
      const first = await guard.admit(refundCall(10));
      expect(first.decision.allow).toBe(true);
      if (isSettled) await guard.settle(first, failed);
      frozen = true;
      clock.advance(60_000);
      expect((await guard.admit(refundCall(10))).decision.reasons).toEqual(["frozen"]);
    }
  });

  test("is denied once its rules deny it as they change it", async () => {
    let most = 20;
    const { guard, clock } = createDesk(createEngine(raised.release), { facts: { most: () => most } });
    const call = { host: {}, tool: "order", callId: "o", args: { n: 1 }, fulfils: ["transform"] } as const;
    const first = await guard.admit(call);
    expect(first.args).toEqual({ n: 12 });
    await guard.settle(first, failed);
    clock.advance(60_000);
    expect(await guard.admit(call)).toBe(first);
    most = 5;
    clock.advance(60_000);
    expect((await guard.admit(call)).decision.reasons).toEqual(["too_many"]);
  });

  test("is decided by the release that decides by then, at once", async () => {
    const facts = { risk: () => 0, frozen: () => true };
    const { guard } = createDesk(createEngine(desk.release), { facts });
    await guard.settle(await guard.admit(refundCall(10)), failed);
    guard.activate(createEngine(closed.release));
    expect((await guard.admit(refundCall(10))).decision.reasons).toEqual(["frozen"]);
  });

  test("is not denied for the place that it has in its conversation itself", async () => {
    const { sessions } = memoryStores();
    const { guard, clock } = createDesk(createEngine(talk.release), { sessions });
    const call = { host: {}, tool: "calls", callId: "second", conversationId: "talk-1", args: {} };
    await guard.admit({ ...call, tool: "noop", callId: "first" });
    const second = await guard.admit(call);
    expect(second.decision.allow).toBe(true);
    await guard.settle(second, failed);
    clock.advance(60_000);
    expect(await guard.admit(call)).toBe(second);
    expect((await guard.admit({ ...call, callId: "third" })).decision.reasons).toEqual(["too_many_calls"]);
  });

  test("is asked about again when something had gone wrong", async () => {
    const { state } = memoryStores();
    let isDown = true;
    const usage: typeof state.usage = (counters) => {
      if (isDown) throw new Error("the store is down");
      return state.usage(counters);
    };
    const { guard, decisions } = createDesk(createEngine(mail.release), { state: { ...state, usage } });
    const call = { host: {}, tool: "mail.send", callId: "m", args: { to: "ana", size: 1 }, fulfils: [] };
    expect((await guard.admit(call)).decision.reasons).toEqual(["forego.state_unavailable"]);
    isDown = false;
    expect((await guard.admit(call)).decision.reasons).toEqual(["office_sends"]);
    expect(decisions).toHaveLength(2);
  });

  test("by a hook that can do less with it is decided for that hook", async () => {
    const { guard } = createDesk(createEngine(mail.release), { state: memoryStores().state });
    const call = { host: {}, tool: "mail.send", callId: "m", args: { to: "a-list", size: 9 } };
    const able = await guard.admit({ ...call, fulfils: ["redact", "transform"] });
    expect(able.args).toMatchObject({ size: 3 });
    expect((await guard.admit(call)).decision.reasons).toEqual(["forego.obligation_unfulfilled"]);
    expect(await guard.admit({ ...call, fulfils: ["transform", "redact"] })).toBe(able);
  });
});

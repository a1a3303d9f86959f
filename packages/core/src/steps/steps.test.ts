import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { createDesk, type DeskHost, identifyDesk, refundCall } from "../../../../test/support/desk-guard.ts";
import { deskPolicies } from "../../../../test/support/desk-policies.ts";
import { createManualClock } from "../../../../test/support/manual-clock.ts";
import type { GuardOptions } from "../guard-options.ts";
import { createMemoryApprovals } from "../ports/approval-store.ts";
import type { Engine } from "../release/engine.ts";

let built: BuiltRelease;
let engine: Engine;

beforeAll(async () => {
  built = await buildRelease(deskPolicies());
  engine = createEngine(built.release);
});

afterAll(() => built.remove());

/** Lets everything run that does not wait for time. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const never = () => new Promise<never>(() => {});

describe("the synchronous path", () => {
  test("allows, denies and asks where everything is at hand", () => {
    const { guard } = createDesk(engine);
    expect(guard.admitNow(refundCall(10)).decision.reasons).toEqual(["support_refunds"]);
    expect(guard.admitNow(refundCall(10, { host: { user: "bob", cleared: [] } })).decision.effect).toBe(
      "deny",
    );
    expect(guard.admitNow(refundCall(70)).requests).toHaveLength(1);
  });

  test("runs a call that was approved, once", async () => {
    const { guard } = createDesk(engine);
    const [request] = guard.admitNow(refundCall(70)).requests;
    await guard.answer(request?.id ?? "", true, {});
    expect(guard.admitNow(refundCall(70)).decision.allow).toBe(true);
    expect(guard.admitNow(refundCall(70)).decision.effect).toBe("require_approval");
  });

  test.each<[string, number, (elsewhere: () => Promise<never>) => Partial<GuardOptions<DeskHost>>]>([
    ["an identity", 10, (identify) => ({ identify: async () => identify() })],
    ["a fact", 200, (risk) => ({ facts: { risk } })],
    ["what is known of the conversation", 10, (read) => ({ sessions: { read, add: () => {} } })],
    [
      "where an approval stands",
      70,
      (state) => ({ approvals: { ...createMemoryApprovals(() => 0), state } }),
    ],
    ["an engine", 10, (evaluate) => ({ engine: { ...engine, evaluate } })],
  ])("does not begin to ask for %s that is elsewhere", async (_what, amount, optionsOf) => {
    let begun = 0;
    const elsewhere = async () => {
      begun += 1;
      throw new Error("nobody is there");
    };
    const { guard } = createDesk(engine, optionsOf(elsewhere));
    expect(guard.admitNow(refundCall(amount)).decision.reasons).toEqual(["forego.async_unavailable"]);
    await settled();
    expect(begun).toBe(0);
    await guard.admit({ ...refundCall(amount), callId: "awaited" });
    expect(begun).toBe(1);
  });

  test("takes over what another hook has decided", async () => {
    const { guard, decisions } = createDesk(engine);
    const { decision } = await guard.admit(refundCall(10));
    expect(guard.admitNow(refundCall(10)).decision).toBe(decision);
    expect(decisions).toHaveLength(1);
  });

  test("denies for an identity that is looked up, and the next call is unharmed", async () => {
    let isSlow = true;
    const { guard } = createDesk(engine, {
      identify: (host) => (isSlow ? Promise.resolve(identifyDesk(host)) : identifyDesk(host)),
    });
    expect(guard.admitNow(refundCall(10)).decision.reasons).toEqual(["forego.async_unavailable"]);
    isSlow = false;
    expect(guard.admitNow(refundCall(10)).decision.allow).toBe(true);
  });

  test("denies for an identity that will fail, and its failure ends nothing", async () => {
    const { guard } = createDesk(engine, { identify: () => Promise.reject(new Error("bad token")) });
    expect(guard.admitNow(refundCall(10)).decision.reasons).toEqual(["forego.async_unavailable"]);
    await settled();
  });

  test("denies for a fact that is looked up, and the next call is unharmed", async () => {
    let isSlow = true;
    const { guard } = createDesk(engine, { facts: { risk: () => (isSlow ? Promise.resolve(0) : 0) } });
    expect(guard.admitNow(refundCall(10)).decision.reasons).toEqual(["forego.async_unavailable"]);
    isSlow = false;
    expect(guard.admitNow(refundCall(10, { callId: "call-2" })).decision.allow).toBe(true);
  });

  test("denies for an engine that is elsewhere, and the next call is unharmed", async () => {
    let isRemote = true;
    const { guard } = createDesk({
      ...engine,
      evaluate: (input) => (isRemote ? Promise.resolve(engine.evaluate(input)) : engine.evaluate(input)),
    });
    expect(guard.admitNow(refundCall(10)).decision.reasons).toEqual(["forego.async_unavailable"]);
    isRemote = false;
    expect(guard.admitNow(refundCall(10, { callId: "call-2" })).decision.allow).toBe(true);
  });

  test("denies for a decision that another hook still waits for, and so does that hook", async () => {
    const answer = Promise.withResolvers<void>();
    const { guard, decisions } = createDesk({
      ...engine,
      evaluate: (input) => answer.promise.then(() => engine.evaluate(input)),
    });
    const waiting = guard.admit(refundCall(10));
    await settled();
    const { decision } = guard.admitNow(refundCall(10));
    answer.resolve();
    expect(decision.reasons).toEqual(["forego.async_unavailable"]);
    expect((await waiting).decision).toBe(decision);
    expect(decisions).toHaveLength(1);
  });
});

describe("the deadline", () => {
  test.each<[string, Parameters<typeof createDesk>[1]]>([
    ["an identity that never comes", { identify: never }],
    ["a fact that never comes", { facts: { risk: never } }],
    // biome-ignore lint/suspicious/noThenProperty: what a query builder looks like
    ["a thenable that never calls back", { facts: { risk: () => ({ then: () => {} }) } }],
  ])("denies a call that waits for %s", async (_what, options) => {
    const { guard, clock, decisions } = createDesk(engine, options);
    const waiting = guard.admit(refundCall(10));
    await settled();
    clock.advance(49);
    await settled();
    expect(decisions).toHaveLength(0);
    clock.advance(1);
    expect((await waiting).decision.reasons).toEqual(["forego.deadline"]);
    expect(decisions[0]?.trouble?.reason).toBe("forego.deadline");
  });

  test("is shared by everything that a call waits for", async () => {
    const risk = Promise.withResolvers<number>();
    const { guard, clock } = createDesk(engine, {
      identify: async (host) => identifyDesk(host),
      facts: { risk: () => risk.promise },
    });
    const waiting = guard.admit(refundCall(10));
    await settled();
    clock.advance(30);
    risk.resolve(0);
    await settled();
    expect((await waiting).decision.allow).toBe(true);
    const late = Promise.withResolvers<number>();
    const second = createDesk(engine, { facts: { risk: () => late.promise }, deadlineMs: 20 });
    const denied = second.guard.admit(refundCall(10));
    await settled();
    second.clock.advance(20);
    late.resolve(0);
    expect((await denied).decision.reasons).toEqual(["forego.deadline"]);
  });

  test("leaves what is late alone: its failure ends nothing", async () => {
    const unhandled: unknown[] = [];
    const note = (cause: unknown) => void unhandled.push(cause);
    process.on("unhandledRejection", note);
    const reads = { fields: { facts: { fields: { hanging: true as const, risk: true as const } } } };
    const rules = engine.release.rules.map((rule) => ({ ...rule, reads }));
    const late = Promise.withResolvers<never>();
    const { guard, clock } = createDesk(
      { ...engine, release: { ...engine.release, rules } },
      { facts: { hanging: () => late.promise, risk: () => Promise.reject(new Error("down")) } },
    );
    const waiting = guard.admit(refundCall(10));
    const now = guard.admitNow(refundCall(10, { callId: "call-2" }));
    await settled();
    clock.advance(50);
    expect((await waiting).decision.reasons).toEqual(["forego.deadline"]);
    expect(now.decision.reasons).toEqual(["forego.async_unavailable"]);
    late.reject(new Error("down"));
    await settled();
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  test("denies what an engine elsewhere answers too late", async () => {
    const { guard, clock } = createDesk({ ...engine, evaluate: never });
    const waiting = guard.admit(refundCall(10));
    await settled();
    clock.advance(50);
    expect((await waiting).decision.reasons).toEqual(["forego.deadline"]);
  });

  test("denies an evaluation in process that returns late, and the next call is unharmed", async () => {
    const clock = createManualClock();
    let isSlow = true;
    const slow: Engine = {
      ...engine,
      evaluate(input) {
        if (isSlow) clock.advance(51);
        return engine.evaluate(input);
      },
    };
    const { guard, decisions } = createDesk(slow, { clock });
    expect(guard.admitNow(refundCall(10)).decision.reasons).toEqual(["forego.deadline"]);
    expect(decisions[0]?.trouble?.cause).toBe("decided after 51.0 ms");
    isSlow = false;
    expect(guard.admitNow(refundCall(10, { callId: "call-2" })).decision.allow).toBe(true);
  });

  test("withholds a result whose decision is late", async () => {
    const clock = createManualClock();
    let isSlow = false;
    const slow: Engine = {
      ...engine,
      evaluate(input) {
        if (isSlow) clock.advance(51);
        return engine.evaluate(input);
      },
    };
    const { guard } = createDesk(slow, { clock });
    const admission = await guard.admit({ host: {}, tool: "crm.search", args: { query: "x" } });
    isSlow = true;
    const settlement = await guard.settle(admission, { result: "found" });
    expect(settlement).toMatchObject({ withheld: true, decision: { reasons: ["forego.deadline"] } });
  });

  test("of the machine's clock is kept, too", async () => {
    const { guard } = createDesk(engine, { clock: undefined, deadlineMs: 5, facts: { risk: never } });
    expect((await guard.admit(refundCall(10))).decision.reasons).toEqual(["forego.deadline"]);
  });
});

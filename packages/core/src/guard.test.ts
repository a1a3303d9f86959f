import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { createDesk, identifyDesk, refundCall } from "../../../test/support/desk-guard.ts";
import { deskPolicies } from "../../../test/support/desk-policies.ts";
import type { DecisionEvent } from "./decision/observer.ts";
import type { Engine } from "./release/engine.ts";

let built: BuiltRelease;
let staffOnly: BuiltRelease;
let engine: Engine;

beforeAll(async () => {
  [built, staffOnly] = await Promise.all([
    buildRelease(deskPolicies()),
    buildRelease({ "staff.policy.ts": results }),
  ]);
  engine = createEngine(built.release);
});

afterAll(() => Promise.all([built, staffOnly].map((release) => release.remove())));

/** Rules about calls and about results that read the same of the user. */
const results = `
import { policy } from "@forego/dsl";

export default policy({
  name: "staff",
  version: "1.0.0",
  rules: ({ allow, deny }) => ({
    /** Visitors call nothing. */
    callers: allow({ reason: "no_visitor", when: ({ user }) => !user.groups.includes("visitors") }),
    /** What comes back is for the staff. */
    readers: deny({ reason: "staff_only", on: ["tool_result"], when: ({ user }) => !user.groups.includes("staff") }),
  }),
});
`;

/** Lets everything run that does not wait for time. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("one call, one decision", () => {
  test("an approval hook, an executor and a retry share one decision id and one event", async () => {
    const { guard, decisions } = createDesk(engine);
    const proposed = await guard.propose(refundCall(10));
    const admitted = await guard.admit(refundCall(10));
    const retried = await guard.admit(refundCall(10));
    const shown = await guard.propose(refundCall(10));
    expect(admitted.decision).toMatchObject({ allow: true, reasons: ["support_refunds"] });
    const ids = [proposed, admitted, retried].map(({ decision }) => decision.metadata.decision_id);
    expect(new Set(ids).size).toBe(1);
    expect([retried, shown]).toEqual([admitted, admitted]);
    expect(shown.decision).toBe(admitted.decision);
    expect(decisions.map(({ decision }) => decision)).toEqual([admitted.decision]);
  });

  test("fifty admissions at once are one decision and one event", async () => {
    const { guard, decisions } = createDesk(engine, {
      identify: async (host) => identifyDesk(host),
      clock: undefined,
      deadlineMs: 10_000,
    });
    const calls = Array.from({ length: 50 }, () => guard.admit(refundCall(10)));
    const admitted = await Promise.all(calls);
    expect(new Set(admitted).size).toBe(1);
    expect(decisions).toHaveLength(1);
  });

  test("fifty admissions at once with an engine that is asked elsewhere are one evaluation", async () => {
    let evaluations = 0;
    const remote: Engine = {
      ...engine,
      async evaluate(input) {
        evaluations += 1;
        await new Promise((resolve) => setTimeout(resolve, 1));
        return engine.evaluate(input);
      },
    };
    const { guard, decisions } = createDesk(remote, { deadlineMs: 10_000, clock: undefined });
    const admitted = await Promise.all(Array.from({ length: 50 }, () => guard.admit(refundCall(10))));
    expect(new Set(admitted.map(({ decision }) => decision.metadata.decision_id)).size).toBe(1);
    expect(evaluations).toBe(1);
    expect(decisions).toHaveLength(1);
  });

  test.each([
    ["other arguments", { args: { amount: 11 } }],
    ["a later turn", { session: { turnCount: 2 } }],
    ["another conversation", { conversationId: "talk-2" }],
    ["another user", { host: { user: "bob" } }],
    ["the same user of another issuer", { host: { issuer: "https://id.example" } }],
    ["the same user in another group", { host: { groups: ["guests"] } }],
    ["the same user, cleared for less", { host: { cleared: [] } }],
    ["another tenant", { host: { tenant: "acme" } }],
    ["another phase", { phase: "model_call" as const }],
    ["another server", { server: "billing" }],
    ["another tool", { tool: "crm.search", args: { query: "x" } }],
    ["no call id", { callId: undefined }],
  ])("the same call id with %s is another call", async (_what, change) => {
    const { guard, decisions } = createDesk(engine);
    const call = refundCall(10, { session: { turnCount: 1 } });
    const first = await guard.admit(call);
    const second = await guard.admit({ ...call, ...change });
    expect(second.decision.metadata.decision_id).not.toBe(first.decision.metadata.decision_id);
    expect(decisions).toHaveLength(2);
  });

  test("calls without an id share nothing", async () => {
    const { guard, decisions } = createDesk(engine);
    const { callId: _none, ...call } = refundCall(10);
    await guard.admit(call);
    await guard.admit(call);
    expect(new Set(decisions.map(({ decision }) => decision.metadata.decision_id)).size).toBe(2);
  });

  test("the order of the arguments does not make another call", async () => {
    const { guard } = createDesk(engine);
    const first = await guard.admit(refundCall(0, { args: { amount: 10, note: "late" } }));
    const second = await guard.admit(refundCall(0, { args: { note: "late", amount: 10 } }));
    expect(second).toBe(first);
  });

  test("a deny that was proposed stands when the call is admitted, whatever has changed meanwhile", async () => {
    let isCleared = false;
    const changing: Engine = {
      ...engine,
      evaluate: ({ user, ...input }) =>
        engine.evaluate({
          ...input,
          user: isCleared ? user : { ...(user as object), data_classifications_authorized: [] },
        }),
    };
    const { guard, decisions } = createDesk(changing);
    const proposed = await guard.propose(refundCall(10));
    isCleared = true;
    const admitted = await guard.admit(refundCall(10));
    expect(proposed.decision.reasons).toEqual(["data_class_unauthorized_for_user"]);
    expect(admitted.decision).toEqual(proposed.decision);
    expect(decisions).toHaveLength(1);
  });

  test("a deny is explained to the model and traced to the operator", async () => {
    const { guard, decisions } = createDesk(engine);
    const { decision } = await guard.admit(refundCall(10, { host: { cleared: [] } }));
    expect(decision).toMatchObject({
      allow: false,
      effect: "deny",
      reasons: ["data_class_unauthorized_for_user"],
      remediation: "request_elevated_data_access",
      message:
        "Denied by policy: The user is not cleared for a data class that this call touches. " +
        "(data_class_unauthorized_for_user) What can be done: request_elevated_data_access.",
    });
    expect(decisions[0]?.matched.map(({ source }) => source.file)).toContain("data_access.policy.ts");
  });

  test("a hook that gives up waiting makes the call a deny for every hook", async () => {
    const identified = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    const remote: Engine = {
      ...engine,
      evaluate: (input) => answered.promise.then(() => engine.evaluate(input)),
    };
    const { guard, clock, decisions } = createDesk(remote, {
      identify: (host) =>
        host.groups?.includes("slow") ? identified.promise.then(() => identifyDesk({})) : identifyDesk(host),
    });
    const waiting = guard.admit(refundCall(10, { host: { groups: ["slow"] } }));
    clock.advance(40);
    const running = guard.admit(refundCall(10));
    identified.resolve();
    await settled();
    clock.advance(15);
    const first = await waiting;
    answered.resolve();
    const second = await running;
    expect(first.decision.reasons).toEqual(["forego.deadline"]);
    expect(second.decision).toEqual(first.decision);
    expect(decisions).toHaveLength(1);
  });
});

describe("decide", () => {
  test("decides without sharing, asking or remembering", async () => {
    const { guard, decisions, asks } = createDesk(engine);
    const first = await guard.decide(refundCall(70));
    const second = await guard.decide(refundCall(70));
    expect(first).toMatchObject({ allow: false, effect: "require_approval" });
    expect(second.metadata.decision_id).not.toBe(first.metadata.decision_id);
    expect(decisions).toHaveLength(2);
    expect(asks).toHaveLength(0);
    const admitted = await guard.admit(refundCall(70));
    expect(admitted.decision.metadata.decision_id).not.toBe(first.metadata.decision_id);
    expect(admitted.requests).toHaveLength(1);
  });
});

describe("deny", () => {
  test("makes an adapter's refusal a decision that is observed", async () => {
    const { guard, decisions } = createDesk(engine);
    const decision = await guard.deny(refundCall(10), "forego.call_changed", "swapped");
    expect(decision).toMatchObject({ allow: false, reasons: ["forego.call_changed"] });
    expect(decisions[0]?.trouble).toEqual({ reason: "forego.call_changed", cause: "swapped" });
  });

  test("is a deny after an allow of the same call, and the call stays denied", async () => {
    const { guard } = createDesk(engine);
    const admitted = await guard.admit(refundCall(10));
    const denied = await guard.deny(refundCall(10), "forego.call_changed");
    expect(admitted.decision.allow).toBe(true);
    expect(denied.allow).toBe(false);
    expect((await guard.admit(refundCall(10))).decision.allow).toBe(false);
  });
});

describe("observers", () => {
  test("an observer that throws decides nothing, and keeps no other from hearing", async () => {
    const throwing = () => {
      throw new Error("observer");
    };
    const { guard, decisions, asks, settles } = createDesk(engine, {
      observers: [{ onDecision: throwing, onAsk: throwing, onSettle: throwing }],
    });
    const admission = await guard.admit(refundCall(10));
    await guard.settle(admission, { result: "done" });
    await guard.propose(refundCall(70, { callId: "call-2" }));
    expect(admission.decision.allow).toBe(true);
    expect([decisions.length, settles.length, asks.length]).toEqual([1, 1, 1]);
  });

  test("an observer that rejects does not end the process", async () => {
    const unhandled: unknown[] = [];
    const note = (cause: unknown) => void unhandled.push(cause);
    process.on("unhandledRejection", note);
    const rejecting = async () => {
      throw new Error("observer");
    };
    const { guard } = createDesk(engine, { observers: [{ onAsk: rejecting, onSettle: rejecting }] });
    const admission = await guard.admit(refundCall(10));
    await guard.settle(admission, { result: "done" });
    await guard.propose(refundCall(70, { callId: "call-2" }));
    await settled();
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  test("an observer that changes what it is told of changes nothing of what is decided after it", async () => {
    const onDecision = ({ input }: DecisionEvent) => {
      const { groups } = (input as { user: { groups: string[] } }).user;
      groups.push("staff");
      return undefined;
    };
    const desk = createDesk(createEngine(staffOnly.release), { observers: [{ onDecision }] });
    const admission = await desk.guard.admit(refundCall(10));
    expect(admission.decision.allow).toBe(true);
    const settled = await desk.guard.settle(admission, { result: "refunded" });
    expect(settled).toMatchObject({ withheld: true, decision: { reasons: ["staff_only"] } });
  });

  test("the trace that one observer returns reaches those behind it", async () => {
    const seen: unknown[] = [];
    const { guard } = createDesk(engine, {
      observers: [
        { onDecision: (event) => void seen.push(event.trace) },
        { onDecision: () => ({ traceId: "t", spanId: "s" }) },
        { onDecision: (event) => void seen.push(event.trace) },
      ],
    });
    await guard.admit(refundCall(10));
    expect(seen).toEqual([undefined, { traceId: "t", spanId: "s" }]);
  });
});

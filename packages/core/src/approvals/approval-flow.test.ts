import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import {
  createDesk,
  type Desk,
  type DeskHost,
  identifyDesk,
  refundCall,
} from "../../../../test/support/desk-guard.ts";
import { deskPolicies } from "../../../../test/support/desk-policies.ts";
import { failingSessions } from "../../../../test/support/failing-sessions.ts";
import type { Call } from "../contract/call.ts";
import type { AnswerReceipt } from "../decision/admission.ts";
import type { AnswerEvent, DecisionEvent } from "../decision/observer.ts";
import { type ApprovalRequest, type ApprovalStore, createMemoryApprovals } from "../ports/approval-store.ts";
import type { Engine } from "../release/engine.ts";
import { mayAnswer } from "./approval-flow.ts";

let built: BuiltRelease;
let changed: BuiltRelease;
let twice: BuiltRelease;
let engine: Engine;

beforeAll(async () => {
  [built, changed, twice] = await Promise.all([
    buildRelease(deskPolicies()),
    buildRelease(deskPolicies({ confirmAbove: 60 })),
    buildRelease({ "twice.policy.ts": twiceAsked }),
  ]);
  engine = createEngine(built.release);
});

afterAll(() => Promise.all([built, changed, twice].map((release) => release.remove())));

/** Two rules that mean the same, for every tool and in two phases. */
const twiceAsked = `
import { policy } from "@forego/dsl";

export default policy({
  name: "twice",
  version: "1.0.0",
  rules: ({ requireApproval }) => ({
    /** Asks. */
    first: requireApproval({ reason: "asked", on: ["tool_call", "mcp_prompt_get"], when: () => true }),
    /** Asks. */
    second: requireApproval({ reason: "asked", on: ["tool_call", "mcp_prompt_get"], when: () => true }),
  }),
});
`;

async function ask({ guard }: Desk, call: Call<DeskHost> = refundCall(70)): Promise<ApprovalRequest> {
  const { requests } = await guard.propose(call);
  expect(requests).toHaveLength(1);
  return requests[0] as ApprovalRequest;
}

async function grant(desk: Desk, call?: Call<DeskHost>, by: DeskHost = {}): Promise<ApprovalRequest> {
  const request = await ask(desk, call);
  expect(await desk.guard.answer(request.id, true, by)).toEqual({ accepted: true });
  return request;
}

/** A store that answers later, as one in a database does. */
function remoteApprovals(): { readonly approvals: ApprovalStore } {
  const store = createMemoryApprovals(() => 0);
  return {
    approvals: {
      open: async (request) => store.open(request),
      get: async (id) => store.get(id),
      state: async (binding) => store.state(binding),
      answer: async (id, granted, by) => store.answer(id, granted, by),
      take: async (binding, answer) => store.take(binding, answer),
      giveBack: async (request) => store.giveBack(request),
    },
  };
}

describe("an approval", () => {
  test("lets the call run that was asked about, with the reasons of the rules that allow and asked", async () => {
    const desk = createDesk(engine);
    const request = await grant(desk);
    expect(request).toMatchObject({
      rule: "resource.desk.confirm",
      from: "user",
      tenant: "default",
      requester: "ada",
      tool: "refund",
      args: { amount: 70 },
    });
    const { decision } = await desk.guard.admit(refundCall(70));
    expect(decision).toMatchObject({
      allow: true,
      reasons: ["refund_needs_confirmation", "support_refunds"],
    });
    expect(desk.decisions).toHaveLength(1);
  });

  test("asks once, however many hooks propose the call", async () => {
    const desk = createDesk(engine);
    const first = await ask(desk);
    const second = await ask(desk, refundCall(70, { callId: "call-2" }));
    expect(second.id).toBe(first.id);
    expect(desk.asks).toHaveLength(1);
  });

  test("serves one admission: the same call asks again", async () => {
    const desk = createDesk(engine);
    await grant(desk);
    const first = await desk.guard.admit(refundCall(70));
    const second = await desk.guard.admit(refundCall(70));
    expect(first.decision.allow).toBe(true);
    expect(second.decision).toMatchObject({ allow: false, effect: "require_approval" });
    expect(second.requests).toHaveLength(1);
    expect(second.decision.metadata.decision_id).not.toBe(first.decision.metadata.decision_id);
  });

  test.each([
    ["at once", false],
    ["with a store elsewhere", true],
  ])("serves one of fifty admissions %s", async (_how, isRemote) => {
    const desk = createDesk(engine, isRemote ? remoteApprovals() : {});
    await grant(desk);
    const admitted = await Promise.all(Array.from({ length: 50 }, () => desk.guard.admit(refundCall(70))));
    expect(admitted.filter(({ decision }) => decision.allow)).toHaveLength(1);
    expect(admitted.filter(({ decision }) => decision.effect === "require_approval")).toHaveLength(49);
  });

  test("serves one of fifty different calls with the same arguments", async () => {
    const desk = createDesk(engine, remoteApprovals());
    await grant(desk);
    const admitted = await Promise.all(
      Array.from({ length: 50 }, (_, index) => desk.guard.admit(refundCall(70, { callId: `call-${index}` }))),
    );
    expect(admitted.filter(({ decision }) => decision.allow)).toHaveLength(1);
  });

  test.each<[string, Partial<Call<DeskHost>>]>([
    ["other arguments", { args: { amount: 71 } }],
    ["one argument more", { args: { amount: 70, note: "x" } }],
    ["another requester", { host: { user: "bob" } }],
    ["another tenant", { host: { tenant: "acme" } }],
    ["the same name from another issuer", { host: { issuer: "https://elsewhere.example" } }],
    ["an agent without a user", { host: { user: null, cleared: [] } }],
    ["another server", { server: "billing" }],
    ["another conversation of the requester", { conversationId: "talk-2" }],
    ["a call of no conversation", { conversationId: undefined as never }],
  ])("does not serve %s", async (_what, change) => {
    const desk = createDesk(engine);
    await grant(desk);
    const other = await desk.guard.admit(refundCall(70, change));
    expect(other.decision.allow).toBe(false);
    expect((await desk.guard.admit(refundCall(70))).decision.allow).toBe(true);
  });

  test("does not serve another rule that means the same", async () => {
    const { guard } = createDesk(createEngine(twice.release));
    const { requests } = await guard.propose(refundCall(70));
    expect(requests.map(({ rule }) => rule)).toEqual(["resource.twice.first", "resource.twice.second"]);
    await guard.answer(requests[0]?.id ?? "", true, {});
    const { decision, requests: open } = await guard.admit(refundCall(70));
    expect(decision.effect).toBe("require_approval");
    expect(open.map(({ rule }) => rule)).toEqual(["resource.twice.second"]);
  });

  test.each<[string, Partial<Call<DeskHost>>]>([
    ["another tool", { tool: "mail.send" }],
    ["another phase", { phase: "mcp_prompt_get" }],
  ])("does not serve %s with the same arguments", async (_what, change) => {
    const { guard } = createDesk(createEngine(twice.release));
    const { requests } = await guard.propose(refundCall(70));
    for (const { id } of requests) await guard.answer(id, true, {});
    expect((await guard.admit(refundCall(70, change))).decision.effect).toBe("require_approval");
    expect((await guard.admit(refundCall(70))).decision.allow).toBe(true);
  });

  test("does not serve another agent", async () => {
    const approvals = createMemoryApprovals(() => 0);
    const desk = createDesk(engine, { approvals });
    const other = createDesk(engine, { approvals, agent: { id: "other-agent", scope: "support" } });
    await grant(desk);
    expect((await other.guard.admit(refundCall(70))).decision.allow).toBe(false);
  });

  test("does not outlive a fact that was shown", async () => {
    let risk = 5;
    const desk = createDesk(engine, { facts: { risk: () => risk } });
    const { requests } = await desk.guard.propose(refundCall(200));
    for (const { id } of requests) {
      await desk.guard.answer(id, true, {});
      await desk.guard.answer(id, true, { user: "fin", groups: ["finance"] });
    }
    risk = 6;
    const admission = await desk.guard.admit(refundCall(200));
    expect(admission.decision.effect).toBe("require_approval");
    expect(admission.requests.map(({ rule }) => rule)).toEqual(["resource.desk.review"]);
  });

  test("does not outlive the meaning of the rule that asked", async () => {
    const approvals = createMemoryApprovals(() => 0);
    const before = createDesk(engine, { approvals });
    await grant(before);
    const after = createDesk(createEngine(changed.release), { approvals });
    expect((await after.guard.admit(refundCall(70))).decision.effect).toBe("require_approval");
    expect((await before.guard.admit(refundCall(70))).decision.allow).toBe(true);
  });

  test("expires, and so does the request", async () => {
    const desk = createDesk(engine, { approvalTtlMs: 1000 });
    await grant(desk);
    desk.clock.advance(999);
    const other = await ask(desk, refundCall(80));
    desk.clock.advance(1);
    expect((await desk.guard.admit(refundCall(70))).decision.effect).toBe("require_approval");
    desk.clock.advance(998);
    expect(await desk.guard.answer(other.id, true, {})).toEqual({ accepted: true });
    desk.clock.advance(1);
    expect(await desk.guard.answer(other.id, true, {})).toEqual({ accepted: false, problem: "not_open" });
  });

  test("that was refused denies the call once; then it is asked again", async () => {
    const desk = createDesk(engine);
    const request = await ask(desk);
    await desk.guard.answer(request.id, false, {});
    const refused = await desk.guard.admit(refundCall(70));
    expect(refused.decision).toMatchObject({ effect: "deny", reasons: ["forego.approval_refused"] });
    const again = await desk.guard.admit(refundCall(70));
    expect(again.decision.effect).toBe("require_approval");
    expect(again.requests[0]?.id).not.toBe(request.id);
  });

  test.each(["get", "answer"] as const)("counts for nothing where the store fails to %s", async (method) => {
    const down = async (): Promise<never> => {
      throw new Error("the store at 10.0.0.7 is down");
    };
    const approvals = createMemoryApprovals(() => 0);
    const desk = createDesk(engine, { approvals: { ...approvals, [method]: down } });
    const request = await ask(desk);
    const receipt = await desk.guard.answer(request.id, true, {});
    expect(receipt).toEqual({ accepted: false, problem: "unavailable" });
    expect((await desk.guard.admit(refundCall(70))).decision.effect).toBe("require_approval");
  });

  test.each([
    ["counts", { user: "fin", groups: ["finance"] }, true, { accepted: true }],
    ["refuses", { user: "fin", groups: ["finance"] }, false, { accepted: true }],
    ["is not entitled to", { user: "bob" }, true, { accepted: false, problem: "not_entitled" }],
  ])("tells observers who gave an answer that %s", async (_what, by, granted, receipt) => {
    const answers: AnswerEvent[] = [];
    const observers = [{ onAnswer: (event: AnswerEvent) => void answers.push(event) }];
    const desk = createDesk(engine, { facts: { risk: () => 5 }, observers });
    const { requests } = await desk.guard.propose(refundCall(200));
    const request = requests.find(({ rule }) => rule === "resource.desk.review");
    await desk.guard.answer(request?.id ?? "", granted, by);
    await desk.guard.answer("nothing", granted, by);
    expect(answers).toEqual([{ request, granted, by: identifyDesk(by), receipt }]);
  });

  test("tells observers of an answer that the store may hold or not", async () => {
    const down = async (): Promise<never> => {
      throw new Error("the store is down");
    };
    const receipts: AnswerReceipt[] = [];
    const desk = createDesk(engine, {
      approvals: { ...createMemoryApprovals(() => 0), answer: down },
      observers: [{ onAnswer: ({ receipt }) => void receipts.push(receipt) }],
    });
    await desk.guard.answer((await ask(desk)).id, true, {});
    expect(receipts).toEqual([{ accepted: false, problem: "unavailable" }]);
  });

  test("of one of two asks is not enough, and names the one that is open", async () => {
    const desk = createDesk(engine, { facts: { risk: () => 5 } });
    const { requests } = await desk.guard.propose(refundCall(200));
    const confirm = requests.find(({ rule }) => rule === "resource.desk.confirm");
    const review = requests.find(({ rule }) => rule === "resource.desk.review");
    await desk.guard.answer(confirm?.id ?? "", true, {});
    const waiting = await desk.guard.admit(refundCall(200));
    expect(waiting.decision.effect).toBe("require_approval");
    expect(waiting.requests.map(({ id }) => id)).toEqual([review?.id]);
    await desk.guard.answer(review?.id ?? "", true, { user: "fin", groups: ["finance"] });
    expect((await desk.guard.admit(refundCall(200))).decision.allow).toBe(true);
  });

  test("of one of two asks does not make up for the refusal of the other", async () => {
    const desk = createDesk(engine, { facts: { risk: () => 5 } });
    const { requests } = await desk.guard.propose(refundCall(200));
    const [first, second] = requests.map(({ id }) => id);
    await desk.guard.answer(first ?? "", true, {});
    await desk.guard.answer(second ?? "", false, { user: "fin", groups: ["finance"] });
    const { decision } = await desk.guard.admit(refundCall(200));
    expect(decision.reasons).toEqual(["forego.approval_refused"]);
  });

  test("does not turn off a deny", async () => {
    let cleared = ["billing"];
    const desk = createDesk(engine, { identify: () => identifyDesk({ cleared }) });
    await grant(desk);
    cleared = [];
    const { decision } = await desk.guard.admit(refundCall(70));
    expect(decision.reasons).toEqual(["data_class_unauthorized_for_user"]);
  });

  test("that cannot be looked up denies", async () => {
    const approvals = createMemoryApprovals(() => 0);
    const { guard } = createDesk(engine, {
      approvals: {
        ...approvals,
        state() {
          throw new Error("the store is down");
        },
      },
    });
    expect((await guard.propose(refundCall(70))).decision.allow).toBe(false);
    expect((await guard.admit(refundCall(70))).decision.allow).toBe(false);
  });

  test("that cannot be used up for a moment denies for the store, and serves the next try of the call", async () => {
    const approvals = createMemoryApprovals(() => 0);
    let isDown = false;
    const take: typeof approvals.take = (binding, answer) => {
      if (isDown) throw new Error("the store is down");
      return approvals.take(binding, answer);
    };
    const desk = createDesk(engine, { approvals: { ...approvals, take } });
    await desk.guard.answer((await ask(desk)).id, true, {});
    isDown = true;
    const { decision } = await desk.guard.admit(refundCall(70));
    expect(decision.reasons).toEqual(["forego.state_unavailable"]);
    const { trouble } = desk.decisions.at(-1) as DecisionEvent;
    expect(String(trouble?.cause)).toContain("the store is down");
    isDown = false;
    expect((await desk.guard.admit(refundCall(70))).decision.allow).toBe(true);
  });
});

describe("approvals that a call has used in vain", () => {
  const both = async ({ guard }: Desk) => {
    const { requests } = await guard.propose(refundCall(70));
    for (const { id } of requests) expect(await guard.answer(id, true, {})).toEqual({ accepted: true });
    expect(requests).toHaveLength(2);
  };

  test.each<[string, () => ReturnType<ApprovalStore["take"]>]>([
    ["is gone", () => undefined],
    [
      "cannot be used up",
      () => {
        throw new Error("the store is down");
      },
    ],
  ])("serve the next try where another one %s", async (_what, fail) => {
    const approvals = createMemoryApprovals(() => 0);
    let taken = 0;
    const take: ApprovalStore["take"] = (binding, answer) =>
      ++taken === 2 ? fail() : approvals.take(binding, answer);
    const desk = createDesk(createEngine(twice.release), { approvals: { ...approvals, take } });
    await both(desk);
    expect((await desk.guard.admit(refundCall(70))).decision.allow).toBe(false);
    expect((await desk.guard.admit(refundCall(70))).decision.allow).toBe(true);
  });

  test("serve the next try where the conversation could not be told of the call", async () => {
    let isDown = true;
    const sessions = failingSessions(({ toolCalls = 0 }) => isDown && toolCalls > 0);
    const desk = createDesk(createEngine(twice.release), { sessions });
    await both(desk);
    expect((await desk.guard.admit(refundCall(70))).decision.reasons).toEqual(["forego.state_unavailable"]);
    isDown = false;
    expect((await desk.guard.admit(refundCall(70))).decision.allow).toBe(true);
  });
});

describe("the approval of a call that was suspended", () => {
  const interrupted = { error: new Error("asks somebody else first"), isSuspended: true };

  test.each([
    ["at once", false],
    ["with a store elsewhere", true],
  ])("serves once more, and no more, %s", async (_how, isRemote) => {
    const desk = createDesk(engine, isRemote ? remoteApprovals() : {});
    await grant(desk);
    const first = await desk.guard.admit(refundCall(70));
    await desk.guard.settle(first, interrupted);
    expect(desk.settles).toMatchObject([{ outcome: "suspended" }]);
    const again = await desk.guard.admit(refundCall(70));
    expect(again.decision.allow).toBe(true);
    expect(again.decision.metadata.decision_id).not.toBe(first.decision.metadata.decision_id);
    await desk.guard.settle(again, { result: "refunded" });
    expect((await desk.guard.admit(refundCall(70))).decision.effect).toBe("require_approval");
  });

  test.each([
    ["has returned", { result: "refunded" }],
    ["has failed", { error: new Error("no route") }],
    ["was suspended before", interrupted],
  ])("serves no more where the same run %s", async (_what, outcome) => {
    const desk = createDesk(engine);
    await grant(desk);
    const admission = await desk.guard.admit(refundCall(70));
    await desk.guard.settle(admission, outcome);
    if (outcome === interrupted) await desk.guard.admit(refundCall(70));
    await desk.guard.settle(admission, interrupted);
    expect((await desk.guard.admit(refundCall(70))).decision.effect).toBe("require_approval");
  });

  test("does not take the place of a request that was opened meanwhile", async () => {
    const desk = createDesk(engine);
    await grant(desk);
    const admission = await desk.guard.admit(refundCall(70));
    const { id } = await ask(desk);
    await desk.guard.settle(admission, interrupted);
    expect((await ask(desk)).id).toBe(id);
  });

  test.each([
    ["throws", () => Promise.reject(new Error("the store is down"))],
    ["never answers", () => new Promise<void>(() => {})],
  ])("is asked for again where the store %s", async (_how, giveBack) => {
    const desk = createDesk(engine, { approvals: { ...createMemoryApprovals(() => 0), giveBack } });
    await grant(desk);
    const admission = await desk.guard.admit(refundCall(70));
    const settled = desk.guard.settle(admission, interrupted);
    await desk.clock.advance(1000);
    expect(await settled).toEqual({ withheld: false, dataClasses: expect.anything() });
    expect((await desk.guard.admit(refundCall(70))).decision.effect).toBe("require_approval");
  });
});

describe("answer", () => {
  test.each<[string, DeskHost, boolean, string]>([
    ["another user", { user: "bob" }, true, "not_entitled"],
    ["another tenant's namesake", { tenant: "acme" }, true, "not_entitled"],
    ["the same name from another issuer", { issuer: "https://elsewhere.example" }, true, "not_entitled"],
    ["an agent without a user", { user: null }, true, "not_entitled"],
    ["another user who refuses", { user: "bob" }, false, "not_entitled"],
  ])("of %s to a confirmation is not taken", async (_who, by, granted, problem) => {
    const desk = createDesk(engine);
    const request = await ask(desk);
    expect(await desk.guard.answer(request.id, granted, by)).toEqual({ accepted: false, problem });
    expect((await desk.guard.admit(refundCall(70))).decision.effect).toBe("require_approval");
  });

  test.each<[string, DeskHost]>([
    ["the requester, though of the group", { groups: ["finance"] }],
    ["somebody of another group", { user: "bob", groups: ["support"] }],
    ["somebody of the group in another tenant", { user: "bob", tenant: "acme", groups: ["finance"] }],
    ["an agent without a user", { user: null }],
  ])("of %s to a review is not taken", async (_who, by) => {
    const desk = createDesk(engine, { facts: { risk: () => 5 } });
    const { requests } = await desk.guard.propose(refundCall(200));
    const request = requests.find(({ rule }) => rule === "resource.desk.review");
    const receipt = await desk.guard.answer(request?.id ?? "", true, by);
    expect(receipt).toEqual({ accepted: false, problem: "not_entitled" });
  });

  test("lets the requester of a review withdraw", async () => {
    const desk = createDesk(engine, { facts: { risk: () => 5 } });
    const { requests } = await desk.guard.propose(refundCall(200));
    const request = requests.find(({ rule }) => rule === "resource.desk.review");
    expect(await desk.guard.answer(request?.id ?? "", false, {})).toEqual({ accepted: true });
    expect((await desk.guard.admit(refundCall(200))).decision.reasons).toEqual(["forego.approval_refused"]);
  });

  test("is not taken from somebody who cannot be identified", async () => {
    const desk = createDesk(engine, {
      identify(host) {
        if (host.user === "mallory") throw new Error("bad token");
        return identifyDesk(host);
      },
    });
    const request = await ask(desk);
    expect(await desk.guard.answer(request.id, true, { user: "mallory" })).toEqual({
      accepted: false,
      problem: "not_identified",
    });
  });

  test("is taken once", async () => {
    const desk = createDesk(engine);
    const request = await ask(desk);
    expect(await desk.guard.answer(request.id, false, {})).toEqual({ accepted: true });
    expect(await desk.guard.answer(request.id, true, {})).toEqual({ accepted: false, problem: "not_open" });
    expect(await desk.guard.answer("no such request", true, {})).toMatchObject({ problem: "not_open" });
  });
});

describe("mayAnswer", () => {
  const request: ApprovalRequest = {
    id: "id-1",
    binding: "sha256:0",
    rule: "resource.desk.confirm",
    reason: "refund_needs_confirmation",
    from: "user",
    tenant: "default",
    requester: null,
    tool: "refund",
    args: {},
    expiresAt: 1,
  };

  test("lets nobody confirm for an agent that nobody sits before, the agent least", () => {
    expect(mayAnswer(request, identifyDesk({ user: null }), true)).toBe(false);
    expect(mayAnswer(request, identifyDesk({ user: "ada" }), true)).toBe(false);
    expect(mayAnswer(request, identifyDesk({ user: null }), false)).toBe(true);
  });

  test("lets nobody approve of whom it is not known whether they are the requester", () => {
    const groups = { ...request, requester: "ada", from: { groups: ["finance"], not_requester: true } };
    const idp = "https://id.example";
    const may = (requesterIssuer: string | undefined, issuer: string | undefined, user = "ada") =>
      mayAnswer(
        { ...groups, ...(requesterIssuer === undefined ? {} : { requesterIssuer }) },
        identifyDesk({ user, groups: ["finance"], ...(issuer === undefined ? {} : { issuer }) }),
        true,
      );
    expect([may(undefined, undefined), may(idp, undefined), may(undefined, idp), may(idp, idp)]).toEqual(
      Array(4).fill(false),
    );
    expect([may(idp, "https://other.example"), may(idp, undefined, "bob")]).toEqual([true, true]);
  });

  test("lets the requester approve where the rule says so", () => {
    const groups = { ...request, requester: "ada", from: { groups: ["finance"], not_requester: false } };
    expect(mayAnswer(groups, identifyDesk({ groups: ["finance"] }), true)).toBe(true);
    expect(mayAnswer(groups, identifyDesk({ groups: ["Finance"] }), true)).toBe(false);
  });
});

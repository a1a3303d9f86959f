import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildLifted } from "../../../../test/support/build-lifted.ts";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { createDesk, type Desk, type DeskHost, refundCall } from "../../../../test/support/desk-guard.ts";
import { createMemoryApprovals } from "../ports/approval-store.ts";

/** One rule that asks people of finance: as many as the quorum says. */
function policyOf(from: string): string {
  return `
import { policy } from "@forego/dsl";

export default policy({
  name: "desk",
  version: "1.0.0",
  rules: ({ requireApproval }) => ({
    /** Large refunds are reviewed. */
    review: requireApproval({ reason: "reviewed", from: ${from}, when: () => true }),
  }),
});
`;
}

let two: BuiltRelease;
let one: BuiltRelease;

beforeAll(async () => {
  [two, one] = await Promise.all([
    buildRelease({ "desk.policy.ts": policyOf('{ groups: ["finance"], quorum: 2 }') }),
    buildRelease({ "desk.policy.ts": policyOf('{ groups: ["finance"] }') }),
  ]);
});
afterAll(() => Promise.all([two, one].map((release) => release.remove())));

const finance = (user: string, more: DeskHost = {}): DeskHost => ({ user, groups: ["finance"], ...more });

async function ask({ guard }: Desk): Promise<string> {
  const { requests } = await guard.propose(refundCall(70));
  return requests[0]?.id ?? "";
}

const effectOf = async ({ guard }: Desk) => (await guard.admit(refundCall(70))).decision.effect;

describe("a call that needs two people", () => {
  test("runs when as many people as the rule says have granted", async () => {
    const desk = createDesk(createEngine(two.release));
    const id = await ask(desk);
    expect(await desk.guard.answer(id, true, finance("fin"))).toEqual({ accepted: true });
    expect(await effectOf(desk)).toBe("require_approval");
    expect(await desk.guard.answer(id, true, finance("fay"))).toEqual({ accepted: true });
    expect(await effectOf(desk)).toBe("allow");
  });

  test("does not run when one of them grants twice", async () => {
    const desk = createDesk(createEngine(two.release));
    const id = await ask(desk);
    await desk.guard.answer(id, true, finance("fin"));
    const again = await desk.guard.answer(id, true, finance("fin", { cleared: ["other"] }));
    expect(again).toEqual({ accepted: false, problem: "granted_before" });
    expect(await effectOf(desk)).toBe("require_approval");
  });

  test("does not run by the requester and one more", async () => {
    const desk = createDesk(createEngine(two.release));
    const id = await ask(desk);
    await desk.guard.answer(id, true, finance("ada"));
    await desk.guard.answer(id, true, finance("fin"));
    expect(await effectOf(desk)).toBe("require_approval");
  });

  test.each([
    [{}, { issuer: "https://elsewhere.example" }],
    [{ issuer: "https://elsewhere.example" }, {}],
    [{ issuer: "https://here.example" }, { issuer: "https://elsewhere.example" }],
  ])("does not run by namesakes, who may be one person: %j and %j", async (first, second) => {
    const desk = createDesk(createEngine(two.release));
    const id = await ask(desk);
    expect(await desk.guard.answer(id, true, finance("fin", first))).toEqual({ accepted: true });
    const again = await desk.guard.answer(id, true, finance("fin", second));
    expect(again).toEqual({ accepted: false, problem: "granted_before" });
    expect(await effectOf(desk)).toBe("require_approval");
  });

  test("is refused by one of them", async () => {
    const desk = createDesk(createEngine(two.release));
    const id = await ask(desk);
    await desk.guard.answer(id, true, finance("fin"));
    await desk.guard.answer(id, false, finance("fay"));
    const { decision } = await desk.guard.admit(refundCall(70));
    expect(decision.reasons).toEqual(["forego.approval_refused"]);
  });

  test("asks anew when it needed one when it was granted", async () => {
    const approvals = createMemoryApprovals(() => 0);
    const before = createDesk(createEngine(one.release), { approvals });
    await before.guard.answer(await ask(before), true, finance("fin"));
    const after = createDesk(createEngine(two.release), { approvals });
    expect(await effectOf(after)).toBe("require_approval");
    expect(await effectOf(before)).toBe("allow");
  });

  test("shows its approvers how many they are to be", async () => {
    const desk = createDesk(createEngine(two.release));
    const { requests } = await desk.guard.propose(refundCall(70));
    expect(requests[0]?.from).toEqual({ groups: ["finance"], not_requester: true, quorum: 2 });
  });
});

describe("an ask that an override has taken back", () => {
  const asking = `
import { policy } from "@forego/dsl";

export default policy({
  category: "compliance",
  name: "asks",
  version: "1.0.0",
  rules: ({ requireApproval }) => ({
    lifted: requireApproval({ reason: "lifted", overridable: { by: ["oncall"] }, when: () => true }),
    open: requireApproval({ reason: "open", when: () => true }),
  }),
});
`;
  const lifting = (meaning: string) => `
import { policy } from "@forego/dsl";
import asks from "./asks.policy.ts";

export default policy({
  category: "override",
  name: "incident",
  version: "1.0.0",
  owner: "oncall",
  justification: "an incident",
  expires: "2099-01-01T00:00:00Z",
  rules: ({ lift }) => ({
    lift: lift({ reason: "incident", lifts: [{ rule: asks.rules.lifted, meaning: "${meaning}" }], when: () => true }),
  }),
});
`;
  const files = { "desk.policy.ts": policyOf('"user"'), "asks.policy.ts": asking };

  test("is asked of nobody", async () => {
    const lifted = await buildLifted(files, "lifted", lifting);
    const desk = createDesk(createEngine(lifted.release));
    const { requests, decision } = await desk.guard.propose(refundCall(70));
    expect(decision.metadata.overridden_rules).toEqual(["compliance.asks.lifted"]);
    expect(requests.map(({ rule }) => rule).sort()).toEqual(["compliance.asks.open", "resource.desk.review"]);
    await lifted.remove();
  });
});

import { setImmediate as nextTurn } from "node:timers/promises";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { createDesk } from "../../../../test/support/desk-guard.ts";
import type { DifferenceEvent } from "../decision/observer.ts";
import type { Engine } from "../release/engine.ts";

const pay = (classes: string) => `
import { int, policy, tool } from "@forego/dsl";
import { z } from "zod";

const pay = tool("pay", z.object({ n: int({ min: 0 }) }), { data_classes: ${classes} });
`;

/** Who may pay is up to the classes that the tool is said to touch. */
const payments = (classes: string) => ({
  "payments.policy.ts": `${pay(classes)}
export default policy({
  name: "payments",
  version: "1.0.0",
  rules: ({ allow }) => ({ paid: allow({ reason: "paid", tool: pay, when: () => true }) }),
});
`,
  "clearance.policy.ts": `${pay(classes)}
export default policy({
  category: "compliance",
  name: "clearance",
  version: "1.0.0",
  rules: ({ deny }) => ({
    cleared: deny({
      reason: "not_cleared",
      tool: pay,
      when: ({ action, user }) =>
        action.data_classes_referenced.some((one) => !user.data_classifications_authorized.includes(one)),
    }),
  }),
});
`,
});

/** What comes with a server: it denies, and asks by facts of its own. */
const bank = {
  "bank.policy.ts": `${pay("[]")}
export default policy({
  category: "compliance",
  name: "bank",
  version: "1.0.0",
  facts: z.object({ balance: int({ min: 0 }) }),
  rules: ({ deny, requireApproval }) => ({
    much: deny({ reason: "too_much", tool: pay, when: ({ args }) => args.n > 100 }),
    rich: requireApproval({
      reason: "bank_asks",
      tool: pay,
      from: { groups: ["finance"] },
      when: ({ facts }) => facts.balance > 10,
    }),
  }),
});
`,
};

let builds: readonly BuiltRelease[];
let open: Engine;
let closed: Engine;
let server: Engine;

beforeAll(async () => {
  builds = await Promise.all([
    buildRelease(payments("[]")),
    buildRelease(payments('["secret"]')),
    buildRelease(bank, { server: "bank" }),
  ]);
  [open, closed, server] = builds.map(({ release }) => createEngine(release)) as [Engine, Engine, Engine];
});
afterAll(() => Promise.all(builds.map((built) => built.remove())));

let calls = 0;
const call = (n: number, more: object = {}) => ({
  host: {},
  tool: "pay",
  callId: `call-${++calls}`,
  args: { n },
  ...more,
});

describe("a shadow release", () => {
  async function differences(shadow: Engine, n: number, options: object, more: object = {}) {
    const told: DifferenceEvent[] = [];
    const observers = [{ onDifference: (event: DifferenceEvent) => void told.push(event) }];
    const { guard } = createDesk(open, { shadow, observers, ...options });
    await guard.admit(call(n, more));
    await nextTurn();
    return told.map(({ shadow: { reasons } }) => reasons);
  }

  test("decides on the classes that its own policies declare", async () => {
    expect(await differences(closed, 1, {})).toEqual([["not_cleared"]]);
  });

  test("decides with what comes with servers, as the active one does", async () => {
    const options = { servers: { bank: server }, facts: { balance: () => 0 } };
    expect(await differences(open, 500, options, { server: "bank" })).toEqual([]);
  });
});

test("a grant of what a server's release asks holds for the facts that its rule read", async () => {
  let balance = 20;
  const { guard } = createDesk(open, { servers: { bank: server }, facts: { balance: () => balance } });
  const asked = call(1, { server: "bank" });
  const { requests } = await guard.propose(asked);
  await guard.answer(requests[0]?.id ?? "", true, { user: "fin", groups: ["finance"] });
  balance = 1_000_000;
  expect((await guard.admit(asked)).decision.effect).toBe("require_approval");
  balance = 20;
  expect((await guard.admit(asked)).decision.effect).toBe("allow");
});

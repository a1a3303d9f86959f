import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { createDesk, refundCall } from "../../../test/support/desk-guard.ts";
import { deskPolicies } from "../../../test/support/desk-policies.ts";
import type { DecisionEvent, DifferenceEvent } from "./decision/observer.ts";
import { createRecord, decideAgain } from "./decision-record.ts";
import type { Engine } from "./release/engine.ts";
import { createRuleIndex } from "./release/rule-index.ts";

let builds: readonly BuiltRelease[];
let lenient: Engine;
let strict: Engine;
let crm: Engine;
/** One that allows all calls, and says nothing of results. */
let silent: Engine;

const crmPolicies = {
  "crm.policy.ts": `
import { int, policy, tool } from "@forego/dsl";
import { z } from "zod";

const refund = tool("refund", z.object({ amount: int({ min: 0 }) }));

export default policy({
  category: "compliance",
  name: "crm",
  version: "1.0.0",
  facts: z.object({ vip: z.boolean() }),
  rules: ({ deny, requireApproval, redact }) => ({
    /** The server does not refund that much. */
    much: deny({ reason: "server_limit", tool: refund, when: ({ args }) => args.amount > 40 }),
    asked: requireApproval({ reason: "server_asks", tool: refund, when: ({ args }) => args.amount === 30 }),
    hidden: redact({ reason: "no_iban", tool: refund, paths: ["result.iban"], when: () => true }),
    vips: deny({ reason: "vips_only", tool: refund, when: ({ args, facts }) => args.amount > 20 && !facts.vip }),
  }),
});
`,
};

const silentPolicies = {
  "all.policy.ts": `
import { policy } from "@forego/dsl";

export default policy({ name: "all", version: "1.0.0", rules: ({ allow }) => ({ all: allow({ reason: "all", when: () => true }) }) });
`,
};

beforeAll(async () => {
  builds = await Promise.all([
    buildRelease(deskPolicies({ confirmAbove: 50 })),
    buildRelease(deskPolicies({ confirmAbove: 5 })),
    buildRelease(crmPolicies, { server: "crm" }),
    buildRelease(silentPolicies),
  ]);
  const [one, other, third, fourth] = builds.map(({ release }) => createEngine(release));
  if (one === undefined || other === undefined || third === undefined || fourth === undefined)
    throw new Error("nothing was built");
  [lenient, strict, crm, silent] = [one, other, third, fourth];
});

afterAll(() => Promise.all(builds.map((built) => built.remove())));

let calls = 0;
const call = (amount: number, server?: string) =>
  refundCall(amount, {
    callId: `call-${++calls}`,
    fulfils: ["redact"],
    ...(server === undefined ? {} : { server }),
  });

describe("a release that is swapped", () => {
  test("decides from the next call on, and each decision names its own", async () => {
    const { guard, decisions } = createDesk(lenient);
    expect((await guard.admit(call(10))).decision.effect).toBe("allow");
    guard.activate(strict);
    expect(guard.release.digest).toBe(strict.release.digest);
    expect((await guard.admit(call(10))).decision.effect).toBe("require_approval");
    expect(decisions.map(({ decision }) => decision.metadata.release)).toEqual([
      lenient.release.digest,
      strict.release.digest,
    ]);
  });

  test("does not decide a call that had begun, whatever waits and is swapped meanwhile", async () => {
    let open: (() => void) | undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { guard } = createDesk(lenient, { facts: { risk: async () => opened.then(() => 0) } });
    const waiting = guard.admit(call(10));
    guard.activate(strict);
    open?.();
    const { decision } = await waiting;
    expect(decision.effect).toBe("allow");
    expect(decision.metadata.release).toBe(lenient.release.digest);
  });

  test("asks again for a call that was approved under another meaning", async () => {
    const { guard } = createDesk(lenient);
    const large = call(60);
    const { requests } = await guard.propose(large);
    await guard.answer(requests[0]?.id ?? "", true, {});
    guard.activate(strict);
    expect((await guard.admit(large)).decision.effect).toBe("require_approval");
  });

  test("that the guard cannot use leaves the one before in place", async () => {
    const { guard } = createDesk(lenient);
    const old = { ...strict, release: { ...strict.release, contract: { min: 7, max: 9 } } };
    expect(() => guard.activate(old)).toThrow(expect.objectContaining({ code: "FG4001" }));
    expect(() => guard.activate(crm)).toThrow(expect.objectContaining({ code: "FG4005" }));
    expect((await guard.admit(call(10))).decision.metadata.release).toBe(lenient.release.digest);
  });

  test("does not decide the result of a call that was admitted before", async () => {
    const options = { servers: {}, facts: { risk: () => 0 } };
    const { guard, decisions } = createDesk(lenient, options);
    const search = { host: { groups: ["trainees"] }, tool: "crm.search", args: { query: "x" } };
    const admission = await guard.admit(search);
    guard.activate(silent);
    expect([admission.decidesResult, guard.decidesResults("crm.search")]).toEqual([true, false]);
    expect((await guard.settle(admission, { result: { rows: [] } })).withheld).toBe(true);
    expect(decisions.map(({ decision }) => decision.metadata.release)).toEqual([
      lenient.release.digest,
      lenient.release.digest,
    ]);
  });

  test("never lets a call see two, under load", async () => {
    const { guard, decisions } = createDesk(lenient, { facts: { risk: async () => 0 } });
    const admitted = Array.from({ length: 400 }, (_, index) => {
      if (index % 7 === 0) guard.activate(index % 2 === 0 ? lenient : strict);
      return guard.admit(call(10));
    });
    await Promise.all(admitted);
    expect(decisions).toHaveLength(400);
    for (const { decision } of decisions) {
      const expected = decision.metadata.release === lenient.release.digest ? "allow" : "require_approval";
      expect(decision.effect).toBe(expected);
    }
  });
});

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("a shadow release", () => {
  test("changes nothing, and each difference is told", async () => {
    const differences: DifferenceEvent[] = [];
    const observer = { onDifference: (event: DifferenceEvent) => void differences.push(event) };
    const { guard } = createDesk(lenient, { shadow: strict, observers: [observer] });
    for (const amount of [1, 10, 20]) expect((await guard.admit(call(amount))).decision.allow).toBe(true);
    await settle();
    expect(differences.map(({ decision, shadow }) => [decision.effect, shadow.effect])).toEqual([
      ["allow", "require_approval"],
      ["allow", "require_approval"],
    ]);
    expect(differences[0]?.shadow.metadata).toMatchObject({
      enforced: false,
      release: strict.release.digest,
    });
    guard.shadow(undefined);
    await guard.admit(call(10));
    await settle();
    expect(differences).toHaveLength(2);
  });

  test("that fails harms nobody, and is told", async () => {
    const differences: DifferenceEvent[] = [];
    const observer = { onDifference: (event: DifferenceEvent) => void differences.push(event) };
    const broken = { ...strict, evaluate: () => JSON.parse("{") };
    const { guard } = createDesk(lenient, { shadow: broken, observers: [observer] });
    expect((await guard.admit(call(10))).decision.allow).toBe(true);
    await settle();
    expect(differences.map(({ shadow }) => shadow.reasons)).toEqual([["forego.engine_error"]]);
  });
});

describe("a guard in shadow mode", () => {
  test("decides everything and enforces nothing", async () => {
    const { guard, decisions, asks } = createDesk(strict, { mode: "shadow" });
    const proposal = await guard.propose(call(10));
    expect(proposal).toMatchObject({ decision: { allow: true, effect: "allow" }, requests: [] });
    const admission = await guard.admit(call(10));
    expect(admission.decision).toMatchObject({ allow: true, metadata: { enforced: false } });
    expect((await guard.admit({ ...call(1), tool: "mail.send" })).decision.allow).toBe(true);
    expect(await guard.settle(admission, { result: "done" })).toMatchObject({ withheld: false });
    expect(asks).toEqual([]);
    expect(decisions.map(({ decision }) => [decision.effect, decision.metadata.enforced])).toEqual([
      ["require_approval", false],
      ["deny", false],
    ]);
  });
});

describe("a release that comes with a server", () => {
  const desk = (vip: unknown = true) =>
    createDesk(lenient, { servers: { crm }, facts: { risk: () => 0, vip: () => vip } });

  test("is asked about that server's calls only", async () => {
    const { guard } = desk();
    expect((await guard.admit(call(45))).decision.effect).toBe("allow");
    expect((await guard.admit(call(45, "other"))).decision.effect).toBe("allow");
    const { decision } = await guard.admit(call(45, "crm"));
    expect(decision).toMatchObject({
      effect: "deny",
      reasons: ["server_limit"],
      message: "Denied by policy: The server does not refund that much. (server_limit)",
      metadata: {
        matched_rules: expect.arrayContaining(["crm/compliance.crm.much", "resource.desk.refund"]),
      },
    });
  });

  test("is asked about tools that the application says are of its server, where the host says nothing", async () => {
    const options = { servers: { crm }, facts: { risk: () => 0, vip: () => true } };
    const { guard } = createDesk(lenient, { ...options, tools: { refund: { server: "crm" } } });
    expect((await guard.admit(call(45))).decision.reasons).toEqual(["server_limit"]);
    const admission = await guard.admit(call(1));
    expect(await guard.settle(admission, { result: { iban: "DE1" } })).toMatchObject({
      result: { iban: "[redacted]" },
    });
    // what the host knows of a call counts more
    expect((await guard.admit(call(45, "other"))).decision.effect).toBe("allow");
    const { guard: without } = createDesk(lenient, { ...options, tools: { refund: {} } });
    expect((await without.admit(call(45))).decision.effect).toBe("allow");
  });

  test("allows nothing that the main release does not", async () => {
    const { guard } = desk();
    const { decision } = await guard.admit({ ...call(1, "crm"), tool: "mail.send" });
    expect(decision.reasons).toEqual(["data_class_unauthorized_for_user"]);
    const cleared = { ...call(1, "crm"), tool: "mail.send", host: { cleared: ["forego:unclassified"] } };
    expect((await guard.admit(cleared)).decision.reasons).toEqual(["forego.no_matching_allow"]);
  });

  test("asks beside the main release, and both must be granted", async () => {
    const { guard } = createDesk(strict, { servers: { crm }, facts: { risk: () => 0, vip: () => true } });
    const asked = call(30, "crm");
    const { decision, requests } = await guard.propose(asked);
    expect(decision.reasons).toEqual(["refund_needs_confirmation", "server_asks"]);
    expect(requests.map(({ rule }) => rule)).toEqual(["crm/compliance.crm.asked", "resource.desk.confirm"]);
    await guard.answer(requests[0]?.id ?? "", true, {});
    expect((await guard.admit(asked)).decision.effect).toBe("require_approval");
    const again = await guard.propose(asked);
    for (const { id } of again.requests) await guard.answer(id, true, {});
    expect((await guard.admit(asked)).decision.allow).toBe(true);
  });

  test("takes values out of results of its server", async () => {
    const { guard } = desk();
    expect(guard.decidesResults("refund", "crm")).toBe(true);
    const admission = await guard.admit(call(1, "crm"));
    expect(await guard.settle(admission, { result: { iban: "DE1", ok: true } })).toMatchObject({
      withheld: false,
      result: { iban: "[redacted]", ok: true },
    });
  });

  test("denies where its rules cannot be checked, or it fails", async () => {
    expect((await desk("yes").guard.admit(call(25, "crm"))).decision.reasons).toEqual([
      "forego.invalid_rule",
    ]);
    const broken = { ...crm, evaluate: () => JSON.parse("{") };
    const { guard } = createDesk(lenient, { servers: { crm: broken } });
    expect((await guard.admit(call(1, "crm"))).decision.reasons).toEqual(["forego.engine_error"]);
    expect((await guard.admit(call(1))).decision.allow).toBe(true);
  });

  test("denies where it denies for what none of its rules says", async () => {
    const deny = {
      effect: "deny",
      hits: [],
      invalid: [],
      missing: [],
      overridden: [],
      obligations: [],
      values: {},
    };
    for (const reason of ["forego.release_mismatch", "forego.invalid_rule"]) {
      const odd = { ...crm, evaluate: () => ({ ...deny, reasons: [reason] }) };
      const { guard } = createDesk(lenient, { servers: { crm: odd } });
      expect((await guard.admit(call(1, "crm"))).decision.reasons).toEqual(["forego.invalid_decision"]);
      expect((await guard.admit(call(1))).decision.allow).toBe(true);
    }
  });

  test("is told in the record, from which the call is decided again", async () => {
    const { guard, decisions } = desk();
    for (const amount of [1, 30, 45]) await guard.admit(call(amount, "crm"));
    for (const event of decisions) {
      const record = JSON.parse(JSON.stringify(createRecord(event)));
      const again = await decideAgain(record, lenient, createRuleIndex(lenient.release));
      expect(again.decision).toEqual(record.decision);
      expect(again.equal).toBe(true);
    }
  });

  test("is told in the record of a call that somebody refused, which is a refusal when it is decided again", async () => {
    const { guard, decisions } = desk();
    const { requests } = await guard.propose(call(30, "crm"));
    await guard.answer(requests[0]?.id ?? "", false, {});
    await guard.admit(call(30, "crm"));
    const event = decisions[0] as DecisionEvent;
    expect(event.decision.reasons).toEqual(["forego.approval_refused"]);
    expect(event.matched.map(({ id }) => id)).toContain("crm/compliance.crm.asked");
    const record = JSON.parse(JSON.stringify(createRecord(event)));
    const again = await decideAgain(record, lenient, createRuleIndex(lenient.release));
    expect(again.decision).toEqual(record.decision);
  });

  test("is refused when it is another server's, or does more than restrict", () => {
    const misplaced = expect.objectContaining({ code: "FG4005" });
    expect(() => createDesk(lenient, { servers: { mail: crm } })).toThrow(misplaced);
    expect(() => createDesk(lenient, { servers: { crm: lenient } })).toThrow(misplaced);
    const greedy = { ...lenient, release: { ...lenient.release, server: "crm" } };
    expect(() => createDesk(lenient, { servers: { crm: greedy } })).toThrow(misplaced);
    expect(() => createDesk(crm)).toThrow(misplaced);
  });
});

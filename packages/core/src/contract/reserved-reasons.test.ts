import { createOpaEngine } from "@forego/opa";
import { memoryStores } from "@forego/state/memory";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { createDesk, type Desk, refundCall } from "../../../../test/support/desk-guard.ts";
import { deskPolicies } from "../../../../test/support/desk-policies.ts";
import { mailPolicies } from "../../../../test/support/mail-policies.ts";
import { bundlesOf, runOpaServer } from "../../../../test/support/run-opa-server.ts";
import { decideInput } from "../decide-input.ts";
import type { Decision } from "../decision/decision.ts";
import type { Engine } from "../release/engine.ts";
import { createRuleIndex } from "../release/rule-index.ts";
import {
  isReservedReason,
  type ReservedReason,
  reservedPrefix,
  reservedReasons,
} from "./reserved-reasons.ts";

let built: BuiltRelease;
let open: BuiltRelease;
let office: BuiltRelease;
let engine: Engine;

beforeAll(async () => {
  [built, office, open] = await Promise.all([
    buildRelease(deskPolicies()),
    buildRelease(mailPolicies),
    buildRelease({
      "open.policy.ts": `
import { policy } from "@forego/dsl";

export default policy({ name: "open", version: "1.0.0", default: "allow", rules: () => ({}) });
`,
    }),
  ]);
  engine = createEngine(built.release);
});

afterAll(() => Promise.all([built.remove(), office.remove(), open.remove()]));

const admit = async ({ guard }: Desk, ...call: Parameters<typeof refundCall>) =>
  (await guard.admit(refundCall(...call))).decision;

/** A mail as the office's agent sends it, by an adapter that can do what it is told. */
const mail = (to: string, state = memoryStores().state) =>
  admit(createDesk(createEngine(office.release), { state }), 0, {
    tool: "mail.send",
    args: { to, size: 9 },
    fulfils: ["transform"],
  });

const never = () => new Promise<never>(() => {});

/** One real situation for each reason that Forego gives itself. */
const situations: Record<ReservedReason, () => Promise<Decision>> = {
  async "forego.approval_refused"() {
    const desk = createDesk(engine);
    const { requests } = await desk.guard.propose(refundCall(70));
    await desk.guard.answer(requests[0]?.id ?? "", false, {});
    return admit(desk, 70);
  },
  async "forego.async_unavailable"() {
    const { guard } = createDesk(engine, { facts: { risk: async () => 0 } });
    return guard.admitNow(refundCall(10)).decision;
  },
  async "forego.call_changed"() {
    return createDesk(engine).guard.deny(refundCall(10), "forego.call_changed");
  },
  "forego.conflicting_obligations": () => mail("strict-list"),
  async "forego.deadline"() {
    const desk = createDesk(engine, { identify: never });
    const waiting = admit(desk, 10);
    desk.clock.advance(50);
    return waiting;
  },
  "forego.default_allow": () => admit(createDesk(createEngine(open.release)), 10),
  async "forego.engine_error"() {
    return admit(createDesk({ ...engine, evaluate: () => JSON.parse("{") }), 10);
  },
  "forego.identity": () => admit(createDesk(engine, { identify: () => JSON.parse("{") }), 10),
  "forego.invalid_arguments": () => admit(createDesk(engine), "\ud800"),
  "forego.invalid_decision": () => admit(createDesk({ ...engine, evaluate: () => true }), 10),
  "forego.invalid_input": () =>
    decideInput({ contract: 2 }, { engine, rules: createRuleIndex(engine.release) }),
  "forego.invalid_rule": () => admit(createDesk(engine, { facts: {} }), 10),
  "forego.no_matching_allow": () =>
    admit(createDesk(engine), 10, { tool: "mail.send", host: { cleared: ["forego:unclassified"] } }),
  async "forego.no_policy"() {
    // a guard cannot be made without a release, but a server can lose it
    const { url, stop } = await runOpaServer(await bundlesOf(built.dir));
    const server = { url, timeoutMs: 10_000, onWarning: () => {} };
    const opa = await createOpaEngine({ ...server, release: built.release.info });
    await stop();
    const empty = await runOpaServer([], { port: Number(new URL(url).port) });
    return admit(createDesk(opa), 10).finally(empty.stop).finally(opa.close);
  },
  async "forego.obligation_unfulfilled"() {
    const { guard } = createDesk(createEngine(office.release), { state: memoryStores().state });
    const args = { to: "a-list", size: 9 };
    return (await guard.admit({ host: {}, tool: "mail.send", args })).decision;
  },
  async "forego.release_mismatch"() {
    // the data of another build beside this module, as when one of the plain bundles was not replaced
    const { module, info, data } = built.release;
    const { forego } = data as { forego: Record<string, object> };
    const mixed = { forego: { ...forego, compliance: { bundle: { version: "9.9.9", digest: "sha256:0" } } } };
    return admit(createDesk(createEngine({ ...built.release, module, info, data: mixed })), 10);
  },
  async "forego.state_unavailable"() {
    const { state } = memoryStores();
    return mail("ana", { ...state, reserve: () => Promise.reject(new Error("the store is gone")) });
  },
};

describe("reserved reasons", () => {
  test.each(Object.entries(situations))(
    "%s is given in a real situation, with its fixed text",
    async (reason, play) => {
      const decision = await play();
      expect(decision.reasons).toEqual([reason]);
      expect(decision.allow).toBe(reason === "forego.default_allow");
      if (!decision.allow) expect(decision.message).toContain(reservedReasons[reason as ReservedReason]);
    },
  );

  test("are told from those of policies, and from names that every object has", () => {
    for (const reason of Object.keys(reservedReasons)) {
      expect(reason.startsWith(reservedPrefix)).toBe(true);
      expect(isReservedReason(reason)).toBe(true);
    }
    for (const other of ["large_refund", "constructor", "__proto__", "forego.", "forego.other"]) {
      expect(isReservedReason(other)).toBe(false);
    }
  });
});

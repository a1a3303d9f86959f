import { memoryStores } from "@forego/state/memory";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { createDesk, type DeskHost } from "../../../../test/support/desk-guard.ts";
import { mailPolicies } from "../../../../test/support/mail-policies.ts";
import type { Call } from "../contract/call.ts";
import { createRecord, decideAgain } from "../decision-record.ts";
import type { GuardOptions } from "../guard-options.ts";
import type { StateStore } from "../ports/state-store.ts";
import type { Engine } from "../release/engine.ts";
import { createRuleIndex } from "../release/rule-index.ts";

let built: BuiltRelease;
let engine: Engine;

beforeAll(async () => {
  built = await buildRelease(mailPolicies);
  engine = createEngine(built.release);
});

afterAll(() => built.remove());

function createOffice(options: Partial<GuardOptions<DeskHost>> = {}) {
  return createDesk(engine, { state: memoryStores().state, ...options });
}

let calls = 0;

/** A mail; each is a call of its own. */
function mail(args: Record<string, unknown>, call: Partial<Call<DeskHost>> = {}): Call<DeskHost> {
  const callId = `call-${++calls}`;
  const fulfils = ["redact", "transform"] as const;
  return {
    host: {},
    tool: "mail.send",
    callId,
    conversationId: "talk",
    fulfils,
    args: { to: "ana", ...args },
    ...call,
  };
}

const reasonsOf = async ({ guard }: ReturnType<typeof createOffice>, call: Call<DeskHost>) =>
  (await guard.admit(call)).decision.reasons;

describe("a budget", () => {
  test("is kept for each key, and names the rule that denies", async () => {
    const office = createOffice();
    expect(await reasonsOf(office, mail({ size: 4 }))).toEqual(["office_sends"]);
    expect(await reasonsOf(office, mail({ size: 4 }))).toEqual(["office_sends"]);
    const { decision } = await office.guard.admit(mail({ size: 4 }));
    expect(decision).toMatchObject({
      allow: false,
      effect: "deny",
      reasons: ["mail_budget"],
      remediation: "wait",
      message:
        "Denied by policy: Ten units of mail to one address within an hour. Too little is left of this limit for this call. (mail_budget) What can be done: wait.",
    });
    expect(await reasonsOf(office, mail({ to: "bob", size: 4 }))).toEqual(["office_sends"]);
  });

  test("takes nothing for a call that another limit refuses", async () => {
    const office = createOffice();
    for (let count = 0; count < 5; count++) await office.guard.admit(mail({ to: `u${count}`, size: 0 }));
    expect(await reasonsOf(office, mail({ size: 9 }))).toEqual(["too_many_calls"]);
    expect(await reasonsOf(office, mail({ size: 9 }, { host: { user: "eve" } }))).toEqual(["office_sends"]);
  });

  test("tells what is left of the rate limit", async () => {
    const office = createOffice();
    const { decision } = await office.guard.admit(mail({ size: 1 }));
    expect(decision.metadata.rate_limit_remaining).toBe(4);
  });

  test("is charged once for a call that several hooks hand over", async () => {
    const office = createOffice();
    const call = mail({ size: 6 });
    await Promise.all([office.guard.admit(call), office.guard.admit(call), office.guard.propose(call)]);
    expect((await office.guard.admit(call)).decision.allow).toBe(true);
    expect(await reasonsOf(office, mail({ size: 4 }))).toEqual(["office_sends"]);
  });

  test("is charged for each run of a call that goes on beside another, whichever hooks are part of it", async () => {
    const office = createOffice();
    const call = mail({ size: 4 });
    const runs = [{}, {}, {}].map((run) => ({ ...call, run }));
    const admitted = await Promise.all([...runs, ...runs].map((one) => office.guard.admit(one)));
    const reasons = admitted.map(({ decision }) => decision.reasons.join());
    expect(reasons.slice(0, 3).sort()).toEqual(["mail_budget", "office_sends", "office_sends"]);
    expect(reasons.filter((reason) => reason === "office_sends").length).toBeLessThanOrEqual(4);
    const ids = admitted.map(({ decision }) => decision.metadata.decision_id);
    expect(new Set(ids).size).toBe(3);
    expect(office.decisions).toHaveLength(3);
  });

  test("is charged once for the tries of a call one after the other, each a run of its own", async () => {
    const office = createOffice();
    const call = mail({ size: 9 });
    for (const run of [{}, {}]) {
      const admission = await office.guard.admit({ ...call, run });
      expect(admission.decision.reasons).toEqual(["office_sends"]);
      await office.guard.settle(admission, { error: new Error("no route") });
    }
    const last = await office.guard.admit({ ...call, run: {} });
    await office.guard.settle(last, { result: "sent" });
    expect(await reasonsOf(office, { ...call, run: {} })).toEqual(["mail_budget"]);
  });

  test("gets back what a call that failed had reserved, and the rate limit does not", async () => {
    const office = createOffice();
    const admission = await office.guard.admit(mail({ size: 9 }));
    await office.guard.settle(admission, { error: new Error("no route") });
    const { decision } = await office.guard.admit(mail({ size: 9 }));
    expect(decision.metadata).toMatchObject({ rate_limit_remaining: 3 });
    expect(decision.allow).toBe(true);
  });

  test("gets back all that a call had reserved that will be made again", async () => {
    const office = createOffice();
    const admission = await office.guard.admit(mail({ size: 9 }));
    await office.guard.settle(admission, { error: new Error("asks somebody"), isSuspended: true });
    const { decision } = await office.guard.admit(mail({ size: 9 }));
    expect(decision.metadata).toMatchObject({ rate_limit_remaining: 4 });
    expect(decision.allow).toBe(true);
  });

  test("is charged what the host says that a call really cost, where it counts that unit", async () => {
    const office = createOffice();
    const chat = () => ({ ...mail({ most: 60 }), tool: "chat", phase: "model_call" as const });
    const admission = await office.guard.admit(chat());
    expect(admission.decision.allow).toBe(true);
    expect(await reasonsOf(office, chat())).toEqual(["token_budget"]);
    await office.guard.settle(admission, { result: "hello", usage: { tokens: 12 } });
    await office.guard.settle(admission, { result: "hello", usage: { tokens: 0 } });
    expect((await office.guard.admit(chat())).decision.allow).toBe(true);
    expect(await reasonsOf(office, chat())).toEqual(["token_budget"]);
  });

  test("is charged as reserved where the host names what is no count", async () => {
    for (const tokens of [-5, 0.5, Number.NaN, "12" as unknown as number]) {
      const office = createOffice();
      const chat = () => ({ ...mail({ most: 60 }), tool: "chat", phase: "model_call" as const });
      await office.guard.settle(await office.guard.admit(chat()), { result: "hello", usage: { tokens } });
      expect(await reasonsOf(office, chat())).toEqual(["token_budget"]);
    }
  });

  test("holds nothing while a person thinks, and is charged when the approval is used", async () => {
    const office = createOffice();
    const call = () => mail({ to: "board", size: 10 });
    const first = call();
    const { requests } = await office.guard.propose(first);
    expect(await office.guard.answer(requests[0]?.id ?? "", true, {})).toEqual({ accepted: true });
    expect((await office.guard.admit(first)).decision.allow).toBe(true);
    const second = call();
    const again = await office.guard.propose(second);
    await office.guard.answer(again.requests[0]?.id ?? "", true, {});
    expect(await reasonsOf(office, second)).toEqual(["mail_budget"]);
  });

  test("lets rules read what is used before the call", async () => {
    const office = createOffice();
    await office.guard.admit(mail({ size: 4 }));
    await office.guard.admit(mail({ size: 1 }));
    expect(await reasonsOf(office, mail({ size: 5 }))).toEqual(["keep_some"]);
    expect(office.decisions.at(-1)?.input).toMatchObject({
      state: { limits: { sizes: { remaining: 5 } } },
    });
  });

  test("denies when the store throws, is late or answers nonsense, and the next call is unharmed", async () => {
    const real = memoryStores().state;
    let broken: Partial<StateStore> = {};
    const state = new Proxy(real, { get: (target, name) => Reflect.get({ ...target, ...broken }, name) });
    const office = createOffice({ state });
    const fail = () => {
      throw new Error("gone");
    };
    for (const method of ["reserve", "usage"] as const) {
      broken = { [method]: fail };
      expect(await reasonsOf(office, mail({ size: 1 }))).toEqual(["forego.state_unavailable"]);
      broken = { [method]: () => Promise.reject(new Error("gone")) };
      expect(await reasonsOf(office, mail({ size: 1 }))).toEqual(["forego.state_unavailable"]);
    }
    expect(office.decisions.at(-1)?.trouble?.cause).toEqual(new Error("gone"));
    broken = { reserve: () => JSON.parse("null") };
    expect(await reasonsOf(office, mail({ size: 1 }))).toEqual(["forego.state_unavailable"]);
    broken = {};
    expect(await reasonsOf(office, mail({ size: 1 }))).toEqual(["office_sends"]);
  });

  test.each(["[]", "[7]", '["0"]', "[null]", "[-1, 0.5]"])(
    "denies where the store refuses for limits that the call does not take from: %s",
    async (refused) => {
      const state = memoryStores().state;
      const reserve = () => ({ granted: false, used: [1, 1], refused: JSON.parse(refused) });
      const office = createOffice({ state: { ...state, reserve } });
      expect(await reasonsOf(office, mail({ size: 1 }))).toEqual(["forego.state_unavailable"]);
    },
  );

  test("denies where the store does not say that it grants", async () => {
    const state = memoryStores().state;
    const reserve = () => ({ used: [1, 1], refused: [0], granted: JSON.parse('"no"') });
    const office = createOffice({ state: { ...state, reserve } });
    expect(await reasonsOf(office, mail({ size: 1 }))).toEqual(["too_many_calls"]);
  });

  test("gives back what a store granted after the call was denied for the delay", async () => {
    const { state } = memoryStores();
    let grant: (() => void) | undefined;
    const slow: StateStore = {
      ...state,
      reserve: (id, charges) =>
        new Promise((resolve) => {
          grant = () => resolve(state.reserve(id, charges));
        }),
    };
    const office = createOffice({ state: slow });
    const waiting = reasonsOf(office, mail({ size: 9 }));
    await new Promise((resolve) => setImmediate(resolve));
    office.clock.advance(60);
    expect(await waiting).toEqual(["forego.deadline"]);
    grant?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await state.openReservations(-1)).toEqual([]);
  });

  test("gives back what a store granted whose answer was lost", async () => {
    const { state } = memoryStores();
    const cut: StateStore = {
      ...state,
      reserve: async (id, charges) => {
        await state.reserve(id, charges);
        throw new Error("the connection was reset");
      },
    };
    expect(await reasonsOf(createOffice({ state: cut }), mail({ size: 9 }))).toEqual([
      "forego.state_unavailable",
    ]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await state.openReservations(-1)).toEqual([]);
  });

  test("tells the operator where a call was settled that held nothing any more", async () => {
    const { state } = memoryStores();
    const office = createOffice({ state });
    const admission = await office.guard.admit(mail({ size: 9 }));
    for (const { id } of await state.openReservations(-1)) await state.release(id);
    await office.guard.settle(admission, { result: "sent" });
    const [event] = office.settles;
    expect(event?.charges?.map(({ charged }) => charged)).toEqual([0, 0]);
    expect(event?.cause).toEqual(
      new Error("the call's reservation was settled or given back, or has left its window"),
    );
  });

  test("is decided at once by a store that answers at once", () => {
    const office = createOffice();
    expect(office.guard.admitNow(mail({ size: 9 })).decision.allow).toBe(true);
    expect(office.guard.admitNow(mail({ size: 9 })).decision.reasons).toEqual(["mail_budget"]);
  });

  test("is not asked for on the synchronous path of a store that is elsewhere", async () => {
    const { state } = memoryStores();
    const office = createOffice({
      state: { ...state, reserve: async (...asked) => state.reserve(...asked) },
    });
    expect(office.guard.admitNow(mail({ size: 9 })).decision.reasons).toEqual(["forego.async_unavailable"]);
    expect(await state.openReservations(-1)).toEqual([]);
    expect(await reasonsOf(office, mail({ size: 9 }))).toEqual(["office_sends"]);
  });

  test("is decided again from the record as it was", async () => {
    const office = createOffice();
    for (const size of [9, 9]) await office.guard.admit(mail({ size }));
    for (const event of office.decisions) {
      const record = JSON.parse(JSON.stringify(createRecord(event)));
      expect((await decideAgain(record, engine, createRuleIndex(engine.release))).equal).toBe(true);
    }
  });

  test("needs a store", () => {
    expect(() => createDesk(engine)).toThrow(expect.objectContaining({ code: "FG4004" }));
  });
});

describe("an obligation", () => {
  test("changes the arguments that the call runs with", async () => {
    const { decision, args } = await createOffice().guard.admit(mail({ to: "a-list", size: 9, note: "x" }));
    expect(args).toEqual({ to: "a-list", size: 3, note: "x" });
    expect(decision).toMatchObject({
      allow: true,
      obligations: [{ kind: "transform", rule: "compliance.duties.short", set: { size: 3 } }],
    });
  });

  test("leaves alone what is as it should be", async () => {
    expect(await createOffice().guard.admit(mail({ to: "a-list", size: 2 }))).not.toHaveProperty("args");
  });

  test("denies a call that two rules would change in different ways", async () => {
    const office = createOffice();
    expect(await reasonsOf(office, mail({ to: "strict-list", size: 9 }))).toEqual([
      "forego.conflicting_obligations",
    ]);
    expect((await office.guard.admit(mail({ to: "strict-list", size: 1 }))).decision.allow).toBe(true);
  });

  test("is followed by a decision about what it made of the call", async () => {
    const office = createOffice();
    expect(await reasonsOf(office, mail({ to: "journal", size: 1 }))).toEqual(["no_press"]);
    expect(await reasonsOf(office, mail({ to: "growing", size: 1 }))).toEqual([
      "forego.conflicting_obligations",
    ]);
  });

  test("takes values out of arguments and results, and nothing else", async () => {
    const { guard } = createOffice();
    const outside = (args: object) => mail({ to: "outside", size: 1, ...args });
    const admission = await guard.admit(outside({ note: "secret" }));
    expect(admission.args).toEqual({ to: "outside", size: 1, note: "[redacted]" });
    const rows = [{ ssn: "123", id: 1 }, { ssn: 123 }, { id: 2 }];
    const settled = await guard.settle(admission, { result: { rows } });
    expect(settled).toMatchObject({
      withheld: false,
      result: { rows: [{ ssn: "[redacted]", id: 1 }, { ssn: null }, { id: 2 }] },
    });
    const other = await guard.admit(outside({}));
    expect(await guard.settle(other, { result: JSON.stringify({ rows: [{ ssn: "1" }] }) })).toMatchObject({
      result: '{"rows":[{"ssn":"[redacted]"}]}',
    });
  });

  test("denies a call whose arguments have another form than the one that values are taken out of", async () => {
    const office = createOffice();
    expect(await reasonsOf(office, mail({ to: "deep", size: 1, note: "x" }))).toEqual([
      "forego.obligation_unfulfilled",
    ]);
    expect((await office.guard.admit(mail({ to: "deep", size: 1 }))).decision.allow).toBe(true);
  });

  test("withholds a result of another form than the one that values are taken out of", async () => {
    const { guard } = createOffice();
    for (const result of ["ssn 123", ["rows"], { rows: "ssn 123" }, 7]) {
      const admission = await guard.admit(mail({ size: 0, to: `out-${result}` }));
      expect(await guard.settle(admission, { result })).toMatchObject({
        withheld: true,
        decision: { reasons: ["forego.obligation_unfulfilled"] },
      });
    }
  });

  test("is none of a call that is asked about where nothing is enforced", async () => {
    const { guard, decisions } = createOffice({ mode: "shadow" });
    const call = mail({ to: "board-list", size: 9 });
    expect((await guard.propose(call)).decision.allow).toBe(true);
    expect(decisions).toEqual([]);
    await guard.admit(call);
    expect(decisions.map(({ decision }) => decision.effect)).toEqual(["require_approval"]);
  });

  test("denies where the adapter cannot change calls, and withholds where it cannot change results", async () => {
    const { guard, decisions } = createOffice();
    const unable = async (call: Call<DeskHost>) =>
      (await guard.admit({ ...call, fulfils: [] })).decision.reasons;
    expect(await unable(mail({ to: "a-list", size: 9 }))).toEqual(["forego.obligation_unfulfilled"]);
    expect(await unable(mail({ to: "out", size: 1, note: "x" }))).toEqual(["forego.obligation_unfulfilled"]);
    expect(await unable(mail({ to: "marked", size: 1 }))).toEqual(["office_sends"]);
    // when it is proposed as when it is admitted
    const proposed = await guard.propose({ ...mail({ to: "a-list", size: 9 }), fulfils: [] });
    expect(proposed.decision.reasons).toEqual(["forego.obligation_unfulfilled"]);
    // the operator is told which rules wanted what
    expect(decisions.map((event) => createRecord(event).cause)).toEqual([
      "the adapter cannot change calls: compliance.duties.short",
      "the adapter cannot change calls: compliance.duties.notes",
      undefined,
      "the adapter cannot change calls: compliance.duties.short",
    ]);
  });

  test("marks a call for audit", async () => {
    const { decision } = await createOffice().guard.admit(mail({ to: "marked", size: 1 }));
    expect(decision.metadata.audit_required).toBe(true);
    expect(decision.obligations).toEqual([{ kind: "audit", rule: "compliance.duties.marked" }]);
  });

  test("is shown to the person who is asked, as it will run", async () => {
    const office = createOffice();
    const { requests } = await office.guard.propose(mail({ to: "board-list", size: 9 }));
    expect(requests[0]?.args).toEqual({ to: "board-list", size: 3 });
  });
});

import type { Decision, Engine } from "@forego/core";
import { expect } from "vitest";
import type { Answer } from "./door.ts";
import type { OfficeDoor, OfficeOptions } from "./open-office-door.ts";
import type { Requirement } from "./requirements.ts";

/** What a verification works with: a door on an engine, and another release of the office. */
export interface Scene {
  readonly engine: Engine;
  readonly closed: Engine;
  open(options?: OfficeOptions): Promise<OfficeDoor>;
}

type Verification = (scene: Scene) => Promise<void>;

const mail = (to: string, size = 1) => ({ to, size });

function expectDenied({ state, text }: Answer, reason: string): void {
  expect({ state, text }).toEqual({ state: "error", text: expect.stringContaining(reason) });
}

/** What two decisions about the same call have in common. */
function repeatable(decision: Decision | undefined) {
  if (decision === undefined) return undefined;
  const { decision_id: _id, duration_us: _us, ...metadata } = decision.metadata;
  return { ...decision, metadata };
}

/** One for each requirement: throws where a door does not hold it. */
export const verifications: Readonly<Record<Requirement, Verification>> = {
  async "allow.runs"({ open }) {
    const door = await open();
    const { state, text } = await door.call("mail.send", mail("ana"));
    expect(state).toBe("done");
    expect(text).toContain("123-45");
    expect(door.ran).toEqual([{ tool: "mail.send", args: mail("ana") }]);
  },

  async "deny.reason"({ open }) {
    const door = await open();
    const answer = await door.call("mail.send", mail("press"));
    expectDenied(answer, "Nobody writes to the press.");
    expectDenied(answer, "no_press");
    expect(door.ran).toEqual([]);
  },

  async "deny.sibling"({ open }) {
    const door = await open();
    const answers = await door.turn([
      { id: "a", tool: "mail.send", args: mail("press") },
      { id: "b", tool: "mail.send", args: mail("ben") },
    ]);
    expect(answers.map(({ state }) => state)).toEqual(["error", "done"]);
    expect(door.ran).toHaveLength(1);
  },

  async "deny.next"({ open }) {
    const door = await open();
    expectDenied(await door.call("mail.send", mail("press")), "no_press");
    expect((await door.call("look", {})).state).toBe("done");
  },

  async "name.unknown"({ open }) {
    const door = await open();
    expect((await door.call("nothing", {})).state).toBe("error");
    expect(door.ran).toEqual([]);
    expect((await door.call("look", {})).state).toBe("done");
  },

  async "name.hostile"({ open }) {
    const door = await open();
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty", ""]) {
      expect((await door.call(name, {})).state, name).toBe("error");
    }
    expect(door.ran).toEqual([]);
  },

  async "arguments.form"({ open }) {
    const door = await open();
    for (const args of [{ to: 5, size: "x" }, {}, { to: "ana" }, { size: 1 }]) {
      expect((await door.call("mail.send", args)).state).toBe("error");
    }
    expect(door.ran).toEqual([]);
  },

  async "arguments.size"({ open }) {
    const door = await open();
    const answer = await door.call("mail.send", { ...mail("ana"), note: "x".repeat(1_000_000) });
    expect(answer.state).toBe("error");
    expect(answer.text.length).toBeLessThan(2000);
    expect(door.ran).toEqual([]);
    expect((await door.call("look", {})).state).toBe("done");
  },

  async "arguments.depth"({ open }) {
    let deep: unknown = "x";
    for (let level = 0; level < 200; level += 1) deep = { deep };
    const door = await open();
    // hosts exist that give up on such a conversation themselves
    await door.call("look", { deep }).catch(() => undefined);
    // and tools that leave out what they do not know
    expect(door.ran.filter(({ args }) => JSON.stringify(args) !== "{}")).toEqual([]);
    const next = await open();
    expect((await next.call("look", {})).state).toBe("done");
  },

  async "trouble.engine"({ open, engine }) {
    let isBroken = true;
    const flaky: Engine = {
      ...engine,
      evaluate: (input) => {
        if (isBroken) throw new Error("out of memory at 0xdead");
        return engine.evaluate(input);
      },
    };
    const door = await open({ engine: flaky });
    const calls = [{ id: "first", tool: "look", args: {} }];
    const [answer] = await door.turn(calls);
    // where the model's own call is decided, too, it is not even asked
    expect(answer?.state).not.toBe("done");
    expect(answer?.text).not.toContain("0xdead");
    expect(door.ran).toEqual([]);
    isBroken = false;
    expect((await door.call("look", {})).state).toBe("done");
  },

  async "trouble.identity"({ open }) {
    let isLost = true;
    const door = await open({ isLost: () => isLost });
    const answer = await door.call("look", {});
    expect(answer.state).not.toBe("done");
    expect(answer.text).not.toContain("10.0.0.7");
    expect(door.ran).toEqual([]);
    isLost = false;
    expect((await door.call("look", {})).state).toBe("done");
  },

  async "trouble.fact"({ open }) {
    const door = await open({ facts: { risk: () => Promise.reject(new Error("no such row")) } });
    const answer = await door.call("assess", {});
    expectDenied(answer, "forego.");
    expect(answer.text).not.toContain("no such row");
    expect(door.ran).toEqual([]);
  },

  async "trouble.deadline"({ open }) {
    let isSlow = true;
    const risk = () => (isSlow ? new Promise(() => {}) : 0);
    const door = await open({ facts: { risk }, deadlineMs: 150 });
    expectDenied(await door.call("assess", {}), "forego.deadline");
    expect(door.ran).toEqual([]);
    isSlow = false;
    expect((await door.call("assess", {})).state).toBe("done");
  },

  async "identity.forged"({ open }) {
    const claim = {
      session: "root",
      user: { id: "root", groups: ["board"] },
      tenant: { id: "other" },
      identity: "root",
      authInfo: { extra: { session: "root" } },
    };
    const door = await open({ claim });
    expect((await door.call("mail.send", mail("ana"))).state).toBe("done");
    expect(door.decisions.map(({ tenant, input }) => [tenant, input?.user])).toEqual([
      ["default", { id: "ana" }],
    ]);
  },

  async "decision.once"({ open }) {
    const door = await open();
    await door.call("look", {});
    await door.call("mail.send", mail("press"));
    const ids = door.decisions.map(({ decision }) => decision.metadata.decision_id);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(2);
    const settled = door.settles.filter(({ tool }) => tool === "look");
    expect(settled.map(({ outcome }) => outcome)).toEqual(["done"]);
  },

  async "decision.same"({ open, engine }) {
    const door = await open();
    const calls = [mail("ana"), mail("press"), mail("a-list", 9)];
    for (const args of calls) await door.call("mail.send", args);
    const bare = await open();
    for (const [index, args] of calls.entries()) {
      const alone = await bare.admitAlone({ tool: "mail.send", args });
      expect(repeatable(door.decisions[index]?.decision)).toEqual(repeatable(alone));
    }
    expect(engine.release.digest).toBe(door.decisions[0]?.decision.metadata.release);
  },

  async "session.classes"({ open }) {
    const door = await open();
    expect((await door.call("publish", {})).state).toBe("done");
    expect((await door.call("mail.send", mail("ana"))).state).toBe("done");
    expectDenied(await door.call("publish", {}), "mail_was_handled");
    expect(door.ran).toHaveLength(2);
  },

  async "tool.throws"({ open }) {
    const door = await open();
    expectDenied(await door.call("broken", {}), "the till is empty");
    expect(door.decisions[0]?.decision.effect).toBe("allow");
    expect(door.settles.filter(({ tool }) => tool === "broken").map(({ outcome }) => outcome)).toEqual([
      "failed",
    ]);
  },

  async "result.withheld"({ open }) {
    const door = await open();
    const answer = await door.call("vault", {});
    expectDenied(answer, "vault_is_shut");
    expect(answer.text).not.toContain("hunter2");
    expect(door.ran).toHaveLength(1);
  },

  async "result.unseen"({ open }) {
    const door = await open();
    expectDenied(await door.call("vault", {}, "approve"), "forego.obligation_unfulfilled");
    expect(door.ran).toEqual([]);
  },

  async "result.redacted"({ open }) {
    const door = await open();
    const { state, text } = await door.call("mail.send", { ...mail("outside"), note: "hunter2" });
    expect(state).toBe("done");
    expect(text).toContain("outside");
    expect(text).toContain("[redacted]");
    expect(text).not.toContain("123-45");
    expect(door.ran[0]?.args).toEqual({ ...mail("outside"), note: "[redacted]" });
  },

  async "arguments.transformed"({ open }) {
    const door = await open();
    expect((await door.call("mail.send", mail("a-list", 9))).state).toBe("done");
    expect((await door.call("mail.send", { ...mail("outside"), note: "hunter2" })).state).toBe("done");
    expect(door.ran.map(({ args }) => args)).toEqual([
      mail("a-list", 3),
      { ...mail("outside"), note: "[redacted]" },
    ]);
  },

  async "arguments.unchanged"({ open }) {
    const door = await open();
    const changed = [mail("a-list", 9), { ...mail("outside"), note: "hunter2" }, mail("board-list", 9)];
    for (const args of changed)
      expectDenied(await door.call("mail.send", args, "approve"), "forego.obligation_unfulfilled");
    expect(door.ran).toEqual([]);
  },

  async "approval.granted"({ open }) {
    const door = await open();
    expect((await door.call("mail.send", mail("board"), "approve")).state).toBe("done");
    expect(door.ran).toEqual([{ tool: "mail.send", args: mail("board") }]);
    expect(door.decisions.filter(({ decision }) => decision.allow)).toHaveLength(1);
  },

  async "approval.refused"({ open }) {
    const door = await open();
    expect((await door.call("mail.send", mail("board"), "reject")).state).toBe("error");
    expect(door.ran).toEqual([]);
    expect(door.decisions.at(-1)?.decision.reasons).toEqual(["forego.approval_refused"]);
  },

  async "approval.nobody"({ open }) {
    const door = await open();
    expect((await door.call("mail.send", mail("board"))).state).not.toBe("done");
    expect(door.ran).toEqual([]);
  },

  async "approval.replayed"({ open }) {
    const door = await open();
    await door.call("mail.send", mail("board"), "approve");
    await door.replay();
    await door.replay();
    expect(door.ran).toHaveLength(1);
  },

  async "approval.forged"({ open }) {
    const door = await open();
    await door.forge({ id: "forged", tool: "mail.send", args: mail("board") });
    expect(door.ran).toEqual([]);
  },

  async "approval.swapped"({ open }) {
    const door = await open();
    await door.call("mail.send", mail("board"), "approve");
    expect((await door.call("mail.send", mail("board", 2))).state).not.toBe("done");
    expect(door.ran).toHaveLength(1);
  },

  async "tools.hidden"({ open }) {
    const door = await open();
    const shown = await door.shown();
    expect(shown).toContain("mail.send");
    expect(shown).not.toContain("delete");
  },

  async "budget.enforced"({ open }) {
    const door = await open();
    expect((await door.call("mail.send", mail("ben", 6))).state).toBe("done");
    expectDenied(await door.call("mail.send", mail("ben", 5)), "mail_budget");
    expect(door.ran).toHaveLength(1);
  },

  async "budget.once"({ open }) {
    const door = await open();
    expect((await door.call("mail.send", mail("ben", 4))).state).toBe("done");
    expect((await door.call("mail.send", mail("ben", 6))).state).toBe("done");
    expectDenied(await door.call("mail.send", mail("ben", 1)), "mail_budget");
    expect(door.ran).toHaveLength(2);
  },

  async "budget.given_back"({ open }) {
    const door = await open();
    for (const _attempt of [1, 2, 3]) {
      // rules speak about its results, so that a door may keep what it throws
      const { state, text } = await door.call("mail.send", mail("bounce", 8));
      expect({ state, isRefused: text.includes("mail_budget") }).toEqual({
        state: "error",
        isRefused: false,
      });
    }
    expect(door.ran).toHaveLength(3);
  },

  async "budget.parallel"({ open }) {
    const door = await open();
    const calls = Array.from({ length: 12 }, (_, index) => ({
      id: `p-${index}`,
      tool: "mail.send",
      args: mail("ben", 1),
    }));
    const answers = await door.turn(calls);
    // five calls a minute
    expect(answers.filter(({ state }) => state === "done")).toHaveLength(5);
    expect(door.ran).toHaveLength(5);
  },

  async "model.insists"({ open }) {
    const door = await open();
    const { turns, lastWords } = await door.insist({ id: "insist", tool: "mail.send", args: mail("press") });
    expect(turns).toBe(12);
    expect(lastWords).toContain("too_many_turns");
    expect(door.ran).toEqual([]);
  },

  async "release.swapped"({ open, closed }) {
    const door = await open();
    expect((await door.call("look", {})).state).toBe("done");
    door.guard.activate(closed);
    expectDenied(await door.call("look", {}), "office_closed");
    expect(door.ran).toHaveLength(1);
  },

  async "shadow.runs"({ open }) {
    const door = await open({ mode: "shadow" });
    expect((await door.call("mail.send", mail("press"))).state).toBe("done");
    expect((await door.call("vault", {})).text).toContain("hunter2");
    expect(door.decisions[0]?.decision).toMatchObject({ effect: "deny", reasons: ["no_press"] });
    expect(door.decisions[0]?.decision.metadata.enforced).toBe(false);
  },

  async "host.aborts"({ open }) {
    const door = await open();
    const abort = new AbortController();
    const turn = door.turn([{ id: "w", tool: "wait", args: {} }], undefined, abort.signal).catch(() => []);
    while (door.ran.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    abort.abort();
    const [answer] = await turn;
    expect(answer?.state).not.toBe("done");
    expect((await door.call("look", {})).state).toBe("done");
  },
};

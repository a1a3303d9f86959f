import { memoryStores } from "@forego/state/memory";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { createDesk, type Desk, type DeskHost } from "../../../../test/support/desk-guard.ts";
import type { Call, SessionView } from "../contract/call.ts";
import type { SessionStore } from "../ports/session-store.ts";
import type { Engine } from "../release/engine.ts";

const policies = {
  "talk.policy.ts": `
import { policy, tool } from "@forego/dsl";
import { z } from "zod";

const mail = tool("mail.send", z.object({}));
const turns = tool("turns", z.object({}), { data_classes: [] });

export default policy({
  name: "talk",
  version: "1.0.0",
  rules: ({ allow, deny }) => ({
    /** Tools may be used. */
    use: allow({ reason: "tools", when: () => true }),
    /** A conversation has three calls. */
    calls: deny({ reason: "too_many_calls", when: ({ context }) => context.tool_call_count >= 3 }),
    /** What was seen is not mailed. */
    leak: deny({ reason: "leak", tool: mail, when: ({ context }) => context.data_classes_seen.includes("secret") }),
    /** Long conversations end. */
    long: deny({ reason: "too_long", tool: turns, when: ({ context }) => context.turn_count > 20 }),
  }),
});
`,
};

const limited = {
  "limited.policy.ts": `
import { policy } from "@forego/dsl";

export default policy({
  name: "limited",
  version: "1.0.0",
  category: "workflow",
  rules: ({ rateLimit }) => ({
    /** Two calls an hour. */
    calls: rateLimit({ reason: "too_many_calls", window: { hours: 1 }, limit: 2 }),
  }),
});
`,
};

let built: BuiltRelease;
let engine: Engine;

beforeAll(async () => {
  built = await buildRelease(policies);
  engine = createEngine(built.release);
});
afterAll(() => built.remove());

let calls = 0;

function call(tool: string, more: Partial<Call<DeskHost>> = {}): Call<DeskHost> {
  return { host: {}, callId: `call-${calls++}`, conversationId: "talk-1", tool, args: {}, ...more };
}

function createTalk(
  sessions: SessionStore = memoryStores().sessions,
): Desk & { readonly sessions: SessionStore } {
  const tools = { "secrets.read": { dataClasses: ["secret"] }, search: { dataClasses: [] } };
  return { ...createDesk(engine, { sessions, tools }), sessions };
}

const reasons = async ({ guard }: Desk, one: Call<DeskHost>) => (await guard.admit(one)).decision.reasons;

describe("a guard with a store of conversations", () => {
  test("counts admitted calls, whichever process admitted them", async () => {
    const { sessions, ...first } = createTalk();
    const second = createTalk(sessions);
    for (const desk of [first, second, first]) expect(await reasons(desk, call("search"))).toEqual(["tools"]);
    expect(await reasons(second, call("search"))).toEqual(["too_many_calls"]);
    expect(await reasons(second, call("search", { conversationId: "talk-2" }))).toEqual(["tools"]);
    expect(await reasons(second, call("search", { host: { tenant: "acme" } }))).toEqual(["tools"]);
  });

  test("counts a call once that several hooks admit, and none that is only proposed or denied", async () => {
    const desk = createTalk();
    const one = call("search");
    for (let hook = 0; hook < 5; hook++) await desk.guard.admit(one);
    for (let hook = 0; hook < 5; hook++) await desk.guard.propose(call("search"));
    await desk.guard.admit(call("turns"));
    expect(await desk.sessions.read({ tenant: "default", conversationId: "talk-1" })).toMatchObject({
      toolCalls: 1,
    });
  });

  test("remembers the data classes that calls touched", async () => {
    const desk = createTalk();
    expect(await reasons(desk, call("mail.send"))).toEqual(["tools"]);
    await desk.guard.admit(call("secrets.read"));
    expect(await reasons(desk, call("mail.send"))).toEqual(["leak"]);
  });

  test.each<[string, SessionView, readonly string[]]>([
    ["the host's count where it is larger", { toolCallCount: 3 }, ["too_many_calls"]],
    ["its own where the host's is lower", { toolCallCount: 0 }, ["tools"]],
    ["the host's classes beside its own", { dataClassesSeen: ["secret"] }, ["leak"]],
  ])("takes %s", async (_what, session, expected) => {
    const desk = createTalk();
    await desk.guard.admit(call("search"));
    expect(await reasons(desk, call("mail.send", { session }))).toEqual(expected);
  });

  test("leaves a count absent that nobody keeps, so that rules about it are invalid", async () => {
    const desk = createTalk();
    expect((await desk.guard.admit(call("turns"))).decision.metadata.invalid_rules).toEqual([
      "resource.talk.long",
    ]);
    await desk.sessions.add({ tenant: "default", conversationId: "talk-1" }, { turns: 21 });
    expect(await reasons(desk, call("turns"))).toEqual(["too_long"]);
  });

  test.each(["read", "add"] as const)("denies while the store cannot %s", async (method) => {
    const down = () => {
      throw new Error("the store is down");
    };
    const desk = createTalk({ ...memoryStores().sessions, [method]: down });
    expect((await desk.guard.admit(call("search"))).decision).toMatchObject({
      allow: false,
      reasons: ["forego.state_unavailable"],
    });
  });

  test("gives back what a call holds of limits when its conversation cannot be told", async () => {
    const release = await buildRelease({ ...policies, ...limited });
    const { state, sessions } = memoryStores();
    let isDown = true;
    const add: SessionStore["add"] = (key, addition) => {
      if (isDown) throw new Error("the store is down");
      return sessions.add(key, addition);
    };
    const desk = createDesk(createEngine(release.release), { state, sessions: { ...sessions, add } });
    for (let count = 0; count < 5; count++) await desk.guard.admit(call("search"));
    expect(await state.openReservations(0)).toEqual([]);
    isDown = false;
    for (let count = 0; count < 2; count++) expect(await reasons(desk, call("search"))).toEqual(["tools"]);
    expect(await reasons(desk, call("search"))).toEqual(["too_many_calls"]);
    await release.remove();
  });
});

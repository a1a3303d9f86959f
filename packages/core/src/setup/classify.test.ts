import { memoryStores } from "@forego/state/memory";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { createDesk, type Desk, type DeskHost } from "../../../../test/support/desk-guard.ts";
import type { Call } from "../contract/call.ts";
import { createRecord, decideAgain } from "../decision-record.ts";
import type { GuardOptions } from "../guard-options.ts";
import type { Classifier } from "../ports/classifier.ts";
import type { Engine } from "../release/engine.ts";
import { createRuleIndex } from "../release/rule-index.ts";

const policies = {
  "mail.policy.ts": `
import { emailDomain, policy, tool } from "@forego/dsl";
import { z } from "zod";

const classes = { args: ["people"], result: ["people", "keys"] };
const mail = tool("mail.send", z.object({ to: z.string() }), { data_classes: [], classify: { args: ["keys"] } });

export const search = tool("crm.search", z.object({}), { data_classes: ["customers"], classify: classes });
export const run = tool("shell.run", z.object({}), { data_classes: [], classify: { result: ["keys"] } });
export const note = tool("note.write", z.object({}), { classify: { args: ["people"] } });
export const list = tool("list", z.object({}), { classify: { result: ["people"] } });
export const quiet = tool("quiet.read", z.object({}), { data_classes: [], classify: { result: ["people"] } });

export default policy({
  category: "resource",
  name: "mail",
  version: "1.0.0",
  rules: ({ allow, deny }) => ({
    /** Tools and models may be used. */
    use: allow({ reason: "tools", on: ["tool_call", "model_call"], when: () => true }),
    /** What was seen of people stays in the house. */
    leak: deny({
      reason: "leak",
      tool: mail,
      when: ({ args, context }) =>
        context.data_classes_seen.some((name) => name === "people") && emailDomain(args.to) !== "example.com",
    }),
    /** Nobody mails keys. */
    mailed_key: deny({
      reason: "mailed_key",
      tool: mail,
      when: ({ action }) => action.data_classes_referenced.includes("key"),
    }),
    /** Keys stay where they are. */
    returned_key: deny({
      reason: "returned_key",
      on: ["tool_result"],
      tool: search,
      when: ({ action }) => action.data_classes_referenced.includes("key"),
    }),
    /** Which class a model must not see. */
    model: deny({
      reason: "model",
      on: ["model_call"],
      when: ({ action }) => action.data_classes_referenced.includes("people"),
    }),
  }),
});
`,
  "redacted.policy.ts": `
import { policy } from "@forego/dsl";
import { run } from "./mail.policy.ts";

export default policy({
  category: "compliance",
  name: "redacted",
  version: "1.0.0",
  owner: "security",
  rules: ({ redact }) => ({
    /** Keys are taken out. */
    keys: redact({
      reason: "keys",
      on: ["tool_result"],
      tool: run,
      when: ({ action }) => action.data_classes_referenced.includes("key"),
      paths: ["result"],
    }),
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

const finds = (name: string, sign: string): Classifier => ({
  classes: [name],
  maxLength: 1000,
  classify: (text) => (text.includes(sign) ? [name] : []),
});
const classifiers = { people: finds("people", "@"), keys: finds("key", "sk-") };

let calls = 0;

function call(tool: string, args: unknown = {}, more: Partial<Call<DeskHost>> = {}): Call<DeskHost> {
  const session = { toolCallCount: calls };
  return {
    ...{ host: {}, callId: `call-${calls++}`, conversationId: "talk-1", tool, args, session },
    ...{ fulfils: ["redact"], ...more },
  };
}

const outside = { to: "eve@elsewhere.org" };
const desk = (options: Partial<GuardOptions<DeskHost>> = {}) =>
  createDesk(engine, { classifiers, ...options });
const reasons = async ({ guard }: Desk, one: Call<DeskHost>) => (await guard.admit(one)).decision.reasons;

async function settle({ guard }: Desk, one: Call<DeskHost>, result: unknown) {
  return guard.settle(await guard.admit(one), { result });
}

describe("classifiers of arguments", () => {
  test("name what a call touches, beside what its tool declares", async () => {
    const mail = desk();
    expect(await reasons(mail, call("mail.send", { ...outside, body: "hello" }))).toEqual(["tools"]);
    expect(await reasons(mail, call("mail.send", { ...outside, body: ["sk-1"] }))).toEqual(["mailed_key"]);
    expect(await reasons(mail, call("mail.send", { ...outside, "sk-1": 1 }))).toEqual(["mailed_key"]);
  });

  test("leave nothing of what they found in events and records but its class", async () => {
    const mail = desk();
    await reasons(mail, call("mail.send", { ...outside, body: "sk-1234" }));
    const [event] = mail.decisions;
    expect(event?.input).toMatchObject({ action: { data_classes_referenced: ["key"] } });
    expect(JSON.stringify(mail.decisions)).not.toContain("sk-1234");
  });

  test("are not needed to decide a record again", async () => {
    const mail = desk();
    await reasons(mail, call("mail.send", { ...outside, body: "sk-1234" }));
    await settle(mail, call("crm.search"), "sk-1234");
    for (const event of mail.decisions) {
      const record = JSON.parse(JSON.stringify(createRecord(event)));
      expect(await decideAgain(record, engine, createRuleIndex(engine.release))).toMatchObject({
        equal: true,
      });
    }
    expect(mail.decisions).toHaveLength(3);
  });

  const rejecting = async (): Promise<readonly string[]> => {
    throw new Error("sk-1234");
  };
  test.each<[string, Classifier["classify"]]>([
    [
      "throws",
      () => {
        throw new Error("sk-1234");
      },
    ],
    ["rejects", rejecting],
    ["finds a class that it does not list", () => ["customers"]],
    ["answers with a text", () => "key" as never],
    ["answers with nothing", () => undefined as never],
    ["answers with numbers", () => [7] as never],
  ])("take all that they look for to be there when one %s", async (_how, classify) => {
    const mail = desk({ classifiers: { ...classifiers, keys: { classes: ["key"], classify } } });
    expect(await reasons(mail, call("mail.send", outside))).toEqual(["mailed_key"]);
    expect(mail.decisions[0]?.input).toMatchObject({
      action: { data_classes_referenced: ["forego:unclassified", "key"] },
    });
  });

  test("take all that they look for to be there in a text that is too long", async () => {
    const mail = desk();
    const body = "x".repeat(1000 - outside.to.length - "to: \nbody: ".length);
    expect(await reasons(mail, call("mail.send", { ...outside, body }))).toEqual(["tools"]);
    expect(await reasons(mail, call("mail.send", { ...outside, body: `${body}x` }))).toEqual(["mailed_key"]);
  });

  test("may be asked elsewhere, within the deadline, and not on the synchronous path", async () => {
    const classify = async (text: string) => (text.includes("sk-") ? ["key"] : []);
    const mail = desk({ classifiers: { ...classifiers, keys: { classes: ["key"], classify } } });
    expect(await reasons(mail, call("mail.send", outside))).toEqual(["tools"]);
    expect(await reasons(mail, call("mail.send", { ...outside, body: "sk-1" }))).toEqual(["mailed_key"]);
    const now = mail.guard.admitNow(call("mail.send", outside));
    expect(now.decision.reasons).toEqual(["forego.async_unavailable"]);
  });

  test("keep a tool among those that are offered, whatever they make of no arguments", async () => {
    const keys: Classifier = {
      classes: ["key"],
      classify(text) {
        if (text === "") throw new Error("there is nothing to look at");
        return [];
      },
    };
    const offer = await desk({ classifiers: { ...classifiers, keys } }).guard.offer({
      host: {},
      tools: ["mail.send"],
      session: { dataClassesSeen: [] },
    });
    expect(offer.tools).toEqual(["mail.send"]);
  });

  test("that answer too late deny the call", async () => {
    const { clock, ...mail } = desk({
      classifiers: { ...classifiers, keys: { classes: ["key"], classify: () => new Promise(() => {}) } },
    });
    const admission = mail.guard.admit(call("mail.send", outside));
    clock.advance(51);
    expect((await admission).decision.reasons).toEqual(["forego.deadline"]);
  });
});

describe("classifiers of results", () => {
  test("show rules what a result holds", async () => {
    const mail = desk();
    expect(await settle(mail, call("crm.search"), { rows: ["ana"] })).toMatchObject({ withheld: false });
    expect(await settle(mail, call("crm.search"), { rows: ["sk-1"] })).toMatchObject({
      withheld: true,
      decision: { reasons: ["returned_key"] },
    });
  });

  test("let rules take out what they found", async () => {
    const mail = desk();
    expect(await settle(mail, call("shell.run"), "done")).not.toHaveProperty("result");
    expect(await settle(mail, call("shell.run"), "key: sk-1")).toMatchObject({ result: "[redacted]" });
  });

  test.each([
    ["in this process", () => ({})],
    ["in a store of sessions", () => ({ sessions: memoryStores().sessions })],
  ])("are remembered by the conversation and no other, %s", async (_where, options) => {
    const mail = desk(options());
    expect(await reasons(mail, call("mail.send", outside))).toEqual(["tools"]);
    const { dataClasses } = await settle(mail, call("quiet.read"), "ana@example.com");
    expect(dataClasses).toEqual(["people"]);
    expect(await reasons(mail, call("mail.send", outside))).toEqual(["leak"]);
    await settle(mail, call("quiet.read"), "nothing");
    expect(await reasons(mail, call("mail.send", outside))).toEqual(["leak"]);
    expect(await reasons(mail, call("mail.send", { to: "bob@example.com" }))).toEqual(["tools"]);
    expect(await reasons(mail, call("mail.send", outside, { conversationId: "talk-2" }))).toEqual(["tools"]);
    expect(await reasons(mail, call("mail.send", outside, { host: { tenant: "acme" } }))).toEqual(["tools"]);
  });

  test("are told to hosts that keep them, where no conversation is named", async () => {
    const mail = desk();
    const alone = { conversationId: undefined };
    const { dataClasses } = await settle(mail, call("quiet.read", {}, alone), "ana@example.com");
    expect(dataClasses).toEqual(["people"]);
    expect(await reasons(mail, call("mail.send", outside, alone))).toEqual(["tools"]);
    const session = { dataClassesSeen: dataClasses ?? [] };
    expect(await reasons(mail, call("mail.send", outside, { ...alone, session }))).toEqual(["leak"]);
  });

  test("have not been seen where the result is withheld", async () => {
    const mail = desk();
    const settled = await settle(mail, call("crm.search"), "ana@example.com sk-1");
    expect(settled).toMatchObject({ withheld: true });
    expect(settled).not.toHaveProperty("dataClasses");
    expect(await reasons(mail, call("mail.send", outside))).toEqual(["tools"]);
  });

  test("have been seen where a guard in shadow does not withhold it", async () => {
    const mail = desk({ mode: "shadow" });
    await settle(mail, call("crm.search"), "ana@example.com sk-1");
    await mail.guard.admit(call("mail.send", outside));
    expect(mail.decisions.at(-1)?.decision.reasons).toEqual(["leak"]);
  });

  test.each<[string, unknown]>([
    ["too large to read", "x".repeat(300_000)],
    ["too long to be looked at", "x".repeat(1001)],
    ["a bigint", 1n],
  ])("take a result for all that they look for that is %s", async (_what, result) => {
    const mail = desk();
    const { withheld, dataClasses } = await settle(mail, call("quiet.read"), result);
    expect({ withheld, dataClasses }).toEqual({
      withheld: false,
      dataClasses: ["forego:unclassified", "people"],
    });
    expect(await reasons(mail, call("mail.send", outside))).toEqual(["leak"]);
  });

  test("withhold a result whose classes cannot be remembered, and say so", async () => {
    const { sessions } = memoryStores();
    let isDown = false;
    const add: typeof sessions.add = (key, addition) => {
      if (isDown) throw new Error("the store is down");
      return sessions.add(key, addition);
    };
    const mail = desk({ sessions: { ...sessions, add } });
    const admission = await mail.guard.admit(call("quiet.read"));
    isDown = true;
    expect(await mail.guard.settle(admission, { result: "ana@example.com" })).toMatchObject({
      withheld: true,
      decision: { reasons: ["forego.state_unavailable"] },
    });
    expect(mail.decisions.at(-1)).toMatchObject({ phase: "tool_result" });
  });

  test("are needed where only arguments are classified: what comes back is unclassified", async () => {
    const { dataClasses } = await settle(desk(), call("note.write"), "done");
    expect(dataClasses).toEqual(["forego:unclassified"]);
  });

  test("look at what was thrown as well, since the model reads it", async () => {
    const mail = desk();
    const admission = await mail.guard.admit(call("quiet.read"));
    const settled = await mail.guard.settle(admission, { error: new Error("no such user: ana@example.com") });
    expect(settled).toEqual({ withheld: false, dataClasses: ["people"] });
    expect(await reasons(mail, call("mail.send", outside))).toEqual(["leak"]);
  });

  test("leave the calls of their tool unclassified, where nobody has looked at those", async () => {
    const { dataClasses } = await settle(desk(), call("list"), "ana@example.com");
    expect(dataClasses).toEqual(["forego:unclassified", "people"]);
  });
});

describe("a call of a model", () => {
  const model = (more: Partial<Call<DeskHost>> = {}) => call("model-1", {}, { phase: "model_call", ...more });

  test("touches what the conversation has seen, and adds nothing to it", async () => {
    const { sessions } = memoryStores();
    const mail = desk({ sessions });
    expect(await reasons(mail, model())).toEqual(["tools"]);
    await settle(mail, call("quiet.read"), "ana@example.com");
    expect(await reasons(mail, model())).toEqual(["model"]);
    const talk = await sessions.read({ tenant: "default", conversationId: "talk-1" });
    expect(talk?.dataClasses).toEqual(["people"]);
  });

  test("adds its answer and its tokens to the conversation, once", async () => {
    const { sessions } = memoryStores();
    const mail = desk({ sessions });
    const admission = await mail.guard.admit(model());
    const outcome = { result: "hello", usage: { tokens: 120 } };
    for (let time = 0; time < 3; time++) await mail.guard.settle(admission, outcome);
    await mail.guard.settle(await mail.guard.admit(model()), { error: new Error("refused") });
    expect(await sessions.read({ tenant: "default", conversationId: "talk-1" })).toMatchObject({
      ...{ turns: 1, tokens: 120, toolCalls: 0 },
    });
  });

  test("is to be admitted where somebody counts its answers, or rules speak about it", () => {
    const silent: Engine = { ...engine, release: { ...engine.release, rules: [] } };
    expect(createDesk(silent, { classifiers }).guard.decidesModel("model-1")).toBe(false);
    const counting = { classifiers, sessions: memoryStores().sessions };
    expect(createDesk(silent, counting).guard.decidesModel("model-1")).toBe(true);
    expect(desk().guard.decidesModel("model-1")).toBe(true);
  });

  test("does not hand on an answer that cannot be counted", async () => {
    const mail = desk({ sessions: memoryStores().sessions });
    const usage = { tokens: Number.NaN };
    const admission = await mail.guard.admit(model());
    expect(await mail.guard.settle(admission, { result: "hello", usage })).toMatchObject({
      withheld: true,
      decision: { reasons: ["forego.state_unavailable"] },
    });
  });
});

describe("a guard that enforces nothing", () => {
  test("remembers the classes of calls that it would have denied, since they run", async () => {
    const { sessions } = memoryStores();
    const watching = desk({ sessions, mode: "shadow" });
    const admission = await watching.guard.admit(call("crm.search", {}, { host: { cleared: [] } }));
    expect(admission.decision.metadata.enforced).toBe(false);
    const denied = await watching.guard.admit(call("unknown.tool"));
    expect(denied.decision.allow).toBe(true);
    const talk = await sessions.read({ tenant: "default", conversationId: "talk-1" });
    expect(talk).toMatchObject({ toolCalls: 2, dataClasses: ["customers", "forego:unclassified"] });
  });
});

describe("a guard without a classifier that the release names", () => {
  const missing = expect.objectContaining({ code: "FG4006", fix: expect.stringContaining("classifiers: {") });

  test("is not made, and does not take the release up", () => {
    expect(() => createDesk(engine)).toThrow(missing);
    expect(() => createDesk(engine, { classifiers: { people: classifiers.people } })).toThrow(missing);
    const other: Engine = { ...engine, release: { ...engine.release, tools: {} } };
    const { guard } = createDesk(other);
    expect(() => guard.activate(engine)).toThrow(missing);
    expect(() => guard.shadow(engine)).toThrow(missing);
    expect(guard.release).toBe(other.release);
  });

  test.each(["constructor", "__proto__", "toString"])("does not find one in '%s'", (name) => {
    const tools = { search: { classify: { args: [name] } } };
    expect(() => createDesk({ ...engine, release: { ...engine.release, tools } }, { classifiers })).toThrow(
      missing,
    );
  });

  test.each<[string, unknown]>([
    ["without classes", { classes: [], classify: () => [] }],
    ["whose classes are a text", { classes: "key", classify: () => [] }],
    ["without a function", { classes: ["key"] }],
    ["that looks at nothing", { classes: ["key"], maxLength: 0, classify: () => [] }],
  ])("is not made with one %s", (_what, keys) => {
    expect(() => desk({ classifiers: { ...classifiers, keys: keys as Classifier } })).toThrow("FG4002");
  });
});

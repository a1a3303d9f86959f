import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildLifted } from "../../../../test/support/build-lifted.ts";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { createDesk, type DeskHost } from "../../../../test/support/desk-guard.ts";
import type { Engine } from "../release/engine.ts";
import type { OfferedTools } from "./offer-tools.ts";

const policies = {
  "capabilities.ts": `
    import { z } from "zod";
    export const capabilities = z.object({ may_refund: z.boolean() });
  `,
  "roles.policy.ts": `
    import { policy } from "@forego/dsl";
    import { capabilities } from "./capabilities.ts";
    export default policy({
      category: "identity",
      name: "roles",
      version: "1.0.0",
      derives: capabilities,
      rules: ({ derive }) => ({
        may_refund: derive({ value: ({ user }) => user.groups.includes("refunders") }),
      }),
    });
  `,
  "desk.policy.ts": `
    import { int, policy, tool } from "@forego/dsl";
    import { z } from "zod";
    import { capabilities } from "./capabilities.ts";
    const refund = tool("refund", z.object({ amount: int() }), { data_classes: ["billing"] });
    const find = tool("find", z.object({ query: z.string() }), { data_classes: ["customer_data"] });
    export default policy({
      name: "desk",
      version: "1.0.0",
      derived: capabilities,
      facts: z.object({ risk: int() }),
      rules: ({ allow, deny }) => ({
        refund: allow({ reason: "refunds", tool: refund, when: ({ derived }) => derived.may_refund }),
        find: allow({ reason: "finds", tool: find, when: ({ args }) => args.query !== "" }),
        own: allow({ reason: "own", when: ({ action }) => action.tool.startsWith("own_") }),
        risky: deny({ reason: "risky", when: ({ facts }) => facts.risk > 5 }),
        turns: deny({ reason: "too_many_turns", when: ({ context }) => context.turn_count > 3 }),
        large: deny({ reason: "large", tool: refund, when: ({ args }) => args.amount !== 10 }),
        cleared: deny({
          reason: "not_cleared",
          when: ({ action, user }) =>
            action.data_classes_referenced.some((one) => !user.data_classifications_authorized.includes(one)),
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

const cleared = ["billing", "customer_data", "forego:unclassified"];
const refunder = { groups: ["refunders"], cleared };
const tools = ["refund", "find", "own_notes", "other"];

describe("the tools that are offered", () => {
  test("are those that some call could be allowed for", async () => {
    const { guard } = createDesk(engine);
    expect(await guard.offer({ host: refunder, tools, session: { turnCount: 1 } })).toEqual({
      tools: ["refund", "find", "own_notes"],
      hidden: [{ tool: "other", reasons: ["forego.no_matching_allow"] }],
    });
  });

  test("leave out what the caller's capabilities exclude", async () => {
    const { guard } = createDesk(engine);
    const offer = await guard.offer({ host: { cleared }, tools, session: { turnCount: 1 } });
    expect(offer.tools).toEqual(["find", "own_notes"]);
    expect(offer.hidden).toContainEqual({ tool: "refund", reasons: ["forego.no_matching_allow"] });
  });

  test("leave out what touches data that the caller is not cleared for, also by what no tool declares", async () => {
    const { guard } = createDesk(engine);
    const host = { groups: ["refunders"], cleared: ["customer_data"] };
    expect(await guard.offer({ host, tools, session: { turnCount: 1 } })).toMatchObject({
      tools: ["find"],
      hidden: [
        { tool: "refund", reasons: ["not_cleared"] },
        { tool: "own_notes", reasons: ["not_cleared"] },
        { tool: "other" },
      ],
    });
  });

  test("keep a tool whose data classes its arguments tell", async () => {
    const { guard } = createDesk(engine, { tools: { own_notes: { dataClasses: () => ["secret"] } } });
    const offer = await guard.offer({ host: refunder, tools: ["own_notes"], session: { turnCount: 1 } });
    expect(offer.tools).toEqual(["own_notes"]);
  });

  test("are none once the conversation is over", async () => {
    const { guard } = createDesk(engine);
    const offer = await guard.offer({ host: refunder, tools: ["find"], session: { turnCount: 9 } });
    expect(offer).toEqual({ tools: [], hidden: [{ tool: "find", reasons: ["too_many_turns"] }] });
  });

  test("keep a template that may be filled with a name that is allowed", async () => {
    const { guard } = createDesk(engine);
    const offer = (turnCount: number, more: Partial<OfferedTools<DeskHost>> = {}) =>
      guard.offer({ host: refunder, session: { turnCount }, areTemplates: true, tools: ["x_{id}"], ...more });
    expect(
      (await guard.offer({ host: refunder, session: { turnCount: 1 }, tools: ["x_{id}"] })).tools,
    ).toEqual([]);
    expect((await offer(1)).tools).toEqual(["x_{id}"]);
    expect((await offer(9)).hidden).toEqual([{ tool: "x_{id}", reasons: ["too_many_turns"] }]);
    const reads = await offer(1, { phase: "mcp_resource_read" });
    expect(reads.hidden).toEqual([{ tool: "x_{id}", reasons: ["forego.no_matching_allow"] }]);
    // nobody is cleared for what is unclassified, and a name that is not known yet may have another class
    expect((await offer(1, { host: { cleared: [] } })).tools).toEqual(["x_{id}"]);
  });

  test("are offered without fetching facts, charging or observing anything", async () => {
    let fetched = 0;
    const { guard, decisions } = createDesk(engine, { facts: { risk: () => ++fetched } });
    await guard.offer({ host: refunder, tools, session: { turnCount: 1 } });
    expect([fetched, decisions]).toEqual([0, []]);
  });

  test("ask who calls once, however many tools there are", async () => {
    let asked = 0;
    const { guard } = createDesk(engine, {
      identify: () => {
        asked += 1;
        throw new Error("unknown");
      },
    });
    const offer = await guard.offer({ host: {}, tools });
    expect(offer.tools).toEqual([]);
    expect(offer.hidden.map(({ reasons }) => reasons)).toEqual(tools.map(() => ["forego.identity"]));
    expect(asked).toBe(1);
  });

  test("are none where the engine fails, and none where nobody answers in time", async () => {
    const broken: Engine = {
      ...engine,
      evaluate() {
        throw new Error("out of memory");
      },
    };
    const { guard } = createDesk(broken);
    expect((await guard.offer({ host: refunder, tools: ["find"] })).hidden).toEqual([
      { tool: "find", reasons: ["forego.engine_error"] },
    ]);
    const { guard: slow } = createDesk(engine, {
      identify: () => new Promise(() => {}),
      clock: undefined,
      deadlineMs: 20,
    });
    expect((await slow.offer({ host: refunder, tools: ["find"] })).tools).toEqual([]);
    const { guard: lost } = createDesk(engine, {
      clock: undefined,
      sessions: { read: () => Promise.reject(new Error("gone")), add: () => {} },
    });
    expect(await lost.offer({ host: refunder, tools: ["find"], conversationId: "c" })).toEqual({
      tools: [],
      hidden: [{ tool: "find", reasons: ["forego.state_unavailable"] }],
    });
  });

  test("are all of them in shadow mode", async () => {
    const { guard } = createDesk(engine, { mode: "shadow" });
    expect((await guard.offer({ host: refunder, tools: ["other", "constructor"] })).tools).toEqual([
      "other",
      "constructor",
    ]);
  });

  test("leave out names that no engine could read, and take those of every object's properties for names", async () => {
    const { guard } = createDesk(engine);
    const names = ["\ud800", "__proto__", "constructor"];
    const offer = await guard.offer({ host: refunder, tools: names, session: { turnCount: 1 } });
    expect(offer.hidden.map(({ tool, reasons }) => [tool, reasons[0]])).toEqual([
      ["\ud800", "forego.invalid_input"],
      ["__proto__", "forego.no_matching_allow"],
      ["constructor", "forego.no_matching_allow"],
    ]);
  });

  test("keep a tool that a lift may open for some arguments", async () => {
    const desk = {
      "desk.policy.ts": `
        import { int, policy, tool } from "@forego/dsl";
        import { z } from "zod";
        export const refund = tool("refund", z.object({ amount: int() }));
        export default policy({
          name: "desk",
          version: "1.0.0",
          owner: "desk-team",
          default: "allow",
          rules: ({ deny }) => ({
            closed: deny({ reason: "closed", overridable: { by: ["oncall"] }, when: () => true }),
          }),
        });
      `,
    };
    const lifted = await buildLifted(
      desk,
      "closed",
      (meaning) => `
        import { policy } from "@forego/dsl";
        import desk, { refund } from "./desk.policy.ts";
        export default policy({
          category: "override",
          name: "incident",
          version: "1.0.0",
          owner: "oncall",
          justification: "An incident.",
          expires: "2099-01-01T00:00:00Z",
          rules: ({ lift }) => ({
            small: lift({
              reason: "small",
              tool: refund,
              lifts: [{ rule: desk.rules.closed, meaning: "${meaning}" }],
              when: ({ args }) => args.amount < 5,
            }),
          }),
        });
      `,
    );
    const { guard } = createDesk(createEngine(lifted.release));
    const offer = await guard.offer({ host: {}, tools: ["refund", "other"] });
    expect(offer).toEqual({ tools: ["refund"], hidden: [{ tool: "other", reasons: ["closed"] }] });
    await lifted.remove();
  });
});

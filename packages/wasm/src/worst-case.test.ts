import { verified } from "@forego/core";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { createDesk } from "../../../test/support/desk-guard.ts";
import { smallSend, thousand, worstCasePolicies } from "../../../test/support/worst-case-policy.ts";
import type { WasmEngine } from "./wasm-engine.ts";

let built: BuiltRelease;

beforeAll(async () => {
  built = await buildRelease(worstCasePolicies);
});

afterAll(() => built.remove());

function createWorst() {
  const engine = createEngine(built.release) as WasmEngine;
  const classes = thousand("class");
  const { guard } = createDesk(engine, {
    identify: () =>
      verified({
        user: { id: "ada", groups: thousand("group"), data_classifications_authorized: classes },
        chain: thousand("agent").map((id) => ({ id })),
      }),
    tools: { send: { dataClasses: classes } },
  });
  const decide = async (args: object) => {
    const session = { dataClassesSeen: thousand("seen") };
    return (await guard.decide({ host: {}, tool: "send", args: { ...smallSend, ...args }, session })).reasons;
  };
  return { engine, decide };
}

describe("a call with every list at its maximum", () => {
  test.each<[string, object]>([
    ["and the longest text", { to: thousand("to"), text: "x".repeat(200_000) }],
    ["and the longest text of the longest characters", { text: "\u{10ffff}".repeat(120_000) }],
    ["and lists in lists", { rows: thousand("row").map(() => ({ labels: thousand("label", 10) })) }],
    ["and one long list in a list", { rows: [{ labels: thousand("label") }] }],
    [
      "and a record of its maximum",
      { tags: Object.fromEntries(thousand("tag").map((name) => [name, ["x"]])) },
    ],
  ])("%s is decided in the memory there is, and leaves the engine as it was", async (_what, args) => {
    const { engine, decide } = createWorst();
    expect(await decide(args)).toEqual(["letters_may_be_sent"]);
    expect(await decide({})).toEqual(["letters_may_be_sent"]);
    expect(engine.instances()).toBe(1);
  });

  test("and a text whose JSON is too long is denied, and leaves the engine as it was", async () => {
    const { engine, decide } = createWorst();
    expect(await decide({ text: "\u0001".repeat(200_000) })).toEqual(["forego.engine_error"]);
    expect(await decide({})).toEqual(["letters_may_be_sent"]);
    expect(engine.instances()).toBe(1);
  });
});

describe.each(["wasm", "ir"] as const)(
  "a list over its maximum is denied by %s, and hides nothing",
  (kind) => {
    const long = ["evil", ...thousand("x")];

    test.each<[string, object, string]>([
      ["a list", { to: ["evil.example"] }, "recipient"],
      ["an optional list", { copies: ["evil"] }, "copy"],
      ["a list in a record", { tags: { a: ["evil"] } }, "tag"],
      ["an optional list in a list", { rows: [{ labels: ["evil"] }] }, "label"],
    ])("%s that is short", async (_what, args, reason) => {
      const { guard } = createDesk(createEngine(built.release, kind), {
        tools: { send: { dataClasses: [] } },
      });
      const call = { host: {}, tool: "send", args: { ...smallSend, ...args } };
      const { reasons } = await guard.decide({ ...call, session: { dataClassesSeen: [] } });
      expect(reasons).toEqual([reason]);
    });

    test.each<[string, object]>([
      ["a list", { to: long }],
      ["an optional list", { copies: long }],
      ["a list in a record", { tags: { a: long } }],
      [
        "a record",
        { tags: { a: ["evil"], ...Object.fromEntries(thousand("tag").map((name) => [name, []])) } },
      ],
      ["an optional list in a list", { rows: [{ labels: long }] }],
      ["a list of lists", { rows: long.map(() => ({})) }],
    ])("%s that is too long", async (_what, args) => {
      const { guard } = createDesk(createEngine(built.release, kind), {
        tools: { send: { dataClasses: [] } },
      });
      const { reasons } = await guard.decide({ host: {}, tool: "send", args: { ...smallSend, ...args } });
      expect(reasons).toEqual(["forego.invalid_arguments"]);
    });
  },
);

import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { createDesk, identifyDesk, refundCall } from "../../../../test/support/desk-guard.ts";
import { deskPolicies } from "../../../../test/support/desk-policies.ts";
import type { GuardOptions } from "../guard-options.ts";
import type { FactRequest } from "../ports/fact-provider.ts";
import type { VerifiedIdentity } from "../ports/identity.ts";
import type { Engine } from "../release/engine.ts";
import { callIdentity } from "./call-identity.ts";

let built: BuiltRelease;
let engine: Engine;

beforeAll(async () => {
  built = await buildRelease(deskPolicies());
  engine = createEngine(built.release);
});

afterAll(() => built.remove());

const brand = Symbol.for("dev.forego/verified-identity");

/** What types keep out and a running program does not. */
const untyped = (value: unknown): never => value as never;

describe("an identity", () => {
  test.each<[string, () => unknown]>([
    ["throws", () => thrown(new Error("bad token"))],
    ["throws what is not an error", () => thrown("bad token")],
    ["throws nothing", () => thrown(undefined)],
    ["rejects", () => Promise.reject(new Error("bad token"))],
    ["answers nothing", () => undefined],
    ["answers null", () => null],
    ["answers a plain object of the right form", () => ({ ...identifyDesk({}), [brand]: undefined })],
    ["answers a promise of a plain object", async () => ({ tenant: { id: "default" }, chain: [] })],
    ["answers JSON of an identity", () => JSON.parse(JSON.stringify(identifyDesk({})))],
    ["answers what inherits from an identity", () => Object.create(identifyDesk({}))],
    ["answers a look-alike without a tenant", () => ({ [brand]: true, user: undefined, chain: [] })],
    ["answers a look-alike with another brand", () => ({ ...identifyDesk({}), [brand]: "true" })],
    ["answers a look-alike with a number for a user", () => ({ ...identifyDesk({}), user: { id: 7 } })],
    ["answers an identity whose user has no id", () => identifyDesk({ user: untyped({}) })],
    ["answers an identity whose tenant is a lone surrogate", () => identifyDesk({ tenant: "\ud800" })],
    ["answers an identity whose groups are one text", () => identifyDesk({ groups: untyped("admins") })],
    // biome-ignore lint/suspicious/noThenProperty: what an identity must not be
    ["answers a thenable that throws", () => ({ then: () => thrown(new Error("then")) })],
    [
      "answers a thenable that cannot be looked at",
      () => new Proxy({}, { has: () => thrown(new Error("has")) }),
    ],
  ])("that %s denies the call, and the next one is unharmed", async (_how, answer) => {
    let isFirst = true;
    const { guard, decisions } = createDesk(engine, {
      identify: (host) => {
        const broken = isFirst;
        isFirst = false;
        return broken ? (answer() as VerifiedIdentity) : identifyDesk(host);
      },
    });
    const { decision } = await guard.admit(refundCall(10));
    expect(decision).toMatchObject({ allow: false, reasons: ["forego.identity"] });
    expect(decisions[0]).toMatchObject({ tenant: undefined, trouble: { reason: "forego.identity" } });
    expect((await guard.admit(refundCall(10))).decision.allow).toBe(true);
  });

  test("of another copy of this package is accepted", async () => {
    const copy = { ...identifyDesk({}) };
    const { guard } = createDesk(engine, { identify: () => copy });
    expect((await guard.admit(refundCall(10))).decision.allow).toBe(true);
  });

  test("that is changed after it was given changes nothing", async () => {
    const identity = identifyDesk({ cleared: [] });
    const cleared = identity.user?.data_classifications_authorized ?? [];
    const { guard } = createDesk(engine, {
      identify: () => identity,
      facts: {
        risk() {
          cleared.push("billing");
          return 0;
        },
      },
    });
    expect((await guard.admit(refundCall(200))).decision.allow).toBe(false);
  });
});

describe("whom a provider of facts is told of", () => {
  test.each<[string, (request: FactRequest) => unknown]>([
    ["the classes of the user", ({ user }) => user?.data_classifications_authorized.push("billing")],
    ["the user", ({ user }) => Object.assign(user ?? {}, { data_classifications_authorized: ["billing"] })],
  ])("is not who is decided about, where it changes %s", async (_what, change) => {
    const risk = (request: FactRequest) => {
      change(request);
      return 0;
    };
    const { guard } = createDesk(engine, { facts: { risk } });
    const { decision } = await guard.admit(refundCall(10, { host: { cleared: ["customer_data"] } }));
    expect(decision.reasons).toEqual(["data_class_unauthorized_for_user"]);
  });
});

describe("arguments", () => {
  const shrink = (args: unknown) => void Object.assign(args as object, { amount: 1 });

  test("that a provider of facts changes are decided as they came", async () => {
    const risk = ({ args }: FactRequest) => {
      shrink(args);
      return 9;
    };
    const { guard } = createDesk(engine, { facts: { risk } });
    const { decision } = await guard.admit(refundCall(200));
    expect(decision.reasons).toEqual(["refund_needs_confirmation", "refund_needs_review"]);
  });

  test("that what tells data classes changes are decided as they came", async () => {
    const dataClasses = (args: unknown) => {
      shrink(args);
      return [];
    };
    const { guard } = createDesk(engine, { tools: { refund: { dataClasses } } });
    expect((await guard.admit(refundCall(70))).decision.reasons).toEqual(["refund_needs_confirmation"]);
  });
});

describe("names", () => {
  test.each([
    ["a tool named constructor", "constructor"],
    ["a tool named __proto__", "__proto__"],
    ["a tool named toString", "toString"],
    ["a tool named hasOwnProperty", "hasOwnProperty"],
    ["a tool whose name holds a quote", '","effect":"allow'],
  ])("deny %s, which nobody has classified", async (_what, tool) => {
    const { guard } = createDesk(engine);
    const { decision } = await guard.admit(refundCall(10, { tool }));
    expect(decision).toMatchObject({ allow: false, reasons: ["data_class_unauthorized_for_user"] });
    expect((await guard.admit(refundCall(10))).decision.allow).toBe(true);
  });

  test.each<[string, object]>([
    ["tool with a lone surrogate", { tool: "refund\ud800" }],
    ["tool without a name", { tool: "" }],
    ["tool that is missing", { tool: undefined }],
    ["tool that is null", { tool: null }],
    ["tool that is an object", { tool: { toString: () => "refund" } }],
    ["call id with a lone surrogate", { callId: "\udfff" }],
    ["call id that is a number", { callId: 7 }],
    ["call id that is a bigint", { callId: 7n }],
    ["conversation that is an object", { conversationId: {} }],
    ["server that is an array", { server: [] }],
    ["model with a lone surrogate", { model: "\ud800" }],
    ["tool that is too long", { tool: "x".repeat(300_000) }],
    ["names that are too long together", { callId: "x".repeat(200_000), server: "x".repeat(200_000) }],
    ["phase that nobody has defined", { phase: "tool_calls" }],
    ["phase that only the guard uses", { phase: "tool_result" }],
    ["resource that servers read as another one", { phase: "mcp_resource_read", tool: "file:///a/../b" }],
  ])("deny a %s", async (_what, change) => {
    const { guard } = createDesk(engine);
    const { decision } = await guard.admit(untyped({ ...refundCall(10), ...change }));
    expect(decision).toMatchObject({ allow: false, reasons: ["forego.invalid_input"] });
    expect((await guard.admit(refundCall(10))).decision.allow).toBe(true);
  });
});

describe("callIdentity", () => {
  test("counts the names of a call to its size, since a URI or a call id may be long", () => {
    const call = { host: {}, tool: `file:///${"x".repeat(10_000)}`, callId: "call-1", args: {} };
    const identity = callIdentity({
      call,
      phase: "mcp_resource_read",
      startedAt: 0,
      identity: identifyDesk({}),
      args: {},
      argsSize: 8,
      ready: { trouble: "forego.engine_error" },
      factFailures: [],
    });
    expect(identity?.size).toBeGreaterThan(10_000);
  });
});

describe("arguments", () => {
  const cycle: Record<string, unknown> = { amount: 1 };
  cycle.self = cycle;
  const wide: unknown[] = [];
  for (let index = 0; index < 1000; index++) wide.push(wide);

  test.each<[string, unknown]>([
    ["with a lone surrogate", { amount: 1, note: "\ud800" }],
    ["with a lone surrogate in a name", { amount: 1, "\udfff": 1 }],
    ["65 deep", nested(65)],
    ["of 2^20 characters", { amount: 1, note: "x".repeat(2 ** 20) }],
    ["of 2^20 values", { amount: 1, items: new Array(2 ** 20).fill(0) }],
    ["of the longest array there is", { amount: 1, items: new Array(2 ** 32 - 1) }],
    ["in a cycle", cycle],
    ["in a wide cycle", { amount: 1, wide }],
    [
      "with a getter that throws",
      {
        amount: 1,
        get note() {
          return thrown(new Error("getter"));
        },
      },
    ],
    ["that are a proxy that throws", new Proxy({}, { ownKeys: () => thrown(new Error("keys")) })],
    ["with a bigint", { amount: 1n }],
    ["with NaN", { amount: Number.NaN }],
    ["with infinity", { amount: Number.NEGATIVE_INFINITY }],
    ["that are an array", [{ amount: 1 }]],
    ["that are a text", '{"amount":1}'],
    ["that are a number", 1],
    ["with a date that is none", { amount: 1, note: new Date(Number.NaN) }],
  ])("%s are denied, and the next call is unharmed", async (_what, args) => {
    const { guard, decisions } = createDesk(engine);
    const { decision } = await guard.admit(refundCall(0, { args }));
    expect(decision).toMatchObject({ allow: false, reasons: ["forego.invalid_arguments"] });
    expect(decisions[0]?.input).toBeUndefined();
    expect((await guard.admit(refundCall(10))).decision.allow).toBe(true);
  });

  test.each<[string, unknown, readonly string[]]>([
    ["an own __proto__", JSON.parse('{"amount":10,"__proto__":{"amount":1000}}'), ["support_refunds"]],
    ["amount on the prototype only", Object.create({ amount: 10 }), ["forego.invalid_arguments"]],
    ["__proto__ instead of amount", JSON.parse('{"__proto__":{"amount":10}}'), ["forego.invalid_arguments"]],
    ["an own constructor", { amount: 10, constructor: { prototype: {} } }, ["support_refunds"]],
    [
      "a toJSON that tells another story",
      { amount: 70, toJSON: () => ({ amount: 1 }) },
      ["refund_needs_confirmation"],
    ],
    ["a sparse array beside it", { amount: 10, items: new Array(3) }, ["support_refunds"]],
    ["a text for a number", { amount: "10" }, ["forego.invalid_arguments"]],
    ["a fraction for a whole number", { amount: 10.5 }, ["forego.invalid_arguments"]],
    ["a number that is not exact", { amount: 2 ** 53 }, ["forego.invalid_arguments"]],
    ["undefined", { amount: undefined }, ["forego.invalid_arguments"]],
    ["nothing", {}, ["forego.invalid_arguments"]],
  ])("with %s are decided for what they are", async (_what, args, reasons) => {
    const { guard } = createDesk(engine);
    expect((await guard.admit(refundCall(0, { args }))).decision.reasons).toEqual(reasons);
  });

  test("that are missing are none", async () => {
    const { guard } = createDesk(engine);
    const { decision } = await guard.admit(refundCall(0, { args: undefined }));
    expect(decision.reasons).toEqual(["forego.invalid_arguments"]);
  });
});

describe("what the application says of a tool", () => {
  const call = refundCall(0, { tool: "files.read", args: { path: "/a" } });
  const clearedFor = (name: string) => ({ ...call, host: { cleared: [name] } });

  test.each<[string, unknown]>([
    ["throws", () => thrown(new Error("classifier"))],
    ["answers a text", () => "public"],
    ["answers nothing", () => undefined],
    ["answers what are not names", () => ["public", 7]],
    ["is a list of what are not names", ["public", 7]],
    ["is missing", undefined],
    ["answers later", async () => ["public"]],
    ["rejects", async () => thrown(new Error("classifier"))],
  ])("makes the call unclassified when the classifier %s", async (_how, dataClasses) => {
    const { guard, decisions } = createDesk(engine, {
      tools: { "files.read": { dataClasses: untyped(dataClasses) } },
    });
    const { decision } = await guard.admit(clearedFor("public"));
    expect(decision.reasons).toEqual(["data_class_unauthorized_for_user"]);
    expect(decisions[0]?.input).toMatchObject({
      action: { data_classes_referenced: ["forego:unclassified"] },
    });
  });

  test("is joined to what policies say of it", async () => {
    const { guard, decisions } = createDesk(engine, { tools: { refund: { dataClasses: () => ["secret"] } } });
    expect((await guard.admit(refundCall(10))).decision.allow).toBe(false);
    expect(decisions[0]?.input).toMatchObject({ action: { data_classes_referenced: ["billing", "secret"] } });
  });

  test("leaves a tool that nobody declares unclassified, which can be granted by name", async () => {
    const { guard } = createDesk(engine);
    const denied = await guard.admit(clearedFor("public"));
    const cleared = await guard.admit({ ...clearedFor("forego:unclassified"), callId: "call-2" });
    expect(denied.decision.reasons).toEqual(["data_class_unauthorized_for_user"]);
    expect(cleared.decision.reasons).toEqual(["forego.no_matching_allow"]);
  });
});

describe("what the host and the environment know", () => {
  test.each<[string, Partial<GuardOptions>]>([
    ["an environment that throws", { environment: () => thrown(new Error("environment")) }],
    ["an environment that comes later", { environment: (async () => ({ region: "eu" })) as never }],
    ["an environment that fails later", { environment: (async () => thrown(new Error("late"))) as never }],
    [
      "an environment that cannot be read",
      {
        environment: {
          get region() {
            return thrown(new Error("region"));
          },
        },
      },
    ],
  ])("denies with %s, and never rejects", async (_what, options) => {
    const { guard } = createDesk(engine, options as object);
    expect((await guard.propose(refundCall(10))).decision.allow).toBe(false);
    expect((await guard.admit(refundCall(10))).decision.reasons).toEqual(["forego.engine_error"]);
    expect((await guard.decide(refundCall(10))).allow).toBe(false);
    expect(guard.admitNow(refundCall(10)).decision.allow).toBe(false);
  });

  test.each<[string, unknown]>([
    ["null", null],
    ["classes that are no list", { dataClassesSeen: 7 }],
    ["classes that are one text", { dataClassesSeen: "secret" }],
  ])("denies with a session that is %s, and never rejects", async (_what, session) => {
    const { guard } = createDesk(engine);
    const { decision } = await guard.admit(refundCall(10, { session: untyped(session) }));
    expect(decision).toMatchObject({ allow: false, reasons: ["forego.engine_error"] });
  });

  test("leaves out what is not a count or an age", async () => {
    const inputs: unknown[] = [];
    const reading: Engine = {
      ...engine,
      release: { ...engine.release, rules: engine.release.rules.map((rule) => ({ ...rule, reads: true })) },
      evaluate(input) {
        inputs.push(input);
        return engine.evaluate(input);
      },
    };
    const { guard } = createDesk(reading);
    const session = {
      turnCount: -1,
      toolCallCount: 1.5,
      cumulativeTokens: Number.NaN,
      ageSeconds: Number.POSITIVE_INFINITY,
    };
    await guard.admit(refundCall(10, { session }));
    await guard.admit(refundCall(10, { session: { ageSeconds: untyped(7n), turnCount: untyped(7n) } }));
    for (const input of inputs) {
      expect(input).toMatchObject({ context: { conversation_id: "talk-1", data_classes_seen: [] } });
      expect(Object.keys((input as { context: object }).context)).toEqual([
        "conversation_id",
        "data_classes_seen",
      ]);
    }
    expect(inputs).toHaveLength(2);
  });

  test("does not let the environment set the time", async () => {
    const inputs: unknown[] = [];
    const reading: Engine = {
      ...engine,
      release: { ...engine.release, rules: engine.release.rules.map((rule) => ({ ...rule, reads: true })) },
      evaluate(input) {
        inputs.push(input);
        return engine.evaluate(input);
      },
    };
    const environment = { region: "eu", time: "1999-01-01T00:00:00Z" };
    const { guard } = createDesk(reading, { environment });
    await guard.admit(refundCall(10));
    expect(inputs[0]).toMatchObject({ environment: { region: "eu", time: "2025-09-12T13:45:00.000Z" } });
  });
});

function thrown(error: unknown): never {
  throw error;
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = { amount: value };
  return value;
}

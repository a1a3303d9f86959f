import { createGuard, type DecisionEvent, type GuardOptions, textDigest } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { deskPolicies } from "../../../test/support/desk-policies.ts";
import {
  type AuthZenHost,
  type AuthZenOptions,
  bearerKeys,
  type Caller,
  createAuthZenHandler,
  identifySubject,
} from "./index.ts";

const payments = `import { int, policy, tool } from "@forego/dsl";
import { z } from "zod";

const pay = tool("pay", z.object({ amount: int({ min: 0, max: 1000 }), memo: z.string().optional() }));
const small = tool("pay.small", z.object({ amount: int({ min: 0, max: 1000 }) }));

export default policy({
  name: "payments",
  version: "1.0.0",
  rules: ({ allow, requireApproval }) => ({
    pay: allow({ reason: "pays", tool: pay, when: () => true }),
    small: allow({ reason: "pays_little", tool: small, when: () => true }),
    large: requireApproval({ reason: "large_payment", tool: pay, from: { groups: ["finance"] }, when: ({ args }) => args.amount > 100 }),
    model: allow({ reason: "chats", on: ["model_call", "mcp_resource_read", "mcp_prompt_get"], when: () => true }),
  }),
});
`;

const limits = `import { int, policy, tool } from "@forego/dsl";
import { z } from "zod";

const pay = tool("pay", z.object({ amount: int({ min: 0, max: 1000 }), memo: z.string().optional() }));

export default policy({
  category: "workflow",
  name: "limits",
  version: "1.0.0",
  rules: ({ budget }) => ({
    daily: budget({ reason: "daily_limit", tool: pay, window: { days: 1 }, limit: 50, cost: ({ args }) => Math.min(args.amount, 50), key: ({ user }) => user.id }),
  }),
});
`;

const duties = `import { int, policy, tool } from "@forego/dsl";
import { z } from "zod";

const pay = tool("pay", z.object({ amount: int({ min: 0, max: 1000 }), memo: z.string().optional() }));
const small = tool("pay.small", z.object({ amount: int({ min: 0, max: 1000 }) }));

export default policy({
  category: "compliance",
  name: "duties",
  version: "1.0.0",
  rules: ({ redact, transform, deny }) => ({
    memo: redact({ reason: "memos_stay", tool: pay, paths: ["args.memo"], when: ({ args }) => args.memo !== undefined }),
    small: transform({ reason: "pays_little", tool: small, set: { amount: ({ args }) => Math.min(args.amount, 10) }, when: () => true }),
    bob: deny({ reason: "not_bob", when: ({ user }) => user.id === "bob" }),
  }),
});
`;

const keyed = (id: string, more: Partial<Caller> = {}) => ({
  id,
  sha256: textDigest(`key-of-${id}`).slice("sha256:".length),
  ...more,
});

const callers = [
  keyed("gateway", { speaksFor: "subjects", identity: { tenant: { id: "acme" } }, subjectIssuer: "idp" }),
  keyed("other", { speaksFor: "subjects", identity: { tenant: { id: "acme" } } }),
  keyed("ana", { identity: { user: { id: "ana", groups: ["staff"] } } }),
  keyed("robot"),
  keyed("bot-a", { identity: { tenant: { id: "acme" } } }),
  keyed("bot-b", { identity: { tenant: { id: "acme" } } }),
  keyed("desk", {
    speaksFor: "subjects",
    mayAnswer: true,
    identity: { tenant: { id: "acme" } },
    subjectIssuer: "idp",
  }),
];

let built: BuiltRelease;
let desk: BuiltRelease;
let unlimited: BuiltRelease;

beforeAll(async () => {
  built = await buildRelease({
    "payments.policy.ts": payments,
    "limits.policy.ts": limits,
    "duties.policy.ts": duties,
  });
  desk = await buildRelease(deskPolicies());
  unlimited = await buildRelease({ "payments.policy.ts": payments });
});

afterAll(() => Promise.all([built, desk, unlimited].map((release) => release.remove())));

interface Setup {
  readonly release?: BuiltRelease;
  readonly guard?: Partial<GuardOptions<AuthZenHost>>;
  readonly options?: Partial<AuthZenOptions>;
}

/** A server that is asked without a network, and what its guard told. */
function open({ release = built, guard: more = {}, options = {} }: Setup = {}) {
  const decisions: DecisionEvent[] = [];
  const guard = createGuard<AuthZenHost>({
    engine: createEngine(release.release),
    identify: identifySubject,
    agent: { id: "agent-1", scope: "work" },
    state: memoryStores().state,
    deadlineMs: 5000,
    observers: [{ onDecision: (event) => void decisions.push(event) }],
    ...more,
  });
  const handler = createAuthZenHandler(guard, { authenticate: bearerKeys(callers), ...options });
  const send = async (path: string, init: RequestInit = {}, host = "localhost:8181") => {
    const response = await handler(new Request(`http://${host}${path}`, init));
    const text = await response.text();
    const isJson = response.headers.get("content-type") === "application/json";
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  };
  const ask = (body: unknown, as = "gateway", headers: Readonly<Record<string, string>> = {}) =>
    send("/access/v1/evaluation", {
      method: "POST",
      headers: { authorization: `Bearer key-of-${as}`, "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const answer = (id: string, body: unknown, as = "desk") =>
    send(`/forego/v1/approvals/${id}`, {
      method: "POST",
      headers: { authorization: `Bearer key-of-${as}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return { guard, decisions, send, ask, answer };
}

const payment = (amount: unknown, more: Readonly<Record<string, unknown>> = {}) => ({
  subject: { type: "user", id: "ana" },
  action: { name: "call", properties: { amount, ...(more.memo === undefined ? {} : { memo: more.memo }) } },
  resource: { type: "tool", id: "pay" },
  context: more,
});

describe("a question about a tool", () => {
  test("is decided as the call that it is, with what the caller needs to act on it", async () => {
    const { ask, decisions } = open();
    const { body } = await ask(payment(10));
    expect(body).toMatchObject({
      decision: true,
      context: {
        effect: "allow",
        reasons: ["pays"],
        obligations: [],
        reason_user: { en: "Allowed." },
        enforced: true,
        release: built.release.info.digest,
      },
    });
    expect(decisions[0]).toMatchObject({ tool: "pay", phase: "tool_call", tenant: "acme" });
    expect(decisions[0]?.decision.metadata.decision_id).toBe(body.context.id);
    expect(decisions[0]?.input).toMatchObject({ user: { id: "ana" }, action: { args: { amount: 10 } } });
  });

  test("that is denied tells the user why, and its rules to the administrator alone", async () => {
    const { ask } = open();
    const { body } = await ask({ ...payment(10), subject: { type: "user", id: "bob" } });
    expect(body.decision).toBe(false);
    expect(body.context).toMatchObject({ effect: "deny", reasons: ["not_bob"] });
    expect(body.context.reason_admin.en).toContain("compliance.duties.bob");
    expect(body.context.reason_user.en).not.toContain("compliance.duties.bob");
  });

  test("is denied for its arguments, and for a tool that no rule knows", async () => {
    const { ask } = open();
    const reasonsOf = async (body: unknown) => (await ask(body)).body.context.reasons;
    expect(await reasonsOf(payment("ten"))).toEqual(["forego.invalid_arguments"]);
    for (const id of ["constructor", "__proto__", "unknown"])
      expect(await reasonsOf({ ...payment(1), resource: { type: "tool", id } })).toEqual([
        "forego.no_matching_allow",
      ]);
  });

  test("is asked of people, and says which requests are open, without the arguments", async () => {
    const { ask, guard } = open();
    const call = payment(200, { call_id: "c-1", conversation_id: "t-1" });
    const { body } = await ask(call);
    expect(body).toMatchObject({
      decision: false,
      context: { effect: "require_approval", reasons: ["large_payment"] },
    });
    const [request] = body.context.requests;
    expect(Object.keys(request).sort()).toEqual(["expires_at", "from", "id", "reason", "rule"]);
    const finance: AuthZenHost = {
      caller: { id: "gateway", speaksFor: "subjects", identity: { tenant: { id: "acme" } } },
      subject: { type: "user", id: "fay", properties: { groups: ["finance"] } },
    };
    expect(await guard.answer(request.id, true, finance)).toEqual({ accepted: true });
    expect((await ask(call)).body.decision).toBe(true);
    // one answer serves one call
    expect((await ask(call)).body.context.effect).toBe("require_approval");
  });

  test("is asked of people with the arguments that rules make of it", async () => {
    const { ask, answer } = open();
    const call = payment(200, { memo: "for the boss", fulfils: ["redact"] });
    const [request] = (await ask(call)).body.context.requests;
    expect(request.args).toMatchObject({ amount: 200 });
    expect(JSON.stringify(request.args)).not.toContain("boss");
    expect((await answer(request.id, { subject: fay, granted: true })).body).toEqual({ accepted: true });
    expect((await ask(call)).body).toMatchObject({ decision: true, context: { args: request.args } });
  });

  describe("whose result is decided", () => {
    const cleared = { data_classifications_authorized: ["customer_data"] };
    const search = (query: unknown, more: object = {}) => ({
      subject: { type: "user", id: "ana", properties: cleared },
      action: { name: "call", properties: { query } },
      resource: { type: "tool", id: "crm.search" },
      ...more,
    });

    test("is denied, since nothing comes back that could be kept", async () => {
      const { ask } = open({ release: desk });
      for (const propose of [false, true]) {
        const { body } = await ask(search("x", { context: { propose } }));
        expect(body).toMatchObject({
          decision: false,
          context: { reasons: ["forego.obligation_unfulfilled"] },
        });
      }
    });

    test.each<[string, object]>([
      ["data_class_unauthorized_for_user", search("x", { subject: { type: "user", id: "ana" } })],
      ["forego.no_matching_allow", search("")],
      ["forego.identity", search("x", { subject: { type: "nobody", id: "ana" } })],
    ])("is denied for %s where that is the reason", async (reason, question) => {
      const { ask } = open({ release: desk });
      expect((await ask(question)).body).toMatchObject({ decision: false, context: { reasons: [reason] } });
    });
  });

  test("is a question about another phase, for resources that are called otherwise", async () => {
    const { ask, decisions } = open();
    for (const type of ["model", "mcp_resource", "mcp_prompt"]) {
      const { body } = await ask({ ...payment(1), resource: { type, id: "x", properties: { server: "s" } } });
      expect(body.decision).toBe(true);
    }
    expect(decisions.map(({ phase }) => phase)).toEqual([
      "model_call",
      "mcp_resource_read",
      "mcp_prompt_get",
    ]);
  });
});

describe("a question about a resource of an MCP server", () => {
  const resource = (id: string, more: Readonly<Record<string, unknown>>) => ({
    ...payment(1, more),
    resource: { type: "mcp_resource", id },
  });

  test.each([
    "file:///srv/public/../private/x",
    "file:///srv/%70rivate/x",
    "FILE:///srv/private/x",
    "file:///srv/a b",
    "/srv/public/../private/x",
  ])("is denied for a URI that a server reads as another one: %s", async (id) => {
    const { ask } = open();
    for (const propose of [false, true])
      expect((await ask(resource(id, { propose }))).body).toMatchObject({
        decision: false,
        context: { effect: "deny", reasons: ["forego.invalid_input"] },
      });
  });

  test("is decided for one that each reads alike", async () => {
    const { ask } = open();
    for (const id of ["file:///srv/private/x", "file:///srv/a%20b"])
      for (const propose of [false, true])
        expect((await ask(resource(id, { propose }))).body).toMatchObject({
          decision: true,
          context: { reasons: ["chats"] },
        });
  });

  test("is another than one about a tool, whose name is no URI", async () => {
    const { ask } = open();
    const { body } = await ask({ ...payment(1), resource: { type: "tool", id: "file:///srv/%70rivate/x" } });
    expect(body.context.reasons).toEqual(["forego.no_matching_allow"]);
  });
});

const fay = { type: "user", id: "fay", properties: { groups: ["finance"] } };

describe("an answer to an approval request", () => {
  const call = payment(200);

  test("is taken of whoever may give it, through a caller that may answer", async () => {
    const { ask, answer } = open();
    const [{ id }] = (await ask(call)).body.context.requests;
    // whoever asked, and others outside of the group
    for (const who of ["ana", "bob"]) {
      const { body } = await answer(id, { subject: { type: "user", id: who }, granted: true });
      expect(body).toEqual({ accepted: false, problem: "not_entitled" });
    }
    expect((await answer(id, { subject: { type: "robot", id: "r" }, granted: true })).body).toEqual({
      accepted: false,
      problem: "not_identified",
    });
    expect((await answer("none", { subject: fay, granted: true })).body).toEqual({
      accepted: false,
      problem: "not_open",
    });
    expect((await ask(call)).body.decision).toBe(false);
    expect((await answer(id, { subject: fay, granted: true })).body).toEqual({ accepted: true });
    expect((await ask(call)).body.decision).toBe(true);
  });

  test("for one agent serves no other, whether it asks for itself or is spoken for", async () => {
    // no rule of it reads the user
    const { ask, answer } = open({ release: unlimited });
    const by = (id: string) => ({ ...call, subject: { type: "agent", id } });
    for (const [one, as, other, otherAs] of [
      ["bot-a", "bot-a", "bot-b", "bot-b"],
      ["a", "gateway", "b", "gateway"],
      ["a", "gateway", "a", "other"],
    ] as const) {
      const [{ id }] = (await ask(by(one), as)).body.context.requests;
      expect((await answer(id, { subject: fay, granted: true })).body).toEqual({ accepted: true });
      expect((await ask(by(other), otherAs)).body.decision).toBe(false);
      expect((await ask(by(one), as)).body.decision).toBe(true);
    }
  });

  test("may be that the call is not made", async () => {
    const { ask, answer } = open();
    const [{ id }] = (await ask(call)).body.context.requests;
    expect((await answer(id, { subject: fay, granted: false })).body).toEqual({ accepted: true });
    expect((await ask(call)).body).toMatchObject({ decision: false, context: { effect: "deny" } });
  });

  test("is not taken through a caller that asks for calls, nor without proof, nor when it says nothing", async () => {
    const { ask, answer } = open();
    const [{ id }] = (await ask(call)).body.context.requests;
    const granted = { subject: fay, granted: true };
    expect((await answer(id, granted, "gateway")).status).toBe(403);
    expect((await answer(id, granted, "nobody")).status).toBe(401);
    for (const body of [
      { subject: fay },
      { subject: fay, granted: "true" },
      { granted: true },
      { subject: 1, granted: true },
    ])
      expect((await answer(id, body)).status).toBe(400);
    expect((await ask(call)).body.decision).toBe(false);
  });
});

describe("a limit", () => {
  const spend = async (ask: ReturnType<typeof open>["ask"], ...calls: readonly unknown[]) => {
    const answers = [];
    for (const call of calls) answers.push((await ask(call)).body.decision);
    return answers;
  };

  test("is charged at once, and denies when too little is left", async () => {
    const { ask } = open();
    expect(await spend(ask, payment(30), payment(30), payment(20), payment(1))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  test("is charged once for a call, by its id or that of the request", async () => {
    const { ask } = open();
    const named = payment(30, { call_id: "c-1" });
    expect(await spend(ask, named, named, named, payment(20))).toEqual([true, true, true, true]);
    const other = open();
    const retry = () => other.ask(payment(30), "gateway", { "x-request-id": "r-1" });
    expect([(await retry()).body.decision, (await retry()).body.decision]).toEqual([true, true]);
    expect(await spend(other.ask, payment(20), payment(1))).toEqual([true, false]);
    // an id that is empty is none
    const nameless = open();
    const again = async () => (await nameless.ask(payment(30), "gateway", { "x-request-id": "" })).body;
    expect([(await again()).decision, (await again()).decision]).toEqual([true, false]);
  });

  test("is charged to each caller that names a call alike", async () => {
    const { ask } = open();
    const named = { ...payment(30, { call_id: "c-1" }) };
    expect((await ask(named, "gateway")).body.decision).toBe(true);
    expect((await ask(named, "other")).body.decision).toBe(false);
  });

  test("is charged for each of several evaluations, and once when all are sent again", async () => {
    const { send } = open();
    const { action, resource, subject } = payment(20);
    const body = JSON.stringify({ subject, action, resource, evaluations: [{}, {}, {}] });
    const headers = {
      authorization: "Bearer key-of-gateway",
      "content-type": "application/json",
      "x-request-id": "r",
    };
    for (let time = 0; time < 2; time++) {
      const answer = await send("/access/v1/evaluations", { method: "POST", headers, body });
      expect(answer.body.evaluations.map(({ decision }: { decision: boolean }) => decision)).toEqual([
        true,
        true,
        false,
      ]);
    }
  });

  test("is not charged for what is only proposed", async () => {
    const { ask } = open();
    for (let time = 0; time < 3; time++)
      expect((await ask(payment(50, { propose: true }))).body).toMatchObject({
        decision: true,
        context: { proposed: true },
      });
    expect(await spend(ask, payment(50), payment(1))).toEqual([true, false]);
  });
});

describe("an obligation", () => {
  test("denies a caller that does not say that it can fulfil it", async () => {
    const { ask } = open();
    const { body } = await ask(payment(1, { memo: "secret" }));
    expect(body).toMatchObject({ decision: false, context: { reasons: ["forego.obligation_unfulfilled"] } });
    expect(
      (await ask(payment(1, { memo: "secret", fulfils: ["transform", "everything"] }))).body.decision,
    ).toBe(false);
    expect((await ask(payment(1, { memo: "secret", propose: true }))).body.decision).toBe(false);
  });

  test("comes with the arguments to call with, for one that can", async () => {
    const { ask } = open();
    const { body } = await ask(payment(1, { memo: "secret", fulfils: ["redact"] }));
    expect(body).toMatchObject({
      decision: true,
      context: {
        args: { amount: 1, memo: "[redacted]" },
        obligations: [{ kind: "redact", paths: ["args.memo"] }],
      },
    });
    const small = { ...payment(40, { fulfils: ["transform"] }), resource: { type: "tool", id: "pay.small" } };
    expect((await ask(small)).body).toMatchObject({ decision: true, context: { args: { amount: 10 } } });
  });
});

describe("a subject", () => {
  const reasons = async (subject: unknown, as: string) =>
    (await open().ask({ ...payment(1), subject }, as)).body.context.reasons;

  test("is believed of a caller that speaks for subjects, in the tenant of the caller", async () => {
    const { ask, decisions } = open();
    const properties = {
      groups: ["staff"],
      data_classifications_authorized: ["x"],
      tenant: "evil",
      role: "root",
    };
    await ask({ ...payment(1), subject: { type: "user", id: "eve", properties } });
    expect(decisions[0]).toMatchObject({ tenant: "acme" });
    expect(await reasons({ type: "user", id: "eve" }, "gateway")).toEqual(["pays"]);
  });

  test("must be the caller itself, of any other", async () => {
    expect(await reasons({ type: "user", id: "ana" }, "ana")).toEqual(["pays"]);
    expect(await reasons({ type: "user", id: "bob" }, "ana")).toEqual(["forego.identity"]);
    expect(await reasons({ type: "agent", id: "ana" }, "ana")).toEqual(["forego.identity"]);
    expect(await reasons({ type: "user", id: "robot" }, "robot")).toEqual(["forego.identity"]);
    expect(await reasons({ type: "agent", id: "gateway" }, "robot")).toEqual(["forego.identity"]);
  });

  test("that is an agent has no user, and rules that read one are invalid", async () => {
    expect(await reasons({ type: "agent", id: "robot" }, "robot")).toEqual(["forego.invalid_rule"]);
    expect(await reasons({ type: "agent", id: "any" }, "gateway")).toEqual(["forego.invalid_rule"]);
  });

  test.each([
    [{ type: "robot", id: "x" }],
    [{ type: "user", id: "x", properties: { groups: "staff" } }],
    [{ type: "user", id: "x", properties: { groups: [1] } }],
    [{ type: "user", id: "\ud800" }],
  ])("that is none denies: %j", async (subject) => {
    expect(await reasons(subject, "gateway")).toEqual(["forego.identity"]);
  });
});

describe("a request", () => {
  const init = (body: NonNullable<RequestInit["body"]>, headers = {}) => ({
    method: "POST",
    body,
    headers: { authorization: "Bearer key-of-gateway", "content-type": "application/json", ...headers },
  });

  test("of nobody who is known is answered with 401, and decides nothing", async () => {
    const { ask, send, decisions } = open();
    expect((await ask(payment(1), "nobody")).status).toBe(401);
    const { status, headers } = await send(
      "/access/v1/evaluation",
      init(JSON.stringify(payment(1)), { authorization: "" }),
    );
    expect([status, headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    expect((await send("/access/v1/evaluation", init("{", { authorization: "Basic eA==" }))).status).toBe(
      401,
    );
    expect(decisions).toEqual([]);
  });

  test("of nobody who is known is told to the operator, with why", async () => {
    const told: unknown[] = [];
    const options = { onTrouble: (cause: unknown) => void told.push(cause) };
    expect((await open({ options }).ask(payment(1), "nobody")).status).toBe(401);
    expect(told).toMatchObject([{ message: "no caller has this key" }]);
  });

  test("for another host, or from a page of another one, is answered with 403", async () => {
    const { send } = open();
    const body = JSON.stringify(payment(1));
    expect((await send("/access/v1/evaluation", init(body), "evil.example")).status).toBe(403);
    expect((await send("/.well-known/authzen-configuration", {}, "evil.example")).status).toBe(403);
    const from = (origin: string) => send("/access/v1/evaluation", init(body, { origin }));
    expect((await from("https://evil.example")).status).toBe(403);
    expect((await from("null")).status).toBe(403);
    expect((await from("http://localhost:3000")).status).toBe(200);
  });

  test("that is too large is answered with 413, whatever it says of its length", async () => {
    const { send } = open();
    const large = JSON.stringify({ ...payment(1), more: "x".repeat(1024 * 1024) });
    expect((await send("/access/v1/evaluation", init(large))).status).toBe(413);
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) });
    const streamed = { ...init(endless), duplex: "half" } as RequestInit;
    expect((await send("/access/v1/evaluation", streamed)).status).toBe(413);
  });

  test.each([
    ["that is no object", "[]", 400],
    ["that is no text", new Uint8Array([0x22, 0xff, 0x22]), 400],
    ["whose context is no object", JSON.stringify({ ...payment(1), context: [] }), 400],
    [
      "whose properties are no object",
      JSON.stringify({ ...payment(1), subject: { type: "user", id: "a", properties: 1 } }),
      400,
    ],
  ])("%s is answered with 400", async (_what, body, status) => {
    expect((await open().send("/access/v1/evaluation", init(body))).status).toBe(status);
  });

  test.each<[string, object]>([
    ["context.call_id is not a text", { context: { call_id: { toString: 1 } } }],
    ["context.call_id is not a text", { context: { call_id: "" } }],
    ["context.conversation_id is not a text", { context: { conversation_id: 7 } }],
    ["context.session is not an object", { context: { session: ["personal"] } }],
    ["context.session.turn_count is not a number", { context: { session: { turn_count: "7" } } }],
    [
      "context.session.data_classes_seen is not a list of texts",
      { context: { session: { data_classes_seen: "personal" } } },
    ],
    [
      "context.session.data_classes_seen is not a list of texts",
      { context: { session: { data_classes_seen: [["personal"]] } } },
    ],
    ["context.fulfils is not a list of texts", { context: { fulfils: "redact" } }],
    ["context.propose is neither true nor false", { context: { propose: "yes" } }],
    [
      "resource.properties.server is not a text",
      { resource: { type: "tool", id: "pay", properties: { server: ["crm"] } } },
    ],
    [
      "resource.properties.model is not a text",
      { resource: { type: "model", id: "m", properties: { model: 1 } } },
    ],
  ])("that says something known in another form is told that %s", async (problem, more) => {
    const { ask, send, decisions } = open();
    expect(await ask({ ...payment(1), ...more })).toMatchObject({ status: 400, text: `${problem}.` });
    const { body } = await send(
      "/access/v1/evaluations",
      init(JSON.stringify({ ...payment(1), ...more, evaluations: [{}] })),
    );
    expect(body.evaluations).toEqual([
      { decision: false, context: { error: { status: 400, message: `${problem}.` } } },
    ]);
    expect(decisions).toEqual([]);
  });

  test("that leaves something out by null, or says what is not known here, is decided", async () => {
    const { ask } = open();
    const context = { call_id: null, session: { turn_count: null }, fulfils: ["fly"], time: 7 };
    expect((await ask(payment(1, context))).body.decision).toBe(true);
    const resource = { type: "account", id: "1", properties: { server: 7 } };
    expect((await ask({ ...payment(1), resource })).body.context.reasons).toEqual([
      "forego.no_matching_allow",
    ]);
  });

  test("for what there is not, or by another method, is answered with 404 and 405", async () => {
    const { send } = open();
    expect((await send("/access/v1/search/subject", init("{}"))).status).toBe(404);
    const { status, headers } = await send("/access/v1/evaluation");
    expect([status, headers.get("allow")]).toEqual([405, "POST"]);
    expect((await send("/.well-known/authzen-configuration", init("{}"))).status).toBe(405);
  });

  test("with more evaluations than may be is answered with 400, and decides none", async () => {
    const { send, decisions } = open({ options: { maxEvaluations: 2 } });
    const body = JSON.stringify({ ...payment(1), evaluations: [{}, {}, {}] });
    expect((await send("/access/v1/evaluations", init(body))).status).toBe(400);
    expect(decisions).toEqual([]);
  });

  test("that is hostile is decided or refused, and the next one is unharmed", async () => {
    const { ask } = open();
    const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
    const text = JSON.stringify(payment(1)).replace('"amount":1', `"amount":${deep}`);
    expect((await ask(text)).body.context.reasons).toEqual(["forego.invalid_arguments"]);
    const keys = JSON.stringify(payment(1)).replace('"amount":1', '"__proto__":{"amount":1},"constructor":1');
    expect((await ask(keys)).body.decision).toBe(false);
    const inherited =
      '{"__proto__":{"subject":{"type":"user","id":"ana"}},"action":{"name":"x"},"resource":{"type":"a","id":"b"}}';
    expect((await ask(inherited)).status).toBe(400);
    expect((await ask(payment(1))).body.decision).toBe(true);
  });

  test("finds trouble at decision time as a deny with its reserved reason", async () => {
    const engine = {
      ...createEngine(built.release),
      evaluate: () => {
        throw new Error("secret cause");
      },
    };
    const { ask } = open({ guard: { engine } });
    const { status, body, text } = await ask(payment(1));
    expect({ status, reasons: body.context.reasons }).toEqual({
      status: 200,
      reasons: ["forego.engine_error"],
    });
    expect(text).not.toContain("secret cause");
  });

  test("that this server fails at is answered with 500, and only the operator is told why", async () => {
    const told: unknown[] = [];
    const failing = { admit: () => Promise.reject(new Error("secret cause")), decidesResults: () => false };
    const handler = createAuthZenHandler(failing as never, {
      authenticate: bearerKeys(callers),
      onTrouble: (cause) => void told.push(cause),
    });
    const request = new Request("http://localhost/access/v1/evaluation", init(JSON.stringify(payment(1))));
    const response = await handler(request);
    expect([response.status, await response.text()]).toEqual([500, "The server failed."]);
    expect(told).toMatchObject([{ message: "secret cause" }]);
    const deaf = createAuthZenHandler(failing as never, {
      authenticate: bearerKeys(callers),
      onTrouble: () => Promise.reject(new Error("the log is full")),
    });
    const again = new Request(request.url, init(JSON.stringify(payment(1))));
    expect((await deaf(again)).status).toBe(500);
  });
});

test.each(["Desk.Example", "desk.example:8181", "fd00::5", "[FD00::5]"])(
  "a host that is configured as '%s' is known however requests write it",
  async (host) => {
    const { send } = open({ options: { allowedHosts: [host] } });
    const metadata = "/.well-known/authzen-configuration";
    const written = host.includes("::") ? "[fd00:0::5]:8181" : "desk.example:8181";
    expect((await send(metadata, {}, written)).status).toBe(200);
    expect((await send(metadata, {}, "other.example")).status).toBe(403);
  },
);

test("a guard in shadow tells callers to go on, and says that nothing is enforced", async () => {
  const { ask } = open({ guard: { mode: "shadow" } });
  const { body } = await ask({ ...payment(10), subject: { type: "user", id: "bob" } });
  expect(body).toMatchObject({ decision: true, context: { enforced: false } });
});

test("two callers do not have the same key, however its digest is written", () => {
  const { sha256 } = keyed("one");
  expect(() => bearerKeys([keyed("one"), keyed("two")])).not.toThrow();
  expect(() => bearerKeys([keyed("one"), { id: "two", sha256: sha256.toUpperCase() }])).toThrow(
    /FG4503.*"one" and "two"/,
  );
});

import { type AuthZenHost, bearerKeys, createAuthZenHandler } from "@forego/authzen";
import { createGuard, textDigest, verified } from "@forego/core";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { type ListeningServer, serveHandler } from "./serve-handler.ts";

// The certification scenario of the OpenID AuthZEN working group for the Authorization API 1.0: the levels Basic, Batch
// and Discovery, with its fixture, over HTTP.

const policies = {
  "records.policy.ts": `import { policy, tool } from "@forego/dsl";
import { z } from "zod";

const args = z.object({
  id: z.string(),
  resource: z.object({ status: z.string().optional() }),
  action: z.object({ soft: z.boolean().optional() }),
});
const read = tool("record.read", args);
const write = tool("record.write", args);
const remove = tool("record.delete", args);

export default policy({
  name: "records",
  version: "1.0.0",
  rules: ({ allow }) => ({
    read: allow({ reason: "readers", tool: read, when: ({ user }) => ["alice", "bob"].includes(user.id) }),
    write: allow({
      reason: "writers",
      tool: write,
      when: ({ user, args }) => user.id === "alice" && args.resource.status !== "archived",
    }),
    archive: allow({ reason: "admins", tool: write, when: ({ user }) => user.groups.includes("admin") }),
    remove: allow({ reason: "soft_delete", tool: remove, when: ({ args }) => args.action.soft === true }),
  }),
});
`,
};

const key = "a-key-that-would-be-long-and-random";
const alice = { type: "user", id: "alice" };
const bob = { type: "user", id: "bob" };
const record = { type: "record", id: "record-1" };
const archived = { type: "record", id: "record-2", properties: { status: "archived" } };
const read = { name: "read" };
const write = { name: "write" };

let built: BuiltRelease;
let server: ListeningServer;

beforeAll(async () => {
  built = await buildRelease(policies);
  const guard = createGuard<AuthZenHost>({
    engine: createEngine(built.release),
    // the fixture says with a property of its own who is an administrator
    identify: ({ subject: { id, properties = {} } }) =>
      verified({ user: { id, groups: properties.role === "admin" ? ["admin"] : [] } }),
    agent: { id: "records", scope: "records" },
    deadlineMs: 5000,
  });
  const sha256 = textDigest(key).slice("sha256:".length);
  const authenticate = bearerKeys([{ id: "harness", sha256, speaksFor: "subjects" }]);
  server = await serveHandler(createAuthZenHandler(guard, { authenticate }));
});

afterAll(async () => {
  await server.close();
  await built.remove();
});

async function ask(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(server.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

const decisionsOf = (body: { evaluations: readonly { decision: unknown }[] }) =>
  body.evaluations.map(({ decision }) => decision);

describe("basic certification", () => {
  test.each([
    ["2.2.1", true, { subject: alice, action: read, resource: record }],
    ["rule 2", true, { subject: alice, action: write, resource: record }],
    ["rule 3", true, { subject: bob, action: read, resource: record }],
    ["2.2.2", false, { subject: bob, action: write, resource: record }],
    [
      "2.2.3",
      true,
      { subject: alice, action: read, resource: record, context: { time: "2025-06-27T18:03-07:00" } },
    ],
    ["2.2.4", false, { subject: alice, action: write, resource: archived }],
    [
      "2.2.5",
      true,
      { subject: { ...bob, properties: { role: "admin" } }, action: write, resource: archived },
    ],
    [
      "2.2.6",
      true,
      { subject: alice, action: { name: "delete", properties: { soft: true } }, resource: record },
    ],
    [
      "2.2.7",
      false,
      { subject: alice, action: { name: "delete", properties: { soft: false } }, resource: record },
    ],
    [
      "2.2.8",
      true,
      {
        subject: { ...alice, properties: { department: "Sales", role: "manager" } },
        action: { ...read, properties: { method: "GET" } },
        resource: { ...record, properties: { status: "active", owner: "bob" } },
      },
    ],
    [
      "2.2.9",
      true,
      { subject: alice, action: read, resource: record, foo: "bar", futureField: { nested: true } },
    ],
  ])("%s is answered with %s", async (_id, decision, request) => {
    const { status, body } = await ask("/access/v1/evaluation", request);
    expect({ status, decision: body.decision }).toEqual({ status: 200, decision });
    expect(typeof body.context).toBe("object");
  });

  test.each<[string, unknown]>([
    ["a subject", { action: read, resource: record }],
    ["an action", { subject: alice, resource: record }],
    ["a resource", { subject: alice, action: read }],
    ["a type of the subject", { subject: { id: "alice" }, action: read, resource: record }],
    ["an id of the subject", { subject: { type: "user" }, action: read, resource: record }],
    ["a name of the action", { subject: alice, action: {}, resource: record }],
    ["a type of the resource", { subject: alice, action: read, resource: { id: "record-1" } }],
    ["an id of the resource", { subject: alice, action: read, resource: { type: "record" } }],
    ["a subject that is an object", { subject: "alice", action: read, resource: record }],
    ["a name that is a text", { subject: alice, action: { name: 123 }, resource: record }],
    ["JSON", "{"],
    ["a body", ""],
  ])("2.4: a request without %s is answered with 400", async (_what, request) => {
    const { status, body } = await ask("/access/v1/evaluation", request);
    expect(status).toBe(400);
    expect(body).toMatch(/\.$/);
  });

  test("2.4.3: a request of another content type is answered with 400", async () => {
    const request = { subject: alice, action: read, resource: record };
    const { status } = await ask("/access/v1/evaluation", request, { "content-type": "text/plain" });
    expect(status).toBe(400);
  });

  test("2.5: the request id comes back, also with an error, and may be missing", async () => {
    const id = { "x-request-id": "bfe9eb29-ab87" };
    const request = { subject: alice, action: read, resource: record };
    expect((await ask("/access/v1/evaluation", request, id)).headers.get("x-request-id")).toBe(
      "bfe9eb29-ab87",
    );
    expect((await ask("/access/v1/evaluation", "{", id)).headers.get("x-request-id")).toBe("bfe9eb29-ab87");
    expect((await ask("/access/v1/evaluation", request)).status).toBe(200);
  });

  test("2.6: the same request is answered the same again", async () => {
    const request = { subject: alice, action: write, resource: record };
    for (let time = 0; time < 5; time++)
      expect((await ask("/access/v1/evaluation", request)).body.decision).toBe(true);
  });
});

describe("batch certification", () => {
  test.each<[string, readonly boolean[], unknown]>([
    [
      "3.2.1",
      [true, true],
      {
        subject: alice,
        action: read,
        evaluations: [{ resource: record }, { resource: { type: "record", id: "record-2" } }],
      },
    ],
    [
      "3.2.2",
      [true, false],
      { subject: bob, resource: record, evaluations: [{ action: read }, { action: write }] },
    ],
    [
      "3.2.3",
      [true, false],
      { subject: alice, action: write, evaluations: [{ resource: record }, { resource: archived }] },
    ],
    [
      "3.2.4",
      [false, true],
      {
        action: write,
        resource: archived,
        evaluations: [{ subject: alice }, { subject: { ...bob, properties: { role: "admin" } } }],
      },
    ],
    [
      "3.2.5",
      [true, false],
      {
        evaluations: [
          { subject: alice, action: read, resource: record },
          { subject: bob, action: write, resource: record },
        ],
      },
    ],
    [
      "3.2.7",
      [true, false],
      {
        subject: alice,
        action: write,
        resource: { type: "record" },
        evaluations: [
          { resource: { id: "record-1", properties: { status: "active" } } },
          { resource: archived },
        ],
      },
    ],
    ["3.4.1", [true, false], { subject: alice, action: read, evaluations: [{ resource: record }, {}] }],
  ])("%s is answered with %s", async (_id, decisions, request) => {
    const { status, body } = await ask("/access/v1/evaluations", request);
    expect({ status, decisions: decisionsOf(body), top: body.decision }).toEqual({
      status: 200,
      decisions,
      top: undefined,
    });
  });

  test.each([
    ["3.4.2: without", {}],
    ["3.4.3: with no", { evaluations: [] }],
  ])("%s evaluations, the request is one evaluation", async (_what, more) => {
    const { body } = await ask("/access/v1/evaluations", {
      subject: alice,
      action: read,
      resource: record,
      ...more,
    });
    expect(body.decision).toBe(true);
  });

  test.each([
    ["execute_all", [true, false, true]],
    ["deny_on_first_deny", [true, false]],
    ["permit_on_first_permit", [true]],
  ])("the semantic %s is kept", async (evaluations_semantic, decisions) => {
    const evaluations = [{ resource: record }, { resource: archived }, { resource: record }];
    const options = { evaluations_semantic, another_option: "value" };
    const { body } = await ask("/access/v1/evaluations", {
      subject: alice,
      action: write,
      options,
      evaluations,
    });
    expect(decisionsOf(body)).toEqual(decisions);
  });

  test("a semantic that there is not, and evaluations that are no list, are answered with 400", async () => {
    const request = { subject: alice, action: read, evaluations: [{ resource: record }] };
    const options = { evaluations_semantic: "permit_all" };
    expect((await ask("/access/v1/evaluations", { ...request, options })).status).toBe(400);
    expect((await ask("/access/v1/evaluations", { ...request, evaluations: {} })).status).toBe(400);
  });
});

test("discovery certification: the metadata name the server and its endpoints", async () => {
  const response = await fetch(`${server.url}/.well-known/authzen-configuration`);
  expect({ status: response.status, type: response.headers.get("content-type") }).toEqual({
    status: 200,
    type: "application/json",
  });
  expect(await response.json()).toEqual({
    policy_decision_point: server.url,
    access_evaluation_endpoint: `${server.url}/access/v1/evaluation`,
    access_evaluations_endpoint: `${server.url}/access/v1/evaluations`,
  });
});

import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import type { GuardOptions } from "@forego/core";
import { CreateMessageRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { createEngine } from "forego";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { withoutTurns } from "../../../test/support/failing-sessions.ts";
import {
  connectClient,
  everythingServer,
  type McpDesk,
  openMcpDesk,
  startEverything,
  textOf,
} from "../../../test/support/mcp-desk.ts";
import { mcpPolicies } from "../../../test/support/mcp-policies.ts";
import type { RealServer } from "../../../test/support/real-server.ts";
import { type Authenticated, createGateway, type GatewayOptions, type McpHost } from "./index.ts";

let built: BuiltRelease;
let direct: RealServer;
let desk: McpDesk;

beforeAll(async () => {
  [built, direct] = await Promise.all([buildRelease(mcpPolicies), startEverything()]);
});
afterAll(async () => {
  await direct.stop();
  await built.remove();
});
afterEach(() => desk.gateway.close());

const authenticate: GatewayOptions["authenticate"] = ({ headers }) => {
  const [scheme, user = ""] = (headers.authorization ?? "").split(" ");
  if (scheme !== "Bearer" || user === "") throw new Error("no token");
  return { subject: user, authInfo: { token: user, clientId: "c", scopes: [], extra: { user } } };
};

const open = async (
  options: Partial<GatewayOptions> = {},
  guardOptions: Partial<GuardOptions<McpHost>> = {},
) => {
  const http = { url: direct.url, headers: { authorization: "Bearer of-the-gateway" } };
  const gatewayOptions = { servers: { http, all: everythingServer }, ...options };
  desk = await openMcpDesk(createEngine(built.release), gatewayOptions, guardOptions);
};

/** Lets the server ask for a sample of a user's model, which notes that it was asked. */
const sample = async (user: string, asked: string[] = []) => {
  const client = await connectClient(
    `${desk.url}/mcp/http`,
    { requestInit: { headers: { authorization: `Bearer ${user}` } }, capabilities: { sampling: {} } },
    (one) =>
      one.setRequestHandler(CreateMessageRequestSchema, () => {
        asked.push(user);
        return { model: "m", role: "assistant", content: { type: "text", text: "sampled" } };
      }),
  );
  try {
    return textOf(await client.callTool({ name: "test_sampling", arguments: { prompt: "p" } }));
  } finally {
    await client.close();
  }
};

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A request with whatever headers a test says, those that `fetch` would not send, too. */
function send({ path = "/mcp/http", method = "POST", headers = {}, body }: Sent): Promise<Got> {
  const { promise, resolve, reject } = Promise.withResolvers<Got>();
  const accept = "application/json, text/event-stream";
  const usual = { accept, "content-type": "application/json" };
  const sent = httpRequest(
    `${desk.url}${path}`,
    { method, headers: { ...usual, ...headers } },
    (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
      response.on("error", reject);
    },
  );
  sent.on("error", reject);
  sent.end(typeof body === "string" ? body : body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

const initialize = {
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "raw", version: "1" } },
};

/** Begins a session; answers with the headers that continue it. */
async function begin(
  headers: Record<string, string> = {},
  path = "/mcp/http",
): Promise<Record<string, string>> {
  const begun = await send({ path, headers, body: initialize });
  expect([begun.status, begun.text]).toEqual([200, expect.stringContaining("everything")]);
  return { ...headers, "mcp-session-id": String(begun.headers["mcp-session-id"]) };
}

const echo = (id: unknown, text: string) => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name: "echo", arguments: { text } },
});

/** The messages of a stream of events. */
const messages = ({ text }: Got) =>
  text.split("\n").flatMap((line) => (line.startsWith("data: ") ? [JSON.parse(line.slice(6))] : []));

describe("over HTTP", () => {
  test("each message of a batch is decided", async () => {
    await open();
    const headers = await begin();
    const got = await send({
      headers,
      body: [echo(1, "hello"), echo(2, "forbidden"), { ...echo(3, "x"), id: undefined }],
    });
    const answers = messages(got).sort((left, right) => left.id - right.id);
    expect(answers.map(({ id, result }) => [id, textOf(result)])).toEqual([
      [1, '{"text":"hello"}'],
      [2, expect.stringContaining("(forbidden_word)")],
    ]);
  });

  test("an id that is in use, or comes twice in a batch, is refused, and the call that has it goes on", async () => {
    await open();
    const headers = await begin();
    const slow = send({ headers, body: { ...echo(1, ""), params: { name: "slow" } } });
    await expect.poll(() => desk.decisions).toHaveLength(1);
    expect((await send({ headers, body: echo(1, "again") })).status).toBe(400);
    expect((await send({ headers, body: [echo(2, "a"), echo(2, "b")] })).status).toBe(400);
    expect(messages(await slow).map(({ result }) => textOf(result))).toEqual(["slow"]);
    expect(desk.decisions).toHaveLength(1);
  });

  test("only a host and an origin of this machine are served, whatever a name server says", async () => {
    await open();
    const refused: Record<string, string>[] = [
      { host: "evil.example" },
      { host: "localhost.evil.example" },
      { host: "@" },
      { origin: "https://evil.example" },
      { origin: "null" },
      { host: "127.0.0.1:1@evil.example" },
    ];
    for (const headers of refused) {
      expect([(await send({ headers, body: initialize })).status, headers]).toEqual([403, headers]);
    }
    await begin({ host: "localhost:1234", origin: "http://localhost:5173" });
  });

  test("hosts that are allowed are served however they are written, and nothing else is", async () => {
    await open({ allowedHosts: ["Tools.Example:8080", "2001:DB8:0::1"] });
    await begin({ host: "tools.example", origin: "https://TOOLS.example" });
    await begin({ host: "[2001:db8::1]:4000" });
    expect((await send({ headers: { host: "localhost" }, body: initialize })).status).toBe(403);
    const gatewayOf = (options: Partial<GatewayOptions>) => () =>
      createGateway(desk.guard, { servers: {}, ...options });
    expect(gatewayOf({ allowedHosts: ["https://tools.example"] })).toThrow("FG4007");
    expect(gatewayOf({ publicUrl: "tools.example" })).toThrow("FG4305");
  });

  test("what is no session, no server or no request is refused", async () => {
    await open();
    const headers = await begin();
    const refused: [number, Sent][] = [
      [404, { path: "/mcp/constructor", body: initialize }],
      [404, { path: "/mcp/__proto__", body: initialize }],
      [404, { path: "/mcp/http/more", body: initialize }],
      [404, { path: "/", body: initialize }],
      [404, { headers: { "mcp-session-id": "made-up" }, body: echo(1, "hello") }],
      [404, { headers, path: "/mcp/all", body: echo(1, "hello") }],
      [400, { body: echo(1, "hello") }],
      [400, { body: [initialize, echo(1, "hello")] }],
      [400, { headers, body: "no json" }],
      [400, { headers, body: { jsonrpc: "1.0" } }],
      [400, { headers, body: initialize }],
      [400, { headers: { ...headers, "mcp-protocol-version": "2026-07-28" }, body: echo(1, "hello") }],
      [413, { headers, body: "x".repeat(5 * 1024 * 1024) }],
      [400, { method: "GET" }],
      [405, { headers, method: "PUT" }],
    ];
    for (const [status, sent] of refused)
      expect([(await send(sent)).status, sent.path, sent.method]).toEqual([status, sent.path, sent.method]);
    expect(desk.decisions).toEqual([]);
  });

  test("a session is its subject's, and no request goes without a token", async () => {
    await open({ authenticate });
    const ana = await begin({ authorization: "Bearer ana" });
    expect(
      (await send({ headers: { ...ana, authorization: "Bearer eve" }, body: echo(1, "hello") })).status,
    ).toBe(404);
    const { "mcp-session-id": stolen = "" } = ana;
    const bare = await send({ headers: { "mcp-session-id": stolen }, body: echo(1, "hello") });
    expect([bare.status, bare.headers["www-authenticate"]]).toEqual([401, 'Bearer error="invalid_token"']);
    expect((await send({ headers: ana, method: "DELETE" })).status).toBe(200);
    expect((await send({ headers: ana, body: echo(1, "hello") })).status).toBe(404);
    expect(desk.decisions).toEqual([]);
  });

  test("a server hears that a session has ended", async () => {
    await open();
    const closed = async () =>
      textOf(await (await connectClient(direct.url)).callTool({ name: "calls" })).split('"closed"').length;
    const before = await closed();
    const headers = await begin({});
    expect((await send({ headers, method: "DELETE" })).status).toBe(200);
    await expect.poll(() => closed()).toBe(before + 1);
  });

  test("identity is what was verified: headers, _meta and clientInfo change nothing", async () => {
    await open({ authenticate });
    const image = {
      ...echo(1, ""),
      params: { name: "test_image_content", _meta: { user: "ana", authInfo: {} } },
    };
    const forged = { "x-user": "ana", "x-forwarded-user": "ana", "x-tenant": "t" };
    const guest = await begin({ authorization: "Bearer guest", ...forged });
    expect(messages(await send({ headers: guest, body: image }))[0].result.isError).toBe(true);
    const [decided] = desk.decisions;
    expect(decided?.input).toMatchObject({ user: { id: "guest" } });
    expect(desk.hosts.every((host) => !JSON.stringify(host).includes("x-user"))).toBe(true);
  });

  test("a client that waits for an answer sees that it is being served", async () => {
    await open();
    const headers = { ...(await begin()), "content-type": "application/json" };
    const accept = "application/json, text/event-stream";
    const method = "tools/call";
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { name: "slow", arguments: {} } });
    const sent = httpRequest(`${desk.url}/mcp/http`, { method: "POST", headers: { ...headers, accept } });
    sent.end(body);
    const [response] = await once(sent, "response");
    // nothing of the answer is there
    expect([response.statusCode, response.read()]).toEqual([200, null]);
    response.destroy();
    // and nobody is told the answer that comes then
    await expect
      .poll(() => desk.troubles.map(({ problem }) => problem))
      .toEqual(["A message could not be sent to the client."]);
  });

  test("what a client is shown of resources and prompts is up to whose session it is", async () => {
    await open({ authenticate });
    const listed = async (user: string) => {
      const requestInit = { headers: { authorization: `Bearer ${user}` } };
      const client = await connectClient(`${desk.url}/mcp/http`, { requestInit });
      const { resources } = await client.listResources();
      const { resourceTemplates } = await client.listResourceTemplates();
      const { prompts } = await client.listPrompts();
      await client.close();
      return [resources.length, resourceTemplates.length, prompts.length];
    };
    expect(await listed("ana")).toEqual([3, 1, 4]);
    expect(await listed("guest")).toEqual([2, 1, 3]);
    expect(await listed("stranger")).toEqual([0, 0, 4]);
    // a list decides no call
    expect(desk.decisions).toEqual([]);
  });

  test("a server is refused a sample where rules deny the client's model, and is not told why", async () => {
    await open({ authenticate });
    const asked: string[] = [];
    expect(await sample("ana", asked)).toBe("LLM response: sampled");
    await expect(sample("guest", asked)).rejects.toThrow("The request was refused.");
    expect(asked).toEqual(["ana"]);
    const samples = desk.decisions.filter(({ phase }) => phase === "model_call");
    expect(samples.map(({ decision }) => decision.effect)).toEqual(["allow", "deny"]);
    expect(desk.settles.map(({ tool, outcome }) => [tool, outcome])).toContainEqual(["unknown", "done"]);
  });

  test("a server gets no sample that could not be counted", async () => {
    await open({ authenticate }, { sessions: withoutTurns() });
    await expect(sample("ana")).rejects.toThrow("The request was refused.");
    const samples = desk.decisions.filter(({ phase }) => phase === "model_call");
    expect(samples.map(({ decision }) => decision.effect)).toEqual(["allow", "deny"]);
  });

  test("the server gets the gateway's credentials and never the client's", async () => {
    await open({ authenticate });
    const client = await connectClient(`${desk.url}/mcp/http`, {
      requestInit: { headers: { authorization: "Bearer ana", cookie: "secret=1" } },
    });
    const calls = textOf(await client.callTool({ name: "calls" }));
    expect(calls).toContain("Bearer of-the-gateway");
    expect(calls).not.toMatch(/Bearer ana|secret=1/);
    await client.close();
  });

  test("sessions that nobody uses end, and there are no more than there may be", async () => {
    await open({ sessionIdleMs: 300, maxSessions: 1 });
    const headers = await begin();
    expect((await send({ body: initialize })).status).toBe(503);
    await wait(1000);
    expect((await send({ headers, body: echo(1, "hello") })).status).toBe(404);
    await begin();
  });

  test("one subject has no more sessions than it may, and another still begins one", async () => {
    await open({ authenticate, maxSessionsPerSubject: 2 });
    const [ana, eve] = [{ authorization: "Bearer ana" }, { authorization: "Bearer eve" }];
    const own = await begin(ana);
    await begin(ana, "/mcp/all");
    for (const path of ["/mcp/http", "/mcp/all"])
      expect((await send({ path, headers: ana, body: initialize })).status).toBe(503);
    await begin(eve);
    expect((await send({ headers: own, body: echo(1, "hello") })).status).toBe(200);
    expect((await send({ headers: own, method: "DELETE" })).status).toBe(200);
    await expect.poll(async () => (await send({ headers: ana, body: initialize })).status).toBe(200);
    await begin(eve);
    expect((await send({ headers: eve, body: initialize })).status).toBe(503);
  });

  test("sessions of one subject that begin at once are no more than they may be either", async () => {
    await open({ authenticate, maxSessionsPerSubject: 2 });
    const headers = { authorization: "Bearer ana" };
    const begun = await Promise.all(Array.from({ length: 6 }, () => send({ headers, body: initialize })));
    expect(begun.map(({ status }) => status).sort()).toEqual([200, 200, 503, 503, 503, 503]);
  });

  test("sessions of clients that nobody tells apart are not bounded as one subject's", async () => {
    await open({ maxSessionsPerSubject: 1 });
    await begin();
    await begin();
  });

  test("a request that the transport refuses leaves no session behind", async () => {
    await open({ maxSessions: 1 });
    expect((await send({ headers: { accept: "text/plain" }, body: initialize })).status).toBe(406);
    await expect.poll(async () => (await send({ body: initialize })).status).toBe(200);
  });

  test("a server that breaks off its answer, or answers another id, is a clear error", async () => {
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const { id, method, params } = JSON.parse(body || "{}");
      const result = {
        protocolVersion: "2025-11-25",
        capabilities: {},
        serverInfo: { name: "everything", version: "1" },
      };
      if (id === undefined) return void response.writeHead(method === undefined ? 405 : 202).end();
      if (method === "initialize") {
        response.writeHead(200, { "content-type": "application/json" });
        return void response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
      }
      if (params.arguments.text === "status") return void response.writeHead(500).end("secret address");
      if (params.arguments.text === "gone") return void response.writeHead(404).end();
      if (params.arguments.text === "other") {
        response.writeHead(200, { "content-type": "application/json" });
        return void response.end(JSON.stringify({ jsonrpc: "2.0", id: id + 100, result: {} }));
      }
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(": begun\n\n");
      if (params.arguments.text === "large") {
        const large = { jsonrpc: "2.0", id, result: { content: [], text: "x".repeat(11 * 1024 * 1024) } };
        response.end(`data: ${JSON.stringify(large)}\n\n`);
      } else setTimeout(() => response.destroy(), 20);
    });
    const url = await new Promise<string>((resolve) => {
      server.listen(0, "127.0.0.1", () =>
        resolve(`http://127.0.0.1:${(server.address() as { port: number }).port}/`),
      );
    });
    await open({ servers: { http: { url } } });
    const headers = await begin();
    const errors: [string, string][] = [
      ["destroyed", "The server ended without an answer."],
      ["large", "The server ended without an answer."],
      ["other", "The server ended without an answer."],
      ["status", "The server could not be reached."],
    ];
    for (const [text, message] of errors) {
      const [answer] = messages(await send({ headers, body: echo(1, text) }));
      expect([text, answer]).toEqual([text, { jsonrpc: "2.0", id: 1, error: { code: -32000, message } }]);
    }
    // a server that knows the session no more: the client is to begin another
    await send({ headers, body: echo(2, "gone") });
    await expect.poll(async () => (await send({ headers, body: echo(3, "gone") })).status).toBe(404);
    server.closeAllConnections();
    server.close();
  });
});

test("a gateway does not listen for other machines without asking who calls", async () => {
  await open();
  await expect(createGateway(desk.guard, { servers: {} }).listen({ host: "0.0.0.0" })).rejects.toThrow(
    "FG4303",
  );
});

/** Puts the gateway behind an application's own server, which reads each request and leaves what it makes of it. */
async function openBehind(read: (body: Buffer) => unknown): Promise<string> {
  await open();
  const own = createServer(async (request, response) => {
    const body = await buffer(request);
    await desk.gateway.handleRequest(Object.assign(request, { body: read(body) }), response);
  });
  own.listen(0, "127.0.0.1");
  await once(own, "listening");
  onTestFinished(() => {
    own.closeAllConnections();
    own.close();
  });
  return `http://127.0.0.1:${(own.address() as AddressInfo).port}/mcp/http`;
}

test("behind a server that reads bodies as JSON, sessions go on as usual", async () => {
  const url = await openBehind((body) => (body.length === 0 ? undefined : JSON.parse(body.toString())));
  const client = await connectClient(url);
  expect(textOf(await client.callTool({ name: "echo", arguments: { text: "hello" } }))).toBe(
    '{"text":"hello"}',
  );
  expect(textOf(await client.callTool({ name: "echo", arguments: { text: "forbidden" } }))).toContain(
    "(forbidden_word)",
  );
  await client.close();
});

test.each<[string, (body: Buffer) => unknown]>([
  ["bytes", (body) => body],
  ["a text", (body) => body.toString()],
  ["nothing", () => undefined],
  ["null", () => null],
])("behind a server that leaves %s of a body, a request is refused, and not waited for", async (_, read) => {
  const url = await openBehind(read);
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const signal = AbortSignal.timeout(5000);
  const body = JSON.stringify(initialize);
  const refused = await fetch(url, { method: "POST", headers, body, signal });
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("not as JSON")]);
});

test("no session begins for a client that is verified when the gateway has closed", async () => {
  const verified = Promise.withResolvers<Authenticated>();
  await open({ authenticate: () => verified.promise });
  const own = createServer((request, response) => void desk.gateway.handleRequest(request, response));
  const url = await new Promise<string>((resolve) => {
    own.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(own.address() as AddressInfo).port}`));
  });
  const late = fetch(`${url}/mcp/all`, { method: "POST", body: JSON.stringify(initialize) });
  await once(own, "request");
  await desk.gateway.close();
  verified.resolve({ subject: "ana", authInfo: { token: "", clientId: "", scopes: [] } });
  expect((await late).status).toBe(503);
  own.close();
});

test("a gateway says so when it cannot listen, and listens on IPv6 however it is written", async () => {
  await open();
  const port = Number(new URL(desk.url).port);
  const other = createGateway(desk.guard, { servers: {} });
  await expect(other.listen({ port })).rejects.toThrow(/^FG4306 .*EADDRINUSE/);
  expect(await other.listen({ host: "[::1]" })).toContain("http://[::1]:");
  await other.close();
});

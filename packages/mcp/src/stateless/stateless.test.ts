import { PassThrough } from "node:stream";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { createEngine } from "forego";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import {
  commandOf,
  everythingServer,
  type McpDesk,
  openMcpDesk,
  startOverHttp,
  textOf,
} from "../../../../test/support/mcp-desk.ts";
import { mcpPolicies } from "../../../../test/support/mcp-policies.ts";
import type { RealServer } from "../../../../test/support/real-server.ts";

const version = "2026-07-28";
const overStdio = commandOf("mcp-later-server.ts");
const hostile = commandOf("mcp-hostile-server.ts");

let built: BuiltRelease;
let later: RealServer;
let desk: McpDesk;
let clients: { close(): Promise<void> }[] = [];

const authenticate = ({ headers }: { headers: NodeJS.Dict<string | string[]> }) => {
  const [user = "", ...groups] = String(headers.authorization).replace("Bearer ", "").split("+");
  return { subject: user, authInfo: { token: "t", clientId: "c", scopes: [], extra: { user, groups } } };
};

beforeAll(async () => {
  built = await buildRelease(mcpPolicies);
});
afterAll(() => built.remove());
beforeEach(async () => {
  later = await startOverHttp("mcp-later-server.ts");
  const servers = { stdio: overStdio, http: { url: later.url }, all: everythingServer, hostile };
  desk = await openMcpDesk(createEngine(built.release), { servers, authenticate });
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  clients = [];
  await desk.gateway.close();
  await later.stop();
});

type Negotiation = "auto" | { readonly pin: string } | undefined;
type Answer = { action: "accept" | "decline" | "cancel"; content?: Record<string, boolean | string> };

interface ClientOptions {
  readonly mode?: Negotiation;
  readonly token?: string;
  readonly capabilities?: object;
  readonly answer?: (message: string) => Answer;
}

function clientOf({
  mode = "auto",
  capabilities = { elicitation: {}, sampling: {} },
  answer,
}: ClientOptions) {
  const client = new Client({ name: "later", version: "1" }, { capabilities, versionNegotiation: { mode } });
  const shown: string[] = [];
  if ("elicitation" in capabilities)
    client.setRequestHandler("elicitation/create", async ({ params }) => {
      shown.push(params.message);
      return answer?.(params.message) ?? { action: "cancel" };
    });
  if ("sampling" in capabilities)
    client.setRequestHandler("sampling/createMessage", async () => {
      shown.push("a sample");
      return { role: "assistant", content: { type: "text", text: "hm" }, model: "own" };
    });
  clients.push(client);
  return { client, shown };
}

async function connect(server: string, options: ClientOptions = {}) {
  const made = clientOf(options);
  const headers = { authorization: `Bearer ${options.token ?? "ana"}` };
  const url = new URL(`${desk.url}/mcp/${server}`);
  await made.client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
  return made;
}

const echo = (to: Client, text: string, more: object = {}) =>
  to.callTool({ name: "echo", arguments: { text, ...more } });
const callsOf = async (of: Client) => textOf(await of.callTool({ name: "calls", arguments: {} }));
const yes = (): Answer => ({ action: "accept", content: { approve: true } });

test("the server really speaks it, where there is no gateway", async () => {
  const { client } = clientOf({});
  await client.connect(new StdioClientTransport(overStdio));
  expect(client.getNegotiatedProtocolVersion()).toBe(version);
});

describe.each(["stdio", "http"])("a client without a session, before a server over %s", (server) => {
  test("speaks its version through the gateway, and is decided", async () => {
    const { client } = await connect(server);
    expect(client.getNegotiatedProtocolVersion()).toBe(version);
    const echoed = await echo(client, "hello", { note: "private" });
    expect(textOf(echoed)).toBe('{"text":"hello","note":"[redacted]"}');
    const denied = await echo(client, "forbidden");
    expect(denied.isError).toBe(true);
    expect(textOf(denied)).toContain("(forbidden_word)");
    expect(await callsOf(client)).toBe('[{"text":"hello","note":"[redacted]"}]');
    expect(desk.decisions.map(({ decision }) => decision.allow)).toEqual([true, false, true]);
    expect(desk.settles).toHaveLength(2);
    expect(desk.troubles).toEqual([]);
  });

  test("gets results without what rules take out of them", async () => {
    const { client } = await connect(server);
    const customer = await client.callTool({ name: "customer", arguments: { id: 1 } });
    expect(textOf(customer)).toBe('{"id":1,"ssn":"[redacted]","balance":null}');
  });

  test("is shown what its user may use, and reads and gets nothing else", async () => {
    const { client } = await connect(server, { token: "guest" });
    const names = (entries: readonly { readonly name: string }[]) => entries.map(({ name }) => name);
    expect(names((await client.listTools()).tools)).not.toContain("test_image_content");
    const resources = await client.listResources();
    expect(names(resources.resources)).toEqual(["static-text", "watched-resource"]);
    expect(resources).not.toMatchObject({ cacheScope: "public" });
    expect(names((await client.listPrompts()).prompts)).not.toContain("test_prompt_with_image");
    const read = await client.readResource({ uri: "test://static-text" });
    expect(read.contents).toMatchObject([{ uri: "test://static-text", mimeType: "text/plain" }]);
    expect(read).not.toMatchObject({ cacheScope: "public" });
    await expect(client.readResource({ uri: "test://static-binary" })).rejects.toThrow("no_pictures");
    await client.getPrompt({ name: "test_simple_prompt" });
    await expect(client.getPrompt({ name: "test_prompt_with_image" })).rejects.toThrow("no_pictures");
  });

  test("hears of the progress of its own calls alone", async () => {
    const { client } = await connect(server);
    const other = await connect(server);
    const steps = (of: Client) => {
      const heard: number[] = [];
      const onprogress = ({ progress }: { progress: number }) => void heard.push(progress);
      return of
        .callTool({ name: "test_tool_with_progress", arguments: {} }, { onprogress })
        .then(() => heard);
    };
    expect(await Promise.all([steps(client), steps(other.client)])).toEqual([
      [0, 50, 100],
      [0, 50, 100],
    ]);
  });

  test("is asked for approval by a result, and its call is one decision", async () => {
    const { client, shown } = await connect(server, { answer: yes });
    expect(textOf(await echo(client, "ask me"))).toBe('{"text":"ask me"}');
    expect(shown).toHaveLength(1);
    expect(shown[0]).toContain(`"${server}": "echo" {"text":"ask me"}`);
    expect(desk.asks).toHaveLength(1);
    expect(desk.decisions.map(({ decision }) => decision.effect)).toEqual(["allow"]);
    expect(desk.settles).toHaveLength(1);
    await echo(client, "ask me");
    expect(shown).toHaveLength(2);
  });

  test.each<[string, Omit<ClientOptions, "mode">]>([
    ["who declines", { answer: () => ({ action: "decline" }) }],
    ["who answers nothing", { answer: () => ({ action: "cancel" }) }],
    ["who is shown nothing", { capabilities: {} }],
  ])("makes no call for a user %s", async (_, options) => {
    const { client } = await connect(server, options);
    const denied = await echo(client, "ask me");
    expect(denied.isError).toBe(true);
    expect(await callsOf(client)).toBe("[]");
  });

  test("answers what a server asks, in one call that is decided once", async () => {
    const answer = (): Answer => ({ action: "accept", content: { name: "Ana" } });
    const { client, shown } = await connect(server, { answer });
    const answered = await client.callTool({ name: "ask", arguments: { about: "names" } });
    expect(textOf(answered)).toContain('"name":"Ana"');
    expect(shown).toEqual(["Your name?"]);
    expect(desk.decisions).toHaveLength(1);
    expect(desk.settles).toHaveLength(1);
    expect(await callsOf(client)).toContain('"requestState":"the server\'s own"');
  });

  test("lends its model to a server where rules let it", async () => {
    const { client, shown } = await connect(server);
    expect(textOf(await client.callTool({ name: "sample", arguments: {} }))).toContain("hm");
    expect(desk.decisions.map(({ phase }) => phase).sort()).toEqual(["model_call", "tool_call"]);
    expect(desk.settles).toHaveLength(2);
    const guest = await connect(server, { token: "guest" });
    await expect(guest.client.callTool({ name: "sample", arguments: {} })).rejects.toThrow("refused");
    expect([...shown, ...guest.shown]).toEqual(["a sample"]);
  });

  test("hears of what it has subscribed to", async () => {
    const { client } = await connect(server);
    const heard: string[] = [];
    client.setNotificationHandler("notifications/tools/list_changed", () => void heard.push("tools"));
    const subscription = await client.listen({ toolsListChanged: true });
    await client.callTool({ name: "change", arguments: {} });
    await expect.poll(() => heard).toEqual(["tools"]);
    await subscription.close();
    expect(textOf(await echo(client, "still"))).toContain("still");
  });

  test("takes a call back, and the server hears of it", async () => {
    const { client } = await connect(server);
    const controller = new AbortController();
    const call = client.callTool({ name: "wait", arguments: {} }, { signal: controller.signal });
    await expect.poll(() => desk.decisions).toHaveLength(1);
    controller.abort();
    await expect(call).rejects.toThrow();
    await expect.poll(() => callsOf(client)).toBe('["taken back"]');
    expect(desk.troubles).toEqual([]);
  });

  test("spends one budget with the other clients of its user", async () => {
    const [one, two] = [await connect(server), await connect(server)];
    const count = ({ client }: typeof one) => client.callTool({ name: "counted", arguments: {} });
    const results = [await count(one), await count(two), await count(one)];
    expect(results.map(({ isError }) => isError === true)).toEqual([false, false, true]);
    expect(textOf(results[2])).toContain("counted_budget");
  });
});

describe("a client over the gateway's own input and output", () => {
  test("speaks its version with the same connection", async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const served = desk.gateway.serveStdio("http", input, output);
    const { client } = clientOf({ answer: yes });
    await client.connect(
      new StdioServerTransport(output, input) as unknown as Parameters<Client["connect"]>[0],
    );
    expect(client.getNegotiatedProtocolVersion()).toBe(version);
    expect(textOf(await echo(client, "ask me"))).toBe('{"text":"ask me"}');
    expect(textOf(await echo(client, "forbidden"))).toContain("(forbidden_word)");
    await client.close();
    input.end();
    await served;
  });
});

describe("a server that does not speak the version", () => {
  test("is spoken to in the version before, and is decided", async () => {
    const { client } = await connect("all");
    expect(client.getNegotiatedProtocolVersion()).toBe("2025-11-25");
    expect(textOf(await echo(client, "forbidden"))).toContain("(forbidden_word)");
  });

  test("is not reached by a client that insists", async () => {
    await expect(connect("all", { mode: { pin: version } })).rejects.toThrow(version);
    expect(desk.decisions).toEqual([]);
  });
});

interface RawRequest {
  readonly server?: string;
  readonly id?: number | string;
  readonly token?: string;
  readonly claims?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Posts a request as it is. */
async function post(method: string, params: object, raw: RawRequest = {}) {
  const { server = "stdio", id = 1, token = "ana", claims = version, headers = {} } = raw;
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": claims,
    "io.modelcontextprotocol/clientCapabilities": { elicitation: {} },
  };
  const name = "name" in params ? { "mcp-name": String(params.name) } : {};
  const response = await fetch(`${desk.url}/mcp/${server}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...{ "mcp-protocol-version": claims, "mcp-method": method, ...name, ...headers },
    },
    body: JSON.stringify({ jsonrpc: "2.0", id, method, params: { ...params, _meta } }),
  });
  const text = await response.text();
  const message = text.startsWith("event:") ? (/data: (.*)\n\n$/.exec(text)?.[1] ?? "") : text;
  return { status: response.status, ...(JSON.parse(message) as RawAnswer) };
}

interface RawAnswer {
  readonly id: unknown;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

const rawCall = (name: string, args: object, more: object = {}, raw: RawRequest = {}) =>
  post("tools/call", { name, arguments: args, ...more }, raw);

describe("a request without a session", () => {
  test.each([
    ["another method", { "mcp-method": "tools/list" }],
    ["another name", { "mcp-name": "calls" }],
    ["a name in another writing", { "mcp-name": "=?base64?Y2FsbHM=?=" }],
    ["another version", { "mcp-protocol-version": "2025-11-25" }],
  ])("is refused when its headers say %s than its body", async (_, headers) => {
    const { status, id, error } = await rawCall("echo", { text: "hello" }, {}, { headers });
    expect([status, id, error?.code]).toEqual([400, 1, -32020]);
    expect(desk.decisions).toEqual([]);
  });

  test("may have a name that no header can hold", async () => {
    const name = "écho\u0000";
    const headers = { "mcp-name": `=?base64?${Buffer.from(name).toString("base64")}?=` };
    const { error } = await rawCall(name, {}, {}, { headers });
    expect(error?.message).toContain(`Tool ${name} not found`);
    expect(desk.decisions.map(({ tool }) => tool)).toEqual([name]);
  });

  test("is refused in a version that is not known", async () => {
    const { error } = await rawCall("echo", { text: "hello" }, {}, { claims: "2027-01-01" });
    expect(error).toMatchObject({ code: -32022, data: { requested: "2027-01-01" } });
    expect(desk.decisions).toEqual([]);
  });

  test.each(["initialize", "ping", "tasks/get", "tasks/result", "logging/setLevel", "resources/subscribe"])(
    "is refused for %s, which its version does not have",
    async (method) => {
      expect((await post(method, {})).error?.code).toBe(-32601);
    },
  );

  test("is answered by its own id, whoever else uses the same", async () => {
    const words = Array.from({ length: 20 }, (_, index) => `word ${index}`);
    const answers = await Promise.all(words.map((text) => rawCall("echo", { text })));
    expect(answers.map(({ result }) => textOf(result))).toEqual(
      words.map((text) => JSON.stringify({ text })),
    );
    expect(desk.decisions).toHaveLength(20);
  });

  test("that has no name is denied", async () => {
    const { result } = await post("tools/call", { arguments: {} });
    expect(result).toMatchObject({ isError: true, resultType: "complete" });
  });
});

describe("an answer to what was asked by a result", () => {
  const granted = {
    inputResponses: { "dev.forego/approval": { action: "accept", content: { approve: true } } },
  };
  const asked = async (raw: RawRequest = {}) => {
    const { result } = await rawCall("echo", { text: "ask me" }, {}, raw);
    expect(result).toMatchObject({ resultType: "input_required" });
    return { ...granted, requestState: result?.requestState };
  };
  const calls = async () => textOf((await rawCall("calls", {})).result);

  test("counts once", async () => {
    const answer = await asked();
    const { result } = await rawCall("echo", { text: "ask me" }, answer);
    expect(textOf(result)).toBe('{"text":"ask me"}');
    const again = await rawCall("echo", { text: "ask me" }, answer);
    expect(again.error?.code).toBe(-32602);
    expect(await calls()).toBe('[{"text":"ask me"}]');
  });

  test("counts once when it comes twice at a time", async () => {
    const answer = await asked();
    await Promise.all([1, 2, 3].map(() => rawCall("echo", { text: "ask me" }, answer)));
    expect(await calls()).toBe('[{"text":"ask me"}]');
  });

  test.each<[string, object, RawRequest]>([
    ["other arguments", { text: "ask others" }, {}],
    ["another user", { text: "ask me" }, { token: "bob" }],
    ["another server", { text: "ask me" }, { server: "http" }],
  ])("does not count for %s", async (_, args, raw) => {
    const { error } = await rawCall("echo", args, await asked(), raw);
    expect(error?.code).toBe(-32602);
    expect(await calls()).toBe("[]");
  });

  test.each([
    ["a state that nobody gave", { requestState: "made up" }],
    ["a state that is no text", { requestState: { toString: "x" } }],
  ])("does not count with %s", async (_, state) => {
    expect((await rawCall("echo", { text: "ask me" }, { ...granted, ...state })).error?.code).toBe(-32602);
    expect(await calls()).toBe("[]");
  });

  test("is none where nobody was asked", async () => {
    const { result } = await rawCall("echo", { text: "ask me" }, granted);
    expect(result).toMatchObject({ resultType: "input_required" });
    expect(await calls()).toBe("[]");
  });

  test("grants nothing that its user may not grant", async () => {
    const { result } = await rawCall("echo", { text: "money" });
    const answer = { ...granted, requestState: result?.requestState };
    expect((await rawCall("echo", { text: "money" }, answer)).result).toMatchObject({ isError: true });
    expect(await calls()).toBe("[]");
  });
});

describe("a server that lies about its answers", () => {
  const callHostile = (name: string) => rawCall(name, {}, {}, { server: "hostile" });

  test("hands on no result of a type that nobody decides, and is charged for it", async () => {
    const { error } = await callHostile("typed");
    expect(error?.message).toContain("unknown type");
    expect(desk.settles.map(({ outcome }) => outcome)).toEqual(["done"]);
  });

  test("hands on nothing but the question, where it asks", async () => {
    const { result } = await callHostile("asking");
    expect(Object.keys(result ?? {}).sort()).toEqual(["inputRequests", "requestState", "resultType"]);
    expect(JSON.stringify(result)).not.toContain("secret");
  });

  test("says nothing in errors of a tool whose results rules decide", async () => {
    const { error } = await rawCall("lookup", { id: 1 }, {}, { server: "hostile" });
    expect(error).toEqual({ code: -32050, message: "The tool failed." });
  });

  test("gets no answer through that cannot be written again, and its call is answered", async () => {
    expect((await callHostile("deep")).error?.message).toBe("The answer could not be handled.");
  });

  test("asks nobody by a request of its own", async () => {
    expect(textOf((await callHostile("collide")).result)).toContain("nobody to ask");
  });

  test("ends the call that it dies in, and the next one is served", async () => {
    expect((await callHostile("die")).error?.code).toBe(-32000);
    expect(textOf((await callHostile("fine")).result)).toBe("fine");
  });

  test("claims no version that the gateway does not speak", async () => {
    const { result } = await post("server/discover", {}, { server: "hostile" });
    expect(result).toMatchObject({ supportedVersions: [version], cacheScope: "private" });
  });
});

describe("a server that asks before it answers", () => {
  const callHostile = (more: object = {}, raw: RawRequest = {}) =>
    rawCall("asking", {}, more, { server: "hostile", ...raw });
  const stateOf = ({ result }: RawAnswer) => ({ requestState: result?.requestState });

  test("is told nothing by a client that answers nothing: that is another call, and decided as one", async () => {
    let state = stateOf(await callHostile());
    for (let again = 0; again < 3; again += 1) state = stateOf(await callHostile(state));
    expect(desk.decisions).toHaveLength(4);
    expect(desk.settles).toHaveLength(3);
  });

  test("gets its own state back, whatever was answered, and asks no more than twenty times", async () => {
    let answer = await rawCall("again", {}, {}, { server: "hostile" });
    let asked = 0;
    for (; answer.error === undefined && asked < 50; asked += 1)
      answer = await rawCall("again", {}, stateOf(answer), { server: "hostile" });
    expect([asked, answer.error?.message]).toEqual([20, "The request was refused."]);
    expect(desk.decisions).toHaveLength(1);
    const told = textOf((await rawCall("told", {}, {}, { server: "hostile" })).result);
    expect(told.match(/"requestState":"mine"/g)).toHaveLength(20);
  });

  test("gets no answers that it has not asked for", async () => {
    const made = { inputResponses: { sample: { made: "up" } }, requestState: undefined };
    const first = await rawCall("ask", { about: "names" }, made);
    expect(textOf((await rawCall("calls", {})).result)).not.toContain("made");
    const inputResponses = { name: { action: "accept", content: { name: "Ana" } }, more: { made: "up" } };
    await rawCall("ask", { about: "names" }, { inputResponses, ...stateOf(first) });
    const calls = textOf((await rawCall("calls", {})).result);
    expect(calls).toContain("Ana");
    expect(calls).not.toContain("made");
  });

  test("goes on with nobody but whoever was asked", async () => {
    const first = await callHostile({}, { token: "ana+finance" });
    const other = await callHostile(stateOf(first), { token: "ana" });
    expect(other.error?.code).toBe(-32602);
  });

  test("asks nobody in the name of what is not decided", async () => {
    const { error } = await post("completion/complete", { ask: true }, { server: "hostile" });
    expect(error?.message).toContain("no result");
  });

  test("charges what it did before it asked for a sample that is denied", async () => {
    for (let call = 0; call < 2; call += 1) {
      const { error } = await rawCall("sampling", {}, {}, { server: "hostile", token: "guest" });
      expect(error?.message).toContain("refused");
    }
    expect(desk.settles.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
  });
});

describe("arguments that a server wants in headers", () => {
  const call = async (client: Client, region: string) =>
    textOf(await client.callTool({ name: "in_region", arguments: { region } }));

  test.each(["http"])("are those that go to it, whatever a client says (%s)", async (server) => {
    const { client } = await connect(server);
    await client.listTools();
    expect(await call(client, "eu")).toContain('"mcp-param-region":"eu"');
    const raw = { server, headers: { "mcp-param-region": "us", "mcp-param-note": "private" } };
    const forged = textOf((await rawCall("in_region", { region: "eu" }, {}, raw)).result);
    expect(forged).toContain('"mcp-param-region":"eu"');
    expect(forged).not.toContain("private");
  });
});

test("what is under way when its connection ends is answered, and the next request is served", async () => {
  const calls = Array.from({ length: 8 }, (_, id) =>
    rawCall(id === 3 ? "die" : "late", {}, {}, { server: "hostile", id }),
  );
  const answers = await Promise.all(calls);
  expect(answers.filter(({ error }) => error !== undefined).length).toBeGreaterThan(0);
  expect(textOf((await rawCall("fine", {}, {}, { server: "hostile" })).result)).toBe("fine");
});

test("no request is taken while the gateway closes", async () => {
  await rawCall("fine", {}, {}, { server: "hostile" });
  const closing = desk.gateway.close();
  const refused = await rawCall("fine", {}, {}, { server: "hostile", token: "bob" }).catch(() => undefined);
  expect(refused?.status ?? 503).toBe(503);
  await closing;
});

import { PassThrough } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { createEngine } from "forego";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import {
  commandOf,
  connectClient,
  everythingServer,
  type McpDesk,
  openMcpDesk,
  textOf,
} from "../../../test/support/mcp-desk.ts";
import { mcpPolicies } from "../../../test/support/mcp-policies.ts";
import { createGateway } from "./index.ts";

let built: BuiltRelease;
let desk: McpDesk;

const hostile = commandOf("mcp-hostile-server.ts");
const servers = {
  all: everythingServer,
  hostile,
  future: { ...hostile, env: { VERSION: "2026-07-28" } },
  listless: { ...hostile, env: { LIST: "none" } },
  endless: { ...hostile, env: { LIST: "long" } },
  missing: { command: "no-such-command-anywhere" },
  nowhere: { url: "http://127.0.0.1:9/mcp" },
};

beforeAll(async () => {
  built = await buildRelease(mcpPolicies);
});
afterAll(() => built.remove());
beforeEach(async () => {
  desk = await openMcpDesk(createEngine(built.release), { servers });
});
afterEach(() => desk.gateway.close());

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A client over stdio that sends whatever a test says, and keeps whatever comes. */
function rawClient(server: string) {
  const input = new PassThrough();
  const output = new PassThrough();
  const received: Message[] = [];
  let rest = "";
  output.on("data", (chunk) => {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    received.push(...lines.map((line) => JSON.parse(line) as Message));
  });
  const ended = desk.gateway.serveStdio(server, input, output);
  ended.catch(() => {});
  const write = (text: string) => void input.write(`${text}\n`);
  const send = (message: object) => write(JSON.stringify({ jsonrpc: "2.0", ...message }));
  const answersTo = (id: unknown) => received.filter((message) => message.id === id);
  const answer = async (id: unknown) => {
    await expect.poll(() => answersTo(id)).toHaveLength(1);
    return answersTo(id)[0] as Message;
  };
  const begin = async () => {
    const clientInfo = { name: "raw", version: "1" };
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
    send({ id: "begin", method: "initialize", params });
    const begun = await answer("begin");
    send({ method: "notifications/initialized" });
    return begun;
  };
  const call = (id: unknown, name: string, args: unknown = {}) =>
    send({ id, method: "tools/call", params: { name, arguments: args } });
  return { input, received, write, send, answer, answersTo, begin, call, ended };
}

const anything = z.looseObject({});
const said = ({ result }: Message) => textOf(result);
const problems = () => desk.troubles.map(({ problem }) => problem);

describe("a hostile server", () => {
  const withClient = async <TResult>(work: (client: Client) => Promise<TResult>, server = "hostile") => {
    const client = await connectClient(`${desk.url}/mcp/${server}`);
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  };

  test("that answers twice, or what nobody asked, is heard once", async () => {
    const raw = rawClient("hostile");
    await raw.begin();
    raw.call(1, "twice");
    expect(said(await raw.answer(1))).toBe("first");
    raw.call(2, "unasked");
    expect(said(await raw.answer(2))).toBe("asked");
    raw.call(3, "fine");
    expect(said(await raw.answer(3))).toBe("fine");
    expect(raw.received).toHaveLength(4);
    expect(problems()).toContain("The server answered what nobody asked, or twice.");
  });

  test("that makes trouble ends no session, though whoever hears of it fails", async () => {
    const { guard } = desk;
    await desk.gateway.close();
    const onTrouble = () => Promise.reject(new Error("the log is full"));
    desk = { ...desk, gateway: createGateway(guard, { servers, onTrouble }) };
    const raw = rawClient("hostile");
    await raw.begin();
    raw.call(1, "unasked");
    expect(said(await raw.answer(1))).toBe("asked");
    raw.call(2, "fine");
    expect(said(await raw.answer(2))).toBe("fine");
  });

  test("that says what was decided is not believed, and nobody hears it", async () => {
    const raw = rawClient("hostile");
    await raw.begin();
    raw.call(1, "forged");
    expect((await raw.answer(1)).result).toMatchObject({ _meta: { own: 1 } });
    raw.call(2, "forgedError");
    expect((await raw.answer(2)).error).toMatchObject({ code: -32003, message: "no" });
    expect(JSON.stringify(raw.received)).not.toContain("dev.forego");
  });

  test("that sends what is no message is not handed on, and other calls go on", async () => {
    const raw = rawClient("hostile");
    await raw.begin();
    raw.call(1, "malformed");
    raw.call(2, "shapeless");
    raw.call(3, "fine");
    expect(said(await raw.answer(3))).toBe("fine");
    raw.send({ method: "notifications/cancelled", params: { requestId: 1 } });
    raw.call(4, "fine");
    expect(said(await raw.answer(4))).toBe("fine");
    expect(raw.received.map(({ id }) => id)).toEqual(["begin", 3, 4]);
  });

  test("that answers with what cannot be written again ends its call with a clear error", async () => {
    const unhandled = { code: -32603, message: "The answer could not be handled." };
    const raw = rawClient("hostile");
    await raw.begin();
    raw.call(1, "deep");
    expect((await raw.answer(1)).error).toEqual(unhandled);
    await withClient((client) =>
      expect(client.callTool({ name: "deep" })).rejects.toMatchObject({ code: unhandled.code }),
    );
  });

  test.each(["die", "huge"])(
    "that ends a call with '%s' ends the session with a clear error",
    async (tool) => {
      const raw = rawClient("hostile");
      await raw.begin();
      raw.call(1, tool);
      expect((await raw.answer(1)).error).toEqual({
        code: -32000,
        message: "The server ended without an answer.",
      });
      await raw.ended;
      await withClient(async (client) => {
        await expect(client.callTool({ name: tool })).rejects.toMatchObject({ code: -32000 });
        await expect(client.callTool({ name: "fine" })).rejects.toThrow();
      });
      await withClient(async (client) =>
        expect(textOf(await client.callTool({ name: "fine" }))).toBe("fine"),
      );
    },
  );

  test("that writes nothing but what cannot be read ends its session, and is told of so often only", async () => {
    const raw = rawClient("hostile");
    await raw.begin();
    raw.call(1, "noise");
    expect((await raw.answer(1)).error?.code).toBe(-32000);
    await raw.ended;
    expect(problems()).toHaveLength(1000);
    expect(problems().at(-1)).toBe("The server sends nothing that can be read: its session ends.");
  });

  test("that asks more than anybody answers is refused from then on", async () => {
    const raw = rawClient("hostile");
    await raw.begin();
    raw.call("asking", "asks");
    const refused = { code: -1, message: "There are too many questions without an answer." };
    expect(JSON.parse(said(await raw.answer("asking")))).toEqual([refused, refused, refused]);
    expect(raw.received.filter(({ method }) => method === "roots/list")).toHaveLength(100);
  });

  test("that lists many tools has others take turns with it", async () => {
    const { guard } = desk;
    await desk.gateway.close();
    let turns = 0;
    let next: NodeJS.Immediate;
    const count = () => {
      turns += 1;
      next = setImmediate(count);
    };
    count();
    const looks: (readonly [tools: number, turn: number])[] = [];
    const offer: typeof guard.offer = (asked) => {
      looks.push([asked.tools.length, turns]);
      return guard.offer(asked);
    };
    const gateway = createGateway({ ...guard, offer }, { servers });
    const url = await gateway.listen();
    const client = await connectClient(`${url}/mcp/endless`);
    const { tools } = (await client.request({ method: "tools/list" }, anything)) as { tools: object[] };
    onTestFinished(() => clearImmediate(next));
    expect(tools).toHaveLength(250);
    expect(looks.map(([count]) => count)).toEqual([100, 100, 50]);
    expect(new Set(looks.map(([, turn]) => turn)).size).toBe(3);
    await client.close();
    await gateway.close();
  });

  test("that lies in its list of tools is decided when it is called", async () => {
    await withClient(async (client) => {
      const { tools } = (await client.request({ method: "tools/list" }, anything)) as {
        tools: { name: string }[];
      };
      expect(tools.map(({ name }) => name)).toEqual(["fine", "fine", "__proto__"]);
      expect(textOf(await client.callTool({ name: "constructor" }))).toContain("(no_constructor)");
      expect(textOf(await client.callTool({ name: "never_listed" }))).toContain("called never_listed");
    });
    await withClient(
      async (client) =>
        expect(await client.request({ method: "tools/list" }, anything)).toEqual({ tools: "none" }),
      "listless",
    );
  });

  test("that begins a task which nobody asked for cannot have its result fetched", async () => {
    const raw = rawClient("hostile");
    await raw.begin();
    raw.call(1, "task");
    await raw.answer(1);
    raw.send({ id: 2, method: "tasks/result", params: { taskId: "t-1" } });
    expect((await raw.answer(2)).error?.code).toBe(-32602);
  });

  test("that answers with an error says nothing where rules decide results, and is heard to have failed", async () => {
    const raw = rawClient("hostile");
    await raw.begin();
    raw.call(1, "lookup", { id: 1 });
    const { error } = await raw.answer(1);
    expect(error).toEqual({ code: -32050, message: "The tool failed." });
    expect(desk.settles.map(({ outcome }) => outcome)).toEqual(["failed"]);
  });

  test("whose task comes to an error says nothing in it either", async () => {
    const raw = rawClient("hostile");
    await raw.begin();
    const task = { ttl: 1000 };
    raw.send({ id: 1, method: "tools/call", params: { name: "lookup", arguments: { id: 1 }, task } });
    await raw.answer(1);
    raw.send({ id: 2, method: "tasks/result", params: { taskId: "lookup" } });
    const { error } = await raw.answer(2);
    expect(error).toEqual({ code: -32050, message: "The tool failed." });
  });

  test("that answers after a call was cancelled is not heard, and the call stays charged", async () => {
    const raw = rawClient("hostile");
    await raw.begin();
    raw.call(1, "late");
    await wait(100);
    raw.send({ method: "notifications/cancelled", params: { requestId: 1 } });
    await wait(500);
    expect(raw.answersTo(1)).toEqual([]);
  });

  test("that speaks a later protocol is not spoken to", async () => {
    await expect(connectClient(`${desk.url}/mcp/future`)).rejects.toThrow("another version of the protocol");
    const raw = rawClient("future");
    expect((await raw.begin()).error?.code).toBe(-32603);
    raw.call(1, "fine");
    expect((await raw.answer(1)).error?.message).toBe("The session is not initialized.");
  });

  test("that cannot be started or reached is told so, and leaves nothing behind", async () => {
    await expect(connectClient(`${desk.url}/mcp/missing`)).rejects.toThrow("could not be started");
    await expect(connectClient(`${desk.url}/mcp/nowhere`)).rejects.toThrow("could not be reached");
    await expect(rawClient("missing").ended).rejects.toThrow(/^FG4304 .*\(ENOENT\)/);
  });
});

describe("a hostile client", () => {
  test("has no call made by what is no request, or before the session begins", async () => {
    const raw = rawClient("all");
    raw.call(0, "echo", { text: "early" });
    expect((await raw.answer(0)).error?.code).toBe(-32600);
    raw.send({ id: "discover", method: "server/discover" });
    expect((await raw.answer("discover")).error?.code).toBe(-32600);
    await raw.begin();
    raw.send({ method: "tools/call", params: { name: "echo", arguments: { text: "without id" } } });
    raw.send({ id: 1, method: "tools/callAgain", params: { name: "echo", arguments: { text: "unknown" } } });
    expect((await raw.answer(1)).error).toEqual({ code: -32601, message: "Method not found" });
    raw.send({ id: 2, method: "initialize", params: {} });
    expect((await raw.answer(2)).error?.message).toBe("The session is initialized already.");
    raw.send({ id: 99, result: { action: "accept", content: { approve: true } } });
    raw.write("no json");
    raw.write(JSON.stringify([{ jsonrpc: "2.0", id: 3, method: "tools/call", params: { name: "echo" } }]));
    raw.call(4, "calls");
    expect(said(await raw.answer(4))).toBe("[]");
    expect(problems()).toContain("The client answered what nobody asked.");
    expect(problems()).toContain("The client sent a call without an id.");
  });

  test("has a method that nobody knows refused, whatever the server would do with it", async () => {
    const raw = rawClient("hostile");
    await raw.begin();
    for (const [id, method] of [
      "tools/callAgain",
      "server/discover",
      "tasks/begin",
      "constructor",
    ].entries()) {
      raw.send({ id, method, params: { name: "fine" } });
      expect((await raw.answer(id)).error).toEqual({ code: -32601, message: "Method not found" });
    }
    const { guard } = desk;
    await desk.gateway.close();
    desk = { ...desk, gateway: createGateway(guard, { servers, passMethods: ["vendor/look"] }) };
    const other = rawClient("hostile");
    await other.begin();
    other.send({ id: 1, method: "vendor/look" });
    expect((await other.answer(1)).result).toEqual({ method: "vendor/look" });
  });

  test("gets no answer that could not be decided", async () => {
    const guard: McpDesk["guard"] = {
      ...desk.guard,
      settle: () => Promise.reject(new Error("out of order")),
    };
    await desk.gateway.close();
    desk = { ...desk, gateway: createGateway(guard, { servers }) };
    const raw = rawClient("hostile");
    await raw.begin();
    raw.call(1, "fine");
    expect((await raw.answer(1)).error).toEqual({
      code: -32603,
      message: "The answer could not be handled.",
    });
  });

  test("has calls without a readable name denied", async () => {
    const raw = rawClient("all");
    await raw.begin();
    for (const [id, params] of [{ name: 7 }, {}, { name: "" }, { name: "\ud800" }].entries()) {
      raw.send({ id, method: "tools/call", params });
      expect(said(await raw.answer(id))).toContain("forego.invalid_input");
    }
    raw.send({ id: "read", method: "resources/read", params: { uri: { toString: "x" } } });
    expect((await raw.answer("read")).error?.code).toBe(-32003);
  });

  test("has a call denied that gives null for its arguments, and the server hears nothing of it", async () => {
    const raw = rawClient("hostile");
    await raw.begin();
    raw.call(1, "other", null);
    expect(said(await raw.answer(1))).toContain("forego.invalid_arguments");
    raw.send({ id: 2, method: "prompts/get", params: { name: "other", arguments: null } });
    expect((await raw.answer(2)).error).toMatchObject({
      code: -32003,
      message: expect.stringContaining("forego.invalid_arguments"),
    });
    // what is not given is no arguments
    raw.send({ id: 3, method: "tools/call", params: { name: "other" } });
    expect(said(await raw.answer(3))).toBe('called other with {"name":"other"}');
    expect(desk.decisions.map(({ decision }) => decision.reasons)).toEqual([
      ["forego.invalid_arguments"],
      ["forego.invalid_arguments"],
      ["all"],
    ]);
  });

  test("of a guard that enforces nothing has the server answer what nobody could decide", async () => {
    await desk.gateway.close();
    desk = await openMcpDesk(createEngine(built.release), { servers }, { mode: "shadow" });
    const raw = rawClient("all");
    await raw.begin();
    for (const uri of ["test://x/../static-text", "test://%73tatic-text"]) {
      raw.send({ id: uri, method: "resources/read", params: { uri } });
      expect((await raw.answer(uri)).result).toMatchObject({ contents: [{ uri, mimeType: "text/plain" }] });
    }
    raw.call("unnamed", "");
    expect((await raw.answer("unnamed")).error).toMatchObject({
      code: -32602,
      message: expect.stringContaining("Unknown tool"),
    });
    raw.call("forbidden", "echo", { text: "forbidden" });
    expect(said(await raw.answer("forbidden"))).toBe('{"text":"forbidden"}');
    expect(desk.decisions.map(({ decision }) => decision.reasons)).toEqual([
      ["forego.invalid_input"],
      ["forego.invalid_input"],
      ["forego.invalid_input"],
      ["forbidden_word"],
    ]);
    expect(desk.troubles).toEqual([]);
  });

  test("reads no resource by a URI that a server reads as another one", async () => {
    const raw = rawClient("all");
    await raw.begin();
    raw.send({ id: "read", method: "resources/read", params: { uri: "test://x/%2E%2e/static-text" } });
    expect((await raw.answer("read")).error?.code).toBe(-32003);
    expect(desk.decisions.map(({ decision }) => decision.reasons)).toEqual([["forego.invalid_input"]]);
  });

  test("cannot run two requests under one id, and one that comes later is decided and charged anew", async () => {
    const raw = rawClient("all");
    await raw.begin();
    raw.call(1, "slow");
    raw.call(1, "echo", { text: "second" });
    await expect.poll(() => raw.received.filter(({ error }) => error?.code === -32600)).toHaveLength(1);
    expect(said(await raw.answer(1))).toBe("slow");
    raw.received.length = 0;
    for (const expected of ["counted", "counted", "(counted_budget)"]) {
      raw.call(7, "counted");
      expect(said(await raw.answer(7))).toContain(expected);
      raw.received.length = 0;
    }
  });

  test("is charged for calls that it cancels as soon as they are made", async () => {
    const raw = rawClient("all");
    await raw.begin();
    for (const id of [1, 2]) {
      raw.call(id, "slow");
      await expect.poll(() => desk.decisions.filter(({ tool }) => tool === "slow")).toHaveLength(id);
      await wait(50);
      raw.send({ method: "notifications/cancelled", params: { requestId: id } });
    }
    raw.call(3, "slow");
    expect(said(await raw.answer(3))).toContain("(slow_budget)");
  });

  test("is charged for a task whose result it cannot get: it may have taken the task back when the work was done", async () => {
    const raw = rawClient("hostile");
    await raw.begin();
    for (const id of [1, 2]) {
      raw.send({ id, method: "tools/call", params: { name: "slow", arguments: {}, task: {} } });
      await raw.answer(id);
      raw.send({ id: `cancel ${id}`, method: "tasks/cancel", params: { taskId: "slow" } });
      raw.send({ id: `result ${id}`, method: "tasks/result", params: { taskId: "slow" } });
      expect((await raw.answer(`result ${id}`)).error?.code).toBe(-32050);
    }
    raw.call(3, "slow");
    expect(said(await raw.answer(3))).toContain("(slow_budget)");
  });

  test("has arguments decided as they are in the body, whatever their keys", async () => {
    const raw = rawClient("all");
    await raw.begin();
    raw.write(
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hi","__proto__":{"text":"forbidden"}}}}',
    );
    expect(said(await raw.answer(1))).toContain('"text":"hi"');
    raw.write(
      '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hi"},"arguments":{"text":"forbidden"}}}',
    );
    expect(said(await raw.answer(2))).toContain("(forbidden_word)");
    raw.call(3, "echo", ["forbidden"]);
    expect(said(await raw.answer(3))).toContain("forego.invalid_arguments");
    raw.call(4, "echo", { text: "x".repeat(300_000) });
    expect(said(await raw.answer(4))).toContain("forego.invalid_arguments");
    raw.send({
      id: 5,
      method: "tools/call",
      params: {
        name: "echo",
        arguments: { text: "hi" },
        inputResponses: { text: "more" },
        _meta: { user: "root" },
      },
    });
    expect(said(await raw.answer(5))).toBe('{"text":"hi"}');
    raw.call(6, "calls");
    expect(said(await raw.answer(6))).not.toContain("inputResponses");
  });

  test("that sends too much ends its own session", async () => {
    const raw = rawClient("all");
    await raw.begin();
    raw.input.write("x".repeat(11 * 1024 * 1024));
    await raw.ended;
  });

  test("that goes away takes its server with it", async () => {
    const raw = rawClient("all");
    await raw.begin();
    raw.call(1, "slow");
    raw.input.end();
    await raw.ended;
  });
});

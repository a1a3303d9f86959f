import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { createGuard, type Guard, verified } from "@forego/core";
import { awaitAllCallbacks } from "@langchain/core/callbacks/promises";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { RunnableLambda } from "@langchain/core/runnables";
import { StructuredTool } from "@langchain/core/tools";
import { MessagesAnnotation, StateGraph } from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { createEngine } from "forego";
import { createAgent, createMiddleware, fakeModel, tool, toolRetryMiddleware } from "langchain";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { agentPolicies } from "../../../../test/support/agent-policies.ts";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { foregoMiddleware, guardTool, type LangChainHost } from "../index.ts";

let built: BuiltRelease;
beforeAll(async () => {
  const { "desk.policy.ts": desk = "" } = agentPolicies;
  built = await buildRelease({ "desk.policy.ts": desk });
});
afterAll(() => built.remove());

let decided: string[];
let guard: Guard<LangChainHost>;
beforeEach(() => {
  decided = [];
  guard = createGuard<LangChainHost>({
    engine: createEngine(built.release),
    identify: () => verified({ user: { id: "ana" } }),
    agent: { id: "desk-1", scope: "support" },
    deadlineMs: 5000,
    observers: [{ onDecision: ({ phase }) => void decided.push(phase) }],
  });
});

const fields = { name: "vault", description: "", schema: z.object({}) };
const inner = tool(() => "the secret", { ...fields, name: "inner" });
class OwnInvoke extends StructuredTool {
  name = "vault";
  description = "";
  schema = z.object({});
  // hands on no configuration: LangChain knows it all the same
  override invoke: StructuredTool["invoke"] = (input: never) => super.invoke(input);
  override _call = async () => "the secret";
}
const kinds: Readonly<Record<string, () => unknown>> = {
  "a function": () => tool(() => "the secret", fields),
  "a function that throws": () =>
    tool(() => {
      throw new Error("the secret");
    }, fields),
  "a function that streams": () =>
    tool(async function* () {
      yield "the secret";
      return "the secret";
    }, fields),
  "a function that calls another tool": () => tool(async (_args, config) => inner.invoke({}, config), fields),
  "a class with an invoke of its own": () => new OwnInvoke(),
  "a guarded tool": () =>
    guardTool(
      guard,
      tool(async (_args, config) => inner.invoke({}, config), fields),
    ),
  "a runnable": () => RunnableLambda.from(() => "the secret").asTool(fields),
};

const vaultCall = () =>
  new AIMessage({ content: "", tool_calls: [{ name: "vault", args: {}, id: "call-1" }] });
const agentWith = (one: unknown, inside: Parameters<typeof foregoMiddleware>[1] = {}) =>
  createAgent({
    model: fakeModel().respond(vaultCall()).respond(new AIMessage("done")),
    tools: [one as typeof inner],
    middleware: foregoMiddleware(guard, inside),
  });
const doors: Readonly<Record<string, (one: unknown) => ReturnType<typeof agentWith>["graph"]>> = {
  "an agent": (one) => agentWith(one).graph,
  "a graph": (one) =>
    new StateGraph(MessagesAnnotation)
      .addNode("tools", new ToolNode([guardTool(guard, one as typeof inner)]))
      .addEdge("__start__", "tools")
      .compile() as unknown as ReturnType<typeof agentWith>["graph"],
};

/** All that is in a value, errors included. */
const all = (value: unknown) =>
  JSON.stringify(value, (_key, one: unknown) =>
    one instanceof Error ? `${one.stack} ${String(one.cause)}` : one,
  );

describe.each(Object.entries(doors))("a result that a rule withholds, in %s", (_door, open) => {
  test.each(Object.entries(kinds))("is told to nobody who streams the run, of %s", async (_kind, make) => {
    const ask = { messages: [new HumanMessage("go"), vaultCall()] };
    const heard: unknown[] = [];
    try {
      for await (const part of await open(make()).stream(ask, { streamMode: ["tools", "updates", "custom"] }))
        heard.push(part);
      for await (const event of open(make()).streamEvents(ask, { version: "v2" })) heard.push(event);
    } catch (error) {
      heard.push(error);
    }
    expect(heard.length).toBeGreaterThan(2);
    expect(all(heard)).not.toContain("the secret");
  });
});

/** A release that says nothing about results. */
const buildSilent = () => {
  const { "desk.policy.ts": desk = "" } = agentPolicies;
  return buildRelease({ "desk.policy.ts": desk.replace(/secret: deny.*/, "") });
};

describe.each(Object.entries(doors))("where another release comes meanwhile, in %s", (_door, open) => {
  test.each<[string, (swap: () => void) => unknown]>([
    [
      "an error",
      (swap) =>
        tool(() => {
          swap();
          throw new Error("the secret");
        }, fields),
    ],
    [
      "a result",
      (swap) =>
        tool(() => {
          swap();
          return "the secret";
        }, fields),
    ],
    [
      "a stream",
      (swap) =>
        tool(async function* () {
          swap();
          yield "the secret";
          return "the secret";
        }, fields),
    ],
  ])("%s stays hidden as it was when its call was admitted", async (_what, make) => {
    const silent = await buildSilent();
    const one = make(() => guard.activate(createEngine(silent.release)));
    const heard: unknown[] = [];
    try {
      const ask = { messages: [new HumanMessage("go"), vaultCall()] };
      for await (const part of await open(one).stream(ask, { streamMode: ["tools", "updates", "custom"] }))
        heard.push(part);
    } catch (error) {
      heard.push(error);
    }
    await silent.remove();
    expect(heard).not.toEqual([]);
    expect(all(heard)).not.toContain("the secret");
  });
});

test("a guarded tool in an agent is heard as when its call was admitted, though a release comes that hides it", async () => {
  const silent = await buildSilent();
  guard.activate(createEngine(silent.release));
  await silent.remove();
  const swap = createMiddleware({
    name: "swap",
    wrapToolCall: (request, handler) => {
      guard.activate(createEngine(built.release));
      return handler(request);
    },
  });
  const streaming = tool(async function* () {
    yield "the first part";
    return "the whole";
  }, fields);
  const heard: unknown[] = [];
  const agent = agentWith(guardTool(guard, streaming), { inside: [swap] });
  for await (const part of await agent.stream({ messages: "go" }, { streamMode: ["tools"] }))
    heard.push(part);
  expect(all(heard)).toContain("the first part");
  expect(decided).toEqual(["tool_call"]);
});

test("a result that rules speak about is decided once, where middleware inside hands it on", async () => {
  const inside = [createMiddleware({ name: "pass", wrapToolCall: (request, handler) => handler(request) })];
  const { messages } = await agentWith(
    tool(() => "the secret", fields),
    { inside },
  ).invoke({ messages: "go" });
  expect(messages.find((message) => ToolMessage.isInstance(message))?.content).toContain("secret_result");
  expect(decided).toEqual(["tool_call", "tool_result"]);
});

test("what a tool throws is known to middleware inside, which tries again by it", async () => {
  let tries = 0;
  const flaky = tool(() => {
    tries += 1;
    throw new RangeError("too many");
  }, fields);
  const retryOn = (error: Error) => error instanceof RangeError;
  const inside = [toolRetryMiddleware({ maxRetries: 2, initialDelayMs: 1, retryOn, onFailure: "error" })];
  const { messages } = await agentWith(flaky, { inside }).invoke({ messages: "go" });
  expect(tries).toBe(3);
  expect(messages.find((message) => ToolMessage.isInstance(message))?.content).toBe("The tool failed.");
  expect(decided).toEqual(["tool_call"]);
});

describe("a tool that runs another one", () => {
  const score = tool(() => "", {
    name: "score",
    description: "",
    schema: z.object({ code: z.string().refine(() => false, { error: ({ input }) => `wrong: ${input}` }) }),
  });

  test("tells nothing of what the schema of that one has refused", async () => {
    const one = tool(async () => score.invoke({ code: "the secret" }), fields);
    const { messages } = await agentWith(one).invoke({ messages: [new HumanMessage("go")] });
    expect(all(messages)).not.toContain("the secret");
    expect(messages.at(-2)?.content).toBe("The tool failed.");
  });

  test("is traced by nothing that the environment asks for, where rules have yet to decide", async () => {
    const posted: string[] = [];
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part) => parts.push(part));
      request.on("end", () => {
        const body = Buffer.concat(parts);
        const { "content-encoding": encoding } = request.headers;
        posted.push(
          String(
            encoding === "gzip" ? gunzipSync(body) : encoding === "zstd" ? zstdDecompressSync(body) : body,
          ),
        );
        response.setHeader("content-type", "application/json");
        response.end("{}");
      });
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    onTestFinished(() => {
      vi.unstubAllEnvs();
      server.closeAllConnections();
      server.close();
    });
    vi.stubEnv("LANGSMITH_TRACING", "true");
    vi.stubEnv("LANGSMITH_ENDPOINT", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    vi.stubEnv("LANGSMITH_API_KEY", "none");
    vi.stubEnv("LANGCHAIN_CALLBACKS_BACKGROUND", "false");
    const database = RunnableLambda.from(() => "the secret").withConfig({ runName: "database" });
    const one = tool(
      async (_args, config) => `${await database.invoke("x")} ${await database.invoke("x", config)}`,
      fields,
    );
    const run = async (agent: ReturnType<typeof agentWith>) => {
      await agent.invoke({ messages: [new HumanMessage("go")] });
      await awaitAllCallbacks();
      await expect.poll(() => posted.join().includes("FakeBuiltModel"), { timeout: 60_000 }).toBe(true);
    };
    await run(agentWith(one));
    expect(posted.join().includes("secret_result")).toBe(true);
    expect(posted.join().includes("the secret")).toBe(false);
    // it hears what nobody holds back
    await one.invoke({});
    await awaitAllCallbacks();
    await expect.poll(() => posted.join().includes("the secret"), { timeout: 60_000 }).toBe(true);
  });
});

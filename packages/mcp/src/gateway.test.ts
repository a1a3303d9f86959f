import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
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
import { decisionKey } from "./index.ts";

let built: BuiltRelease;
let direct: RealServer;
let desk: McpDesk;

beforeAll(async () => {
  [built, direct] = await Promise.all([buildRelease(mcpPolicies), startEverything()]);
  const http = { url: direct.url, headers: { "x-gateway": "yes" } };
  const stdio = { ...everythingServer, env: { GATEWAY: "yes" } };
  desk = await openMcpDesk(createEngine(built.release), { servers: { http, stdio } });
});
afterAll(async () => {
  await desk.gateway.close();
  await direct.stop();
  await built.remove();
});

/** A client of the gateway, over HTTP, that ends with the test. */
async function withClient<TResult>(
  server: string,
  work: (client: Client) => Promise<TResult>,
  prepare?: (client: Client) => void,
  capabilities = {},
): Promise<TResult> {
  const client = await connectClient(`${desk.url}/mcp/${server}`, { capabilities }, prepare);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

const call = (client: Client, name: string, args: Record<string, unknown> = {}) =>
  client.callTool({ name, arguments: args });

const decisionOf = (result: unknown) => (result as { _meta?: Record<string, unknown> })._meta?.[decisionKey];

describe.each(["http", "stdio"])("a server behind the gateway, over %s", (server) => {
  test("is the server that it is: name, version, instructions and capabilities", async () => {
    await withClient(server, async (client) => {
      expect(client.getServerVersion()).toEqual({ name: "everything", version: "1.2.3" });
      expect(client.getInstructions()).toBe("Try everything.");
      expect(client.getServerCapabilities()).toMatchObject({
        completions: {},
        logging: {},
        tasks: { cancel: {} },
      });
      await client.ping();
      const names = (await client.listTools()).tools.map(({ name }) => name);
      expect(names).toContain("test_image_content");
      // it would be denied whatever its arguments
      expect(names).not.toContain("constructor");
    });
  });

  test("has calls that are allowed answered by itself, unchanged", async () => {
    await withClient(server, async (client) => {
      expect(await call(client, "echo", { text: "hello" })).toEqual({
        content: [{ type: "text", text: '{"text":"hello"}' }],
      });
      expect(await call(client, "test_error_handling")).toMatchObject({ isError: true });
      await expect(call(client, "unknown_tool")).rejects.toThrow("Unknown tool");
    });
  });

  test("is not called when a rule denies, and the model reads why", async () => {
    await withClient(server, async (client) => {
      const result = await call(client, "echo", { text: "forbidden" });
      expect(result).toMatchObject({ isError: true });
      expect(textOf(result)).toBe("Denied by policy: Some words are not echoed. (forbidden_word)");
      expect(decisionOf(result)).toMatchObject({ allow: false, reasons: ["forbidden_word"] });
      expect(await call(client, "constructor")).toMatchObject({ isError: true });
      expect(textOf(await call(client, "calls"))).not.toContain("forbidden");
    });
  });

  test("is not asked for a resource or a prompt that a rule denies", async () => {
    await withClient(server, async (client) => {
      const denied = { code: -32003, data: { [decisionKey]: { reasons: ["no_secrets"] } } };
      await expect(client.readResource({ uri: "test://secret" })).rejects.toMatchObject(denied);
      await expect(client.getPrompt({ name: "secret_prompt" })).rejects.toMatchObject(denied);
      expect((await client.readResource({ uri: "test://static-text" })).contents).toHaveLength(1);
      const prompt = await client.getPrompt({
        name: "test_prompt_with_arguments",
        arguments: { arg1: "a", arg2: "b" },
      });
      expect(JSON.stringify(prompt)).toContain("arg1='a', arg2='b'");
    });
  });

  test("gets the arguments that rules made, and only those", async () => {
    await withClient(server, async (client) => {
      expect(textOf(await call(client, "echo", { text: "LOUD", note: "n" }))).toBe(
        '{"text":"quiet","note":"[redacted]"}',
      );
    });
  });

  test("has values taken out of structured content and of the text beside it, which clients accept", async () => {
    await withClient(server, async (client) => {
      // what clients have seen in the list is what they check results by
      const { tools } = await client.listTools();
      expect(tools.find(({ name }) => name === "customer")?.outputSchema).toBeUndefined();
      const result = await call(client, "customer", { id: 7 });
      const expected = { id: 7, ssn: "[redacted]", balance: null, rows: [{ ssn: "[redacted]", amount: 3 }] };
      expect(result.structuredContent).toEqual(expected);
      expect(JSON.parse(textOf(result))).toEqual(expected);
      expect(textOf(await call(client, "lookup", { id: 1 }))).toBe('{"id":1,"ssn":"[redacted]"}');
    });
  });

  test("cannot say beside a result what was taken out of it", async () => {
    await withClient(server, async (client) => {
      const result = await call(client, "sneaky");
      expect(JSON.stringify(result)).not.toContain("123-45");
      expect(result).toEqual({
        content: [{ type: "text", text: '{"id":1,"ssn":"[redacted]"}' }],
        structuredContent: { id: 1, ssn: "[redacted]" },
      });
    });
  });

  test("has a result withheld that a rule denies", async () => {
    await withClient(server, async (client) => {
      const result = await call(client, "lookup", { id: 13 });
      expect(result).toMatchObject({ isError: true });
      expect(JSON.stringify(result)).not.toContain("123-45");
      expect(decisionOf(result)).toMatchObject({ reasons: ["customer_hidden"] });
    });
  });

  test("reports progress and logs, and is told that a call was cancelled", async () => {
    const logs: unknown[] = [];
    await withClient(
      server,
      async (client) => {
        const progress: number[] = [];
        const onprogress = (one: { progress: number }) => void progress.push(one.progress);
        await client.callTool({ name: "test_tool_with_progress" }, undefined, { onprogress });
        expect(progress).toEqual([0, 50, 100]);
        await call(client, "test_tool_with_logging");
        expect(logs).toHaveLength(3);
        const controller = new AbortController();
        const slow = client.callTool({ name: "slow" }, undefined, { signal: controller.signal });
        setTimeout(() => controller.abort(), 200);
        await expect(slow).rejects.toThrow();
        await expect.poll(async () => textOf(await call(client, "calls"))).toContain("slow was cancelled");
      },
      (client) =>
        client.setNotificationHandler(
          LoggingMessageNotificationSchema,
          ({ params }) => void logs.push(params.data),
        ),
    );
  });

  test("asks the client: for samples, forms and roots", async () => {
    await withClient(
      server,
      async (client) => {
        expect(textOf(await call(client, "test_sampling", { prompt: "p" }))).toBe("LLM response: sampled");
        expect(textOf(await call(client, "test_elicitation", { message: "m" }))).toContain("action=accept");
        expect(textOf(await call(client, "roots"))).toContain("file:///here");
      },
      (client) => {
        client.setRequestHandler(CreateMessageRequestSchema, () => ({
          model: "m",
          role: "assistant",
          content: { type: "text", text: "sampled" },
        }));
        client.setRequestHandler(ElicitRequestSchema, () => ({
          action: "accept",
          content: { username: "u", email: "e" },
        }));
        client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: "file:///here" }] }));
      },
      { sampling: {}, elicitation: {}, roots: {} },
    );
  });

  test("tells of resources that the client subscribed to", async () => {
    const updated: string[] = [];
    await withClient(
      server,
      async (client) => {
        await client.subscribeResource({ uri: "test://watched-resource" });
        await expect.poll(() => updated).toEqual(["test://watched-resource"]);
      },
      (client) =>
        client.setNotificationHandler(
          ResourceUpdatedNotificationSchema,
          ({ params }) => void updated.push(params.uri),
        ),
    );
  });

  test("decides the result of a task as that of a call", async () => {
    await withClient(server, async (client) => {
      const events: unknown[] = [];
      const stream = client.experimental.tasks.callToolStream(
        { name: "customer", arguments: { id: 3 } },
        undefined,
        { task: { ttl: 60_000 } },
      );
      for await (const event of stream) events.push(event);
      expect(events.at(-1)).toMatchObject({
        type: "result",
        result: { structuredContent: { ssn: "[redacted]" } },
      });
      expect(JSON.stringify(events)).not.toContain("123-45");
      expect((await client.experimental.tasks.listTasks()).tasks).toHaveLength(1);
      const params = { name: "customer", arguments: { id: 3 }, task: { ttl: 60_000 } };
      const begun = await client.request({ method: "tools/call", params }, z.looseObject({}));
      expect(Object.keys(begun)).toEqual(["task"]);
    });
  });

  test("begins no task that a rule denies, and none is known that another session began", async () => {
    await withClient(server, async (client) => {
      const events: { type: string; error?: { code?: number } }[] = [];
      const params = { name: "echo", arguments: { text: "forbidden" } };
      const stream = client.experimental.tasks.callToolStream(params, undefined, { task: { ttl: 60_000 } });
      for await (const event of stream) events.push(event as (typeof events)[number]);
      expect(events).toEqual([{ type: "error", error: expect.objectContaining({ code: -32003 }) }]);
      await expect(client.experimental.tasks.getTask("somebody-else's")).rejects.toMatchObject({
        code: -32602,
      });
    });
  });
});

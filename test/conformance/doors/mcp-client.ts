import type { Guard } from "@forego/core";
import { guardClient, type McpHost } from "@forego/mcp";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Answer, Door, DoorOptions, ModelCall, OpenDoor, Person } from "../door.ts";
import { readAnswer } from "../office-gateway.ts";
import { serveOffice } from "./mcp.ts";

/** An application's own client of a server of the office's tools, guarded, over HTTP. */
export const mcpClient: Door = { name: "MCP guardClient", adapter: "mcp", open: openClient };

async function openClient({ guard, tools, session, claim = {}, asked }: DoorOptions): Promise<OpenDoor> {
  const office = await serveOffice(tools);
  const client = new Client({ name: "app", version: "1", ...claim });
  await client.connect(new StreamableHTTPClientTransport(new URL(office.url)));
  const context = { session };
  const guarded = guardClient(guard as Guard<McpHost>, client, {
    ...{ server: "office", context, conversationId: "talk" },
  });
  const host: McpHost = { adapter: "mcp", transport: "client", server: "office", context };
  let latest: readonly ModelCall[] = [];
  let known = 0;
  // what was asked about a call, which is not asked again while it is open
  const open = new Map<string, readonly string[]>();

  const call = ({ tool, args }: ModelCall, signal?: AbortSignal): Promise<Answer> => {
    const params = { name: tool, arguments: args as Record<string, unknown>, _meta: { ...claim } };
    return readAnswer(guarded.callTool(params, signal === undefined ? {} : { signal }));
  };
  const callAll = (calls: readonly ModelCall[], signal?: AbortSignal) =>
    Promise.all(calls.map((one) => call(one, signal)));
  const answerAll = async (ids: readonly string[], person: Person) => {
    for (const id of ids) await guard.answer(id, person === "approve", host as never);
  };

  return {
    async turn(calls, person, signal) {
      const answers = await callAll(calls, signal);
      const added = asked.slice(known);
      known = asked.length;
      const keys = calls.map(({ tool, args }) => JSON.stringify([tool, args]));
      if (added.length > 0) for (const key of keys) open.set(key, added);
      const ids = new Set(keys.flatMap((key) => open.get(key) ?? []));
      if (ids.size === 0 || person === undefined) return answers;
      latest = calls;
      await answerAll([...ids], person);
      return callAll(calls);
    },
    async replay() {
      await answerAll(asked.slice(0, known), "approve");
      await callAll(latest);
    },
    async forge(one) {
      await answerAll([one.id, "0", "1"], "approve");
      await call({ ...one, args: { ...(one.args as object), approve: true, approved: true } });
      await call(one);
    },
    shown: async () => (await guarded.listTools()).tools.map(({ name }) => name),
    insist: async () => ({ turns: Number.POSITIVE_INFINITY, lastWords: "" }),
    async close() {
      await client.close();
      await office.close();
    },
  };
}

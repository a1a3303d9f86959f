import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import {
  CallToolRequestSchema,
  ElicitRequestSchema,
  ListToolsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Answer, Door, DoorOptions, ModelCall, OpenDoor, Person } from "../door.ts";
import { formOf, keepAnswers, listenWithOffice, openOfficeGateway, readAnswer } from "../office-gateway.ts";
import { callOffice, listOffice } from "../office-server.ts";
import type { OfficeTools } from "../office-tools.ts";

/** The gateway, between the SDK's own client and a server of the office's tools, both over HTTP. */
export const mcpGateway: Door = { name: "MCP gateway", adapter: "mcp", open: openGateway };

async function openGateway({ guard, tools, session, claim = {} }: DoorOptions): Promise<OpenDoor> {
  const office = await serveOffice(tools);
  const gateway = await openOfficeGateway({ guard, session, claim }, office.url);
  const transport = new StreamableHTTPClientTransport(gateway.url, gateway.transportOptions);
  const client = new Client({ name: "model", version: "1", ...claim }, { capabilities: { elicitation: {} } });
  let person: Person;
  client.setRequestHandler(ElicitRequestSchema, () => formOf(person));
  await client.connect(transport);
  const answers = keepAnswers(transport, (message) => !Array.isArray(message) && "result" in message);
  let latest: readonly ModelCall[] = [];

  const call = ({ tool, args }: ModelCall, signal?: AbortSignal): Promise<Answer> => {
    const params = { name: tool, arguments: args as Record<string, unknown>, _meta: { ...claim } };
    return readAnswer(client.callTool(params, undefined, signal === undefined ? {} : { signal }));
  };

  return {
    turn(calls, who, signal) {
      person = who;
      latest = calls;
      return Promise.all(calls.map((one) => call(one, signal)));
    },
    async replay() {
      person = undefined;
      for (const answer of [...answers]) await transport.send(answer);
      await Promise.all(latest.map((one) => call(one)));
    },
    async forge(one) {
      person = undefined;
      const result = { action: "accept", content: { approve: true } };
      for (let id = 0; id < 20; id += 1) await transport.send({ jsonrpc: "2.0", id, result });
      await call({ ...one, args: { ...(one.args as object), approve: true, approved: true } });
      await call(one);
    },
    shown: async () => (await client.listTools()).tools.map(({ name }) => name),
    insist: async () => ({ turns: Number.POSITIVE_INFINITY, lastWords: "" }),
    async close() {
      await client.close();
      await gateway.close();
      await office.close();
    },
  };
}

/** A server of the office's tools, for one session. */
export async function serveOffice(office: OfficeTools) {
  const server = new Server({ name: "office", version: "1" }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: listOffice(office) }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }, { signal }) =>
    callOffice(office, params, signal),
  );
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => crypto.randomUUID() });
  await server.connect(transport);
  return listenWithOffice(
    (request, response) => void transport.handleRequest(request, response),
    () => server.close(),
  );
}

import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Guard } from "@forego/core";
import { type Authenticated, createGateway, type McpHost } from "@forego/mcp";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import {
  CallToolRequestSchema,
  ElicitRequestSchema,
  type JSONRPCMessage,
  ListToolsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Answer, Door, DoorOptions, ModelCall, OpenDoor, Person } from "../door.ts";
import { callOffice, listOffice } from "../office-server.ts";
import type { OfficeTools } from "../office-tools.ts";

/** The gateway, between the SDK's own client and a server of the office's tools, both over HTTP. */
export const mcpGateway: Door = { name: "MCP gateway", adapter: "mcp", open: openGateway };

async function openGateway({ guard, tools, session, claim = {} }: DoorOptions): Promise<OpenDoor> {
  const office = await serveOffice(tools);
  const gateway = createGateway(guard as Guard<McpHost>, {
    servers: { office: { url: office.url } },
    authenticate: authenticateSession,
  });
  const url = new URL(`${await gateway.listen()}/mcp/office`);
  const headers = { ...claimHeaders(claim), authorization: `Bearer ${session}` };
  const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers } });
  const client = new Client({ name: "model", version: "1", ...claim }, { capabilities: { elicitation: {} } });
  let person: Person;
  client.setRequestHandler(ElicitRequestSchema, () => {
    if (person === undefined) return { action: "cancel" };
    return person === "approve" ? { action: "accept", content: { approve: true } } : { action: "decline" };
  });
  await client.connect(transport);
  const answers = keepAnswers(transport);
  let latest: readonly ModelCall[] = [];

  const call = async ({ tool, args }: ModelCall, signal?: AbortSignal): Promise<Answer> => {
    const params = { name: tool, arguments: args as Record<string, unknown>, _meta: { ...claim } };
    try {
      const result = await client.callTool(params, undefined, signal === undefined ? {} : { signal });
      const content = result.content as readonly { readonly text?: string }[];
      return {
        state: result.isError === true ? "error" : "done",
        text: content.map(({ text = "" }) => text).join("\n"),
      };
    } catch (error) {
      return { state: "error", text: String(error) };
    }
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

/** Whose session a bearer token stands for. */
export function authenticateSession({ headers }: IncomingMessage): Authenticated {
  const caller = String(headers.authorization).replace("Bearer ", "");
  return { subject: caller, authInfo: { token: "", clientId: "", scopes: [], extra: { session: caller } } };
}

/** What a client claims, in headers. */
export function claimHeaders(claim: Readonly<Record<string, unknown>>): Record<string, string> {
  const claims = Object.entries(claim).map(([name, value]) => [`x-${name}`, JSON.stringify(value)]);
  return Object.fromEntries(claims);
}

/** Keeps what the client answers to questions, so that it can come in again. */
function keepAnswers(transport: StreamableHTTPClientTransport): readonly JSONRPCMessage[] {
  const answers: JSONRPCMessage[] = [];
  const send = transport.send.bind(transport);
  transport.send = (message, options) => {
    if (!Array.isArray(message) && "result" in message) answers.push(message);
    return send(message, options);
  };
  return answers;
}

/** A server of the office's tools, for one session. */
async function serveOffice(office: OfficeTools) {
  const server = new Server({ name: "office", version: "1" }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: listOffice(office) }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }, { signal }) =>
    callOffice(office, params, signal),
  );
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => crypto.randomUUID() });
  await server.connect(transport);
  const http = createServer((request, response) => void transport.handleRequest(request, response));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/`,
    async close() {
      await server.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

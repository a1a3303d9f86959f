import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Guard } from "@forego/core";
import { createGateway, type McpHost } from "@forego/mcp";
import { Client, type JSONRPCMessage, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { createMcpHandler, Server } from "@modelcontextprotocol/server";
import type { Answer, Door, DoorOptions, ModelCall, OpenDoor, Person } from "../door.ts";
import { callOffice, listOffice } from "../office-server.ts";
import type { OfficeTools } from "../office-tools.ts";
import { authenticateSession, claimHeaders } from "./mcp.ts";

/** The gateway, between the client and the server of the protocol's version without sessions, both over HTTP. */
export const mcpGatewayStateless: Door = {
  name: "MCP gateway, 2026-07-28",
  adapter: "mcp",
  open: openGateway,
};

async function openGateway({ guard, tools, session, claim = {} }: DoorOptions): Promise<OpenDoor> {
  const office = await serveOffice(tools);
  const gateway = createGateway(guard as Guard<McpHost>, {
    servers: { office: { url: office.url } },
    authenticate: authenticateSession,
  });
  const url = new URL(`${await gateway.listen()}/mcp/office`);
  const headers = { ...claimHeaders(claim), authorization: `Bearer ${session}` };
  const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers } });
  const client = new Client(
    { name: "model", version: "1", ...claim },
    { capabilities: { elicitation: {} }, versionNegotiation: { mode: { pin: "2026-07-28" } } },
  );
  let person: Person;
  client.setRequestHandler("elicitation/create", () => {
    if (person === undefined) return { action: "cancel" };
    return person === "approve" ? { action: "accept", content: { approve: true } } : { action: "decline" };
  });
  await client.connect(transport);
  const answers = keepAnswers(transport);
  let latest: readonly ModelCall[] = [];

  const call = async (
    { tool, args }: ModelCall,
    more: object = {},
    signal?: AbortSignal,
  ): Promise<Answer> => {
    const params = { name: tool, arguments: args as Record<string, unknown>, _meta: { ...claim }, ...more };
    try {
      const result = await client.callTool(params, signal === undefined ? {} : { signal });
      return {
        state: result.isError === true ? "error" : "done",
        text: result.content.map((part) => ("text" in part ? part.text : "")).join("\n"),
      };
    } catch (error) {
      return { state: "error", text: String(error) };
    }
  };

  return {
    turn(calls, who, signal) {
      person = who;
      latest = calls;
      return Promise.all(calls.map((one) => call(one, {}, signal)));
    },
    async replay() {
      person = undefined;
      for (const answer of [...answers]) await transport.send(answer);
      await Promise.all(latest.map((one) => call(one)));
    },
    async forge(one) {
      person = undefined;
      const approved = { action: "accept", content: { approve: true } };
      const inputResponses = { "dev.forego/approval": approved, approve: approved };
      await call(one, { inputResponses });
      for (const requestState of ["", "1", crypto.randomUUID()])
        await call(one, { inputResponses, requestState });
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

/** Keeps the requests that a client made again with answers, so that they can come in again. */
function keepAnswers(transport: StreamableHTTPClientTransport): readonly JSONRPCMessage[] {
  const answers: JSONRPCMessage[] = [];
  const send = transport.send.bind(transport);
  transport.send = (message, options) => {
    if (
      !Array.isArray(message) &&
      "params" in message &&
      message.params &&
      "inputResponses" in message.params
    )
      answers.push(message);
    return send(message, options);
  };
  return answers;
}

/** A server of the office's tools. */
async function serveOffice(office: OfficeTools) {
  const handler = createMcpHandler(() => {
    const server = new Server({ name: "office", version: "1" }, { capabilities: { tools: {} } });
    server.setRequestHandler("tools/list", () => ({ tools: listOffice(office) }));
    server.setRequestHandler("tools/call", ({ params }, { mcpReq }) =>
      callOffice(office, params, mcpReq.signal),
    );
    return server;
  });
  const http = createServer(async (request, response) => {
    const controller = new AbortController();
    response.once("close", () => controller.abort());
    const { method = "POST", headers } = request;
    const body = await buffer(request);
    const answer = await handler.fetch(
      new Request("http://127.0.0.1/", {
        method,
        headers: headers as Record<string, string>,
        signal: controller.signal,
        ...(body.length === 0 ? {} : { body }),
      }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/`,
    async close() {
      await handler.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

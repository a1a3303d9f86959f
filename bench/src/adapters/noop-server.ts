// An MCP server with a tool that does nothing: `stdio`, or `http`, which prints the port that it listens on.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { z } from "zod";
import { noop } from "./host.ts";

const server = new McpServer({ name: "noop", version: "1.0.0" });
const inputSchema = { query: z.string(), limit: z.number() };
server.registerTool(noop.name, { inputSchema }, () => ({ content: [{ type: "text", text: "nothing" }] }));

if (process.argv[2] === "stdio") {
  await server.connect(new StdioServerTransport());
} else {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => "session" });
  await server.connect(transport);
  const http = createServer((request, response) => void transport.handleRequest(request, response));
  http.listen(0, "127.0.0.1", () => process.stdout.write(`${(http.address() as AddressInfo).port}\n`));
}

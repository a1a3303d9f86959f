// A server of the protocol's next version, over its own SDK: it speaks 2026-07-28 and the version before.
import { McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { z } from "zod";

const calls: unknown[] = [];
const text = (value: unknown) => ({ content: [{ type: "text" as const, text: JSON.stringify(value) }] });

await serveStdio(() => {
  const server = new McpServer({ name: "later", version: "2.0.0" });
  server.registerTool("echo", { inputSchema: z.object({ text: z.string() }) }, async (args) => {
    calls.push(args);
    return text(args);
  });
  server.registerTool("calls", {}, async () => text(calls));
  return server;
});

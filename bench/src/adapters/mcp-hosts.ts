import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Guard } from "@forego/core";
import { createGateway, type McpHost } from "@forego/mcp";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { callsPerRun, type Host, noop, type OpenHost } from "./host.ts";

const file = fileURLToPath(new URL("noop-server.ts", import.meta.url));
const command = process.execPath;
const argsOf = (how: string) => ["--conditions=@forego/source", file, how];
/** The name that the benchmark's rules know the server by. */
const crm = "crm";

/** A server over its own input and output; the gateway between them is one more pair of streams. */
export const mcpStdio: Host = {
  name: "MCP gateway, stdio",
  tellsTurns: false,
  async open(guard) {
    const server = { command, args: argsOf("stdio") };
    if (guard === undefined) return openClient(new StdioClientTransport(server));
    const gateway = createGateway(guard as Guard<McpHost>, { servers: { [crm]: server } });
    const [input, output] = [new PassThrough(), new PassThrough()];
    void gateway.serveStdio(crm, input, output);
    // a transport of lines, whichever side of them it stands on
    return openClient(new StdioServerTransport(output, input), () => gateway.close());
  },
};

/** A server over Streamable HTTP on loopback, in a process of its own. */
export const mcpHttp: Host = {
  name: "MCP gateway, HTTP",
  tellsTurns: false,
  async open(guard) {
    const child = spawn(command, argsOf("http"), { stdio: ["ignore", "pipe", "inherit"] });
    const url = `http://127.0.0.1:${await readPort(child)}/mcp`;
    const stop = async () => void child.kill();
    if (guard === undefined) return openClient(new StreamableHTTPClientTransport(new URL(url)), stop);
    const gateway = createGateway(guard as Guard<McpHost>, { servers: { [crm]: { url } } });
    const address = `${await gateway.listen()}/mcp/${crm}`;
    return openClient(new StreamableHTTPClientTransport(new URL(address)), async () => {
      await gateway.close();
      await stop();
    });
  },
};

async function readPort({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error("the server prints nothing");
  const [line] = await once(stdout, "data");
  return String(line).trim();
}

async function openClient(
  transport: Transport,
  stop: () => Promise<void> = async () => {},
): Promise<OpenHost> {
  const client = new Client({ name: "bench", version: "1.0.0" });
  await client.connect(transport);
  return {
    async run() {
      let done = 0;
      for (let call = 0; call < callsPerRun; call++) {
        const { content } = await client.callTool({ name: noop.name, arguments: noop.args });
        if (JSON.stringify(content).includes('"nothing"')) done += 1;
      }
      return done;
    },
    async close() {
      await client.close();
      await stop();
    },
  };
}

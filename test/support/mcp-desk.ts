import { fileURLToPath } from "node:url";
import {
  type AskEvent,
  createGuard,
  type DecisionEvent,
  type Engine,
  type Guard,
  type GuardOptions,
  type SettleEvent,
  verified,
} from "@forego/core";
import {
  createGateway,
  type Gateway,
  type GatewayOptions,
  type GatewayTrouble,
  type McpHost,
} from "@forego/mcp";
import { memoryStores } from "@forego/state/memory";
import { Client, type ClientOptions } from "@modelcontextprotocol/sdk/client/index.js";
import {
  StreamableHTTPClientTransport,
  type StreamableHTTPClientTransportOptions,
} from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { endProcess, findPort, type RealServer, startServer } from "./real-server.ts";

/** A TypeScript file of this folder, as a command. */
export function commandOf(name: string, ...args: readonly string[]) {
  const file = fileURLToPath(new URL(name, import.meta.url));
  return { command: process.execPath, args: ["--conditions=@forego/source", file, ...args] };
}

/** The server with everything, over stdio. */
export const everythingServer = commandOf("mcp-everything-server.ts", "stdio");

/** Starts the server with everything over HTTP. */
export const startEverything = () => startOverHttp("mcp-everything-server.ts");

/** Starts a server of this folder over HTTP. */
export async function startOverHttp(name: string): Promise<RealServer> {
  const port = await findPort();
  const { command, args } = commandOf(name, "http", String(port));
  const child = await startServer(command, args, /http:/);
  return { url: `http://127.0.0.1:${port}/mcp`, stop: () => endProcess(child, "SIGKILL") };
}

/** A gateway with all that it told anybody. */
export interface McpDesk {
  readonly guard: Guard<McpHost>;
  readonly gateway: Gateway;
  /** Where it listens. */
  readonly url: string;
  readonly hosts: readonly McpHost[];
  readonly decisions: readonly DecisionEvent[];
  readonly asks: readonly AskEvent[];
  readonly settles: readonly SettleEvent[];
  readonly troubles: readonly GatewayTrouble[];
}

/** The identity that the desk takes a host for: whom the token names, `ana` where there is none. */
export function identifyClient({ authInfo }: McpHost) {
  const { user = "ana", groups = [] } = (authInfo?.extra ?? {}) as { user?: string; groups?: string[] };
  return verified({ user: { id: user, groups } });
}

/** Listens with a gateway in front of servers. */
export async function openMcpDesk(
  engine: Engine,
  options: GatewayOptions,
  guardOptions: Partial<GuardOptions<McpHost>> = {},
): Promise<McpDesk> {
  const hosts: McpHost[] = [];
  const decisions: DecisionEvent[] = [];
  const asks: AskEvent[] = [];
  const settles: SettleEvent[] = [];
  const troubles: GatewayTrouble[] = [];
  const guard = createGuard<McpHost>({
    engine,
    identify: (host) => {
      hosts.push(host);
      return identifyClient(host);
    },
    agent: { id: "mcp-agent", scope: "support" },
    state: memoryStores().state,
    deadlineMs: 5000,
    ...guardOptions,
    observers: [
      ...(guardOptions.observers ?? []),
      {
        onDecision: (event) => void decisions.push(event),
        onAsk: (event) => void asks.push(event),
        onSettle: (event) => void settles.push(event),
      },
    ],
  });
  const gateway = createGateway(guard, { onTrouble: (trouble) => void troubles.push(trouble), ...options });
  const url = await gateway.listen();
  return { guard, gateway, url, hosts, decisions, asks, settles, troubles };
}

/** Connects the SDK's own client. */
export async function connectClient(
  url: string,
  {
    capabilities = {},
    ...options
  }: StreamableHTTPClientTransportOptions & Pick<ClientOptions, "capabilities"> = {},
  prepare: (client: Client) => void = () => {},
): Promise<Client> {
  const client = new Client({ name: "test", version: "1.0.0" }, { capabilities });
  prepare(client);
  await client.connect(new StreamableHTTPClientTransport(new URL(url), options));
  return client;
}

/** The text of a tool's result. */
export function textOf(result: unknown): string {
  const { content } = result as { content: readonly { text?: string }[] };
  return content.map(({ text = "" }) => text).join("\n");
}

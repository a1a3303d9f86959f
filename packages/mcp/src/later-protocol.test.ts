import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import {
  commandOf,
  everythingServer,
  type McpDesk,
  openMcpDesk,
  textOf,
} from "../../../test/support/mcp-desk.ts";
import { mcpPolicies } from "../../../test/support/mcp-policies.ts";

const later = commandOf("mcp-later-server.ts");
let built: BuiltRelease;
let desk: McpDesk;

beforeAll(async () => {
  built = await buildRelease(mcpPolicies);
  desk = await openMcpDesk(createEngine(built.release), { servers: { later, all: everythingServer } });
});
afterAll(async () => {
  await desk.gateway.close();
  await built.remove();
});

type Negotiation = "auto" | { readonly pin: string } | undefined;

const clientOf = (mode: Negotiation) =>
  new Client({ name: "later", version: "1" }, mode === undefined ? {} : { versionNegotiation: { mode } });

const transportTo = (server: string) =>
  new StreamableHTTPClientTransport(new URL(`${desk.url}/mcp/${server}`));

describe("a client of the protocol's next version", () => {
  test("really speaks it to a server of its kind, where there is no gateway", async () => {
    const client = clientOf("auto");
    await client.connect(new StdioClientTransport(later));
    expect(client.getNegotiatedProtocolVersion()).toBe("2026-07-28");
    await client.close();
  });

  test.each<[string, Negotiation]>([
    ["later", undefined],
    ["later", "auto"],
    ["all", "auto"],
  ])("speaks the version before to %s through the gateway, and is decided (%o)", async (server, mode) => {
    const client = clientOf(mode);
    await client.connect(transportTo(server));
    expect(client.getNegotiatedProtocolVersion()).toBe("2025-11-25");
    const echo = (text: string) => client.callTool({ name: "echo", arguments: { text } });
    expect(textOf(await echo("hello"))).toBe('{"text":"hello"}');
    expect(textOf(await echo("forbidden"))).toContain("(forbidden_word)");
    expect(textOf(await client.callTool({ name: "calls", arguments: {} }))).not.toContain("forbidden");
    await client.close();
  });

  test("is refused when it insists, and nothing is called", async () => {
    const before = desk.decisions.length;
    await expect(clientOf({ pin: "2026-07-28" }).connect(transportTo("later"))).rejects.toThrow("2026-07-28");
    expect(desk.decisions).toHaveLength(before);
  });
});

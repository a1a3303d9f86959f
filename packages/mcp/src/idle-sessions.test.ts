import { setTimeout as wait } from "node:timers/promises";
import { createEngine } from "forego";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { commandOf, openMcpDesk } from "../../../test/support/mcp-desk.ts";
import { mcpPolicies } from "../../../test/support/mcp-policies.ts";

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildRelease(mcpPolicies);
});
afterAll(() => built.remove());

test("a session ends whose client went away in a call that is never answered, and not before", async () => {
  const servers = { hostile: commandOf("mcp-hostile-server.ts") };
  const desk = await openMcpDesk(createEngine(built.release), {
    servers,
    sessionIdleMs: 1000,
    maxSessions: 1,
  });
  onTestFinished(() => desk.gateway.close());
  const send = (body: object, headers: Record<string, string> = {}, signal: AbortSignal | null = null) =>
    fetch(`${desk.url}/mcp/hostile`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: "2.0", ...body }),
      signal,
    });
  const clientInfo = { name: "test", version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
  const initialize = () => send({ id: 0, method: "initialize", params });

  const begun = await initialize();
  const session = { "mcp-session-id": begun.headers.get("mcp-session-id") ?? "" };
  await begun.text();
  await send({ method: "notifications/initialized" }, session);
  const client = new AbortController();
  const hung = { id: 1, method: "tools/call", params: { name: "malformed", arguments: {} } };
  const call = send(hung, session, client.signal).then((response) => response.text());
  call.catch(() => {});
  await wait(2500);
  expect((await initialize()).status).toBe(503);
  client.abort();
  await expect.poll(async () => (await initialize()).status).toBe(200);
});

import { createGuard, type Guard, verified } from "@forego/core";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { CreateMessageRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { createEngine } from "forego";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { connectClient, everythingServer, openMcpDesk } from "../../../test/support/mcp-desk.ts";
import { allowAllPolicies } from "../../../test/support/mcp-policies.ts";
import { guardClient, type McpHost } from "./index.ts";

const holding = {
  ...allowAllPolicies,
  "held.policy.ts": `
    import { policy } from "@forego/dsl";
    export default policy({
      category: "compliance",
      name: "held",
      version: "1.0.0",
      rules: ({ deny }) => ({
        held: deny({ reason: "held_back", on: ["tool_result"], when: ({ action }) => action.tool === "test_sampling" }),
      }),
    });
  `,
};

let held: BuiltRelease;
let silent: BuiltRelease;
beforeAll(async () => {
  [held, silent] = await Promise.all([buildRelease(holding), buildRelease(allowAllPolicies)]);
});
afterAll(() => Promise.all([held.remove(), silent.remove()]));

/** Answers what the server asks while its tool runs; by then, another release decides. */
function swapMeanwhile(client: Client, guard: () => Guard<McpHost>): void {
  client.setRequestHandler(CreateMessageRequestSchema, () => {
    guard().activate(createEngine(silent.release));
    return { model: "m", role: "assistant", content: { type: "text", text: "the secret" } };
  });
}

const sample = { name: "test_sampling", arguments: { prompt: "what is it?" } };

test("a result is held back by the release that admitted its call, through the gateway", async () => {
  const options = { servers: { all: everythingServer } };
  const desk = await openMcpDesk(createEngine(held.release), options, { deadlineMs: 5000 });
  const prepare = (client: Client) => swapMeanwhile(client, () => desk.guard);
  const client = await connectClient(`${desk.url}/mcp/all`, { capabilities: { sampling: {} } }, prepare);
  const results = [await client.callTool(sample), await client.callTool(sample)];
  await client.close();
  await desk.gateway.close();
  expect(results[0]).toMatchObject({ isError: true });
  expect(JSON.stringify(results[0])).not.toContain("the secret");
  // the release that came meanwhile speaks about no results
  expect(JSON.stringify(results[1])).toContain("the secret");
});

test("a result is held back by the release that admitted its call, in an application's own client", async () => {
  const client = new Client({ name: "app", version: "1" }, { capabilities: { sampling: {} } });
  const guard = createGuard<McpHost>({
    engine: createEngine(held.release),
    identify: () => verified({ user: { id: "ana" } }),
    agent: { id: "app-1", scope: "support" },
    deadlineMs: 5000,
  });
  swapMeanwhile(client, () => guard);
  await client.connect(new StdioClientTransport(everythingServer));
  const guarded = guardClient(guard, client, { server: "all" });
  const results = [await guarded.callTool(sample), await guarded.callTool(sample)];
  await client.close();
  expect(results[0]).toMatchObject({ isError: true });
  expect(JSON.stringify(results[0])).not.toContain("the secret");
  expect(JSON.stringify(results[1])).toContain("the secret");
});

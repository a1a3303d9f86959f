import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { createEngine } from "forego";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import {
  connectClient,
  everythingServer,
  type McpDesk,
  openMcpDesk,
  textOf,
} from "../../../test/support/mcp-desk.ts";
import { mcpPolicies } from "../../../test/support/mcp-policies.ts";
import { guardClient } from "./index.ts";

let built: BuiltRelease;
let desk: McpDesk;
const traces: (string | undefined)[] = [];

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  built = await buildRelease(mcpPolicies);
  const onDecision = () => void traces.push(trace.getSpanContext(context.active())?.traceId);
  desk = await openMcpDesk(
    createEngine(built.release),
    { servers: { all: everythingServer } },
    { observers: [{ onDecision }] },
  );
});
afterAll(async () => {
  await desk.gateway.close();
  await built.remove();
  context.disable();
  propagation.disable();
});

test("decisions belong to the trace that the request names, and the server is told the same", async () => {
  const client = await connectClient(`${desk.url}/mcp/all`);
  const one = "0af7651916cd43dd8448eb211c80319c";
  const other = "4bf92f3577b34da6a3ce929d0e0e4736";
  const metaOf = (id: string) => ({ traceparent: `00-${id}-b7ad6b7169203331-01`, tracestate: "a=b" });
  await Promise.all([
    client.callTool({ name: "echo", arguments: { text: "a" }, _meta: metaOf(one) }),
    client.callTool({ name: "lookup", arguments: { id: 1 }, _meta: metaOf(other) }),
  ]);
  expect(traces.sort()).toEqual([one, other, other]);
  expect(textOf(await client.callTool({ name: "calls" }))).toContain(metaOf(one).traceparent);
  traces.length = 0;
  const hostile = { traceparent: ["00"], tracestate: {}, baggage: "__proto__=1", constructor: "x" };
  await client.callTool({ name: "echo", arguments: { text: "b" }, _meta: hostile });
  expect(traces).toEqual([undefined]);
  await client.close();
});

test("an application's own calls name the trace that is active", async () => {
  const client = await connectClient(`${desk.url}/mcp/all`);
  const guarded = guardClient(desk.guard, client, { server: "all" });
  const traceId = "11111111111111111111111111111111";
  const active = trace.setSpanContext(context.active(), {
    traceId,
    spanId: "2222222222222222",
    traceFlags: 1,
  });
  await context.with(active, () => guarded.callTool({ name: "echo", arguments: { text: "c" } }));
  expect(textOf(await client.callTool({ name: "calls" }))).toContain(`00-${traceId}-2222222222222222-01`);
  await client.close();
});

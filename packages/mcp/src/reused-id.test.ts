import { PassThrough } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { StateStore } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { createEngine } from "forego";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { commandOf, openMcpDesk, textOf } from "../../../test/support/mcp-desk.ts";
import { mcpPolicies } from "../../../test/support/mcp-policies.ts";

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildRelease(mcpPolicies);
});
afterAll(() => built.remove());

interface Message {
  readonly id?: unknown;
  readonly result?: object;
}

test("a call under the id of one that was cancelled is answered by what it called itself", async () => {
  const { state } = memoryStores();
  const committing = Promise.withResolvers<void>();
  const slow: StateStore = {
    reserve: (...args) => state.reserve(...args),
    usage: (...args) => state.usage(...args),
    openReservations: (...args) => state.openReservations(...args),
    release: (...args) => state.release(...args),
    async commit(...args) {
      committing.resolve();
      await wait(100);
      return state.commit(...args);
    },
  };
  const servers = { hostile: commandOf("mcp-hostile-server.ts") };
  const desk = await openMcpDesk(createEngine(built.release), { servers }, { state: slow });
  const [input, output] = [new PassThrough(), new PassThrough()];
  const received: Message[] = [];
  output.on("data", (line) => void received.push(JSON.parse(String(line))));
  desk.gateway.serveStdio("hostile", input, output).catch(() => {});
  const send = (message: object) => input.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const call = (name: string) => send({ id: 7, method: "tools/call", params: { name, arguments: {} } });
  const clientInfo = { name: "raw", version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
  send({ id: "begin", method: "initialize", params });
  await expect.poll(() => received).toHaveLength(1);
  call("counted");
  // the answer is there, and is being charged
  await committing.promise;
  send({ method: "notifications/cancelled", params: { requestId: 7 } });
  call("late");
  await expect.poll(() => received).toHaveLength(2);
  expect(textOf(received[1]?.result)).toBe("late");
  expect(desk.settles.map(({ tool, outcome }) => [tool, outcome])).toEqual([
    ["counted", "done"],
    ["late", "done"],
  ]);
  await desk.gateway.close();
});

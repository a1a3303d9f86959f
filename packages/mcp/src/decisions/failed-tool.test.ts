import { type Admission, createGuard, type Guard, type SettleEvent, verified } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { createEngine } from "forego";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import type { McpHost } from "../index.ts";
import { settleError, settleResult } from "./tool-result.ts";

const policies = {
  "talk.policy.ts": `
    import { policy, tool } from "@forego/dsl";
    import { z } from "zod";
    export const read = tool("read", z.object({}), { data_classes: [], classify: { result: ["people"] } });
    const mail = tool("mail", z.object({}), { data_classes: [] });
    export default policy({
      name: "talk",
      version: "1.0.0",
      rules: ({ allow, deny }) => ({
        use: allow({ reason: "tools", when: () => true }),
        leak: deny({ reason: "leak", tool: mail, when: ({ context }) => context.data_classes_seen.includes("personal") }),
      }),
    });
  `,
  "limits.policy.ts": `
    import { policy } from "@forego/dsl";
    import { read } from "./talk.policy.ts";
    export default policy({
      category: "workflow",
      name: "limits",
      version: "1.0.0",
      rules: ({ budget }) => ({
        reads: budget({ reason: "spent", tool: read, window: { hours: 1 }, limit: 1, cost: 1 }),
      }),
    });
  `,
};

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildRelease(policies);
});
afterAll(() => built.remove());

let guard: Guard<McpHost>;
let settles: SettleEvent[];
beforeEach(() => {
  settles = [];
  guard = createGuard<McpHost>({
    engine: createEngine(built.release),
    agent: { id: "a", scope: "s" },
    identify: () => verified({ user: { id: "ana" } }),
    ...memoryStores(),
    classifiers: {
      people: { classes: ["personal"], classify: (text) => (text.includes("Ada") ? ["personal"] : []) },
    },
    observers: [{ onSettle: (event) => void settles.push(event) }],
    deadlineMs: 5000,
  });
});

const host = { adapter: "mcp", transport: "client", server: "crm" } as const;
const admit = (tool: string) =>
  guard.admit({ host, callId: crypto.randomUUID(), conversationId: "talk", tool, server: "crm", args: {} });

const failures: readonly {
  kind: string;
  settle: (admission: Admission) => Promise<object>;
  handed: object;
}[] = [
  {
    kind: "a result that says so",
    settle: (admission) =>
      settleResult(guard, admission, { isError: true, content: [{ type: "text", text: "Ada" }] }),
    handed: { isError: true, content: [{ type: "text", text: "Ada" }] },
  },
  {
    kind: "an error",
    settle: (admission) => settleError(guard, admission, { code: -32050, message: "no", data: ["Ada"] }),
    handed: { code: -32050, message: "no", data: ["Ada"] },
  },
];

describe.each(failures)("a tool that fails by $kind", ({ settle, handed }) => {
  test("costs nothing, on its server's word", async () => {
    expect(await settle(await admit("read"))).toEqual(handed);
    expect(settles.map(({ outcome }) => outcome)).toEqual(["failed"]);
    expect((await admit("read")).decision.reasons).toEqual(["tools"]);
  });

  test("is classified by what it says", async () => {
    await settle(await admit("read"));
    expect((await admit("mail")).decision.reasons).toEqual(["leak"]);
  });
});

import { createGuard, type Guard, verified } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { tool } from "ai";
import { createEngine } from "forego";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { type AiSdkHost, guardTools } from "./index.ts";

const policies = {
  "desk.policy.ts": `
    import { policy } from "@forego/dsl";
    export default policy({
      name: "desk",
      version: "1.0.0",
      rules: ({ allow }) => ({ everything: allow({ reason: "desk_work", when: () => true }) }),
    });
  `,
  "pace.policy.ts": `
    import { policy, tool } from "@forego/dsl";
    import { z } from "zod";
    const feed = tool("feed", z.object({}));
    export default policy({
      category: "workflow",
      name: "pace",
      version: "1.0.0",
      rules: ({ budget }) => ({
        feeds: budget({ reason: "out_of_feeds", tool: feed, window: { hours: 1 }, limit: 2, cost: 1 }),
      }),
    });
  `,
};

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildRelease(policies);
});
afterAll(() => built.remove());

let guard: Guard<AiSdkHost>;
beforeEach(() => {
  guard = createGuard<AiSdkHost>({
    engine: createEngine(built.release),
    state: memoryStores().state,
    identify: () => verified({ user: { id: "ana" } }),
    agent: { id: "desk-1", scope: "desk" },
    deadlineMs: 5000,
  });
});

const options = { messages: [], context: {} };

/** A guarded tool that streams two parts, or fails before the first. */
function feed(fails: boolean): AsyncIterator<unknown> {
  const bare = tool({
    inputSchema: z.object({}),
    async *execute() {
      if (fails) throw new Error("no news");
      yield "one";
      yield "two";
    },
  });
  const { execute } = guardTools(guard, { feed: bare }).tools.feed;
  const parts = execute?.({}, { ...options, toolCallId: crypto.randomUUID() });
  return (parts as AsyncIterable<unknown>)[Symbol.asyncIterator]();
}

test("a stream that is left after its first part stays charged as it was reserved", async () => {
  for (const _time of [1, 2]) {
    const parts = feed(false);
    expect(await parts.next()).toEqual({ done: false, value: "one" });
    await parts.return?.();
  }
  await expect(feed(false).next()).rejects.toMatchObject({ decision: { reasons: ["out_of_feeds"] } });
});

test("a stream that fails before its first part gives back what it reserved", async () => {
  for (const _time of [1, 2, 3]) await expect(feed(true).next()).rejects.toThrow("no news");
});

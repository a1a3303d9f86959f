import type { Guard } from "@forego/core";
import { tool } from "ai";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { everythingAllowed, guardDesk, twiceAnHour } from "../../../test/support/ai-sdk-desk.ts";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { type AiSdkHost, guardTools } from "./index.ts";

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildRelease({ ...everythingAllowed, ...twiceAnHour("feed", "out_of_feeds") });
});
afterAll(() => built.remove());

let guard: Guard<AiSdkHost>;
beforeEach(() => {
  guard = guardDesk(built);
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

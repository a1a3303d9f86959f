import type { Guard } from "@forego/core";
import { generateText, stepCountIs, tool } from "ai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { everythingAllowed, guardDesk } from "../../../test/support/ai-sdk-desk.ts";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { modelThatSays } from "../../../test/support/model-that-says.ts";
import { type AiSdkHost, guardAgent } from "./index.ts";

let built: BuiltRelease;
let guard: Guard<AiSdkHost>;
beforeAll(async () => {
  built = await buildRelease(everythingAllowed);
  guard = guardDesk(built);
});
afterAll(() => built.remove());

let ran: unknown[];
beforeEach(() => {
  ran = [];
});

describe("a tool's own needsApproval", () => {
  const pay = tool({
    inputSchema: z.object({ amount: z.number() }),
    contextSchema: z.object({ limit: z.number().default(100) }),
    needsApproval: ({ amount }, { context }) => amount > context.limit,
    execute: async (input) => ran.push(input),
  });

  /** What a call of it comes to, with the context that the application gives. */
  async function call(amount: number, context: Readonly<Record<string, unknown>>) {
    const model = modelThatSays([{ toolName: "pay", input: { amount } }], "done");
    const guarded = guardAgent(guard, { model, tools: { pay } });
    // what an application reads from elsewhere need not have the form that it claims
    const toolsContext = JSON.parse(JSON.stringify({ pay: context }));
    const { steps } = await generateText({
      ...guarded,
      toolsContext,
      prompt: "go",
      stopWhen: stepCountIs(2),
    });
    return steps[0]?.content.map(({ type }) => type);
  }

  it("is asked with what the tool's schema makes of its context", async () => {
    expect(await call(200, {})).toContain("tool-approval-request");
    expect(ran).toEqual([]);
    await call(200, { limit: 500 });
    expect(ran).toEqual([{ amount: 200 }]);
  });

  it("denies the call where its context does not fit its schema", async () => {
    expect(await call(200, { limit: "500" })).toContain("tool-approval-response");
    expect(ran).toEqual([]);
  });
});

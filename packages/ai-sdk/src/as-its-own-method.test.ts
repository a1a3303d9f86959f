import type { Guard } from "@forego/core";
import { generateText, stepCountIs, type Tool } from "ai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { everythingAllowed, guardDesk } from "../../../test/support/ai-sdk-desk.ts";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { modelThatSays } from "../../../test/support/model-that-says.ts";
import { type AiSdkHost, guardAgent } from "./index.ts";

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildRelease(everythingAllowed);
});
afterAll(() => built.remove());

let guard: Guard<AiSdkHost>;
beforeEach(() => {
  guard = guardDesk(built);
});

describe("a tool that is an object of a class", () => {
  class Shelf {
    readonly description = "looks on the shelf";
    readonly inputSchema = z.object({});
    readonly #book = "Emma";
    needsApproval() {
      return this.#book !== "Emma";
    }
    async execute() {
      return this.#book;
    }
    toModelOutput({ output }: { readonly output: string }) {
      return { type: "text" as const, value: `${this.description}: ${output}` };
    }
  }

  it("runs as what it is, with all that its class gives it", async () => {
    const shelf: Tool<Record<string, never>, string> = new Shelf();
    const model = modelThatSays([{ toolName: "look" }], "done");
    const { steps } = await generateText({
      ...guardAgent(guard, { model, tools: { look: shelf } }),
      prompt: "go",
      stopWhen: stepCountIs(2),
    });
    expect(steps[0]?.toolResults.map(({ output }) => output)).toEqual(["Emma"]);
    expect(JSON.stringify(model.doGenerateCalls[1]?.prompt)).toContain("looks on the shelf: Emma");
  });
});

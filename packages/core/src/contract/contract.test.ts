import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { inputJsonSchema, inputSchema } from "./contract.ts";

const smallest = {
  contract: 1,
  agent: { id: "a", scope: "support" },
  action: { type: "tool_call", tool: "refund" },
  environment: { time: "2025-09-12T13:45:00Z" },
};

describe("the contract", () => {
  test("is published as JSON Schema, up to date", async () => {
    const path = new URL("../../contract-1.schema.json", import.meta.url);
    const published = await readFile(path, "utf8");
    // to bring it up to date, write what is expected here into the file
    expect(published).toBe(`${JSON.stringify(inputJsonSchema(), null, 2)}\n`);
  });

  test("requires in JSON Schema what it requires", () => {
    expect(inputJsonSchema().required).toEqual(["contract", "agent", "action", "environment"]);
  });

  test("completes the smallest input", () => {
    expect(inputSchema.parse(smallest)).toEqual({
      contract: 1,
      tenant: { id: "default" },
      agent: { id: "a", scope: "support", chain: [] },
      action: {
        type: "tool_call",
        tool: "refund",
        args: {},
        server: null,
        model: null,
        result: null,
        data_classes_referenced: [],
      },
      context: { data_classes_seen: [] },
      environment: { time: "2025-09-12T13:45:00Z" },
      facts: {},
      state: {},
      derived: {},
      granted: [],
    });
  });

  test.each<[string, object]>([
    ["another contract", { contract: 2 }],
    ["no agent", { agent: undefined }],
    ["an agent without a scope", { agent: { id: "a" } }],
    ["an unknown phase", { action: { type: "tool_calls", tool: "refund" } }],
    ["a time without a zone", { environment: { time: "2025-09-12T13:45:00" } }],
    ["a time with an offset", { environment: { time: "2025-09-12T13:45:00+02:00" } }],
    ["a day that is none", { environment: { time: "2025-02-30T13:45:00Z" } }],
    ["a count that is negative", { context: { turn_count: -1 } }],
    ["a list over its maximum", { user: { id: "u", groups: new Array(1001).fill("g") } }],
  ])("refuses %s", (_what, change) => {
    expect(inputSchema.safeParse({ ...smallest, ...change }).success).toBe(false);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isTrouble } from "../steps/trouble.ts";
import { readInput } from "./evaluate-input.ts";

const smallest = {
  contract: 1,
  agent: { id: "a", scope: "support" },
  action: { type: "tool_call", tool: "refund" },
  environment: { time: "2025-09-12T13:45:00Z" },
};

describe("readInput", () => {
  test("completes an input of contract 1", () => {
    expect(readInput(smallest)).toMatchObject({
      tenant: { id: "default" },
      action: { args: {} },
      granted: [],
    });
  });

  test.each<[string, unknown, string]>([
    ["nothing", undefined, "input: invalid_type"],
    ["an array", [smallest], "input: invalid_type"],
    ["another contract", { ...smallest, contract: 2 }, "contract: invalid_value"],
    ["several mistakes", { ...smallest, agent: {} }, "agent.id: invalid_type; agent.scope: invalid_type"],
    [
      "a text too long",
      { ...smallest, facts: { note: "x".repeat(300_000) } },
      "larger than 262144 characters",
    ],
    [
      "a lone surrogate",
      { ...smallest, facts: { note: "\ud800" } },
      "a string that is not well-formed Unicode",
    ],
    ["a number beyond what is finite", JSON.parse('{"contract":1e400}'), "a number that is not finite"],
  ])("takes %s for trouble, and tells the operator where, without the value", (_what, raw, cause) => {
    expect(readInput(raw)).toEqual({ trouble: "forego.invalid_input", cause });
  });

  test("never throws", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true }), (raw) => {
        expect(isTrouble(readInput(raw) as never)).toBe(true);
      }),
    );
  });
});

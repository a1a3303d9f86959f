import { describe, expect, test } from "vitest";
import { completeOptions, type GuardOptions } from "./guard-options.ts";
import { verified } from "./ports/identity.ts";
import type { Engine } from "./release/engine.ts";

const engine: Engine = {
  kind: "none",
  release: {
    digest: "sha256:0",
    version: "1.0.0",
    contract: { min: 1, max: 1 },
    bundles: {},
    default_effect: "deny",
    rules: [],
    tools: {},
  },
  evaluate: () => undefined,
};

const options: GuardOptions = {
  engine,
  identify: () => verified(),
  agent: { id: "desk-agent", scope: "support" },
};

describe("completeOptions", () => {
  test("completes what is left out", () => {
    const setup = completeOptions(options);
    expect({ deadlineMs: setup.deadlineMs, approvalTtlMs: setup.approvalTtlMs }).toEqual({
      deadlineMs: 50,
      approvalTtlMs: 900_000,
    });
    expect(setup.environment()).toEqual({});
    expect(setup.newId()).toMatch(/^[0-9a-f-]{36}$/);
    expect(setup.newId()).not.toBe(setup.newId());
  });

  test.each([
    [2, 3],
    [0, 0],
  ])("refuses a release for contracts %i to %i", (min, max) => {
    const release = { ...engine.release, contract: { min, max } };
    expect(() => completeOptions({ ...options, engine: { ...engine, release } })).toThrow("FG4001");
  });

  test("takes a release for a range that its own contract is in", () => {
    const release = { ...engine.release, contract: { min: 0, max: 2 } };
    expect(completeOptions({ ...options, engine: { ...engine, release } }).rules).toBeDefined();
  });

  test.each<[string, Partial<GuardOptions>]>([
    ["an agent without an id", { agent: { id: "", scope: "support" } }],
    ["an agent whose scope is a lone surrogate", { agent: { id: "a", scope: "\ud800" } }],
    ["an agent whose scope is missing", { agent: { id: "a" } as GuardOptions["agent"] }],
    ["a deadline of 0", { deadlineMs: 0 }],
    ["a deadline that is NaN", { deadlineMs: Number.NaN }],
    ["a deadline without end", { deadlineMs: Number.POSITIVE_INFINITY }],
    ["a deadline that no timer can wait for", { deadlineMs: 2 ** 31 }],
    ["approvals that end when no clock goes any more", { approvalTtlMs: 1e15 }],
    ["approvals that are void at once", { approvalTtlMs: -1 }],
  ])("refuses %s", (_what, change) => {
    expect(() => completeOptions({ ...options, ...change })).toThrow("FG4002");
  });
});

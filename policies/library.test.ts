import { fileURLToPath } from "node:url";
import { createRuleIndex, type Decision, decideInput, type Engine } from "@forego/core";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltRelease, buildReleaseOf } from "../test/support/build-release.ts";

let built: BuiltRelease;
const engines = new Map<string, Engine>();
beforeAll(async () => {
  built = await buildReleaseOf(fileURLToPath(new URL(".", import.meta.url)));
  for (const kind of ["wasm", "ir"] as const) engines.set(kind, createEngine(built.release, kind));
});
afterAll(() => built.remove());

type Part = Readonly<Record<string, unknown>>;

/** A call that every policy of the library lets through; each test changes what it is about. */
const good = {
  agent: { id: "desk-1", scope: "support", owner_team: "support-platform", chain: [] },
  user: {
    id: "ana",
    issuer: "https://login.example.com",
    groups: ["support"],
    data_classifications_authorized: ["customer_data"],
  },
  action: { type: "tool_call", tool: "crm.lookup", args: {}, data_classes_referenced: ["customer_data"] },
  context: { turn_count: 3, cumulative_tokens: 1200 },
  environment: { region: "eu-west", is_production: true, time: "2026-11-21T10:00:00Z" },
};

function input(changes: { readonly [K in keyof typeof good]?: Part }) {
  const parts = Object.entries(good).map(([name, part]) => [
    name,
    { ...part, ...changes[name as keyof typeof good] },
  ]);
  return { contract: 1, ...Object.fromEntries(parts) };
}

/** Decides with both engines, which must agree. */
async function decide(raw: unknown): Promise<Decision> {
  const decisions: Decision[] = [];
  for (const engine of engines.values()) {
    decisions.push(
      await decideInput(raw, { engine, rules: createRuleIndex(engine.release), newId: () => "id" }),
    );
  }
  const [first, second] = decisions.map(({ metadata, ...rest }) => ({
    ...rest,
    rules: metadata.matched_rules,
  }));
  expect(second).toEqual(first);
  const [decision] = decisions;
  if (decision === undefined) throw new Error("nothing was decided");
  return decision;
}

const reasonsOf = async (changes: Parameters<typeof input>[0]) => {
  const { effect, reasons } = await decide(input(changes));
  return [effect, ...reasons];
};

describe("the library as a whole", () => {
  it("allows an agent to use a tool of its scope", async () => {
    expect(await reasonsOf({})).toEqual(["allow", "tool_in_scope"]);
  });

  it("denies a tool outside the scope, whatever its name", async () => {
    for (const tool of ["warehouse.query", "constructor", "__proto__", ""]) {
      expect(await reasonsOf({ action: { tool } })).toEqual(["deny", "forego.no_matching_allow"]);
    }
    const noData = { data_classes_referenced: [] };
    expect(await reasonsOf({ agent: { scope: "constructor" }, action: noData })).toEqual([
      "deny",
      "forego.no_matching_allow",
    ]);
  });

  it("has a description for every rule", () => {
    const silent = built.release.info.rules.filter(({ description }) => description === undefined);
    expect(silent.map(({ id }) => id)).toEqual([]);
  });
});

describe("identity.trusted_caller", () => {
  it("denies users of other identity providers", async () => {
    expect(await reasonsOf({ user: { issuer: "https://login.example.com.evil.example" } })).toEqual([
      "deny",
      "untrusted_issuer",
    ]);
  });

  it("denies agents that nobody owns", async () => {
    expect(await reasonsOf({ agent: { owner_team: "skunkworks" } })).toEqual(["deny", "unowned_agent"]);
  });

  it("denies calls that were delegated more than twice", async () => {
    const chain = ["a", "b", "c"].map((id) => ({ id, scope: "support" }));
    expect(await reasonsOf({ agent: { chain: chain.slice(1) } })).toEqual(["allow", "tool_in_scope"]);
    expect(await reasonsOf({ agent: { chain } })).toEqual(["deny", "delegation_too_long"]);
  });

  it("denies where the provider or the owner is not known", async () => {
    const { issuer: _issuer, ...user } = good.user;
    const decision = await decide({ ...input({}), user });
    expect(decision.reasons).toEqual(["forego.invalid_rule"]);
    expect(decision.metadata.invalid_rules).toEqual(["identity.trusted_caller.untrusted_issuer"]);
  });
});

describe("identity.capabilities, as compliance.least_privilege reads them", () => {
  const note = { action: { tool: "crm.note" }, environment: { is_production: false } };
  const by = (...scopes: readonly string[]) => ({
    agent: { chain: scopes.map((scope, index) => ({ id: `agent-${index}`, scope })) },
  });

  it("let an agent do for another what both may", async () => {
    expect(await reasonsOf({ ...note, ...by("support") })).toEqual(["allow", "tool_in_scope"]);
  });

  it("keep an agent from changing things for one that may not", async () => {
    expect(await reasonsOf({ ...note, ...by("support", "analytics") })).toEqual([
      "deny",
      "change_beyond_scope",
    ]);
  });

  it("are none of a scope that nobody has described, whatever its name", async () => {
    for (const scope of ["marketing", "constructor", ""]) {
      expect(await reasonsOf(by(scope))).toEqual(["deny", "data_class_beyond_scope"]);
    }
  });

  it("hold no data class that only the person is cleared for", async () => {
    const user = { data_classifications_authorized: ["customer_data", "payroll"] };
    const action = { data_classes_referenced: ["payroll"] };
    expect(await reasonsOf({ user, action })).toEqual(["deny", "data_class_beyond_scope"]);
  });

  it("deny, where a delegating agent's scope is not known, what they are asked about", async () => {
    const decision = await decide(input({ agent: { chain: [{ id: "a" }] } }));
    expect(decision.reasons).toEqual(["forego.invalid_rule"]);
    expect(decision.metadata.invalid_rules).toEqual([
      "compliance.least_privilege.change_beyond_scope",
      "compliance.least_privilege.data_beyond_scope",
    ]);
  });
});

describe("resource.agent_scope", () => {
  it("keeps a tool that changes things out of production, unless the scope has it there", async () => {
    expect(await reasonsOf({ action: { tool: "crm.note" } })).toEqual(["deny", "tool_not_for_production"]);
    const elsewhere = { is_production: false };
    expect(await reasonsOf({ action: { tool: "crm.note" }, environment: elsewhere })).toEqual([
      "allow",
      "tool_in_scope",
    ]);
  });
});

describe("workflow.run_limits", () => {
  it("ends a conversation after too many turns or tokens", async () => {
    expect(await reasonsOf({ context: { turn_count: 25 } })).toEqual(["allow", "tool_in_scope"]);
    expect(await reasonsOf({ context: { turn_count: 26 } })).toEqual(["deny", "too_many_turns"]);
    expect(await reasonsOf({ context: { cumulative_tokens: 200_001 } })).toEqual([
      "deny",
      "token_limit_reached",
    ]);
  });

  it("lets the user confirm once it has become expensive", async () => {
    expect(await reasonsOf({ context: { cumulative_tokens: 150_000 } })).toEqual(["allow", "tool_in_scope"]);
    expect(await reasonsOf({ context: { cumulative_tokens: 150_001 } })).toEqual([
      "require_approval",
      "expensive_conversation",
    ]);
  });
});

describe("compliance.data_access", () => {
  it("denies data that the user is not cleared for, and says what can be done", async () => {
    const decision = await decide(
      input({ action: { data_classes_referenced: ["customer_data", "payroll"] } }),
    );
    expect(decision.reasons).toEqual(["data_class_beyond_scope", "data_class_unauthorized_for_user"]);
    expect(decision.remediation).toBe("request_elevated_data_access");
    expect(decision.metadata.audit_required).toBe(true);
    expect(decision.metadata.appeal_path).toBe("privacy-desk");
  });

  it("denies a tool that nobody has classified, unless the user is cleared for that by name", async () => {
    const action = { data_classes_referenced: ["forego:unclassified"] };
    expect(await reasonsOf({ action })).toEqual(["deny", "tool_not_classified"]);
    const user = { data_classifications_authorized: ["forego:unclassified"] };
    expect(await reasonsOf({ action, user })).toEqual(["allow", "tool_in_scope"]);
  });

  it("keeps data in its regions", async () => {
    expect(await reasonsOf({ environment: { region: "us-east" } })).toEqual([
      "deny",
      "data_not_allowed_in_region",
    ]);
  });
});

describe("override.change_freeze", () => {
  const frozen = { action: { tool: "crm.note" }, environment: { time: "2026-12-24T12:00:00Z" } };

  it("freezes changes in production while it lasts", async () => {
    expect((await decide(input(frozen))).reasons).toContain("change_freeze");
    const before = { ...frozen, environment: { time: "2026-12-20T00:00:00Z" } };
    expect((await decide(input(before))).reasons).not.toContain("change_freeze");
    const reading = { environment: frozen.environment };
    expect(await reasonsOf(reading)).toEqual(["allow", "tool_in_scope"]);
  });

  it("freezes nothing once it has expired", async () => {
    const late = { ...frozen, environment: { time: "2027-01-10T00:00:00Z" } };
    expect((await decide(input(late))).reasons).not.toContain("change_freeze");
  });
});

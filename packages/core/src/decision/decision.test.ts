import { describe, expect, test } from "vitest";
import { type EngineOutput, nothingSaid } from "../release/engine.ts";
import type { ReleaseInfo, RuleInfo } from "../release/release.ts";
import { createRuleIndex } from "../release/rule-index.ts";
import { createDecision } from "./decision.ts";

function rule(name: string, change: Partial<RuleInfo>): RuleInfo {
  return {
    id: `resource.a.${name}`,
    category: "resource",
    effect: "allow",
    reason: `reason_${name}`,
    on: ["tool_call"],
    meaning: "sha256:0",
    reads: { fields: {} },
    requires: [],
    source: { file: "a.policy.ts", line: 1, column: 1 },
    ...change,
  };
}

const release: ReleaseInfo = {
  digest: "sha256:0",
  version: "1.2.3",
  contract: { min: 1, max: 1 },
  bundles: { resource: { version: "1.2.3", digest: "sha256:1" } },
  default_effect: "deny",
  rules: [
    rule("allow", { audit: true }),
    rule("ask", {
      effect: "require_approval",
      description: "Somebody is asked",
      remediation: "ask_somebody",
      appeal_path: "https://ask.example",
    }),
    rule("deny", { effect: "deny", description: "It is forbidden.", remediation: "do_not" }),
    rule("mark", { effect: "audit" }),
    rule("plain", { effect: "deny" }),
    rule("room", { effect: "deny", requires: ["action.args.room", "action.args.seat", "facts.rooms"] }),
    rule("same", { effect: "deny", reason: "reason_deny", description: "It is forbidden." }),
  ],
  tools: {},
};

function decide(decided: Partial<EngineOutput>) {
  const output: EngineOutput = {
    ...nothingSaid,
    effect: "deny",
    reasons: [],
    ...decided,
  };
  const rules = createRuleIndex(release);
  return createDecision({ release, rules, decided: output, decisionId: "id-1", durationUs: 41 });
}

const hits = (...names: string[]) => names.map((name) => `resource.a.${name}`);

describe("createDecision", () => {
  test("asks for an audit where a rule marks the call, where one could not be checked, and where one was lifted", () => {
    const isForAudit = (decided: Partial<EngineOutput>) => decide(decided).metadata.audit_required;
    expect(isForAudit({ hits: hits("plain") })).toBe(false);
    expect(isForAudit({ hits: hits("mark") })).toBe(true);
    expect(isForAudit({ invalid: hits("mark") })).toBe(true);
    expect(isForAudit({ hits: hits("plain"), overridden: hits("plain") })).toBe(true);
  });

  test("writes the keys in one order, so that equal decisions are equal bytes", () => {
    const decision = decide({ effect: "allow", reasons: ["reason_allow"], hits: hits("allow") });
    expect(JSON.stringify(decision)).toBe(
      '{"allow":true,"effect":"allow","reasons":["reason_allow"],"message":"Allowed.","obligations":[],' +
        '"metadata":{"decision_id":"id-1","policy_version":"1.2.3","release":"sha256:0","enforced":true,' +
        '"bundles":{"resource":{"version":"1.2.3","digest":"sha256:1"}},"matched_rules":["resource.a.allow"],' +
        '"invalid_rules":[],"overridden_rules":[],"audit_required":true,"duration_us":41}}',
    );
  });

  test("takes remediation, appeal and words from the rules that decided, and from no others", () => {
    const decision = decide({
      effect: "deny",
      reasons: ["reason_deny", "reason_plain"],
      hits: hits("allow", "ask", "deny", "plain"),
    });
    expect(decision.remediation).toBe("do_not");
    expect(decision.metadata.appeal_path).toBeUndefined();
    expect(decision.message).toBe(
      "Denied by policy: It is forbidden. (reason_deny, reason_plain) What can be done: do_not.",
    );
    expect(decision.metadata.audit_required).toBe(true);
  });

  test("says how to go on when somebody is asked", () => {
    const decision = decide({
      effect: "require_approval",
      reasons: ["reason_ask"],
      hits: hits("allow", "ask"),
    });
    expect(decision).toMatchObject({ allow: false, remediation: "ask_somebody" });
    expect(decision.metadata.appeal_path).toBe("https://ask.example");
    expect(decision.message).toBe(
      "Needs approval: Somebody is asked. (reason_ask) What can be done: ask_somebody. Where to appeal: https://ask.example",
    );
  });

  test("says the same sentence once", () => {
    const { message } = decide({ reasons: ["reason_deny"], hits: hits("deny", "same") });
    expect(message).toBe("Denied by policy: It is forbidden. (reason_deny) What can be done: do_not.");
  });

  test("says a fixed sentence for a reserved reason, and none for one that nobody has words for", () => {
    expect(decide({ reasons: ["forego.no_matching_allow"] }).message).toBe(
      "Denied by policy: No rule allows this call. (forego.no_matching_allow)",
    );
    expect(decide({ reasons: ["reason_plain"], hits: hits("plain") }).message).toBe(
      "Denied by policy (reason_plain)",
    );
  });

  test("names the arguments that rules could not be checked with, and nothing that no rule names", () => {
    const reasons = ["forego.invalid_arguments"];
    const missing = ["action.args.seat", "action.args.other", "action.args.room", "facts.rooms"];
    expect(decide({ reasons, invalid: hits("room"), missing }).message).toBe(
      "Denied by policy: The arguments of this call cannot be checked, so the call was not made. Missing, or not as the policy describes it: room, seat. (forego.invalid_arguments)",
    );
    // what is left of a limit is not known without the arguments that it counts
    expect(decide({ reasons: ["forego.invalid_rule"], invalid: hits("room"), missing }).message).toBe(
      "Denied by policy: A rule could not be checked with what is known about this call, so the call was not made. Missing, or not as the policy describes it: room, seat. (forego.invalid_rule)",
    );
    expect(decide({ reasons, invalid: hits("plain"), missing }).message).toBe(
      "Denied by policy: The arguments of this call cannot be checked, so the call was not made. (forego.invalid_arguments)",
    );
  });
});

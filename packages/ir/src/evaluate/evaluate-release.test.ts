import { describe, expect, test } from "vitest";
import type { GuardedPath, IrRelease, IrRule } from "../ir-release.ts";
import type { Expression, Origin } from "../nodes.ts";
import { regoRules } from "../rego-rules.ts";
import { evaluateRelease } from "./evaluate-release.ts";

const origin: Origin = { file: "a.policy.ts", line: 1, column: 1, endLine: 1, endColumn: 1 };
const isTrue: Expression = {
  kind: "literal",
  value: true,
  type: { shape: { kind: "boolean" }, undefinable: false },
  origin,
};

/** A release of one deny rule that always matches when its guard lets it. */
function releaseOf(guard: readonly GuardedPath[], tool?: string): IrRelease {
  const rule: IrRule = {
    id: "resource.test.rule",
    effect: "deny",
    reason: "denied",
    on: ["tool_call"],
    ...(tool === undefined ? {} : { tool }),
    guard,
    predicate: isTrue,
    origin,
  };
  const policy = {
    category: "resource",
    name: "test",
    derivations: [],
    rules: [rule],
    functions: [],
    data: null,
  };
  return { default_effect: "deny", policies: [policy] };
}

test("what nobody derives is not taken for undefined", () => {
  const { policies, ...rest } = releaseOf([]);
  const derived: Expression = {
    ...isTrue,
    kind: "read",
    document: "derived",
    path: ["limit"],
    optional: false,
  };
  const reading = policies.map((policy) => ({
    ...policy,
    rules: policy.rules.map((rule) => ({ ...rule, predicate: derived })),
  }));
  const input = { action: { type: "tool_call", tool: "t" }, granted: [] };
  expect(() => evaluateRelease({ ...rest, policies: reading }, input)).toThrow(
    "no policy of the release derives limit",
  );
});

describe("hand-written Rego", () => {
  const input = { action: { type: "tool_call", tool: "t" }, granted: [] };
  const { policies, ...rest } = releaseOf([]);
  const rego: Expression = {
    ...isTrue,
    kind: "rego",
    rule: "resource.test.rule",
    package: ["forego", "resource", "rego", "test"],
    digest: "sha256:1",
    reads: [],
  };
  const asking: IrRelease = {
    ...rest,
    policies: policies.map((policy) => ({
      ...policy,
      rules: policy.rules.map((rule) => ({ ...rule, predicate: rego })),
    })),
  };

  test("is not taken for false where nobody has asked OPA", () => {
    expect(() => evaluateRelease(asking, input)).toThrow(
      "only OPA can evaluate the Rego of resource.test.rule",
    );
    expect(regoRules(asking).map(({ id }) => id)).toEqual(["resource.test.rule"]);
    expect(regoRules(releaseOf([]))).toEqual([]);
  });

  test("decides as OPA said", () => {
    expect(evaluateRelease(asking, input, undefined, () => true).hits).toEqual(["resource.test.rule"]);
    expect(evaluateRelease(asking, input, undefined, () => false).hits).toEqual([]);
  });
});

describe("a lift", () => {
  const deny = releaseOf([]).policies[0]?.rules[0] as IrRule;
  const meaning = "sha256:1";
  const lifting = (overridable: IrRule["overridable"], owner = "oncall") => {
    const lift: IrRule = {
      ...deny,
      id: "override.test.lift",
      effect: "lift",
      lifts: { owner, rules: [{ rule: deny.id, meaning }] },
    };
    const lifted: IrRule = overridable === undefined ? deny : { ...deny, overridable };
    const [policy] = releaseOf([]).policies;
    if (policy === undefined) throw new Error("there is no policy");
    const release: IrRelease = { default_effect: "allow", policies: [{ ...policy, rules: [lifted, lift] }] };
    return evaluateRelease(release, { action: { type: "tool_call", tool: "t" }, granted: [] });
  };

  test("takes back the rule that it names", () => {
    const output = lifting({ by: ["oncall"], meaning });
    expect(output).toMatchObject({
      effect: "allow",
      overridden: [deny.id],
      hits: ["override.test.lift", deny.id],
    });
  });

  test("takes nothing back that the rule does not let the lift", () => {
    const denied = { effect: "deny", overridden: [] };
    expect(lifting(undefined)).toMatchObject(denied);
    expect(lifting({ by: ["security"], meaning })).toMatchObject(denied);
    expect(lifting({ by: ["oncall"], meaning: "sha256:2" })).toMatchObject(denied);
  });
});

describe("a rule", () => {
  const size: GuardedPath = { path: ["facts", "box", "length"], optional: false, shape: { kind: "unknown" } };
  const first: GuardedPath = { path: ["facts", "0"], optional: false, shape: { kind: "unknown" } };
  const note: GuardedPath = { path: ["facts", "note"], optional: true, shape: { kind: "string" } };

  test.each([
    ["is checked where its path leads", size, { box: { length: 0 } }, []],
    [
      "is invalid where an array has the property that an object should have",
      size,
      { box: [] },
      ["facts.box.length"],
    ],
    ["is invalid where an array has an element for a property", first, ["x"], ["facts.0"]],
    ["is checked without what may be absent", note, {}, []],
    ["is invalid where that is of another kind", note, { note: 1 }, ["facts.note"]],
    ["is invalid where its parent is no object", note, [], ["facts.note"]],
    ["is invalid where its parent is absent", note, undefined, ["facts.note"]],
  ])("%s", (_title, path, facts, missing) => {
    const input = {
      action: { type: "tool_call", tool: "t" },
      granted: [],
      ...(facts === undefined ? {} : { facts }),
    };
    const output = evaluateRelease(releaseOf([path]), input);
    expect(output.missing).toEqual(missing);
    expect(output.hits).toEqual(missing.length === 0 ? ["resource.test.rule"] : []);
  });

  test.each([
    ["applies in its phase", { type: "tool_call", tool: "t" }, ["denied"]],
    ["is silent in another", { type: "model_call", tool: "t" }, []],
    ["is silent for another tool", { type: "tool_call", tool: "T" }, ["forego.no_matching_allow"]],
    [
      "is silent where the phase is a list with its name",
      { type: ["tool_call"], tool: "t" },
      ["forego.invalid_input"],
    ],
    ["is silent where there is no action", undefined, ["forego.invalid_input"]],
  ])("%s", (_title, action, reasons) => {
    expect(evaluateRelease(releaseOf([], "t"), { action, granted: [] }).reasons).toEqual(reasons);
  });
});

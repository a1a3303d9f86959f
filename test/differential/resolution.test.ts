import { compilePolicies, linkRelease } from "@forego/compiler";
import type { Json } from "@forego/core";
import { evaluateRelease, type IrRelease, type IrRule } from "@forego/ir";
import { expectedResolution } from "@forego/testing";
import { createWasmEngine } from "@forego/wasm";
import { buildModule } from "@forego/wasm/opa";
import { expect, test } from "vitest";
import { resolutionFolder } from "./built-policy.ts";

type Document = { readonly [name: string]: Json };

/** What a rule says: it matches, it does not, or it cannot be checked. */
const states = ["hit", "miss", "invalid"] as const;
type State = (typeof states)[number];

const phases = [
  ...["tool_call", "tool_result", "model_call", "mcp_resource_read", "mcp_prompt_get"],
  ...["elsewhere", "", null, 7, ["tool_call"]],
];
const asks = ["resource.gate.asks", "workflow.review.reviews"];
const grants = [[], asks.slice(0, 1), asks.slice(1), asks, ["resource.gate.denies"]];

const { policies } = await compilePolicies(resolutionFolder);
const denying = await build("deny");
const allowing = await build("allow");

test("resolves every combination as the truth table says, in the intermediate form and by both entrypoints", () => {
  let compared = 0;
  for (const release of [denying, allowing]) {
    for (const combination of combinations(release.rules)) {
      for (const phase of phases) {
        for (const granted of grants) {
          const expected = expectedAnswer(combination, phase, granted, release === allowing);
          const input = inputOf(combination, phase, granted);
          const place = JSON.stringify(input);
          expect(evaluateRelease(release.ir, input), place).toMatchObject(expected);
          expect(release.evaluate(input), place).toMatchObject(expected);
          expect(release.evaluateChecked(input), place).toMatchObject(expected);
          compared += 1;
        }
      }
    }
  }
  expect(compared).toBe(2 * states.length ** 4 * phases.length * grants.length);
});

test("denies when a bundle is missing, or is one of another release", () => {
  const { resource, ...rest } = denying.data;
  const damaged = [
    rest,
    { ...rest, resource: {} },
    { ...rest, resource: { bundle: { digest: "sha256:other" } } },
  ];
  const input = inputOf(new Map(denying.rules.map((rule) => [rule, "hit"])), "tool_call", []);
  expect(denying.evaluate(input)).toMatchObject({ effect: "deny", reasons: ["denies"] });
  expect(resource).toBeDefined();
  for (const data of damaged) {
    expect(denying.createEngine(data).evaluate(input)).toMatchObject({
      effect: "deny",
      reasons: ["forego.release_mismatch"],
    });
  }
});

async function build(default_effect: "allow" | "deny") {
  const chosen = policies.map((policy) =>
    policy.category === "resource" && default_effect === "allow" ? { ...policy, default_effect } : policy,
  );
  const linking = linkRelease(chosen);
  if (!linking.ok) throw new Error("the policies do not link");
  const { info, bundles, ir } = linking.release;
  const module = await buildModule(bundles.flatMap(({ files }) => files));
  const data = Object.fromEntries(bundles.map((bundle) => [bundle.name, bundle.data as Document]));
  const createEngine = (forego: Document, checks?: IrRelease) =>
    createWasmEngine({
      release: { ...info, digest: "sha256:test" },
      module,
      data: { forego },
      ...(checks === undefined ? {} : { ir: checks }),
    });
  const rules = ir.policies.flatMap((policy) => policy.rules);
  const evaluateChecked = createEngine(data, ir).evaluate;
  return { rules, ir, data, createEngine, evaluate: createEngine(data).evaluate, evaluateChecked };
}

/** Every state of every rule. */
function combinations(rules: readonly IrRule[]): readonly ReadonlyMap<IrRule, State>[] {
  return rules.reduce<readonly ReadonlyMap<IrRule, State>[]>(
    (all, rule) => all.flatMap((some) => states.map((state) => new Map(some).set(rule, state))),
    [new Map()],
  );
}

/** An input in which each rule says what it is to say: its fact or its argument is true, false or absent. */
function inputOf(combination: ReadonlyMap<IrRule, State>, phase: Json, granted: readonly string[]) {
  const said = [...combination].flatMap(([{ reason }, state]) =>
    state === "invalid" ? [] : [[reason, state === "hit"] as const],
  );
  const those = (isArgument: boolean) =>
    Object.fromEntries(said.filter(([reason]) => (reason === "denies") === isArgument));
  return { action: { type: phase, tool: "crm.search", args: those(true) }, facts: those(false), granted };
}

function expectedAnswer(
  combination: ReadonlyMap<IrRule, State>,
  phase: Json,
  granted: readonly string[],
  allowsByDefault: boolean,
) {
  const those = (wanted: State) =>
    [...combination].flatMap(([rule, state]) =>
      state === wanted && rule.on.some((one) => one === phase) ? [rule] : [],
    );
  const [hits, invalid] = [those("hit"), those("invalid")];
  const ids = (rules: readonly IrRule[]) => rules.map(({ id }) => id).sort();
  const missing = invalid.flatMap(({ guard }) => guard.map(({ path }) => path.join(".")));
  const resolution = expectedResolution({
    phase,
    hits,
    invalid,
    missing,
    granted,
    allowsByDefault,
    values: {},
  });
  return { ...resolution, hits: ids(hits), invalid: ids(invalid) };
}

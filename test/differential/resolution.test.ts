import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeRelease } from "@forego/bundles";
import { compilePolicies, linkRelease } from "@forego/compiler";
import { type Json, phases } from "@forego/core";
import { evaluateRelease, type IrRelease, type IrRule } from "@forego/ir";
import { createOpaEngine, type OpaEngine } from "@forego/opa";
import { expectedResolution } from "@forego/testing";
import { createWasmEngine } from "@forego/wasm";
import { buildModule } from "@forego/wasm/opa";
import { expect, test } from "vitest";
import { bundlesOf, runOpaServer } from "../support/run-opa-server.ts";
import { resolutionFolder } from "./built-policy.ts";

type Document = { readonly [name: string]: Json };

/** What a rule says: it matches, it does not, or it cannot be checked. */
const states = ["hit", "miss", "invalid"] as const;
type State = (typeof states)[number];

const types = [...phases, ...["elsewhere", "", null, 7, ["tool_call"]]];
const asks = ["resource.gate.asks", "workflow.review.reviews"];
const grants = [[], asks.slice(0, 1), asks.slice(1), asks, ["resource.gate.denies"]];

const { policies } = await compilePolicies(resolutionFolder);
const denying = await build("deny");
const allowing = await build("allow");

test("resolves every combination as the truth table says, in the intermediate form and by both entrypoints", () => {
  let compared = 0;
  for (const release of [denying, allowing]) {
    for (const { input, expected } of everyCase(release)) {
      const place = JSON.stringify(input);
      expect(evaluateRelease(release.ir, input), place).toMatchObject(expected);
      expect(release.evaluate(input), place).toMatchObject(expected);
      expect(release.evaluateChecked(input), place).toMatchObject(expected);
      compared += 1;
    }
  }
  expect(compared).toBe(2 * states.length ** 4 * types.length * grants.length);
});

test("resolves every combination so over an OPA server", async () => {
  for (const release of [denying, allowing]) {
    await withServer(release, async ({ evaluate }) => {
      const asked = everyCase(release);
      const answers = await Promise.all(asked.map(({ input }) => evaluate(input)));
      for (const [index, { input, expected }] of asked.entries())
        expect(answers[index], JSON.stringify(input)).toMatchObject(expected);
    });
  }
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
  const isAllowing = default_effect === "allow";
  const content = { ...linking.release, module };
  return {
    content,
    isAllowing,
    rules,
    ir,
    data,
    createEngine,
    evaluate: createEngine(data).evaluate,
    evaluateChecked,
  };
}

type Built = Awaited<ReturnType<typeof build>>;

/** Does some work with an engine over an OPA server that has loaded the release's bundles. */
async function withServer({ content }: Built, work: (engine: OpaEngine) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "forego-resolution-"));
  const { digest } = await writeRelease(content, dir);
  const opa = await runOpaServer(await bundlesOf(dir));
  try {
    const release = { ...content.info, digest };
    const engine = await createOpaEngine({
      release,
      socket: opa.socket,
      timeoutMs: 60_000,
      onWarning: () => {},
    });
    await work(engine);
    engine.close();
  } finally {
    await opa.stop();
    await rm(dir, { recursive: true });
  }
}

/** Every combination, in every phase and with every grant, and what the truth table says about it. */
function everyCase({ rules, isAllowing }: Built) {
  return combinations(rules).flatMap((combination) =>
    types.flatMap((phase) =>
      grants.map((granted) => ({
        input: inputOf(combination, phase, granted),
        expected: expectedAnswer(combination, phase, granted, isAllowing),
      })),
    ),
  );
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

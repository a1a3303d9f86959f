import type { Engine, Json } from "@forego/core";
import { evaluateRelease } from "@forego/ir";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { buildLanguage, intrinsicsFolder } from "./built-policy.ts";
import { amounts } from "./intrinsics/amounts.ts";
import { blocks } from "./intrinsics/blocks.ts";
import { calendar } from "./intrinsics/calendar.ts";
import { mails } from "./intrinsics/mails.ts";
import { parts } from "./intrinsics/parts.ts";
import { paths } from "./intrinsics/paths.ts";
import { sets } from "./intrinsics/sets.ts";
import { urls } from "./intrinsics/urls.ts";
import { inputs, seed } from "./parameters.ts";

const { together, dispose } = await buildLanguage(intrinsicsFolder);
afterAll(dispose);

/** For each policy of the folder, cases with what JavaScript makes of them: the policy's rules hold where it is the same. */
const cases: Readonly<Record<string, fc.Arbitrary<object>>> = {
  amounts,
  blocks,
  calendar,
  mails,
  parts,
  paths,
  sets,
  urls,
};

const batch = 250;

/** The rules of a policy that some engine does not take to hold, with the engine. */
function denied(policy: string, answer: unknown): readonly string[] {
  const { hits } = answer as { hits: readonly string[] };
  const rules = together.ir.policies.flatMap(({ rules: all }) => all.map(({ id }) => id));
  return rules.filter((rule) => rule.startsWith(`workflow.${policy}.`) && !hits.includes(rule));
}

function inputOf(policy: string, some: readonly object[]): Parameters<Engine["evaluate"]>[0] {
  // without what is undefined: JSON has no such
  const plain: Json = JSON.parse(JSON.stringify(some));
  return { action: { type: "tool_call", tool: "t" }, facts: { [policy]: plain }, granted: [] };
}

/** What engines say otherwise than JavaScript, case by case; only looked for where a batch has something. */
function disputed(policy: string, some: readonly object[]): readonly unknown[] {
  const input = inputOf(policy, some);
  const wasm = denied(policy, together.wasm.evaluate(input));
  const ir = denied(policy, evaluateRelease(together.ir, input));
  if (wasm.length + ir.length === 0) return [];
  return some.length === 1 ? [{ ...some[0], wasm, ir }] : some.flatMap((one) => disputed(policy, [one]));
}

test.each(Object.entries(cases))(
  "of %s, all engines make what JavaScript makes",
  async (policy, arbitrary) => {
    const sampled = fc.sample(arbitrary, { seed, numRuns: inputs });
    const batches = Array.from({ length: Math.ceil(sampled.length / batch) }, (_, index) =>
      sampled.slice(index * batch, (index + 1) * batch),
    );
    expect(batches.flatMap((some) => disputed(policy, some))).toEqual([]);
    for (const some of batches) {
      expect(denied(policy, await together.opa.evaluate(inputOf(policy, some)))).toEqual([]);
    }
  },
);

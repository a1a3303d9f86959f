import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { deskPolicies } from "../../../../test/support/desk-policies.ts";
import { createOpaEvalEngine } from "./opa-eval-engine.ts";

let built: BuiltRelease;
let bundles: readonly string[];

beforeAll(async () => {
  built = await buildRelease(deskPolicies());
  bundles = ["resource", "compliance", "decision"].map((name) => join(built.dir, "opa", `${name}.tar.gz`));
});

afterAll(() => built.remove());

const inputOf = (amount: unknown) => ({
  action: { type: "tool_call", tool: "refund", args: { amount }, data_classes_referenced: ["billing"] },
  user: { data_classifications_authorized: ["billing"] },
  facts: { risk: 5 },
  granted: [],
});

describe("opa eval", () => {
  test("answers what the module answers, to inputs that are handed over together", async () => {
    const opa = createOpaEvalEngine({ release: built.release.info, bundles });
    const wasm = createEngine(built.release);
    const inputs = [10, 70, 200, "ten", null, -1, 1e21].map(inputOf);
    const answers = await Promise.all(inputs.map((input) => opa.evaluate(input)));
    expect(answers).toEqual(inputs.map((input) => wasm.evaluate(input)));
  });

  test("rejects every input of a run that fails, and the next run is unharmed", async () => {
    const empty = await mkdtemp(join(tmpdir(), "forego-test-"));
    const opa = createOpaEvalEngine({ release: built.release.info, bundles: [join(empty, "none.tar.gz")] });
    const failures = await Promise.allSettled([opa.evaluate(inputOf(1)), opa.evaluate(inputOf(2))]);
    await rm(empty, { recursive: true });
    expect(failures.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    const good = createOpaEvalEngine({ release: built.release.info, bundles });
    expect(await good.evaluate(inputOf(10))).toMatchObject({ effect: "allow" });
  });
});

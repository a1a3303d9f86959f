import { EngineTrouble } from "@forego/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { createDesk, refundCall } from "../../../test/support/desk-guard.ts";
import { deskPolicies } from "../../../test/support/desk-policies.ts";
import { createEngine } from "./load-engine.ts";
import { tryVectors } from "./try-vectors.ts";

let built: BuiltRelease;

beforeAll(async () => {
  built = await buildRelease(deskPolicies());
});

afterAll(() => built.remove());

test.each(["wasm", "ir"] as const)("the engine %s answers the vectors of its release", async (kind) => {
  expect(built.release.vectors).toHaveLength(20);
  await tryVectors(createEngine(built.release, kind), built.release);
});

test("an engine that answers a vector otherwise, or throws at it, does not decide, and the one before goes on", async () => {
  const engine = createEngine(built.release);
  const { guard } = createDesk(engine);
  const [first, ...others] = built.release.vectors;
  const changed = [{ input: {}, ...first, output: { effect: "allow" } }, ...others];
  const refused = expect.objectContaining({ code: "FG3035" });
  await expect(tryVectors(engine, { vectors: changed })).rejects.toEqual(refused);
  const broken = { ...engine, evaluate: () => JSON.parse("{") };
  await expect(tryVectors(broken, built.release).then(() => guard.activate(broken))).rejects.toEqual(refused);
  expect((await guard.admit(refundCall(10))).decision.allow).toBe(true);
});

test("an engine that fails at a vector is told to have failed, and why", async () => {
  const cause = new EngineTrouble("forego.deadline", "the OPA server took more than 50 ms");
  const slow = { ...createEngine(built.release), evaluate: () => Promise.reject(cause) };
  const failed = { code: "FG3035", message: expect.stringContaining("fails at test vector 0"), cause };
  await expect(tryVectors(slow, built.release)).rejects.toMatchObject(failed);
});

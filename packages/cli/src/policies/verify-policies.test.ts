import { chmod, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findOpa } from "@forego/wasm/opa";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { writeFolder } from "../../../../test/support/build-release.ts";
import { runCommand } from "../../../../test/support/captured-terminal.ts";
import { deskPolicies } from "../../../../test/support/desk-policies.ts";

let policies: string;
let out: string;

beforeEach(async () => {
  policies = await writeFolder(deskPolicies());
  out = join(policies, "out");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(policies, { recursive: true });
});

/** A policy whose module needs what only TypeScript knows, and imports another file. */
const withEnum = `
import { policy } from "@forego/dsl";
import { Level } from "./levels.ts";

export default policy({
  name: "levels",
  version: "1.0.0",
  rules: ({ deny }) => ({
    low: deny({ reason: "low", when: ({ agent }) => agent.scope === Level.Low }),
    never: deny({ reason: "never", when: ({ agent }) => agent.scope === "a" && agent.scope.startsWith("b") }),
  }),
});
`;

const withLongPattern = `
import { policy, tool } from "@forego/dsl";
import { z } from "zod";

const put = tool("put", z.object({ id: z.string().regex(/^a{1000000}$/) }));

export default policy({
  name: "plates",
  version: "1.0.0",
  rules: ({ deny }) => ({ long: deny({ reason: "long", tool: put, when: ({ args }) => args.id === "x" }) }),
});
`;

/** An OPA that compiles something else than it is given: as if the compiler had lowered a comparison wrongly. */
async function provideWrongOpa(): Promise<void> {
  const path = join(policies, "wrong-opa");
  const real = findOpa();
  await writeFile(
    path,
    `#!/bin/sh\nif [ "$1" = build ]; then find rego -path '*policies*' -name '*.rego' -exec sed -i 's/ > / >= /' {} +; fi\nexec '${real}' "$@"\n`,
  );
  await chmod(path, 0o755);
  vi.stubEnv("FOREGO_OPA", path);
}

describe("forego build --verify", () => {
  test("says what it compared, and writes the release", async () => {
    const options = ["--out", out, "--verify", "--inputs", "300", "--seed", "1"];
    const { code, errors } = await runCommand(["build", policies, ...options]);
    expect(code).toBe(0);
    expect(errors).toMatch(/verified 2 policies on 600 inputs in [\d.]+ s: TypeScript, .* agree \(seed 1\)/);
    expect(errors).toContain("  resource.desk  300 inputs");
    expect(errors).toContain("built release 1.4.7");
    expect(await readdir(out)).toContain("release.tar.gz");
  });

  test("names the clauses that no input has shown", async () => {
    await writeFile(join(policies, "levels.policy.ts"), withEnum);
    await writeFile(join(policies, "levels.ts"), `export enum Level { Low = "low" }\n`);
    const options = ["--out", out, "--verify", "--inputs", "500", "--json"];
    const { code, lines } = await runCommand(["build", policies, ...options]);
    expect(code).toBe(0);
    const { verified } = JSON.parse(lines[0] ?? "") as {
      verified: { policies: { name: string; inputs: number; unseen: string[] }[] };
    };
    const levels = verified.policies.find(({ name }) => name === "resource.levels");
    expect(levels).toMatchObject({ inputs: 500, file: "levels.policy.ts" });
    expect(levels?.unseen).toContain("resource.levels.never true");
    expect(levels?.unseen).toContain('resource.levels.never: agent.scope.startsWith("b") true');
  });

  test("makes up no text for a pattern that repeats something a million times, and says what was not seen", async () => {
    await writeFile(join(policies, "plates.policy.ts"), withLongPattern);
    const options = ["--out", out, "--verify", "--inputs", "50"];
    const { code, errors } = await runCommand(["build", policies, ...options]);
    expect(code).toBe(0);
    expect(errors).toContain('resource.plates.long: args.id === "x" false');
  });

  test("ends with 1 where the engines differ, with the input, the line and the answers, and writes nothing", async () => {
    await provideWrongOpa();
    const options = ["--out", out, "--verify", "--seed", "1"];
    const { code, errors } = await runCommand(["build", policies, ...options]);
    expect(code).toBe(1);
    expect(errors).toContain("wasm disagrees with the TypeScript about");
    expect(errors).toMatch(/refunds\.policy\.ts:27:\d+ resource\.desk\.review/);
    expect(errors).toMatch(/input {6}\{"action":\{.*"amount":100/);
    expect(errors).toMatch(/typescript \{"effect":/);
    expect(errors).toContain("Nothing was written.");
    await expect(readdir(out)).rejects.toThrow("ENOENT");
    const { lines } = await runCommand(["build", policies, ...options, "--json"]);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ ok: false });
  });

  test.each([["0"], ["many"], ["-5"]])("ends with 2 for %s inputs", async (inputs) => {
    const options = ["--out", out, "--verify", `--inputs=${inputs}`];
    const { code, errors } = await runCommand(["build", policies, ...options]);
    expect(code).toBe(2);
    expect(errors).toContain("FG3014");
  });
});

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { compilePolicies, linkRelease } from "@forego/compiler";
import { ForegoError } from "@forego/core";
import { buildModule } from "@forego/wasm/opa";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { writeFolder } from "../../../../test/support/build-release.ts";
import { runCommand } from "../../../../test/support/captured-terminal.ts";
import { nameOrigins } from "../policies/name-origins.ts";

const policyText = `import { policy } from "@forego/dsl";

export default policy({
  name: "explained",
  version: "1.0.0",
  rules: ({ deny }) => ({
    /** Nobody searches. */
    search: deny({ reason: "r", when: ({ action }) => action.tool === "search" }),
  }),
});
`;

let dir: string;
let out: string;

beforeAll(async () => {
  dir = await writeFolder({ "explained.policy.ts": policyText });
  out = join(dir, "out");
  await runCommand(["build", dir, "--out", out]);
});

afterAll(() => rm(dir, { recursive: true }));

describe("forego explain <code>", () => {
  test.each(["FG2002", "fg2002", "2002"])("says at length what %s means, with examples", async (code) => {
    const run = await runCommand(["explain", code]);
    expect({ code: run.code, errors: run.errors }).toEqual({ code: 0, errors: "" });
    expect(run.lines[0]).toBe("FG2002: loose equality");
    expect(run.lines).toContain("wrong");
    expect(run.lines).toContain(`    when: ({ facts }) => facts.name === "root"`);
    expect(Math.max(...run.lines.map((line) => line.length))).toBeLessThan(100);
  });

  test("tells machines the same", async () => {
    const { lines } = await runCommand(["explain", "FG2002", "--json"]);
    expect(JSON.parse(lines.join(""))).toMatchObject({ code: "FG2002", title: "loose equality" });
  });

  test.each([
    ["FG2998", "FG2999"],
    ["FG0001", "FG1001"],
    ["FG3010", "codes from FG3010 on are errors, not mistakes in policies"],
  ])("ends with 2 for %s, and says what there is", async (code, hint) => {
    const run = await runCommand(["explain", code]);
    expect({ code: run.code, lines: run.lines }).toEqual({ code: 2, lines: [] });
    expect(run.errors).toContain(hint);
  });
});

describe("forego explain <policy>", () => {
  const told = ["resource.explained.search (explained.policy.ts:8)", "  Nobody searches."];
  const precisely = [`  Denied when action.tool is "search".`, "  Its reason is r."];

  test("says what a policy says, found by its file or a name of its own", async () => {
    for (const what of ["explained.policy.ts", join(dir, "explained.policy.ts"), "resource.explained"]) {
      const run = await runCommand(["explain", what, "--dir", dir]);
      expect(run).toEqual({ code: 0, lines: ["Version 1.0.0.", "", ...told, ...precisely], errors: "" });
    }
  });

  test("says what one rule says, to machines, too", async () => {
    const rule = "resource.explained.search";
    const { lines } = await runCommand(["explain", rule, "--dir", dir]);
    expect(lines).toEqual([...told, ...precisely]);
    const json = await runCommand(["explain", rule, "--dir", dir, "--json"]);
    expect(JSON.parse(json.lines.join(""))).toEqual({ rule, text: [...told, ...precisely].join("\n") });
  });

  test("says how a value is derived, and where it is read", async () => {
    const derived = await writeFolder({
      "limits.ts": `import { z } from "zod"; export const limits = z.object({ limit: z.int() });`,
      "deriving.policy.ts": `import { policy } from "@forego/dsl";
import { limits } from "./limits.ts";
export default policy({
  category: "identity", name: "deriving", version: "1.0.0", derives: limits,
  rules: ({ derive }) => ({
    /** Staff may more. */
    limit: derive({ value: ({ user }) => (user.groups.includes("staff") ? 9 : 3) }),
  }),
});`,
      "reading.policy.ts": `import { policy } from "@forego/dsl";
import { limits } from "./limits.ts";
export default policy({
  name: "reading", version: "1.0.0", derived: limits,
  rules: ({ deny }) => ({ above: deny({ reason: "r", when: ({ derived, context }) => context.turn_count > derived.limit }) }),
});`,
    });
    onTestFinished(() => rm(derived, { recursive: true }));
    const said = await runCommand(["explain", "identity.deriving.limit", "--dir", derived]);
    expect(said.lines).toEqual([
      "identity.deriving.limit (deriving.policy.ts:7)",
      "  Staff may more.",
      '  limit is (9 if "staff" is in user.groups, else 3).',
    ]);
    const read = await runCommand(["explain", "resource.reading", "--dir", derived]);
    expect(read.lines.at(-2)).toBe("  Denied when context.turn_count is more than derived.limit.");
  });

  test("ends with 2 for a policy that there is not, and with 1 for one with mistakes", async () => {
    const unknown = await runCommand(["explain", "resource.other.rule", "--dir", dir]);
    expect(unknown.code).toBe(2);
    expect(unknown.errors).toContain("a policy file or rule id below");
    const wrong = await writeFolder({ "wrong.policy.ts": policyText.replace("===", "==") });
    onTestFinished(() => rm(wrong, { recursive: true }));
    const mistaken = await runCommand(["explain", "wrong.policy.ts", "--dir", wrong]);
    expect(mistaken.code).toBe(1);
    expect(mistaken.errors).toContain("not explained: 1 mistake in 1 file");
  });
});

const module = "forego/resource/policies/explained.rego";

async function linked() {
  const linking = linkRelease((await compilePolicies(dir)).policies);
  if (!linking.ok) throw new Error("the policies do not link");
  return linking.release;
}

describe("forego explain <file.rego>:<line>", () => {
  test("finds the TypeScript that a line of Rego was made from, and the rule", async () => {
    const files = (await linked()).bundles.flatMap((bundle) => bundle.files);
    const lines = files.find(({ path }) => path === module)?.text.split("\n") ?? [];
    const line = lines.findIndex((text) => text.includes(`input.action.tool == "search"`)) + 1;
    const run = await runCommand(["explain", `${module}:${line}`, "--bundles", out]);
    expect(run).toEqual({
      code: 0,
      lines: ["explained.policy.ts:8:5 resource.explained.search", "Nobody searches."],
      errors: "",
    });
    const json = await runCommand(["explain", `${module}:${line}`, "--bundles", out, "--json"]);
    expect(JSON.parse(json.lines.join(""))).toEqual({
      file: "explained.policy.ts",
      line: 8,
      column: 5,
      rule: "resource.explained.search",
    });
    const guard = lines.findIndex((text) => text.startsWith("applies_to")) + 1;
    for (const other of [`${module}:1`, `${module}:${guard}`, "forego/decision/resolution.rego:9"]) {
      expect((await runCommand(["explain", other, "--bundles", out])).code).toBe(2);
    }
  });

  test("needs a release", async () => {
    const { code, errors } = await runCommand(["explain", `${module}:9`]);
    expect(code).toBe(2);
    expect(errors).toContain("--bundles");
  });
});

test("Rego that OPA refuses is told with the TypeScript that it was made from", async () => {
  const release = await linked();
  const files = release.bundles.flatMap((bundle) => bundle.files);
  const broken = files.map(({ path, text }) => ({
    path,
    text: text.replace(`input.action.tool == "search"`, "time.now_ns() == 1"),
  }));
  const error = nameOrigins(await buildModule(broken).catch((cause: unknown) => cause), release);
  if (!ForegoError.isForegoError(error)) throw new Error("OPA took it");
  expect(error.code).toBe("FG3022");
  expect(error.message).toMatch(/^FG3022 `opa build` failed: /);
  expect(error.message).toContain("It was made from explained.policy.ts:8:5. Fix: if the policies compiled");
});

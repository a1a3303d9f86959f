import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readRelease } from "@forego/bundles";
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

const mistake = `
import { policy } from "@forego/dsl";

export default policy({
  name: "mistake",
  version: "1.0.0",
  rules: ({ deny }) => ({
    /** Random. */
    random: deny({ reason: "random", when: () => Math.random() > 0.5 }),
  }),
});
`;

const files = ["opa/compliance.tar.gz", "opa/decision.tar.gz", "opa/resource.tar.gz", "release.tar.gz"];

async function written(): Promise<readonly string[]> {
  const entries = await readdir(out, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(out.length + 1))
    .sort();
}

describe("forego build", () => {
  test("writes a release and its bundles, and tells people what it built", async () => {
    const { code, lines, errors } = await runCommand(["build", policies, "--out", out]);
    expect({ code, lines }).toEqual({ code: 0, lines: [] });
    expect(await written()).toEqual(files);
    expect(errors).toContain("built release 1.4.7");
    expect(errors).toContain("2 policies, 6 rules");
  });

  test("builds what comes with a server, and refuses it when it does more than restrict", async () => {
    const refused = await runCommand(["build", policies, "--out", out, "--server", "crm"]);
    expect(refused.code).toBe(1);
    expect(refused.errors).toContain("FG3009");
    const restricting = await writeFolder({
      "crm.policy.ts": mistake
        .replace("Math.random() > 0.5", "false")
        .replace('name: "mistake"', 'name: "crm"'),
    });
    const { code } = await runCommand(["build", restricting, "--out", out, "--server", "crm"]);
    expect(code).toBe(0);
    const { info, vectors } = await readRelease(out);
    expect(info.server).toBe("crm");
    expect(vectors).toHaveLength(50);
    await rm(restricting, { recursive: true });
  });

  test("tells machines what it built, in the version that it is given", async () => {
    const options = ["--out", out, "--json", "--release-version", "7.0.0"];
    const { code, lines, errors } = await runCommand(["build", policies, ...options]);
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(lines).toHaveLength(1);
    const report = JSON.parse(lines[0] ?? "") as { files: string[] };
    expect(report).toMatchObject({ ok: true, version: "7.0.0", digest: expect.stringMatching(/^sha256:/) });
    expect([...report.files].sort()).toEqual(files);
  });

  test.each([[[]], [["--json"]]])("ends with 1 for mistakes, and writes nothing: %j", async (options) => {
    await writeFile(join(policies, "mistake.policy.ts"), mistake);
    const { code, lines, errors } = await runCommand(["build", policies, "--out", out, ...options]);
    expect(code).toBe(1);
    await expect(readdir(out)).rejects.toThrow("ENOENT");
    if (options.length === 0) {
      expect(errors).toMatch(/mistake\.policy\.ts:9:\d+ - error FG\d{4}/);
      expect(errors).toContain("1 mistake in 1 file. Nothing was written.");
    } else {
      const report: unknown = JSON.parse(lines[0] ?? "");
      expect(report).toMatchObject({ ok: false, diagnostics: [{ file: "mistake.policy.ts", line: 9 }] });
    }
  });

  test("tells what is dear, and builds it", async () => {
    const dear = mistake.replace("Math.random() > 0.5", "false").replace("() =>", "({ action }) =>");
    await writeFile(
      join(policies, "dear.policy.ts"),
      dear.replace("=> false", "=> /^[a-z]+\\.[a-z]+$/.test(action.tool)"),
    );
    const { code, errors } = await runCommand(["build", policies, "--out", out]);
    expect(code).toBe(0);
    expect(errors).toMatch(/dear\.policy\.ts:9:\d+ - warning FG2063/);
    const { lines } = await runCommand(["build", policies, "--out", out, "--json"]);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ ok: true, warnings: [{ code: "FG2063" }] });
  });

  test("leaves the release that is there as it was when there are mistakes", async () => {
    await runCommand(["build", policies, "--out", out]);
    const before = await readFile(join(out, "release.tar.gz"));
    await writeFile(join(policies, "mistake.policy.ts"), mistake);
    expect((await runCommand(["build", policies, "--out", out])).code).toBe(1);
    expect((await readFile(join(out, "release.tar.gz"))).equals(before)).toBe(true);
    expect(await written()).toEqual(files);
  });

  test("ends with 2 without OPA, and names the three ways to provide one", async () => {
    vi.stubEnv("FOREGO_OPA", join(policies, "no-such-opa"));
    const { code, errors } = await runCommand(["build", policies, "--out", out]);
    expect(code).toBe(2);
    expect(errors).toContain("FG3020");
    for (const way of ["FOREGO_OPA", "PATH", "npm install"]) expect(errors).toContain(way);
    await expect(readdir(out)).rejects.toThrow("ENOENT");
  });

  test("ends with 2 when there is no policy, or no folder", async () => {
    const empty = join(policies, "empty");
    await mkdir(empty);
    for (const dir of [empty, join(policies, "nowhere")]) {
      const { code, errors } = await runCommand(["build", dir, "--out", out]);
      expect(code).toBe(2);
      expect(errors).toContain("FG3011");
    }
  });

  test("ends with 2 when it cannot write, and says where", async () => {
    const file = join(policies, "refunds.data.json");
    const { code, errors } = await runCommand(["build", policies, "--out", file]);
    expect(code).toBe(2);
    expect(errors).toContain("FG3034");
    expect(errors).not.toContain("Please report this");
  });
});

describe("forego", () => {
  test.each([
    ["no command", []],
    ["an unknown command", ["bild"]],
    ["an unknown option", ["build", "--out", "x", "--jsn"]],
    ["an option that is missing", ["build", "."]],
    ["an option without its value", ["eval", "--bundles"]],
    ["an argument too many", ["build", "a", "b", "--out", "x"]],
    ["an engine that there is not", ["eval", "--bundles", "x", "--engine", "jit"]],
    ["an option of another command", ["eval", "--bundles", "x", "--out", "y"]],
  ])("ends with 2 for %s", async (_what, args) => {
    const { code, lines, errors } = await runCommand(args);
    expect({ code, lines }).toEqual({ code: 2, lines: [] });
    expect(errors).toContain("Usage: forego");
  });

  test.each([["--help"], ["build", "--help"]])("ends with 0 for help", async (...args) => {
    const { code, lines } = await runCommand(args.filter((arg) => typeof arg === "string"));
    expect(code).toBe(0);
    expect(lines[0]).toContain("Usage: forego");
  });
});

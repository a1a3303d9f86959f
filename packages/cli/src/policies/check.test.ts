import { spawn } from "node:child_process";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { writeFolder } from "../../../../test/support/build-release.ts";
import { runCommand } from "../../../../test/support/captured-terminal.ts";

const bin = fileURLToPath(new URL("../../bin/forego.js", import.meta.url));

const policyText = (name: string, condition: string) => `import { policy } from "@forego/dsl";
export default policy({
  name: "${name}",
  version: "1.0.0",
  rules: ({ deny }) => ({ rule: deny({ reason: "r", when: ({ action }) => ${condition} }) }),
});
`;

const right = policyText("right", `action.tool === "x"`);
const wrong = policyText("wrong", "action.tool == action.type");

let policies: string;

beforeEach(async () => {
  policies = await writeFolder({ "right.policy.ts": right });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(policies, { recursive: true, force: true });
});

describe("forego check", () => {
  test("ends with 0 where there is no mistake, needs no OPA and writes nothing", async () => {
    vi.stubEnv("FOREGO_OPA", join(policies, "no-such-opa"));
    const { code, lines, errors } = await runCommand(["check", policies]);
    expect({ code, lines }).toEqual({ code: 0, lines: [] });
    expect(errors).toMatch(/^checked 1 policy, 1 rule in \d+\.\d\d s: no mistakes$/);
    expect(await readdir(policies)).toEqual(["right.policy.ts"]);
  });

  test("ends with 1 for mistakes, and tells them to people and to machines", async () => {
    await writeFile(join(policies, "wrong.policy.ts"), wrong);
    const people = await runCommand(["check", policies]);
    expect(people.code).toBe(1);
    expect(people.errors).toContain("wrong.policy.ts:5:75 - error FG2002: loose equality");
    expect(people.errors).toMatch(/checked in \d+\.\d\d s: 1 mistake in 1 file$/);
    const machines = await runCommand(["check", policies, "--json"]);
    expect({ code: machines.code, errors: machines.errors }).toEqual({ code: 1, errors: "" });
    expect(JSON.parse(machines.lines.join(""))).toMatchObject({
      ok: false,
      milliseconds: expect.any(Number),
      diagnostics: [
        {
          file: "wrong.policy.ts",
          line: 5,
          column: 75,
          code: "FG2002",
          message: "loose equality",
          fix: expect.stringContaining("==="),
        },
      ],
    });
  });

  test("finds what shows only when policies are put together", async () => {
    await writeFile(join(policies, "same.policy.ts"), right);
    const { code, errors } = await runCommand(["check", policies]);
    expect(code).toBe(1);
    expect(errors).toContain("FG3001");
  });

  test("ends with 2 where there is no policy", async () => {
    for (const options of [[], ["--watch"]]) {
      const { code, errors } = await runCommand(["check", join(policies, "nowhere"), ...options]);
      expect(code).toBe(2);
      expect(errors).toContain("FG3011");
    }
  });
});

/** Puts a whole file in place, so that nobody reads the half of it. */
async function save(name: string, text: string): Promise<void> {
  const finished = `${policies}.saved`;
  await writeFile(finished, text);
  await rename(finished, join(policies, name));
}

/** Starts `forego check --watch --json`; what it says comes as one report after the other. */
function startWatch() {
  const child = spawn(process.execPath, [bin, "check", ".", "--watch", "--json"], { cwd: policies });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    errors += part;
  });
  const ended = new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal })));
  let told = 0;
  return {
    async next() {
      told++;
      await expect.poll(() => text.split("\n").length).toBeGreaterThan(told);
      const report = JSON.parse(text.split("\n")[told - 1] ?? "") as {
        policies: number;
        compiled: number;
        diagnostics: readonly { readonly code: string }[];
      };
      const codes = report.diagnostics.map(({ code }) => code);
      return { policies: report.policies, compiled: report.compiled, codes };
    },
    told: () => text.split("\n").length - 1,
    async errors(part: string) {
      await expect.poll(() => errors).toContain(part);
    },
    async interrupt() {
      child.kill("SIGINT");
      return ended;
    },
  };
}

describe("forego check --watch", () => {
  test("looks again when something changes, at what changed, and ends well when it is interrupted", async () => {
    const watch = startWatch();
    expect(await watch.next()).toEqual({ policies: 1, compiled: 1, codes: [] });
    await save("wrong.policy.ts", wrong);
    expect(await watch.next()).toMatchObject({ compiled: 1, codes: ["FG2002"] });
    await mkdir(join(policies, "deeper"));
    await save("wrong.policy.ts", policyText("wrong", `action.tool === "y"`));
    expect(await watch.next()).toEqual({ policies: 2, compiled: 1, codes: [] });
    await save("deeper/third.policy.ts", policyText("third", "true"));
    expect(await watch.next()).toEqual({ policies: 3, compiled: 1, codes: [] });
    await save("notes.txt", "nothing of interest");
    await rm(join(policies, "wrong.policy.ts"));
    expect(await watch.next()).toEqual({ policies: 2, compiled: 0, codes: [] });
    expect(watch.told()).toBe(5);
    expect(await watch.interrupt()).toEqual({ code: 0, signal: null });
  });

  test("goes on where no policy is left", async () => {
    const watch = startWatch();
    await watch.next();
    await rm(join(policies, "right.policy.ts"));
    await watch.errors("FG3011");
    await save("wrong.policy.ts", wrong);
    expect((await watch.next()).codes).toEqual(["FG2002"]);
    expect(await watch.interrupt()).toEqual({ code: 0, signal: null });
  });
});

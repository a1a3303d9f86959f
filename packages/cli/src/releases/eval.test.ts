import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Decision } from "@forego/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type BuiltRelease, buildRelease, writeFolder } from "../../../../test/support/build-release.ts";
import { runCommand } from "../../../../test/support/captured-terminal.ts";
import { deskPolicies } from "../../../../test/support/desk-policies.ts";

let built: BuiltRelease;
let dir: string;

beforeAll(async () => {
  built = await buildRelease(deskPolicies());
  dir = await writeFolder({});
});

afterAll(() => Promise.all([built.remove(), rm(dir, { recursive: true })]));

const inputOf = (amount: unknown) => ({
  contract: 1,
  agent: { id: "a", scope: "support" },
  user: { id: "ada", data_classifications_authorized: ["billing"] },
  action: { type: "tool_call", tool: "refund", args: { amount }, data_classes_referenced: ["billing"] },
  environment: { time: "2025-09-12T13:45:00Z" },
  facts: { risk: 0 },
});

const line = (amount: unknown) => JSON.stringify(inputOf(amount));
const pretty = JSON.stringify(inputOf(10), null, 2);

const allow = "support_refunds";
const ask = "refund_needs_confirmation";
const invalid = "forego.invalid_input";

interface Evaluated {
  readonly code: number;
  readonly reasons: readonly string[];
  readonly decisions: readonly Decision[];
}

async function evaluate(text: string | Buffer, options: readonly string[] = []): Promise<Evaluated> {
  const file = join(dir, "inputs");
  await writeFile(file, text);
  const run = await runCommand(["eval", "--bundles", built.dir, "--input", file, ...options]);
  const decisions = run.lines.map((text) => JSON.parse(text) as Decision);
  return { code: run.code, decisions, reasons: decisions.map(({ reasons }) => reasons.join()) };
}

describe("forego eval", () => {
  test.each<[string, string, readonly string[]]>([
    ["one input on one line", line(10), [allow]],
    ["one input on many lines", pretty, [allow]],
    ["one input on many lines of Windows", pretty.replaceAll("\n", "\r\n"), [allow]],
    ["one input after a byte order mark", `\uFEFF${pretty}`, [allow]],
    ["one input a line", `${line(10)}\n${line(70)}\n`, [allow, ask]],
    ["one input a line, after a byte order mark", `\uFEFF${line(10)}\n${line(70)}\n`, [allow, ask]],
    ["one input a line, without an end of line", `${line(10)}\n${line(70)}`, [allow, ask]],
    ["one input a line of Windows", `${line(10)}\r\n${line(70)}\r\n`, [allow, ask]],
    ["lines with empty ones between", `\n\n${line(10)}\n  \n\t\n${line(70)}\n\n`, [allow, ask]],
    ["nothing", "", []],
    ["empty lines", "\n \n", []],
    ["an array, which is one input that is none", `[${line(10)},${line(70)}]`, [invalid]],
    ["a line that is malformed", `${line(10)}\n{"contract":1,\n${line(70)}\n`, [allow, invalid, ask]],
    ["lines that are malformed alone", "{\n}x\n", [invalid, invalid]],
    ["one line that is cut off", line(10).slice(0, -1), [invalid]],
    ["two inputs on one line", `${line(10)}${line(70)}\n`, [invalid]],
    ["JSON that is no input", '1\n"a"\nnull\n{}\n', [invalid, invalid, invalid, invalid]],
    ["an input of another contract", line(10).replace('"contract":1', '"contract":2'), [invalid]],
    ["a lone surrogate", `${line(10)}\n${line("\ud800")}\n`, [allow, invalid]],
    ["a number that is too large", line(0).replace('"amount":0', '"amount":1e400'), [invalid]],
  ])("decides %s", async (_what, text, reasons) => {
    const { code, reasons: found } = await evaluate(text);
    expect({ code, reasons: found }).toEqual({ code: 0, reasons });
  });

  test.each(["wasm", "ir", "opa"])("decides the same with the engine %s", async (engine) => {
    const lines = [line(10), line(70), line(200), line("ten"), "{", line(-1)].join("\n");
    const { reasons } = await evaluate(lines, ["--engine", engine]);
    expect(reasons).toEqual([
      allow,
      ask,
      ask,
      "forego.invalid_arguments",
      invalid,
      "forego.invalid_arguments",
    ]);
  });

  test("prints whole decisions", async () => {
    const { decisions } = await evaluate(line(10));
    expect(decisions[0]).toMatchObject({
      allow: true,
      message: "Allowed.",
      metadata: { release: built.release.info.digest, matched_rules: ["resource.desk.refund"] },
    });
  });

  test("reads standard input when no file is named, or a dash is", async () => {
    for (const options of [[], ["--input", "-"]]) {
      const run = await runCommand(["eval", "--bundles", built.dir, ...options], `${line(10)}\n${line(70)}`);
      expect(run.lines).toHaveLength(2);
      expect(run.code).toBe(0);
    }
  });

  test("ends with 2 when the file cannot be read, and says so", async () => {
    for (const file of [join(dir, "nowhere"), dir]) {
      const { code, lines, errors } = await runCommand(["eval", "--bundles", built.dir, "--input", file]);
      expect({ code, lines }).toEqual({ code: 2, lines: [] });
      expect(errors).toContain("FG3050");
    }
  });

  test("ends with 2 when there is no release, or it is damaged", async () => {
    const damaged = await writeFolder({ "release.tar.gz": "not an archive" });
    const none = await runCommand(["eval", "--bundles", join(dir, "nowhere")], line(10));
    const broken = await runCommand(["eval", "--bundles", damaged], line(10));
    await rm(damaged, { recursive: true });
    expect([none.code, broken.code]).toEqual([2, 2]);
    expect(none.errors).toContain("FG3030");
    expect(broken.errors).toContain("FG3031");
  });

  test("ends with 2 when the bundles of the engine opa are not there", async () => {
    const bare = await buildRelease(deskPolicies());
    await rm(join(bare.dir, "opa"), { recursive: true });
    const { code, errors } = await runCommand(["eval", "--bundles", bare.dir, "--engine", "opa"], line(10));
    await bare.remove();
    expect(code).toBe(2);
    expect(errors).toContain("FG3051");
  });

  test("ends with 2 when the engine opa has no OPA, and names the three ways to provide one", async () => {
    vi.stubEnv("FOREGO_OPA", join(dir, "no-such-opa"));
    const run = await runCommand(["eval", "--bundles", built.dir, "--engine", "opa"], line(10));
    vi.unstubAllEnvs();
    expect({ code: run.code, lines: run.lines }).toEqual({ code: 2, lines: [] });
    for (const way of ["FOREGO_OPA", "PATH", "npm install"]) expect(run.errors).toContain(way);
  });
});

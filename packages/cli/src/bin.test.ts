import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeFolder } from "../../../test/support/build-release.ts";
import { deskPolicies } from "../../../test/support/desk-policies.ts";

const bin = fileURLToPath(new URL("../bin/forego.js", import.meta.url));

let policies: string;

beforeAll(async () => {
  policies = await writeFolder(deskPolicies());
});

afterAll(() => rm(policies, { recursive: true }));

/** Runs the command as a shell does, in a folder that knows nothing of the repository. */
function run(
  args: readonly string[],
  input = "",
): Promise<{ code: number | null; out: string; error: string }> {
  const child = spawn(process.execPath, [bin, ...args], { cwd: policies });
  let out = "";
  let error = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    error += text;
  });
  child.stdin.end(input);
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out, error })));
}

/** Runs the command where nobody reads one of its two outputs; answers with its code and what came out of the other. */
async function runUnread(args: readonly string[], unread: "stdout" | "stderr"): Promise<[number, string]> {
  const child = spawn(process.execPath, [bin, ...args], { cwd: policies });
  child[unread].destroy();
  let read = "";
  child[unread === "stdout" ? "stderr" : "stdout"].setEncoding("utf8").on("data", (text: string) => {
    read += text;
  });
  const [code] = await once(child, "close");
  return [code, read];
}

describe("the command forego", () => {
  test("builds a folder and decides inputs from a pipe", async () => {
    const built = await run(["build", ".", "--out", "out"]);
    expect(built).toMatchObject({ code: 0, out: "" });
    expect(built.error).toContain("built release 1.4.7");
    const input = JSON.stringify({
      contract: 1,
      agent: { id: "a", scope: "support" },
      user: { id: "ada", data_classifications_authorized: ["billing"] },
      action: {
        type: "tool_call",
        tool: "refund",
        args: { amount: 10 },
        data_classes_referenced: ["billing"],
      },
      environment: { time: "2025-09-12T13:45:00Z" },
      facts: { risk: 0 },
    });
    const many = `${input}\n`.repeat(2000);
    const { code, out, error } = await run(["eval", "--bundles", join(policies, "out")], `${many}{\n`);
    expect({ code, error }).toEqual({ code: 0, error: "" });
    const decisions = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { allow: boolean });
    expect(decisions).toHaveLength(2001);
    expect(decisions.filter(({ allow }) => allow)).toHaveLength(2000);
  });

  test("ends quietly where nobody reads what it prints", async () => {
    expect(await runUnread(["explain", "FG2030"], "stdout")).toEqual([2, ""]);
    expect(await runUnread(["check", "--watch", "--json"], "stdout")).toEqual([2, ""]);
  });

  test("goes on where nobody hears its mistakes", async () => {
    expect(await runUnread(["build", ".", "--out", "unheard"], "stderr")).toEqual([0, ""]);
    expect(await runUnread(["eval"], "stderr")).toEqual([2, ""]);
  });

  test("ends with 2 for a mistake in its use", async () => {
    expect((await run(["eval"])).code).toBe(2);
    expect((await run(["eval", "--bundles", "nowhere"])).code).toBe(2);
  });
});

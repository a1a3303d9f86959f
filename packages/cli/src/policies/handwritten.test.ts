import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readRelease } from "@forego/bundles";
import type { DecisionRecord } from "@forego/core";
import { createEngine, loadEngine, recordToFile } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeFolder } from "../../../../test/support/build-release.ts";
import { runCommand } from "../../../../test/support/captured-terminal.ts";
import { createDesk } from "../../../../test/support/desk-guard.ts";

const folder = fileURLToPath(new URL("../../../compiler/fixtures/handwritten/", import.meta.url));
const notProven = [
  "compliance.audit.unattended",
  "compliance.audit.remote",
  "resource.payments.within_limit",
  "resource.payments.blocked",
  "resource.payments.risky",
];

let dir: string;
let out: string;
let built: Awaited<ReturnType<typeof runCommand>>;

beforeAll(async () => {
  dir = await writeFolder({});
  out = join(dir, "out");
  built = await runCommand(["build", folder, "--out", out, "--verify", "--inputs", "200", "--seed", "1"]);
});

afterAll(() => rm(dir, { recursive: true }));

describe("a release with hand-written Rego", () => {
  test("is built, and says which of its rules are not proven", async () => {
    expect(built.code).toBe(0);
    for (const id of notProven) expect(built.errors).toContain(`not proven  ${id}`);
    const { info } = await readRelease(out);
    const rego = info.rules.filter((rule) => rule.rego !== undefined);
    expect(rego.map(({ id }) => id).sort()).toEqual([...notProven].sort());
    expect(info.rules.find(({ id }) => id === "resource.payments.blocked")).toMatchObject({
      rego: { file: "payments.rego", line: 12, column: 1 },
    });
  });

  test("is verified but for what only OPA can say", () => {
    const lines = built.errors.split("\n");
    const after = (name: string) => lines[lines.findIndex((line) => line.includes(`  ${name}  `)) + 1] ?? "";
    expect(after("resource.payments")).toContain("not proven: its conditions are hand-written Rego");
    expect(after("workflow.hours")).not.toContain("not proven");
  });

  test("is tried with vectors of its own, and decides in no engine that cannot ask OPA", async () => {
    expect((await readRelease(out)).vectors.length).toBe(50);
    expect((await loadEngine(out)).kind).toBe("wasm");
    const { code, errors } = await runCommand(["eval", "--bundles", out, "--engine", "ir"], "{}");
    expect({ code, text: errors.includes("FG3036") }).toEqual({ code: 2, text: true });
  });

  test("is said to be not proven, to those who review it", async () => {
    const { lines } = await runCommand(["explain", "resource.payments.blocked", "--dir", folder]);
    expect(lines.join("\n")).toBe(
      [
        "resource.payments.blocked (payments.policy.ts:23)",
        "  Nobody pays whom the treasury has blocked.",
        "  Denied for payments.pay when hand-written Rego, which is not proven, says so [payments.rego:12].",
        "  Overrides of treasury may lift it.",
        "  Its reason is recipient_is_blocked.",
        "  The model and the user are told args.to.",
      ].join("\n"),
    );
    const line = await runCommand(["explain", "forego/resource/rego/payments.rego:12", "--bundles", out]);
    expect(line.lines[0]).toBe("payments.rego:12:1 resource.payments.blocked");
  });

  test("tells mistakes in the Rego where they stand", async () => {
    await cp(folder, join(dir, "wrong"), { recursive: true });
    const file = join(dir, "wrong", "payments.rego");
    await writeFile(file, (await readFile(file, "utf8")).replace("input.facts.risk", "input.user.id"));
    const { code, lines } = await runCommand(["check", join(dir, "wrong"), "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(lines[0] ?? "").diagnostics).toMatchObject([
      { code: "FG1032", file: "payments.rego", line: 20, column: 2 },
    ]);
  });
});

describe("a decision of hand-written Rego", () => {
  test("is explained by the place of the Rego and what it saw, decided again, and claims no change", async () => {
    const log = join(dir, "log.jsonl");
    const file = recordToFile(log);
    const { guard } = createDesk(createEngine(await readRelease(out)), { observers: [file] });
    await guard.admit({ host: {}, tool: "payments.pay", args: { amount: 1, to: "mallory" } });
    await file.close();
    const record = JSON.parse(await readFile(log, "utf8")) as DecisionRecord;
    const id = record.decision.metadata.decision_id;
    expect(record.decision.reasons).toEqual(["recipient_is_blocked"]);
    const { lines } = await runCommand(["explain", "--log", log, "--decision", id, "--bundles", out]);
    expect(lines.slice(1)).toEqual([
      "resource.payments.blocked (payments.policy.ts:23:5) decided: deny, recipient_is_blocked",
      "  - hand-written Rego, which is not proven, says so [payments.rego:12] (payments.rego:12:1)",
      '      action.args.to = "mallory"',
      "      action.args.memo = absent",
      expect.stringMatching(/^ {6}data = /),
      expect.stringMatching(/^Not proven: .*resource\.payments\.blocked.* asked hand-written Rego/),
    ]);
    const again = await runCommand(["replay", "--log", log, "--bundles", out]);
    expect(again.code).toBe(0);
  });
});

import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createEngine, recordToFile } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease, writeFolder } from "../../../../test/support/build-release.ts";
import { runCommand } from "../../../../test/support/captured-terminal.ts";
import { createDesk, refundCall } from "../../../../test/support/desk-guard.ts";
import { deskPolicies } from "../../../../test/support/desk-policies.ts";

let built: BuiltRelease;
let changed: BuiltRelease;
let dir: string;
let records: readonly string[];

beforeAll(async () => {
  [built, changed] = await Promise.all([
    buildRelease(deskPolicies()),
    buildRelease(deskPolicies({ confirmAbove: 5 })),
  ]);
  dir = await writeFolder({});
  records = await recordStory();
});

afterAll(() => Promise.all([built.remove(), changed.remove(), rm(dir, { recursive: true })]));

/** The records of a day at the desk: an allow, a deny, an ask, a grant, a refusal, and trouble of several kinds. */
async function recordStory(): Promise<readonly string[]> {
  const path = join(dir, "story.jsonl");
  const file = recordToFile(path);
  const { guard } = createDesk(createEngine(built.release), { observers: [file] });
  await guard.admit(refundCall(10));
  await guard.admit(refundCall(10, { host: { user: "bob", cleared: [] } }));
  await guard.admit(refundCall("ten"));
  await guard.admit(refundCall(1n));
  const asked = await guard.admit(refundCall(70));
  await guard.answer(asked.requests[0]?.id ?? "", true, {});
  await guard.admit(refundCall(70));
  const again = await guard.admit(refundCall(70));
  await guard.answer(again.requests[0]?.id ?? "", false, {});
  await guard.admit(refundCall(70));
  const search = { host: { groups: ["trainees"] }, tool: "crm.search", args: { query: "x" } };
  await guard.settle(await guard.admit(search), { result: "found" });
  await file.close();
  const text = await readFile(path, "utf8");
  return text.trimEnd().split("\n");
}

async function replay(lines: readonly string[], options: readonly string[] = [], from = built) {
  const log = join(dir, "log.jsonl");
  await writeFile(log, lines.map((line) => `${line}\n`).join(""));
  return runCommand(["replay", "--log", log, "--bundles", from.dir, ...options]);
}

describe("forego replay", () => {
  test.each(["wasm", "ir", "opa"])(
    "decides every kind of decision to the same bytes, with %s",
    async (engine) => {
      const effects = records.map(
        (line) => (JSON.parse(line) as { decision: { effect: string } }).decision.effect,
      );
      expect(effects).toEqual([
        "allow",
        "deny",
        "deny",
        "deny",
        "require_approval",
        "allow",
        "require_approval",
        "deny",
        "allow",
        "deny",
      ]);
      const { code, lines } = await replay(records, ["--engine", engine]);
      expect(lines).toEqual([expect.stringContaining("10 equal, 0 changed, 0 unreadable")]);
      expect(code).toBe(0);
    },
  );

  test("finds what another release decides, and says on which line", async () => {
    const { code, lines } = await replay(records, [], changed);
    expect(code).toBe(1);
    expect(lines[0]).toBe("line 1: allow [support_refunds] -> require_approval [refund_needs_confirmation]");
    expect(lines[1]).toBe(
      "line 2: deny [data_class_unauthorized_for_user] -> deny [data_class_unauthorized_for_user] (another release)",
    );
    expect(lines.at(-1)).toContain("0 equal, 10 changed, 0 unreadable; ");
    expect(lines.at(-1)).toContain("with another effect or other reasons");
  });

  test("finds a decision that was edited, in the smallest part", async () => {
    const edits = [
      ['"allow":false', '"allow":true'],
      ["Denied by policy", "Denied by Policy"],
      ['"audit_required":false', '"audit_required":true'],
    ] as const;
    for (const [part, instead] of edits) {
      const edited = records.map((line, index) => (index === 1 ? line.replace(part, instead) : line));
      expect(edited[1]).not.toBe(records[1]);
      const { code, lines } = await replay(edited);
      expect(code).toBe(1);
      expect(lines[0]).toMatch(/^line 2: .*\(other details\)$/);
    }
  });

  test("finds an input that was edited", async () => {
    const edited = records.map((line) => line.replace('"amount":10', '"amount":70'));
    const { code, lines } = await replay(edited);
    expect(code).toBe(1);
    expect(lines[0]).toContain("line 1: allow [support_refunds] -> require_approval");
  });

  test("does not compare ids and durations", async () => {
    const edited = records.map((line) => line.replace(/"duration_us":\d+/g, '"duration_us":987654'));
    expect((await replay(edited)).code).toBe(0);
  });

  test("names lines that are no records by their place in the file, and decides the others", async () => {
    const [first = ""] = records;
    const lines = ["", first, "  ", '{"record":1', '{"record":2}', "null", '"text"', '{"record":1}', first];
    const run = await replay(lines);
    expect(run.code).toBe(1);
    expect(run.lines).toEqual([
      "line 4: cannot be decided again: it is not JSON",
      ...[5, 6, 7, 8].map(
        (line) => `line ${line}: cannot be decided again: it is not a decision record of this version`,
      ),
      expect.stringContaining("2 equal, 0 changed, 5 unreadable"),
    ]);
  });

  test("never throws for a record of the right outline", async () => {
    const odd = [
      { record: 1, decision: { metadata: null } },
      { record: 1, decision: { metadata: {} } },
      { record: 1, decision: { metadata: {} }, trouble: "constructor" },
      { record: 1, decision: { metadata: {} }, trouble: { reason: "forego.deadline" } },
      { record: 1, decision: { metadata: {} }, input: "text" },
      { record: 1, decision: { metadata: {} }, input: { granted: {} } },
      { record: 1, decision: { metadata: {} }, input: { note: "\ud800" } },
    ];
    const { code, lines, errors } = await replay([
      ...odd.map((one) => JSON.stringify(one)),
      records[0] ?? "",
    ]);
    expect(errors).toBe("");
    expect(code).toBe(1);
    expect(lines.at(-1)).toContain("1 equal");
    expect(lines).toHaveLength(odd.length + 1);
  });

  test("tells machines what it found", async () => {
    const equal = await replay(records, ["--json"]);
    expect(JSON.parse(equal.lines[0] ?? "")).toEqual({ decisions: 10, findings: [] });
    const { code, lines } = await replay([records[0] ?? "", "{"], ["--json"], changed);
    expect(code).toBe(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      decisions: 2,
      findings: [
        { kind: "changed", line: 1, before: { allow: true }, after: { effect: "require_approval" } },
        { kind: "unreadable", line: 2 },
      ],
    });
  });

  test("reads standard input, and one record alone", async () => {
    const run = await runCommand(["replay", "--log", "-", "--bundles", built.dir], records[0]);
    expect(run.code).toBe(0);
    expect(run.lines[0]).toContain("1 equal");
  });

  test("ends with 2 when the log or the release cannot be read", async () => {
    const noLog = await runCommand(["replay", "--log", join(dir, "nowhere"), "--bundles", built.dir]);
    const noRelease = await runCommand(["replay", "--log", "-", "--bundles", dir]);
    expect([noLog.code, noRelease.code]).toEqual([2, 2]);
  });
});

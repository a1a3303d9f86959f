import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createRecord, type DecisionEvent, type DecisionRecord } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { createEngine, recordToFile } from "forego";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type BuiltRelease, buildRelease, writeFolder } from "../../../../test/support/build-release.ts";
import { runCommand } from "../../../../test/support/captured-terminal.ts";
import { createDesk, refundCall } from "../../../../test/support/desk-guard.ts";
import { deskPolicies } from "../../../../test/support/desk-policies.ts";

let built: BuiltRelease;
let dir: string;
let log: string;
let records: readonly DecisionRecord[];

beforeAll(async () => {
  built = await buildRelease(deskPolicies());
  dir = await writeFolder({});
  log = join(dir, "story.jsonl");
  const file = recordToFile(log);
  const { guard } = createDesk(createEngine(built.release), { observers: [file] });
  await guard.admit(refundCall(10));
  await guard.admit(refundCall(10, { host: { user: "bob", cleared: [] } }));
  await guard.admit(refundCall("ten\u001b[31m"));
  await guard.admit(refundCall(70));
  await guard.admit(refundCall(10, { tool: "unknown.tool" }));
  await guard.admit(refundCall(1n));
  await file.close();
  const text = await readFile(log, "utf8");
  records = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as DecisionRecord);
});

afterAll(() => Promise.all([built.remove(), rm(dir, { recursive: true })]));

const idOf = (index: number) => records[index]?.decision.metadata.decision_id ?? "";

async function explain(index: number, ...options: readonly string[]) {
  const args = ["--log", log, "--decision", idOf(index), "--bundles", built.dir, ...options];
  return runCommand(["explain", ...args]);
}

describe("forego explain --decision", () => {
  test("tells what decided, what it saw, and the smallest change", async () => {
    const { code, lines, errors } = await explain(3);
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(lines).toEqual([
      `${idOf(3)}: require_approval [refund_needs_confirmation] for refund (tool_call), 2025-09-12T13:45:00.000Z`,
      "resource.desk.confirm (refunds.policy.ts:21:5) decided: require_approval, refund_needs_confirmation",
      "  - action.args.amount is more than data.confirm_above (refunds.policy.ts:24:33)",
      "      action.args.amount = 70",
      "      data.confirm_above = 50",
      "The smallest change found that would be allowed:",
      "  action.args.amount: 70 -> 50",
    ]);
  });

  test("tells of a list the entry that decided", async () => {
    const { lines } = await explain(1);
    expect(lines).toContain('      action.data_classes_referenced[0] = "billing"');
    expect(lines.slice(-1)).toEqual(['  user.data_classifications_authorized: [] -> ["billing"]']);
  });

  test("tells what could not be checked, and prints nothing that a terminal would obey", async () => {
    const { lines } = await explain(2);
    expect(lines).toContain(
      String.raw`  - action.args.amount must be a whole number from 0 up to 9007199254740991; it is "ten\u001b[31m"`,
    );
    expect(lines.join("")).not.toContain("\u001b");
  });

  test("claims no change where it found none", async () => {
    const { lines } = await explain(4);
    expect(lines.at(-1)).toBe("No small change of this call is known that would be allowed.");
  });

  test("says what trouble decided in place of the rules", async () => {
    const { lines } = await explain(5);
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(
        /^forego.invalid_arguments: The arguments of this call cannot be checked, so the call was not made. \(.+\)$/,
      ),
    ]);
  });

  test("tells machines the same", async () => {
    const { lines } = await explain(3, "--json");
    expect(JSON.parse(lines.join(""))).toMatchObject({
      decision: idOf(3),
      effect: "require_approval",
      decided: [
        {
          rule: "resource.desk.confirm",
          clauses: [{ saw: [{ what: "action.args.amount", value: 70 }, {}] }],
        },
      ],
      change: [{ kind: "set", path: "action.args.amount", from: 70, to: 50 }],
    });
  });

  test("claims no change where a server's own release had a say", async () => {
    const server = { server: "mail", release: "sha256:0", output: {}, rules: [] };
    const line = JSON.stringify({ ...records[3], server });
    const args = ["--log", "-", "--decision", idOf(3), "--bundles", built.dir];
    const { lines } = await runCommand(["explain", ...args], line);
    expect(lines[1]).toBe("The release of the server 'mail' had a say, too, and is not explained here.");
    expect(lines.at(-1)).toBe("No small change of this call is known that would be allowed.");
  });

  test("claims that a soft limit refuses nothing, and asks for no change because of it", async () => {
    const soft = await buildRelease({
      ...deskPolicies(),
      "soft.policy.ts": `
        import { policy } from "@forego/dsl";
        export default policy({
          category: "workflow",
          name: "soft",
          version: "1.0.0",
          rules: ({ budget }) => ({
            counted: budget({ reason: "counted", soft: true, limit: 1, cost: () => 5, window: { days: 1 } }),
          }),
        });
      `,
    });
    onTestFinished(() => soft.remove());
    const records: string[] = [];
    const onDecision = (event: DecisionEvent) => void records.push(JSON.stringify(createRecord(event)));
    const { guard } = createDesk(createEngine(soft.release), {
      state: memoryStores().state,
      observers: [{ onDecision }],
    });
    const { decision } = await guard.admit(refundCall(10));
    const id = decision.metadata.decision_id;
    const args = ["--log", "-", "--decision", id, "--bundles", soft.dir];
    const { lines } = await runCommand(["explain", ...args], records[0]);
    expect(lines.slice(2)).toEqual([
      "workflow.soft.counted: 5 of 1 used, the call takes 5: it is soft, and refuses nothing",
    ]);
  });

  test("says that it was another release that decided", async () => {
    const other = await buildRelease(deskPolicies({ confirmAbove: 90 }));
    onTestFinished(() => other.remove());
    const args = ["--log", log, "--decision", idOf(3), "--bundles", other.dir];
    const { lines } = await runCommand(["explain", ...args]);
    expect(lines.slice(1, 3)).toEqual([
      "These bundles are not the release that decided: what follows is how they would.",
      "The rules alone say: allow [support_refunds]",
    ]);
  });

  test("ends with 2 for a decision that the log does not have, and where something is not named", async () => {
    const unknown = await runCommand(["explain", "--log", log, "--decision", "x", "--bundles", built.dir]);
    expect([unknown.code, unknown.errors.includes("FG3053")]).toEqual([2, true]);
    const incomplete = await runCommand(["explain", "--log", log, "--decision", "x"]);
    expect([incomplete.code, incomplete.errors.includes("--bundles <dir>")]).toEqual([2, true]);
  });
});

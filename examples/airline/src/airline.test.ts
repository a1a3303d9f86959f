import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main as forego } from "@forego/cli";
import { type DecisionRecord, recordToFile } from "forego";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundlesOf, runOpaServer } from "../../../test/support/run-opa-server.ts";
import airlineDesk from "../policies/airline-desk.policy.ts";
import bags from "../policies/bags.policy.ts";
import booking from "../policies/booking.policy.ts";
import cancellation from "../policies/cancellation.policy.ts";
import changes from "../policies/changes.policy.ts";
import compensation from "../policies/compensation.policy.ts";
import confirmation from "../policies/confirmation.policy.ts";
import ownAccount from "../policies/own-account.policy.ts";
import { buildPolicies, policiesFolder } from "./airline-guard.ts";
import { findFailures, writesOf } from "./check-run.ts";
import { findSource, ownRecording, sharedFolder } from "./find-source.ts";
import { formatReport } from "./report.ts";
import { type AirlineRun, runAirline } from "./run-airline.ts";

const policies = [airlineDesk, bags, booking, cancellation, changes, compensation, confirmation, ownAccount];

let folder: string;
let release: string;
let log: string;
let run: AirlineRun;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "forego-airline-"));
  release = join(folder, "out");
  log = join(folder, "decisions.jsonl");
  await buildPolicies(release);
  const records = recordToFile(log);
  run = await runAirline(ownRecording, { release, observers: [records] });
  await records.close();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the recording of our own", () => {
  it("is decided as it says itself", async () => {
    expect(await findFailures(run, ownRecording)).toEqual([]);
    expect(run.recorded.every(({ call }) => call.expected !== undefined)).toBe(true);
  });

  it("shows each rule with a call that matches it, and a call of the same tool that is allowed", () => {
    const matching = (id: string) =>
      run.recorded.filter(({ decision }) => decision.metadata.matched_rules.includes(id));
    const allowed = new Set(
      run.recorded.filter(({ decision }) => decision.allow).map(({ call }) => call.tool),
    );
    const shown = run.release.rules.filter(({ id }) =>
      matching(id).some(({ call }) => allowed.has(call.tool)),
    );
    expect(shown.map(({ id }) => id)).toEqual(run.release.rules.map(({ id }) => id));
  });

  it("is decided alike by the evaluator of the intermediate form", async () => {
    const other = await runAirline(ownRecording, { release, engine: "ir" });
    expect(decisionsOf(other)).toEqual(decisionsOf(run));
  });

  it("is decided alike by an OPA server", async () => {
    const { socket, stop } = await runOpaServer(await bundlesOf(release));
    try {
      const other = await runAirline(ownRecording, {
        release,
        engine: { opa: { socket, onWarning: () => {} } },
      });
      expect(decisionsOf(other)).toEqual(decisionsOf(run));
    } finally {
      await stop();
    }
  });

  it("replays to the same bytes under OPA itself", async () => {
    expect(await forego(["replay", "--log", log, "--bundles", release, "--engine", "opa"])).toBe(0);
  });

  it("is not passed when a call is decided otherwise, or a reference call is not allowed", async () => {
    const denied = run.recorded.filter(({ decision }) => decision.effect === "deny").slice(0, 1);
    const unexpected = denied.map((decided) => ({
      ...decided,
      call: { ...decided.call, expected: { effect: "allow", reasons: [] } },
    }));
    const failures = await findFailures({ ...run, recorded: unexpected, reference: denied }, ownRecording);
    expect(failures).toEqual([
      "A reference call is not allowed: deny (forego.no_matching_allow) for get_weather in task 1, trial 0.",
      "Expected allow (), but decided deny (forego.no_matching_allow) for get_weather in task 1, trial 0.",
    ]);
  });

  it("is not taken for the real conversations: it denies too little, and quotes another policy", async () => {
    await writeFile(join(folder, "policy.md"), "Basic economy flights cannot be **modified**.");
    const failures = await findFailures({ ...run, recorded: [] }, { kind: "real", folder });
    expect(failures[0]).toBe("Only 0 of the recorded writes are denied, and 20 must be.");
    expect(failures.length).toBe(run.release.rules.length);
    expect(failures.join()).not.toContain("basic_economy_flights_change");
  });

  it("is reported with the sentence of each broken rule", () => {
    const report = formatReport(run).replace(/\s+/g, " ");
    for (const { description = "none" } of run.release.rules.filter(({ effect }) => effect === "deny")) {
      expect(report).toContain(`"${description}"`);
    }
  });
});

describe("the policies as plain JavaScript", () => {
  it("match the calls that the release matches", async () => {
    const text = await readFile(join(policiesFolder, "bags.data.json"), "utf8");
    const data: unknown = JSON.parse(text);
    const lines = (await readFile(log, "utf8")).trim().split("\n");
    const records = lines.map((line) => JSON.parse(line) as DecisionRecord);
    // a rule that could not be checked has no answer in JavaScript: reading what is absent throws
    const checked = records.filter(({ decision }) => decision.metadata.invalid_rules.length === 0);
    const matches = checked.map((record) => matchedInJavaScript(record, data));
    expect(matches).toEqual(checked.map(({ decision }) => decision.metadata.matched_rules));
    expect(checked.length).toBeGreaterThan(50);
  });
});

describe("the conversations of a real agent", () => {
  it("are decided as the airline's policy says, where they are", { timeout: 60_000 }, async () => {
    // continuous integration has them: there a folder that is missing is a failure
    const required = process.env.CI === "true" ? sharedFolder : undefined;
    const source = findSource({ data: process.env.AIRLINE_DATA ?? required });
    const real = await runAirline(source, { release });
    expect(await findFailures(real, source)).toEqual([]);
    const counts = [real.recorded, writesOf(real.recorded), real.reference, writesOf(real.reference)];
    const expected = source.kind === "real" ? [1164, 250, 142, 49] : [52, 46, 5, 3];
    expect(counts.map(({ length }) => length)).toEqual(expected);
  });
});

function decisionsOf({ recorded, reference }: AirlineRun) {
  return [...recorded, ...reference].map(({ decision }) => {
    const { effect, reasons, metadata } = decision;
    return { effect, reasons, matched: metadata.matched_rules, invalid: metadata.invalid_rules };
  });
}

/** The ids of the rules whose predicate, run as it is written, matches what the engine was handed; sorted. */
function matchedInJavaScript({ tool, input }: DecisionRecord, data: unknown): readonly string[] {
  const action = input?.action as { readonly args?: unknown } | undefined;
  return policies
    .flatMap(({ category, name, rules }) =>
      Object.entries(rules).flatMap(([rule, { tool: pinned, when }]) => {
        if (pinned !== undefined && pinned.name !== tool) return [];
        // the record holds what the rules of this tool read, which the compiler has checked
        const matches = (when as (context: unknown) => boolean)({ ...input, args: action?.args, data });
        return matches ? [`${category}.${name}.${rule}`] : [];
      }),
    )
    .sort();
}

// Breaks each place of the table in a copy of the repository, one at a time, and runs the test that must then fail:
//
//   node --conditions=@forego/source test/mutation/run.ts [part of a file or a comment]
//
// Ends with 1 when a broken place survives, or its test does not pass before anything is broken. Takes minutes.

import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/repository.ts";
import { breakPlace } from "./break-place.ts";
import { copyRepository } from "./copy-repository.ts";
import { type FailClosed, failClosed } from "./fail-closed.ts";

/** What a run of tests found, by their titles; none when the file does not load. */
type TestResults = ReadonlyMap<string, "passed" | "failed">;

const part = process.argv[2] ?? "";
const places = failClosed.filter(({ file, comment }) => `${file}: ${comment}`.includes(part));
const copy = copyRepository();
const before = new Map<string, TestResults>();
let survivors = 0;

try {
  for (const place of places) {
    const problem = findProblem(place);
    if (problem !== undefined) survivors += 1;
    const label = problem === undefined ? "killed  " : "SURVIVED";
    process.stdout.write(
      `${label} ${place.file}: ${place.comment}${problem === undefined ? "" : `: ${problem}`}\n`,
    );
  }
} finally {
  rmSync(copy, { recursive: true });
}
process.stdout.write(`${places.length - survivors} of ${places.length} killed\n`);
process.exitCode = survivors === 0 ? 0 : 1;

function findProblem(place: FailClosed): string | undefined {
  const [file, title] = place.test;
  const whole = before.get(file) ?? runTests(file);
  before.set(file, whole);
  if (!has(whole, title, "passed") || has(whole, title, "failed")) return "its test does not pass as it is";
  const path = join(copy, place.file);
  const source = readFileSync(path, "utf8");
  writeFileSync(path, breakPlace(source, place));
  const broken = runTests(file, title);
  writeFileSync(path, source);
  return has(broken, title, "failed") ? undefined : "its test does not fail";
}

function has(results: TestResults, title: string, status: "passed" | "failed"): boolean {
  return [...results].some(([name, found]) => name.includes(title) && found === status);
}

function runTests(file: string, title?: string): TestResults {
  const report = join(copy, "report.json");
  const options = [
    "--config",
    join(copy, "test/vitest.config.ts"),
    "--reporter=json",
    `--outputFile=${report}`,
  ];
  const only = title === undefined ? [] : ["-t", title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")];
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  spawnSync(process.execPath, [vitest, "run", ...options, ...only, file], { cwd: copy });
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as {
    testResults: { assertionResults: { fullName: string; status: string }[] }[];
  };
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  return new Map(
    results.flatMap(({ fullName, status }) =>
      status === "passed" || status === "failed" ? [[fullName, status] as const] : [],
    ),
  );
}

import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type EngineKind, recordToFile } from "forego";
import { buildPolicies } from "./airline-guard.ts";
import { findFailures } from "./check-run.ts";
import { describeSource, findSource } from "./find-source.ts";
import { formatReport } from "./report.ts";
import { runAirline } from "./run-airline.ts";

const { values } = parseArgs({
  options: {
    /** Decide the recording that comes with the example, even where the real conversations are. */
    recording: { type: "boolean", default: false },
    /** The folder with the real conversations. */
    data: { type: "string" },
    /** `wasm` or `ir`. */
    engine: { type: "string", default: "wasm" },
    /** A file to append decision records to, for `forego replay`. */
    log: { type: "string" },
  },
});

const print = (text: string): void => void process.stdout.write(`${text}\n\n`);

const source = findSource({ recording: values.recording, data: values.data ?? process.env.AIRLINE_DATA });
print(describeSource(source));
const release = relative(process.cwd(), fileURLToPath(new URL("../out", import.meta.url)));
await buildPolicies(release);
const log = values.log === undefined ? undefined : recordToFile(values.log);
const run = await runAirline(source, {
  release,
  engine: values.engine as EngineKind,
  observers: log === undefined ? [] : [log],
});
await log?.close();
print(`\n${formatReport(run)}`);
const failures = await findFailures(run, source);
for (const failure of failures) print(`FAILED: ${failure}`);
if (failures.length > 0) process.exitCode = 1;

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { fixedInput } from "./fixed-input.ts";
import { type LoadTimes, measureLoad } from "./load-time.ts";
import { measureMemory, type ReleaseMemory } from "./memory/release-memory.ts";

/** What is measured in a process of its own, where no compiler has been before. */
export interface FreshMeasurements {
  readonly load: LoadTimes;
  readonly memory: ReleaseMemory;
}

/** Measures loading the release of a folder, in a new process. */
export async function measureInFreshProcess(folder: string, times: number): Promise<FreshMeasurements> {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), folder, String(times)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as FreshMeasurements;
}

if (import.meta.main) {
  const [folder = "", times = ""] = process.argv.slice(2);
  const load = await measureLoad(folder, Number(times));
  const memory = await measureMemory(folder, fixedInput, Number(times));
  process.stdout.write(JSON.stringify({ load, memory } satisfies FreshMeasurements));
}

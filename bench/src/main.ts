import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { checkAgreement } from "./contenders/agreement.ts";
import { type Arena, openArena } from "./contenders/arena.ts";
import { measureInFreshProcess } from "./fresh-process.ts";
import { isFlat, measureTrends, printTrends, smokeScale } from "./memory/memory-curve.ts";
import { printResults } from "./print-results.ts";
import { createResults, type Measurements } from "./results.ts";
import { timeRounds } from "./rounds.ts";
import { timedCases } from "./timed-cases.ts";
import { variedInputs } from "./varied-inputs.ts";

const resultsFile = fileURLToPath(new URL("../results/latest.json", import.meta.url));

/** How often everything is measured. */
interface Scale {
  readonly rounds: number;
  readonly warmUps: number;
  /** Releases that are loaded. */
  readonly loads: number;
}

const full: Scale = { rounds: 100, warmUps: 20, loads: 20 };
const smoke: Scale = { rounds: 5, warmUps: 2, loads: 3 };

async function main(args: readonly string[]): Promise<void> {
  const unknown = args.find((argument) => argument !== "--smoke");
  if (unknown !== undefined) throw new Error(`'${unknown}' is not an option: there is only --smoke`);
  progress("building the rules: as one release, as five, and from Rego by hand");
  const arena = await openArena();
  const measurements = await measure(arena, args.includes("--smoke") ? smoke : full).finally(arena.close);
  const results = createResults(measurements);
  process.stdout.write(printResults(results));
  await mkdir(dirname(resultsFile), { recursive: true });
  await writeFile(resultsFile, `${JSON.stringify(results, null, 2)}\n`);
}

async function measure(
  { contenders, classified, releaseFolder }: Arena,
  scale: Scale,
): Promise<Measurements> {
  const fresh = await measureInFreshProcess(releaseFolder, scale.loads);
  progress("comparing what the contenders decide");
  const agreement = await checkAgreement(Object.values(contenders), variedInputs());
  const cases = timedCases(contenders, classified);
  progress(`timing ${Object.keys(cases).length} cases in ${scale.rounds} rounds`);
  const times = await timeRounds(cases, scale.rounds, scale.warmUps);
  // at length, that is a command of its own
  if (scale === smoke) await checkMemory(releaseFolder);
  return { ...fresh, agreement, cases, times };
}

/** @throws Error when memory is not flat. */
async function checkMemory(folder: string): Promise<void> {
  progress(`deciding ${smokeScale.decisions} times, twice`);
  const trends = await measureTrends(folder, smokeScale);
  if (!isFlat(trends, smokeScale)) throw new Error(printTrends(trends, smokeScale));
}

function progress(what: string): void {
  process.stderr.write(`${what}\n`);
}

try {
  await main(process.argv.slice(2));
} catch (cause) {
  process.stderr.write(`${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`);
  process.exitCode = 1;
}

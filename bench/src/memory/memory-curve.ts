import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildReleases } from "../build-releases.ts";
import type { LongRun, LongRunReport, MemorySample } from "./long-run.ts";

/** How long the runs are, and what they may grow by. */
export interface MemoryScale extends Pick<LongRun, "decisions" | "samples"> {
  /** Bytes a decision, over the second half. */
  readonly maxSlope: number;
}

/** A million decisions. What a decision leaves behind is 16 bytes at least: an object, and a place that keeps it. */
export const fullScale: MemoryScale = { decisions: 1_000_000, samples: 20, maxSlope: 1 };

/** Enough to fill what is bounded (the ledger keeps 10,000 calls), and to see what is not. */
export const smokeScale: MemoryScale = { decisions: 24_000, samples: 12, maxSlope: 200 };

/** A run and its trend. */
export interface MemoryTrend extends LongRunReport {
  readonly name: string;
  /** Bytes a decision by which heap, external and linear memory grew over the second half. */
  readonly slope: number;
}

/** Lets fresh processes decide for long: with an engine that works, and with one that throws at each 100th decision. */
export async function measureTrends(
  folder: string,
  { decisions, samples }: MemoryScale,
): Promise<MemoryTrend[]> {
  const trends: MemoryTrend[] = [];
  for (const [name, throwEach] of [["clean", 0] as const, ["one in a hundred throws", 100] as const]) {
    const report = await runInFreshProcess({ folder, decisions, samples, throwEach });
    trends.push({ name, ...report, slope: slopeOf(report.curve.slice(Math.floor(report.curve.length / 2))) });
  }
  return trends;
}

async function runInFreshProcess(run: LongRun): Promise<LongRunReport> {
  const script = fileURLToPath(new URL("./decide-for-long.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...process.execArgv,
    script,
    JSON.stringify(run),
  ]);
  return JSON.parse(stdout) as LongRunReport;
}

/** Bytes that count. */
export function bytesOf({ heap, external, linear }: MemorySample): number {
  return heap + external + linear;
}

/** The line through the samples with the least squares: bytes a decision. */
export function slopeOf(curve: readonly MemorySample[]): number {
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  const x = mean(curve.map(({ decisions }) => decisions));
  const y = mean(curve.map(bytesOf));
  const products = curve.map((one) => (one.decisions - x) * (bytesOf(one) - y));
  const squares = curve.map(({ decisions }) => (decisions - x) ** 2);
  return mean(products) / mean(squares);
}

/** The curves as tables, and what is wrong with them. */
export function printTrends(trends: readonly MemoryTrend[], { maxSlope }: MemoryScale): string {
  return trends
    .map(({ name, curve, slope, thrown, instances }) =>
      [
        `${name}: ${thrown} throws, ${instances} instances of the engine; MiB`,
        row("decisions", "heap", "external", "WASM", "sum", "resident"),
        ...curve.map((one) =>
          row(
            one.decisions.toLocaleString("en"),
            ...[one.heap, one.external, one.linear, bytesOf(one), one.resident].map(mebibytes),
          ),
        ),
        `second half: ${slope.toFixed(2)} bytes a decision${slope > maxSlope ? `, which is more than ${maxSlope}: memory is not flat` : ""}`,
        "",
      ].join("\n"),
    )
    .join("\n");
}

function row(...cells: readonly string[]): string {
  return cells.map((cell) => cell.padStart(11)).join("");
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(2);
}

/** Whether memory was flat in every run, and the engine that threw was made anew each time. */
export function isFlat(trends: readonly MemoryTrend[], { maxSlope }: MemoryScale): boolean {
  return trends.every(({ slope, thrown, instances }) => slope <= maxSlope && instances > thrown);
}

async function main(args: readonly string[]): Promise<void> {
  const unknown = args.find((argument) => argument !== "--smoke");
  if (unknown !== undefined) throw new Error(`'${unknown}' is not an option: there is only --smoke`);
  const scale = args.includes("--smoke") ? smokeScale : fullScale;
  const dir = await mkdtemp(join(tmpdir(), "forego-bench-"));
  try {
    const { linked } = await buildReleases(dir);
    process.stderr.write(`deciding ${scale.decisions.toLocaleString("en")} times, twice\n`);
    const trends = await measureTrends(linked, scale);
    process.stdout.write(printTrends(trends, scale));
    if (!isFlat(trends, scale)) process.exitCode = 1;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

if (import.meta.main) await main(process.argv.slice(2));

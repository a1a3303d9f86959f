// What a guard adds to a call of a tool that does nothing, for each host, in one run, with spans and metrics on:
//
//   npm run bench:adapters [-- --smoke]
//
// Times runs with the guard and without in turns, and ends with 1 when a call was denied or left no span.

import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createGuard, type Engine, type Guard, type Observer, verified } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { loadEngine } from "forego";
import { buildReleases } from "../build-releases.ts";
import { fixedInput } from "../fixed-input.ts";
import { summarise } from "../rounds.ts";
import { openTelemetry } from "../telemetry.ts";
import { callsPerRun, type Host, type OpenHost } from "./host.ts";
import { hosts } from "./hosts.ts";

const rounds = process.argv.includes("--smoke") ? 4 : 60;
// a thousand calls, after which V8 has compiled what they pass: hosts live longer than that
const warmUps = process.argv.includes("--smoke") ? 1 : 100;

/** One kind of time, round by round, with a guard and without. */
interface Times {
  readonly bare: number[];
  readonly guarded: number[];
}

async function main(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "forego-bench-"));
  const telemetry = openTelemetry();
  let calls = 0;
  try {
    const { linked, separate } = await buildReleases(dir);
    const guard = guardOver(await loadEngine(linked), telemetry.observer);
    const [, resource = ""] = separate;
    const withoutTurns = guardOver(await loadEngine(resource), telemetry.observer);
    line("microseconds a call", "bare", "guarded", "added", "of bare", "aim");
    for (const host of hosts) {
      const bare = await host.open(undefined);
      const guarded = await host.open(host.tellsTurns ? guard : withoutTurns);
      const { clock, computed } = await timeBoth(host, bare, guarded);
      calls += (rounds + warmUps) * callsPerRun;
      await bare.close();
      await guarded.close();
      print(host.name, clock);
      print("  computed", computed);
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  const spans = await telemetry.close();
  if (spans < calls) throw new Error(`${calls} calls left ${spans} spans`);
  const load = loadavg()[0]?.toFixed(1);
  process.stdout.write(`medians of ${rounds} rounds, load ${load} on ${availableParallelism()} cores\n`);
}

function guardOver(engine: Engine, observer: Observer): Guard<never> {
  const { user, tenant, agent: caller, environment, action } = fixedInput;
  const { chain, ...agent } = caller;
  const { time: _now, ...place } = environment;
  return createGuard<never>({
    engine,
    identify: () => verified({ tenant, chain, ...(user === undefined ? {} : { user }) }),
    agent,
    environment: place,
    tools: { [action.tool]: { dataClasses: action.data_classes_referenced } },
    sessions: memoryStores().sessions,
    observers: [observer],
    // a pause of the machine is no deny here
    deadlineMs: 60_000,
  });
}

/** Microseconds a call, with and without, the one first and then the other; and what the process computed in them. */
async function timeBoth(host: Host, bare: OpenHost, guarded: OpenHost) {
  const clock: Times = { bare: [], guarded: [] };
  const computed: Times = { bare: [], guarded: [] };
  for (let round = -warmUps; round < rounds; round++) {
    const order = round % 2 === 0 ? (["bare", "guarded"] as const) : (["guarded", "bare"] as const);
    for (const name of order) {
      globalThis.gc?.({ type: "minor" });
      const before = process.cpuUsage();
      const startedAt = performance.now();
      const done = await (name === "bare" ? bare : guarded).run();
      const elapsed = (performance.now() - startedAt) * 1000;
      const { user, system } = process.cpuUsage(before);
      if (done !== callsPerRun)
        throw new Error(`${host.name}, ${name}: ${callsPerRun - done} calls did not run`);
      if (round < 0) continue;
      clock[name].push(elapsed / callsPerRun);
      computed[name].push((user + system) / callsPerRun);
    }
  }
  return { clock, computed };
}

function print(name: string, { bare, guarded }: Times): void {
  const alone = summarise(bare).median;
  const added = summarise(guarded.map((time, round) => time - (bare[round] ?? 0))).median;
  const aim = Math.max(100, alone / 10);
  const cells = [alone, summarise(guarded).median, added].map((time) => time.toFixed(0));
  const share = `${((100 * added) / alone).toFixed(0)}%`;
  line(name, ...cells, share, `${aim.toFixed(0)}${added <= aim ? "" : " missed"}`);
}

function line(name: string, ...cells: readonly string[]): void {
  process.stdout.write(
    `${[name.padEnd(26), ...cells.map((cell) => cell.padStart(12))].join("").trimEnd()}\n`,
  );
}

await main();

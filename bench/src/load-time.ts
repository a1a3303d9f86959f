import { loadGuard, verified } from "forego";
import { type Summary, summarise } from "./rounds.ts";

/** Milliseconds from `loadGuard` to the first decision. */
export interface LoadTimes {
  /** The first load of a process: nothing has been compiled yet. */
  readonly first: number;
  readonly later: Summary;
}

/** Times reading a release, compiling its module and deciding once, several times over. */
export async function measureLoad(folder: string, loads: number): Promise<LoadTimes> {
  const first = await timeLoad(folder);
  const later: number[] = [];
  for (let load = 0; load < loads; load++) later.push(await timeLoad(folder));
  return { first, later: summarise(later) };
}

async function timeLoad(folder: string): Promise<number> {
  const startedAt = performance.now();
  const guard = await loadGuard(folder, {
    identify: () => verified(),
    agent: { id: "support-agent", scope: "support" },
    deadlineMs: 60_000,
  });
  const { decision } = await guard.admit({ host: undefined, tool: "crm.search", args: {} });
  const elapsed = performance.now() - startedAt;
  // nobody is signed in and arguments are missing: the rules must say so
  if (!decision.reasons.includes("forego.invalid_rule"))
    throw new Error("the first decision is not the rules'");
  return elapsed;
}

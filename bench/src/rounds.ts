import { setImmediate as nextTurn } from "node:timers/promises";

/** One thing that is timed. */
export interface TimedCase {
  readonly name: string;
  /** Calls of `run` in one round, fixed: about 10 ms of them. */
  readonly iterations: number;
  readonly run: () => unknown;
  /** Whether what a run answered is an allow, as it must be: a deny would be another path. */
  readonly isAllow: (answer: unknown) => boolean;
}

/** Microseconds a call, one number a round, in the order of the rounds. */
export type RoundTimes = readonly number[];

/** The middle of some numbers, and how far they spread. */
export interface Summary {
  readonly median: number;
  readonly p25: number;
  readonly p75: number;
}

/**
 * Times cases in interleaved rounds: each round runs every case, and each begins with another case, so that a slow
 * phase of the machine hits all alike. Rounds of warm-up come first and do not count.
 */
export async function timeRounds<TName extends string>(
  cases: Readonly<Record<TName, TimedCase>>,
  rounds: number,
  warmUps: number,
): Promise<Readonly<Record<TName, RoundTimes>>> {
  const names = Object.keys(cases) as TName[];
  const times = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<TName, number[]>;
  for (let round = -warmUps; round < rounds; round++) {
    const first = (round + warmUps) % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const time = await timeCase(cases[name]);
      if (round >= 0) times[name].push(time);
    }
  }
  return times;
}

/** Microseconds a call. The last answer is looked at, so that no run can be optimised away. */
async function timeCase({ name, iterations, run, isAllow }: TimedCase): Promise<number> {
  let last: unknown;
  // the garbage of the case before is not this one's
  globalThis.gc?.({ type: "minor" });
  const startedAt = performance.now();
  for (let index = 0; index < iterations; index++) {
    last = run();
    if (last instanceof Promise) last = await last;
  }
  // a turn of the event loop, in which what was put off (writing records) is paid for
  await nextTurn();
  const elapsed = performance.now() - startedAt;
  if (!isAllow(last)) throw new Error(`'${name.trim()}' did not allow what it was timed on`);
  return (elapsed * 1000) / iterations;
}

/** Summarises numbers by their median and quartiles. */
export function summarise(values: readonly number[]): Summary {
  const sorted = values.toSorted((left, right) => left - right);
  return { median: quantile(sorted, 0.5), p25: quantile(sorted, 0.25), p75: quantile(sorted, 0.75) };
}

/** The ratio of two cases, taken round by round, so that both sides of each saw the same machine. */
export function ratioOf(numerator: RoundTimes, denominator: RoundTimes): Summary {
  return summarise(numerator.map((time, round) => time / (denominator[round] ?? Number.NaN)));
}

function quantile(sorted: readonly number[], fraction: number): number {
  const position = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

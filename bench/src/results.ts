import { availableParallelism, cpus, loadavg } from "node:os";
import type { Agreement } from "./contenders/agreement.ts";
import type { LoadTimes } from "./load-time.ts";
import type { ReleaseMemory } from "./memory/release-memory.ts";
import { type RoundTimes, ratioOf, type Summary, summarise, type TimedCase } from "./rounds.ts";
import type { CaseName } from "./timed-cases.ts";

/** What one run measured. */
export interface Measurements {
  readonly agreement: Agreement;
  readonly cases: Readonly<Record<CaseName, TimedCase>>;
  readonly times: Readonly<Record<CaseName, RoundTimes>>;
  readonly load: LoadTimes;
  readonly memory: ReleaseMemory;
}

/** The ratios that versions are compared by, each with the cases that it divides and what it should be. */
const ratioTerms = {
  full_path_over_sdk: { of: ["full_path", "sdk"], aim: "at most 4" },
  opa_server_over_full_path: { of: ["opa_server", "full_path"], aim: "at least 10" },
  large_args_over_small: { of: ["full_path_large_text", "full_path"], aim: "at most 1.3" },
  budget_over_full_path: { of: ["full_path_budget", "full_path"], aim: "at most 2.5" },
  sdk_over_everything: { of: ["sdk", "full_path_everything"], aim: "at least 0.2" },
  evaluate_over_js_predicate: { of: ["evaluate", "js_predicate"], aim: "" },
  linked_over_separate: { of: ["linked", "separate"], aim: "" },
} as const satisfies Record<string, RatioTerms>;

/** Ratios that are printed beside the others. */
const furtherTerms = {
  remote_over_full_path: { of: ["full_path_remote", "full_path"], aim: "" },
  remote_over_opa_server: { of: ["full_path_remote", "opa_server"], aim: "" },
  classified_1kb_over_small: { of: ["full_path_classified_1kb", "full_path"], aim: "" },
  classified_64kb_over_small: { of: ["full_path_classified_64kb", "full_path"], aim: "" },
  wide_text_over_small: { of: ["full_path_wide_text", "full_path"], aim: "" },
  many_values_over_small: { of: ["full_path_many_values", "full_path"], aim: "" },
  full_path_over_policy_opa: { of: ["full_path", "policy_opa"], aim: "" },
  evaluate_over_sdk: { of: ["evaluate", "sdk"], aim: "" },
} as const satisfies Record<string, RatioTerms>;

interface RatioTerms {
  readonly of: readonly [CaseName, CaseName];
  readonly aim: string;
}

/** A ratio, taken round by round. */
export interface Ratio extends Summary {
  readonly aim: string;
}

/** What the results file holds. */
export interface Results {
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly node: string;
    /** Processes that wanted to run, on average over the last minute. */
    readonly load: number;
  };
  readonly rounds: number;
  readonly agreement: Agreement;
  readonly ratios: Readonly<Record<keyof typeof ratioTerms, number>>;
  /** The same ratios and further ones, with their spread. */
  readonly ratio_spread: Readonly<Record<string, Ratio>>;
  /** Microseconds a call. */
  readonly cases: Readonly<Record<CaseName, Summary & { readonly name: string }>>;
  /** Milliseconds. */
  readonly load: LoadTimes;
  /** Bytes. */
  readonly memory: ReleaseMemory;
}

/** Sums up what was measured. */
export function createResults({ agreement, cases, times, load, memory }: Measurements): Results {
  const ratio = ({ of: [numerator, denominator], aim }: RatioTerms): Ratio => ({
    ...ratioOf(times[numerator], times[denominator]),
    aim,
  });
  const fixed = mapValues(ratioTerms, ratio);
  return {
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      cores: availableParallelism(),
      node: process.version,
      load: loadavg()[0] ?? 0,
    },
    rounds: times.full_path.length,
    agreement,
    ratios: mapValues(fixed, ({ median }) => median),
    ratio_spread: { ...fixed, ...mapValues(furtherTerms, ratio) },
    cases: mapValues(cases, ({ name }, key) => ({ name: name.trim(), ...summarise(times[key]) })),
    load,
    memory,
  };
}

function mapValues<TName extends string, TValue, TResult>(
  record: Readonly<Record<TName, TValue>>,
  map: (value: TValue, name: TName) => TResult,
): Record<TName, TResult> {
  const entries = Object.entries(record) as [TName, TValue][];
  return Object.fromEntries(entries.map(([name, value]) => [name, map(value, name)])) as Record<
    TName,
    TResult
  >;
}

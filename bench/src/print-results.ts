import type { Results } from "./results.ts";
import type { Summary } from "./rounds.ts";

/** The results as tables. */
export function printResults({
  machine,
  rounds,
  agreement,
  ratio_spread,
  cases,
  load,
  memory,
}: Results): string {
  const inputs = Object.values(agreement).reduce((sum, count) => sum + count, 0);
  return [
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, load ${machine.load.toFixed(1)}`,
    ...(machine.load > machine.cores ? ["the machine was busy: only ratios say anything, if at all"] : []),
    `all contenders agree on ${inputs} inputs: ${agreement.allow} allow, ${agreement.deny} deny, ${agreement.require_approval} ask`,
    `medians of ${rounds} interleaved rounds, with quartiles`,
    "",
    row("microseconds a call", "median", "p25", "p75"),
    ...Object.values(cases).map(({ name, ...summary }) => row(name, ...numbers(summary, 2))),
    "",
    row("ratio, round by round", "median", "p25", "p75", "aim"),
    ...Object.entries(ratio_spread).map(([name, { aim, ...summary }]) =>
      row(name, ...numbers(summary, 2), aim),
    ),
    "",
    row("milliseconds", "median", "p25", "p75"),
    row("load to first decision", ...numbers(load.later, 1)),
    row("the same, first in a process", load.first.toFixed(1)),
    "",
    row("a loaded release", "KiB"),
    row("resident memory", kibibytes(memory.residentBytes)),
    row("JS heap", kibibytes(memory.heapBytes)),
    row("linear memory of WASM", kibibytes(memory.linearBytes)),
    row("module in the release file", kibibytes(memory.moduleBytes)),
    "",
  ].join("\n");
}

function row(name: string, ...cells: readonly string[]): string {
  return [name.padEnd(34), ...cells.map((cell) => cell.padStart(13))].join("").trimEnd();
}

function numbers({ median, p25, p75 }: Summary, digits: number): readonly string[] {
  return [median, p25, p75].map((value) => value.toFixed(digits));
}

function kibibytes(bytes: number): string {
  return (bytes / 1024).toFixed(0);
}

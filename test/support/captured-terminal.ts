import { main, type Terminal } from "@forego/cli";
import picocolors from "picocolors";

/** What one run of the command line left. */
export interface CommandRun {
  readonly code: number;
  /** The lines on standard output. */
  readonly lines: readonly string[];
  /** Everything on standard error. */
  readonly errors: string;
}

/** Runs the command line as a function, with a text on standard input. */
export async function runCommand(args: readonly string[], input = ""): Promise<CommandRun> {
  const lines: string[] = [];
  const errors: string[] = [];
  const terminal: Terminal = {
    out: (text) => void lines.push(...text.split("\n")),
    error: (text) => void errors.push(text),
    readInput: async () => input,
    interrupted: () => new Promise(() => {}),
    colors: picocolors.createColors(false),
  };
  return { code: await main(args, terminal), lines, errors: errors.join("\n") };
}

import picocolors from "picocolors";

/** Where a command reads and writes; handed in, so that a test can run a command as a function. */
export interface Terminal {
  out(text: string): void;
  /** For people and for mistakes; machines read `out`. */
  error(text: string): void;
  /** Everything on standard input. */
  readInput(): Promise<string>;
  /** Comes when the user ends what would go on. */
  interrupted(): Promise<void>;
  /** Colours, where `error` goes to a terminal that has them. */
  readonly colors: ReturnType<typeof picocolors.createColors>;
}

/**
 * The process's own terminal. Where nobody reads its output any more, as behind `| head`, the command ends at once and
 * says nothing, with 2; where nobody hears its mistakes, it goes on.
 */
export function processTerminal(): Terminal {
  // a write says what became of it; without these, an error would be thrown besides
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  return {
    out: (text) => void process.stdout.write(`${text}\n`, endUnread),
    error: (text) => void process.stderr.write(`${text}\n`),
    async readInput() {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
      return Buffer.concat(chunks).toString("utf8");
    },
    interrupted: () =>
      new Promise((resolve) => {
        for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => resolve());
      }),
    colors: picocolors.createColors(process.stderr.isTTY === true && picocolors.isColorSupported),
  };
}

function endUnread(error: NodeJS.ErrnoException | null | undefined): void {
  if (!error) return;
  if (error.code !== "EPIPE") process.stderr.write(`The output could not be written: ${error.message}\n`);
  process.exit(exitCodes.usage);
}

/** What a command ends with: 0 fine, 1 findings, 2 usage or environment. */
export const exitCodes = { fine: 0, findings: 1, usage: 2 } as const;

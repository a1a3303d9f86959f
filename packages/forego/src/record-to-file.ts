import { closeSync, createWriteStream, fstatSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { createRecord, ForegoError, type Observer } from "@forego/core";

/** An observer that writes decision records, and can be waited for. */
export interface RecordFile extends Observer {
  /**
   * Resolves when everything recorded so far is in the file. Nothing is recorded after it.
   *
   * @throws ForegoError FG3042 when something is not.
   */
  close(): Promise<void>;
}

/** Characters of lines that are written at once, though the turn of the event loop has not ended. */
const maxPending = 256 * 1024;

/**
 * Appends each decision that stands to a file, one JSON line each. Put it behind the observer that traces, so that
 * the record names its span. Records hold the values that rules read: keep the file as safe as those.
 *
 * Writing does not hold up decisions: the lines of one turn of the event loop are written together, when it ends. Where
 * it fails later, nothing more is recorded and decisions go on: `onFailure` is told of it then, once.
 *
 * @throws ForegoError FG3040 when the file cannot be written.
 */
export function recordToFile(path: string, onFailure: (error: ForegoError) => void = () => {}): RecordFile {
  const stream = createWriteStream(path, { fd: openToAppend(path) });
  let failure: ForegoError | undefined;
  stream.on("error", (cause) => {
    failure = notWritten(path, cause);
    onFailure(failure);
  });
  let pending = "";
  const write = () => {
    if (pending !== "") stream.write(pending);
    pending = "";
  };
  let closing: Promise<void> | undefined;
  const end = () =>
    new Promise<void>((resolve, reject) => {
      write();
      stream.end((error?: Error | null) => {
        if (failure !== undefined) reject(failure);
        else if (error) reject(notWritten(path, error));
        else resolve();
      });
    });
  return {
    onDecision(event) {
      if (closing !== undefined) return undefined;
      if (pending === "") setImmediate(write);
      pending += `${JSON.stringify(createRecord(event))}\n`;
      if (pending.length > maxPending) write();
      return undefined;
    },
    close() {
      closing ??= end();
      return closing;
    },
  };
}

function openToAppend(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, "a");
    const { size } = fstatSync(file);
    // what a process that died has left of a line would take the first record with it
    if (size > 0 && !endsLine(path, size)) writeSync(file, "\n");
    return file;
  } catch (cause) {
    const problem = `Records cannot be written to '${path}'${codeOf(cause)}.`;
    throw new ForegoError("FG3040", problem, "name a file in a folder that may be written.", { cause });
  }
}

/** Whether a file ends a line, as far as it may be read: records are written to one that may not be, too. */
function endsLine(path: string, size: number): boolean {
  const last = Buffer.from("\n");
  try {
    const file = openSync(path, "r");
    readSync(file, last, 0, 1, size - 1);
    closeSync(file);
  } catch {
    return true;
  }
  return last.toString() === "\n";
}

function notWritten(path: string, cause: unknown): ForegoError {
  const problem = `Not all decisions are recorded in '${path}'${codeOf(cause)}.`;
  const fix = "see that there is room and that it may be written, and start again.";
  return new ForegoError("FG3042", problem, fix, { cause });
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
}

import { createWriteStream, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { createRecord, ForegoError, type Observer } from "@forego/core";

/** An observer that writes decision records, and can be waited for. */
export interface RecordFile extends Observer {
  /** Resolves when everything recorded so far is in the file. Nothing is recorded after it. */
  close(): Promise<void>;
}

/** Characters of lines that are written at once, though the turn of the event loop has not ended. */
const maxPending = 256 * 1024;

/**
 * Appends each decision that stands to a file, one JSON line each. Put it behind the observer that traces, so that
 * the record names its span. Records hold the values that rules read: keep the file as safe as those.
 *
 * Writing does not hold up decisions: the lines of one turn of the event loop are written together, when it ends. A
 * failure to write is thrown at `close()`; until then decisions go on.
 *
 * @throws ForegoError FG3040 when the folder of the file cannot be made.
 */
export function recordToFile(path: string): RecordFile {
  makeFolder(path);
  const stream = createWriteStream(path, { flags: "a" });
  let failure: Error | undefined;
  stream.on("error", (error) => {
    failure = error;
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
        const cause = failure ?? error;
        if (cause) reject(cause);
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

function makeFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (cause) {
    const problem = `The folder of '${path}' cannot be made.`;
    throw new ForegoError("FG3040", problem, "name a file in a folder that may be written.", { cause });
  }
}

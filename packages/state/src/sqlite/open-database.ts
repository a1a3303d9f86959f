import { DatabaseSync } from "node:sqlite";
import { ForegoError } from "@forego/core";
import { retryWhileBusy } from "./retry-while-busy.ts";

/**
 * Pages of the log before what is in it moves into the file, which waits for the disk: 16 MiB. At SQLite's 1,000, steps
 * take twice as long in the middle.
 */
const logPages = 4000;

/**
 * Opens a file that several processes share, or makes it.
 *
 * @throws ForegoError FG4101 when it cannot be opened, or is no database.
 */
export function openDatabase(file: string, busyTimeoutMs: number): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: busyTimeoutMs });
    const opened = database;
    retryWhileBusy(() => opened.exec("pragma journal_mode = wal"), busyTimeoutMs);
    // what a process has committed outlives it; what the machine had not written yet goes with its power
    opened.exec(`pragma synchronous = normal; pragma wal_autocheckpoint = ${logPages}`);
    return opened;
  } catch (cause) {
    database?.close();
    throw new ForegoError(
      "FG4101",
      "The file of limits and approvals cannot be opened as an SQLite database.",
      "give a path that this process may write, in a folder that exists on a local disk.",
      { cause },
    );
  }
}

/**
 * Makes steps of work on a database, which leave nothing behind when they throw. `begin immediate` waits until nobody
 * else changes it; `begin` waits for nobody, and the step may only read, what was there when it began.
 */
export function createSteps(
  database: DatabaseSync,
  how: "begin immediate" | "begin",
): <TResult>(work: () => TResult) => TResult {
  const begin = database.prepare(how);
  const commit = database.prepare("commit");
  const rollback = database.prepare("rollback");
  return (work) => {
    begin.run();
    try {
      const result = work();
      commit.run();
      return result;
    } catch (cause) {
      if (database.isTransaction) rollback.run();
      throw cause;
    }
  };
}

// A thread that opens new files of stores at the same moment as others do, and tells of each that failed.

import { parentPort, workerData } from "node:worker_threads";
import { sqliteStores } from "@forego/state/sqlite";

/** What the thread is told. */
interface Order {
  readonly files: readonly string[];
  /** A count for each file: of the threads that are ready to open it. */
  readonly arrived: SharedArrayBuffer;
  readonly threads: number;
}

const { files, arrived, threads } = workerData as Order;
const counts = new Int32Array(arrived);
const failures: string[] = [];

for (const [index, file] of files.entries()) {
  Atomics.add(counts, index, 1);
  while (Atomics.load(counts, index) < threads);
  try {
    sqliteStores(file).close();
  } catch (error) {
    failures.push(String(error));
  }
}
parentPort?.postMessage(failures);

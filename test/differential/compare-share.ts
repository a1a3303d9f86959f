import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { type ComparedPrograms, comparePrograms, type ProgramSample } from "./compare-programs.ts";

/** What the thread says: a line, or at its end what comparing came to. */
type Message = { readonly line: string } | { readonly compared: ComparedPrograms };

/**
 * Compares programs as {@link comparePrograms} does, in a thread of its own.
 *
 * @throws whatever keeps the thread from comparing.
 */
export function compareShare(sample: ProgramSample, say: (line: string) => void): Promise<ComparedPrograms> {
  const worker = new Worker(new URL(import.meta.url), { workerData: sample });
  return new Promise((resolve, reject) => {
    worker.on("message", (message: Message) => {
      if ("line" in message) say(message.line);
      else resolve(message.compared);
    });
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("the thread ended without an answer")));
  });
}

if (!isMainThread && parentPort !== null) {
  const tell = (message: Message) => parentPort?.postMessage(message);
  tell({ compared: await comparePrograms(workerData as ProgramSample, (line) => tell({ line })) });
}

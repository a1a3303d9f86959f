import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root } from "./repository.ts";

/** A process of its own, which reads orders as lines of JSON and answers each with a line. */
export interface WorkerProcess<TOrder, TAnswer> {
  readonly child: ChildProcess;
  tell(order: TOrder): void;
  /** The next line that it writes; `undefined` when it has ended. */
  next(): Promise<TAnswer | undefined>;
}

/** Starts a script of this folder in a process of its own. */
export function startWorker<TOrder, TAnswer>(
  script: string,
  args: readonly string[],
): WorkerProcess<TOrder, TAnswer> {
  const path = join(root, "test/support", script);
  const child = spawn(process.execPath, ["--conditions=@forego/source", path, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    tell: (order) => void child.stdin.write(`${JSON.stringify(order)}\n`),
    async next() {
      const { done, value } = await lines.next();
      return done ? undefined : (JSON.parse(value) as TAnswer);
    },
  };
}

import { type ChildProcess, type ForkOptions, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Starts a program that runs policy modules, in a process without environment that may read files and do nothing else:
 * write, start processes or threads, load native code. What it prints is not shown, but for its errors.
 *
 * @param program The program as JavaScript. Where its TypeScript lies beside it, that is run.
 */
export function forkConfined(program: URL, options: Pick<ForkOptions, "serialization"> = {}): ChildProcess {
  const compiled = fileURLToPath(program);
  const source = compiled.replace(/\.js$/, ".ts");
  const fromSource = existsSync(source);
  return fork(fromSource ? source : compiled, [], {
    ...options,
    env: {},
    execArgv: [
      ...(fromSource ? ["--conditions=@forego/source"] : []),
      "--permission",
      "--allow-fs-read=*",
      "--disable-warning=ExperimentalWarning",
      "--disable-warning=SecurityWarning",
    ],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

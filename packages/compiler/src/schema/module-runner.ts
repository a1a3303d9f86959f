import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ForegoError } from "@forego/core";
import type { ModuleRequest, ModuleResponse } from "./policy-facts.ts";

/** Milliseconds that all policy modules together may take to load. */
const loadTimeoutMs = 20_000;

/**
 * Runs policy modules in a child process and reads their terms and schemas.
 *
 * @throws ForegoError FG3010 when the child process ends without an answer: a module that loops, exits or crashes it.
 */
export function runModules(request: Omit<ModuleRequest, "fallback">): Promise<ModuleResponse> {
  const source = fileURLToPath(new URL("./module-child.ts", import.meta.url));
  const fromSource = existsSync(source);
  const program = fromSource ? source : fileURLToPath(new URL("./module-child.js", import.meta.url));
  const child = fork(program, [], {
    env: {},
    execArgv: [
      ...(fromSource ? ["--conditions=@forego/source"] : []),
      "--permission",
      "--allow-fs-read=*",
      "--disable-warning=ExperimentalWarning",
      "--disable-warning=SecurityWarning",
    ],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    timeout: loadTimeoutMs,
    killSignal: "SIGKILL",
  });
  return new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(message as ModuleResponse));
    child.once("error", (cause) => reject(noAnswer(request, cause)));
    // not "exit": on a busy machine the process has ended before its answer is read
    child.once("disconnect", () => reject(noAnswer(request)));
    child.send({ ...request, fallback: import.meta.url });
  });
}

function noAnswer(request: Omit<ModuleRequest, "fallback">, cause?: unknown): ForegoError {
  return new ForegoError(
    "FG3010",
    `The policy modules did not load: the process that runs ${request.policies.length} of them ended or ran longer than ${loadTimeoutMs / 1000} s.`,
    "look for a module that loops, exits, or waits for the network; build folders one by one to find it.",
    cause === undefined ? {} : { cause },
  );
}

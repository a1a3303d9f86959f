import type { ChildProcess } from "node:child_process";
import { ForegoError } from "@forego/core";
import { forkConfined } from "./fork-confined.ts";
import type { ModuleRequest, ModuleResponse } from "./policy-facts.ts";

/** Milliseconds that all policy modules together may take to load. */
const loadTimeoutMs = 20_000;

/** Runs policy modules, each time in a child process of its own: a module that has run cannot run anew. */
export interface ModuleRunner {
  /** Starts the next child process, which then comes up while the caller does something else. */
  prepare(): void;
  /**
   * Runs modules and reads their terms and schemas.
   *
   * @throws ForegoError FG3010 when the child process ends without an answer: a module that loops, exits or crashes it.
   */
  run(request: ModuleRequest): Promise<ModuleResponse>;
  /** Ends the child process that waits for work. */
  close(): void;
}

/** Makes a runner. Nothing is started yet. */
export function createModuleRunner(): ModuleRunner {
  let waiting: ChildProcess | undefined;
  return {
    prepare() {
      if (waiting?.connected !== true) waiting = startChild();
    },
    run(request) {
      const child = waiting?.connected === true ? waiting : startChild();
      waiting = undefined;
      return ask(child, request);
    },
    close() {
      waiting?.kill("SIGKILL");
      waiting = undefined;
    },
  };
}

function startChild(): ChildProcess {
  const child = forkConfined(new URL("./module-child.js", import.meta.url));
  // one that cannot start is found out by whoever asks it; until then it must not end the compiler
  child.on("error", () => {});
  return child;
}

function ask(child: ChildProcess, request: ModuleRequest): Promise<ModuleResponse> {
  const timer = setTimeout(() => child.kill("SIGKILL"), loadTimeoutMs);
  return new Promise<ModuleResponse>((resolve, reject) => {
    child.once("message", (message) => resolve(message as ModuleResponse));
    child.once("error", (cause) => reject(noAnswer(request, cause)));
    // not "exit": on a busy machine the process has ended before its answer is read
    child.once("disconnect", () => reject(noAnswer(request)));
    child.send(request, (cause) => {
      if (cause !== null) reject(noAnswer(request, cause));
    });
  }).finally(() => clearTimeout(timer));
}

function noAnswer(request: ModuleRequest, cause?: unknown): ForegoError {
  return new ForegoError(
    "FG3010",
    `The policy modules did not load: the process that runs ${request.policies.length} of them ended or ran longer than ${loadTimeoutMs / 1000} s.`,
    "look for a module that loops, exits, or waits for the network; build folders one by one to find it.",
    cause === undefined ? {} : { cause },
  );
}

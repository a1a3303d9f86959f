import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";

/** A server that tests use. */
export interface RealServer {
  readonly url: string;
  /** Ends it, when the test has started it. */
  stop(): Promise<void>;
}

/** A program on the PATH, or where Debian keeps Postgres. */
export function findProgram(name: string): string | undefined {
  const versions = "/usr/lib/postgresql";
  const folders = [
    ...(process.env.PATH ?? "").split(delimiter),
    ...listFolder(versions)
      .sort((left, right) => Number(right) - Number(left))
      .map((version) => join(versions, version, "bin")),
  ];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

/**
 * Says that a server is missing, so that its tests are skipped.
 *
 * @throws Error where `CI` is set: there nothing is skipped.
 */
export function reportMissing(what: string, variable: string): undefined {
  const message = `no ${what}: set ${variable}, or install it; what needs it is not tested`;
  if (process.env.CI) throw new Error(message);
  process.stderr.write(`${message}\n`);
  return undefined;
}

/** A port that nobody listens on. */
export function findPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Starts a server and waits until it says `ready`; its end before is an error with what it said. */
export function startServer(command: string, args: readonly string[], ready: RegExp): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    const listen = (text: Buffer): void => {
      said = (said + text.toString()).slice(-10_000);
      if (ready.test(said)) resolve(child);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${command} ended with ${code}: ${said}`)));
  });
}

/** Ends a process and waits for its end. */
export function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill(signal);
  });
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

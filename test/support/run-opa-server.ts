import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findOpa } from "@forego/wasm/opa";

/** A running OPA server, on loopback and on a unix socket. */
export interface RunningOpa {
  readonly url: string;
  readonly port: number;
  readonly socket: string;
  stop(): Promise<void>;
}

const startTimeoutMs = 30_000;

/** The options that make a server load the plain bundles that `forego build` wrote into a folder. */
export async function bundlesOf(dir: string): Promise<readonly string[]> {
  const names = await readdir(join(dir, "opa"));
  return ["--bundle", ...names.sort().map((name) => join(dir, "opa", name))];
}

/**
 * Runs OPA's own server with further options.
 *
 * @throws Error when it does not become healthy within 30 s.
 */
export async function runOpaServer(
  options: readonly string[],
  { port }: { readonly port?: number } = {},
): Promise<RunningOpa> {
  const dir = await mkdtemp(join(tmpdir(), "forego-opa-"));
  const socket = join(dir, "opa.sock");
  const listening = port ?? (await freePort());
  const addresses = ["--addr", `127.0.0.1:${listening}`, "--addr", `unix://${socket}`];
  const quiet = ["--log-level", "error", "--disable-telemetry"];
  const child = spawn(findOpa(), ["run", "--server", ...addresses, ...quiet, ...options], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async () => {
    process.off("exit", kill);
    await end(child);
    await rm(dir, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${listening}`;
  try {
    await untilHealthy(child, url);
  } catch (cause) {
    await stop();
    throw new Error(`the OPA server did not start: ${said}`, { cause });
  }
  return { url, port: listening, socket, stop };
}

async function untilHealthy(child: ChildProcess, url: string): Promise<void> {
  const endsAt = performance.now() + startTimeoutMs;
  let problem: unknown = new Error("it ended");
  while (performance.now() < endsAt && child.exitCode === null) {
    try {
      const { ok } = await fetch(`${url}/health?bundles`, { headers: { connection: "close" } });
      if (ok) return;
    } catch (cause) {
      problem = cause;
    }
    await sleep(50);
  }
  throw problem;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

/** A port that nobody listens on: OPA does not tell which one it took. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("there is no free port");
  return address.port;
}

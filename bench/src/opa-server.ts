import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { findOpa } from "@forego/wasm/opa";
import type { Contender } from "./contender.ts";
import { decisionPath, type RegoDecision, readRegoDecision, regoFolder } from "./hand-written-rego.ts";

/** A running OPA server, and the way to ask it. */
export interface OpaServer {
  readonly contender: Contender;
  stop(): Promise<void>;
}

const startTimeoutMs = 15_000;

/**
 * Starts OPA's own server on loopback with the hand-written Rego. It is asked over one connection that is kept open,
 * with `node:http`, which is the fastest client that Node has, one request at a time.
 *
 * @throws Error when the server does not become healthy within 15 s.
 */
export async function startOpaServer(): Promise<OpaServer> {
  const port = await freePort();
  const options = ["run", "--server", "--addr", `127.0.0.1:${port}`, "--log-level", "error"];
  const child = spawn(findOpa(), [...options, "--disable-telemetry", regoFolder], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const stop = async () => {
    agent.destroy();
    await end(child);
  };
  const ask = (path: string, body?: string) => exchange(agent, port, path, body);
  try {
    await untilHealthy(child, () => ask("/health"));
  } catch (cause) {
    await stop();
    throw new Error(`the OPA server did not start: ${said}`, { cause });
  }
  return {
    contender: {
      name: "OPA server on loopback",
      prepare: (input) => async () =>
        JSON.parse(await ask(`/v1/data/${decisionPath}`, JSON.stringify({ input }))),
      read: (raw) => readRegoDecision((raw as { readonly result: RegoDecision }).result),
    },
    stop,
  };
}

function exchange(agent: Agent, port: number, path: string, body = ""): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const options = {
    agent,
    host: "127.0.0.1",
    port,
    path,
    method: body === "" ? "GET" : "POST",
    headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
  };
  const sent = request(options, (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => {
      text += chunk;
    });
    response.on("error", reject);
    response.on("end", () => {
      if (response.statusCode === 200) resolve(text);
      else reject(new Error(`OPA answered ${path} with status ${response.statusCode}`));
    });
  });
  sent.on("error", reject);
  sent.end(body);
  return promise;
}

async function untilHealthy(child: ChildProcess, ask: () => Promise<unknown>): Promise<void> {
  const endsAt = performance.now() + startTimeoutMs;
  let problem: unknown;
  while (performance.now() < endsAt && child.exitCode === null) {
    try {
      await ask();
      return;
    } catch (cause) {
      problem = cause;
      await sleep(50);
    }
  }
  throw problem;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.kill();
  await ended;
}

/** A port that nobody listens on: OPA does not tell which one it took. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("there is no free port");
  return address.port;
}

import { Agent, request } from "node:http";
import { runOpaServer } from "../../../test/support/run-opa-server.ts";
import type { Contender } from "./contender.ts";
import { decisionPath, type RegoDecision, readRegoDecision, regoFolder } from "./hand-written-rego.ts";

/** A running OPA server, and the way to ask it. */
export interface OpaServer {
  readonly contender: Contender;
  stop(): Promise<void>;
}

/**
 * Starts OPA's own server on loopback with the hand-written Rego. It is asked over one connection that is kept open,
 * with `node:http`, which is the fastest client that Node has, one request at a time.
 *
 * @throws Error when the server does not become healthy in time.
 */
export async function startOpaServer(): Promise<OpaServer> {
  const { port, stop } = await runOpaServer([regoFolder]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (path: string, body: string) => exchange(agent, port, path, body);
  return {
    contender: {
      name: "OPA server on loopback",
      prepare: (input) => async () =>
        JSON.parse(await ask(`/v1/data/${decisionPath}`, JSON.stringify({ input }))),
      read: (raw) => readRegoDecision((raw as { readonly result: RegoDecision }).result),
    },
    async stop() {
      agent.destroy();
      await stop();
    },
  };
}

function exchange(agent: Agent, port: number, path: string, body: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const options = {
    agent,
    host: "127.0.0.1",
    port,
    path,
    method: "POST",
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

import { createHash } from "node:crypto";

/** What a script is handed. */
export interface ScriptArguments {
  readonly keys: string[];
  readonly arguments: string[];
}

/** The part of a `redis` client, or pool, or cluster, that the stores use. */
export interface RedisClient {
  eval(script: string, options: ScriptArguments): Promise<unknown>;
  evalSha(sha1: string, options: ScriptArguments): Promise<unknown>;
}

/** A script that runs as one step on the server. */
export type Script = (client: RedisClient, keys: string[], values: readonly unknown[]) => Promise<unknown>;

/** Makes a script, which is sent whole only to a server that does not know it yet. */
export function createScript(source: string): Script {
  const sha1 = createHash("sha1").update(source).digest("hex");
  return async (client, keys, values) => {
    const options = { keys, arguments: values.map(String) };
    try {
      return await client.evalSha(sha1, options);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
      return client.eval(source, options);
    }
  };
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  endProcess,
  findPort,
  findProgram,
  type RealServer,
  reportMissing,
  startServer,
} from "./real-server.ts";

/** The Redis at `REDIS_URL`, else one that is started from the PATH; `undefined` when there is neither. */
export async function startRedis(): Promise<RealServer | undefined> {
  const url = process.env.REDIS_URL;
  if (url !== undefined && url !== "") return { url, stop: async () => {} };
  const program = findProgram("redis-server");
  if (program === undefined) return reportMissing("Redis server", "REDIS_URL");
  const folder = mkdtempSync(join(tmpdir(), "forego-redis-"));
  const port = await findPort();
  const settings = { port, bind: "127.0.0.1", dir: folder, save: "", appendonly: "no" };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = await startServer(program, args, /Ready to accept connections/);
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      await endProcess(child, "SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

import type { StateStore } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { postgresSchema, postgresStores } from "@forego/state/postgres";
import { type RedisClient, redisStores } from "@forego/state/redis";
import { sqliteStores } from "@forego/state/sqlite";
import { Pool } from "pg";
import { createClient } from "redis";
import { startPostgres } from "./postgres-server.ts";
import { startRedis } from "./redis-server.ts";
import type { StoreKind } from "./shared-stores.ts";

/** A store of limits whose clock a test sets, the server's too. */
export interface ClockedState {
  readonly state: StateStore;
  /** Sets the clock, to milliseconds since 1970. */
  set(ms: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a store that nobody has used; `undefined` when the machine does not have what it needs. */
export async function startClocked(kind: StoreKind, ms: number): Promise<ClockedState | undefined> {
  if (kind === "redis") return startRedisClocked(ms);
  if (kind === "postgres") return startPostgresClocked(ms);
  let now = ms;
  const { state, close } =
    kind === "sqlite"
      ? sqliteStores(":memory:", { now: () => now })
      : { ...memoryStores({ now: () => now }), close: () => {} };
  return {
    state,
    async set(later) {
      now = later;
    },
    stop: async () => close(),
  };
}

async function startRedisClocked(ms: number): Promise<ClockedState | undefined> {
  const server = await startRedis();
  if (server === undefined) return undefined;
  const client = await createClient({ url: server.url }).connect();
  let now = ms;
  // a server's clock cannot be set: its scripts are sent with the time written into them
  const clocked: RedisClient = {
    evalSha: async () => Promise.reject(new Error("NOSCRIPT")),
    eval: (script, options) => {
      const time = `{'${Math.floor(now / 1000)}', '${(now % 1000) * 1000}'}`;
      return client.eval(script.replaceAll("redis.call('TIME')", time), options);
    },
  };
  return {
    state: redisStores(clocked, { prefix: `{clock-${process.pid}-${Date.now()}}:` }).state,
    async set(later) {
      now = later;
    },
    async stop() {
      await client.close();
      await server.stop();
    },
  };
}

async function startPostgresClocked(ms: number): Promise<ClockedState | undefined> {
  const server = await startPostgres();
  if (server === undefined) return undefined;
  const pool = new Pool({ connectionString: server.url });
  const schema = `clock_${process.pid}_${Date.now()}`;
  const set = async (later: number) =>
    void (await pool.query(
      `create or replace function ${schema}.now_ms() returns bigint language sql volatile as 'select ${later}::bigint'`,
    ));
  await pool.query(postgresSchema({ schema }));
  await set(ms);
  return {
    state: postgresStores(pool, { schema }).state,
    set,
    async stop() {
      await pool.query(`drop schema ${schema} cascade`);
      await pool.end();
      await server.stop();
    },
  };
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApprovalStore, GrantStore, SessionStore, StateStore } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { postgresSchema, postgresStores } from "@forego/state/postgres";
import { redisStores } from "@forego/state/redis";
import { sqliteStores } from "@forego/state/sqlite";
import { Pool } from "pg";
import { createClient } from "redis";
import { startPostgres } from "./postgres-server.ts";
import { startRedis } from "./redis-server.ts";

/** The kinds of stores that there are. */
export type StoreKind = "memory" | "sqlite" | "redis" | "postgres";

/** Stores, opened where nobody has kept anything. */
export interface OpenStores {
  readonly state: StateStore;
  readonly approvals: ApprovalStore;
  readonly grants: GrantStore;
  readonly sessions: SessionStore;
  /** Where other processes find them: a file, or a server and what is theirs there. */
  readonly place: string;
  close(): Promise<void>;
}

/** A place for stores of one kind. */
export interface StoreHost {
  /** Opens stores at a new place, or at the given one. The clock is heard where it is the store's own. */
  open(options?: { readonly now?: () => number; readonly place?: string }): Promise<OpenStores>;
  stop(): Promise<void>;
}

let opened = 0;

/** Starts what a kind of store needs; `undefined` when the machine does not have it. */
export async function startHost(kind: StoreKind): Promise<StoreHost | undefined> {
  if (kind === "redis") return startRedisHost();
  if (kind === "postgres") return startPostgresHost();
  return kind === "sqlite" ? startSqliteHost() : memoryHost;
}

/** Opens the stores that another process has made, by their kind and place. */
export function openPlace(kind: StoreKind, place: string): Promise<OpenStores> {
  if (kind === "redis") return openRedis(place);
  if (kind === "postgres") return openPostgres(place);
  return Promise.resolve(openSqlite(place));
}

const memoryHost: StoreHost = {
  open: async ({ now = Date.now } = {}) => ({ ...memoryStores({ now }), place: "", close: async () => {} }),
  stop: async () => {},
};

function startSqliteHost(): StoreHost {
  const folder = mkdtempSync(join(tmpdir(), "forego-sqlite-"));
  return {
    open: async ({ now, place = join(folder, `${opened++}.db`) } = {}) => openSqlite(place, now),
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

function openSqlite(place: string, now?: () => number): OpenStores {
  const { close, ...stores } = sqliteStores(place, now === undefined ? {} : { now });
  return { ...stores, place, close: async () => close() };
}

async function startRedisHost(): Promise<StoreHost | undefined> {
  const server = await startRedis();
  return (
    server && {
      open: ({ place = `${server.url} {test-${process.pid}-${opened++}}:` } = {}) => openRedis(place),
      stop: () => server.stop(),
    }
  );
}

async function openRedis(place: string): Promise<OpenStores> {
  const [url = "", prefix = ""] = place.split(" ");
  const client = createClient({ url });
  await client.connect();
  return { ...redisStores(client, { prefix }), place, close: () => client.close() };
}

async function startPostgresHost(): Promise<StoreHost | undefined> {
  const server = await startPostgres();
  return (
    server && {
      open: ({ place = `${server.url} test_${process.pid}_${opened++}` } = {}) => openPostgres(place),
      stop: () => server.stop(),
    }
  );
}

async function openPostgres(place: string): Promise<OpenStores> {
  const [connectionString = "", schema = ""] = place.split(" ");
  const pool = new Pool({ connectionString });
  await pool.query(postgresSchema({ schema }));
  return { ...postgresStores(pool, { schema }), place, close: () => pool.end() };
}

import {
  type ApprovalStore,
  ForegoError,
  type GrantStore,
  type SessionStore,
  type StateStore,
} from "@forego/core";
import { knownByText } from "../known-by-text.ts";
import { approvalsSchema } from "./approvals-schema.ts";
import type { PostgresPool } from "./ask-database.ts";
import { createPostgresApprovals } from "./postgres-approvals.ts";
import { createPostgresGrants, grantsSchema } from "./postgres-grants.ts";
import { createPostgresSessions, sessionsSchema } from "./postgres-sessions.ts";
import { createPostgresState } from "./postgres-state.ts";
import { stateSchema } from "./state-schema.ts";

export type { PostgresPool } from "./ask-database.ts";

/** Where the stores keep what they keep. */
export interface PostgresOptions {
  /** The database schema that holds the tables and functions. Defaults to `forego`. */
  readonly schema?: string;
}

/** What a guard keeps, in a Postgres database. */
export interface PostgresStores {
  readonly state: StateStore;
  readonly approvals: ApprovalStore;
  readonly grants: GrantStore;
  readonly sessions: SessionStore;
}

/**
 * Stores in a Postgres database, 13 or later, which all processes share. The database's clock rules. The application
 * brings the pool and ends it; while the database cannot be reached, calls that need it are denied. Make the tables
 * first, with {@link postgresSchema}.
 *
 * @throws ForegoError FG4103 when the schema's name is not usable.
 */
export function postgresStores(
  pool: PostgresPool,
  { schema = "forego" }: PostgresOptions = {},
): PostgresStores {
  const name = checkName(schema);
  return {
    state: createPostgresState(pool, name),
    approvals: knownByText(createPostgresApprovals(pool, name)),
    grants: createPostgresGrants(pool, name),
    sessions: createPostgresSessions(pool, name),
  };
}

/**
 * The SQL that makes the schema, its tables and functions, or brings them up to date: for a migration, or for
 * `await pool.query(postgresSchema())` at the start. May run again, and in several processes at once.
 *
 * @throws ForegoError FG4103 when the schema's name is not usable.
 */
export function postgresSchema({ schema = "forego" }: PostgresOptions = {}): string {
  const name = checkName(schema);
  return `begin;
select pg_advisory_xact_lock(hashtextextended('${name}', 0));
create schema if not exists ${name};
${stateSchema(name)}
${approvalsSchema(name)}
${grantsSchema(name)}
${sessionsSchema(name)}
commit;`;
}

function checkName(schema: string): string {
  if (typeof schema === "string" && /^[a-z_][a-z0-9_]{0,40}$/.test(schema)) return schema;
  throw new ForegoError(
    "FG4103",
    "The name of the database schema is not usable.",
    "use a small letter, then at most 40 small letters, digits and underscores.",
  );
}

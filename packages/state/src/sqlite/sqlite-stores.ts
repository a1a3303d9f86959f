import type { ApprovalStore, GrantStore, SessionStore, StateStore } from "@forego/core";
import { createCountingState } from "../counting-state.ts";
import { digestKey } from "../digest-key.ts";
import { knownByText } from "../known-by-text.ts";
import { createSteps, openDatabase } from "./open-database.ts";
import { createSqliteApprovals } from "./sqlite-approvals.ts";
import { createSqliteGrants } from "./sqlite-grants.ts";
import { createSqliteSessions } from "./sqlite-sessions.ts";
import { createSqliteTable } from "./sqlite-table.ts";

/** How the file is opened. */
export interface SqliteOptions {
  /**
   * Milliseconds to wait for other processes before a step fails, which denies its call. Nothing else of this process runs
   * meanwhile. Defaults to 250: on a busy machine, a step may wait a tenth of a second for its turn among others that
   * are at work all the time.
   */
  readonly busyTimeoutMs?: number;
  /** Milliseconds since 1970. Defaults to the machine's clock, which all processes that share the file have. */
  readonly now?: () => number;
}

/** What a guard keeps, in one file. */
export interface SqliteStores {
  readonly state: StateStore;
  readonly approvals: ApprovalStore;
  readonly grants: GrantStore;
  readonly sessions: SessionStore;
  /** Closes the file. What comes after fails. */
  close(): void;
}

/**
 * Stores in an SQLite file, which processes of one machine share. They answer at once.
 *
 * @throws ForegoError FG4101 when the file cannot be opened, or is no database.
 */
export function sqliteStores(file: string, options: SqliteOptions = {}): SqliteStores {
  const { busyTimeoutMs = 250, now = Date.now } = options;
  const database = openDatabase(file, busyTimeoutMs);
  const asOneStep = createSteps(database, "begin immediate");
  const asOneLook = createSteps(database, "begin");
  const { table, ...others } = asOneStep(() => ({
    table: createSqliteTable(database),
    approvals: knownByText(createSqliteApprovals({ database, now, asOneStep })),
    grants: createSqliteGrants(database, now),
    sessions: createSqliteSessions({ database, now, asOneStep }),
  }));
  return {
    state: createCountingState({ table, keyOf: digestKey, now, asOneStep, asOneLook }),
    ...others,
    close: () => database.close(),
  };
}

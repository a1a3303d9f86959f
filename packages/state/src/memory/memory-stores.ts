import {
  type ApprovalStore,
  createMemoryApprovals,
  type GrantStore,
  type SessionStore,
  type StateStore,
} from "@forego/core";
import { createCountingState } from "../counting-state.ts";
import { createMemoryGrants } from "./memory-grants.ts";
import { createMemorySessions } from "./memory-sessions.ts";
import { createMemoryTable } from "./memory-table.ts";

/** What a guard keeps, in the memory of this process. */
export interface MemoryStores {
  readonly state: StateStore;
  readonly approvals: ApprovalStore;
  readonly grants: GrantStore;
  readonly sessions: SessionStore;
}

/**
 * Stores in this process's memory, for tests and for single processes that may forget: a restart sets every limit back.
 * `now` is milliseconds since 1970 and defaults to the machine's clock.
 */
export function memoryStores({ now = Date.now }: { readonly now?: () => number } = {}): MemoryStores {
  return {
    state: createCountingState({
      table: createMemoryTable(),
      keyOf: (text) => text,
      now,
      // nothing of it waits, so nothing runs in between
      asOneStep: (work) => work(),
      asOneLook: (work) => work(),
    }),
    approvals: createMemoryApprovals(now),
    grants: createMemoryGrants(now),
    sessions: createMemorySessions(now),
  };
}

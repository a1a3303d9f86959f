import {
  type ApprovalStore,
  ForegoError,
  type GrantStore,
  type SessionStore,
  type StateStore,
} from "@forego/core";
import { knownByText } from "../known-by-text.ts";
import { createRedisApprovals } from "./redis-approvals.ts";
import { createRedisGrants } from "./redis-grants.ts";
import { createRedisSessions } from "./redis-sessions.ts";
import { createRedisState } from "./redis-state.ts";
import type { RedisClient } from "./run-script.ts";

export type { RedisClient, ScriptArguments } from "./run-script.ts";

/** Where the stores keep what they keep. */
export interface RedisOptions {
  /**
   * What stands before all keys. Defaults to `{forego}:`; the braces keep all keys on one node of a cluster, where one
   * script can see them.
   */
  readonly prefix?: string;
}

/** What a guard keeps, on a Redis server. */
export interface RedisStores {
  readonly state: StateStore;
  readonly approvals: ApprovalStore;
  readonly grants: GrantStore;
  readonly sessions: SessionStore;
}

/**
 * Stores on a Redis server, 6 or later, which all processes with the same prefix share. The server's clock rules.
 * The application brings the client, connects it and closes it; while the server cannot be reached, calls that need it
 * are denied.
 *
 * @throws ForegoError FG4102 when the prefix is not usable.
 */
export function redisStores(client: RedisClient, { prefix = "{forego}:" }: RedisOptions = {}): RedisStores {
  if (typeof prefix !== "string" || !/^[\x21-\x7e]{0,100}$/.test(prefix)) {
    throw new ForegoError(
      "FG4102",
      "The prefix of the keys is not usable.",
      "use at most 100 visible ASCII characters.",
    );
  }
  return {
    state: createRedisState(client, prefix),
    approvals: knownByText(createRedisApprovals(client, prefix)),
    grants: createRedisGrants(client, prefix),
    sessions: createRedisSessions(client, prefix),
  };
}

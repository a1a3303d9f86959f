import { checkGrant, type Grant, type GrantStore } from "@forego/core";
import { digestKey } from "../digest-key.ts";
import { grantText } from "../grant-text.ts";
import { personText } from "../person-text.ts";
import { createScript, type RedisClient } from "./run-script.ts";

// Under the digest of a grant's tenant and id stands the grant, which the server removes when it expires. For each tenant and
// person, or everybody of the tenant, there is a sorted set of ids by the time at which they expire.
const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/** Keys: the grant, its set. Values: content, time at which it expires. */
const grantScript = createScript(`${clock}
local old = redis.call('HGET', KEYS[1], 'set')
if old then redis.call('ZREM', old, KEYS[1]) end
redis.call('DEL', KEYS[1])
if tonumber(ARGV[2]) <= now then return end
redis.call('HSET', KEYS[1], 'content', ARGV[1], 'set', KEYS[2], 'expires', ARGV[2])
redis.call('PEXPIREAT', KEYS[1], ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now))
redis.call('ZADD', KEYS[2], ARGV[2], KEYS[1])
local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')
redis.call('PEXPIREAT', KEYS[2], string.format('%.0f', last[2]))
`);

/** Keys: the grant. */
const revokeScript = createScript(`${clock}
local kept = redis.call('HMGET', KEYS[1], 'set', 'expires')
if not kept[1] or tonumber(kept[2]) <= now then return 0 end
redis.call('ZREM', kept[1], KEYS[1])
redis.call('DEL', KEYS[1])
return 1
`);

/** Keys: sets. Values: most answers of each. */
const liveScript = createScript(`${clock}
local found = {}
for _, set in ipairs(KEYS) do
  local ids = redis.call('ZREVRANGEBYSCORE', set, '+inf', '(' .. string.format('%.0f', now), 'LIMIT', 0, ARGV[1])
  for _, id in ipairs(ids) do
    local content = redis.call('HGET', id, 'content')
    if content then found[#found + 1] = content end
  end
end
return found
`);

const maxLive = 100;

/** Grants on a Redis server. Each method is one script. */
export function createRedisGrants(client: RedisClient, prefix: string): GrantStore {
  const grantKey = (grant: Pick<Grant, "tenant" | "id">) => `${prefix}grant:${digestKey(grantText(grant))}`;
  const setKey = (tenant: string, person: string) =>
    `${prefix}grants:${digestKey(JSON.stringify([tenant, person]))}`;

  return {
    async grant(grant) {
      checkGrant(grant);
      const { tenant, user, expiresAt } = grant;
      const keys = [grantKey(grant), setKey(tenant, personText(user))];
      await grantScript(client, keys, [JSON.stringify(grant), expiresAt]);
    },
    revoke: async (grant) => Number(await revokeScript(client, [grantKey(grant)], [])) === 1,
    async live(tenant, user) {
      const people = new Set([personText(undefined), personText(user)]);
      const keys = [...people].map((person) => setKey(tenant, person));
      const found = (await liveScript(client, keys, [maxLive])) as readonly unknown[];
      const grants = found.map((content) => JSON.parse(String(content)) as Grant);
      return grants.sort((left, right) => right.expiresAt - left.expiresAt).slice(0, maxLive);
    },
  };
}

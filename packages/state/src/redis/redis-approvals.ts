import {
  type AnswerOutcome,
  type ApprovalRequest,
  type ApprovalState,
  type ApprovalStore,
  grantsNeeded,
} from "@forego/core";
import { digestKey } from "../digest-key.ts";
import { createScript, type RedisClient } from "./run-script.ts";

// An approval is a hash under the digest of its binding. Under the digest of its id stands that of its binding. Both
// are removed by the server when they expire; `now` is looked at all the same, as it does so a millisecond late.
const prelude = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function live(approval)
  local expires = redis.call('HGET', approval, 'expires')
  return expires and tonumber(expires) > now
end

local function with_id(id_key, prefix)
  local approval = prefix .. (redis.call('GET', id_key) or '')
  if live(approval) and redis.call('HGET', approval, 'id') == id_key then return approval end
end
`;

/** Keys: the approval, its id. Values: digest of the binding, request, grants needed, time at which it expires, state. */
const keepScript = createScript(`${prelude}
if live(KEYS[1]) then return redis.call('HGET', KEYS[1], 'request') end
if tonumber(ARGV[4]) <= now then return ARGV[2] end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'id', KEYS[2], 'request', ARGV[2], 'state', ARGV[5], 'grants', '0',
  'needed', ARGV[3], 'expires', ARGV[4])
redis.call('PEXPIREAT', KEYS[1], ARGV[4])
redis.call('SET', KEYS[2], ARGV[1])
redis.call('PEXPIREAT', KEYS[2], ARGV[4])
return ARGV[2]
`);

/** Keys: the id. Values: what stands before the keys of approvals. */
const getScript = createScript(`${prelude}
local approval = with_id(KEYS[1], ARGV[1])
return approval and redis.call('HGET', approval, 'request')
`);

/** Keys: the approval. */
const stateScript = createScript(`${prelude}
return live(KEYS[1]) and redis.call('HGET', KEYS[1], 'state')
`);

/** Keys: the id. Values: what stands before the keys of approvals, the state that is answered, digest of who answers. */
const answerScript = createScript(`${prelude}
local approval = with_id(KEYS[1], ARGV[1])
if not approval or redis.call('HGET', approval, 'state') ~= 'pending' then return 'not_open' end
if ARGV[2] == 'refused' then
  redis.call('HSET', approval, 'state', 'refused')
  return 'taken'
end
if redis.call('HSETNX', approval, 'by:' .. ARGV[3], '1') == 0 then return 'granted_before' end
local needed = tonumber(redis.call('HGET', approval, 'needed'))
if redis.call('HINCRBY', approval, 'grants', 1) >= needed then redis.call('HSET', approval, 'state', 'granted') end
return 'taken'
`);

/** Keys: the approval. Values: the answer that is taken. */
const takeScript = createScript(`${prelude}
if not live(KEYS[1]) or redis.call('HGET', KEYS[1], 'state') ~= ARGV[1] then return false end
local request = redis.call('HGET', KEYS[1], 'request')
redis.call('DEL', KEYS[1], redis.call('HGET', KEYS[1], 'id'))
return request
`);

/** Approvals on a Redis server. Each method is one script. */
export function createRedisApprovals(client: RedisClient, prefix: string): ApprovalStore {
  const approvals = `${prefix}approval:`;
  const approval = (binding: string) => `${approvals}${digestKey(binding)}`;
  const idKey = (id: string) => `${prefix}approval-id:${digestKey(id)}`;

  const keep = async (request: ApprovalRequest, state: ApprovalState): Promise<ApprovalRequest> => {
    const { id, binding, expiresAt } = request;
    const values = [
      digestKey(binding),
      JSON.stringify(request),
      grantsNeeded(request),
      Math.floor(expiresAt),
      state,
    ];
    return JSON.parse(String(await keepScript(client, [approval(binding), idKey(id)], values)));
  };

  return {
    open: (request) => keep(request, "pending"),
    get: async (id) => requestOf(await getScript(client, [idKey(id)], [approvals])),
    async state(binding) {
      const found = await stateScript(client, [approval(binding)], []);
      return found === null ? undefined : (String(found) as ApprovalState);
    },
    async answer(id, granted, by) {
      const values = [approvals, granted ? "granted" : "refused", digestKey(by)];
      return String(await answerScript(client, [idKey(id)], values)) as AnswerOutcome;
    },
    take: async (binding, answer) => requestOf(await takeScript(client, [approval(binding)], [answer])),
    async giveBack(request) {
      await keep(request, "granted");
    },
  };
}

function requestOf(found: unknown): ApprovalRequest | undefined {
  return found === null ? undefined : (JSON.parse(String(found)) as ApprovalRequest);
}

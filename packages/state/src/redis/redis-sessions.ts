import type { SessionStore } from "@forego/core";
import { digestKey } from "../digest-key.ts";
import { told } from "../keyed-charge.ts";
import { completeAddition, idleMs, sessionText } from "../session-addition.ts";
import { createScript, type RedisClient } from "./run-script.ts";

const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/** Keys: the conversation. Values: milliseconds that it is kept, turns, tool calls, tokens, and data classes as JSON. */
const addScript = createScript(`${clock}
redis.call('HSETNX', KEYS[1], 'first', string.format('%.0f', now))
for i, name in ipairs({'turns', 'calls', 'tokens'}) do
  -- beyond 2^53 nothing is told apart any more
  local known = tonumber(redis.call('HGET', KEYS[1], name) or '0')
  redis.call('HSET', KEYS[1], name, string.format('%.0f', math.min(2 ^ 53, known + tonumber(ARGV[i + 1]))))
end
for i = 5, #ARGV do redis.call('HSET', KEYS[1], 'class:' .. ARGV[i], '') end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
`);

/** Keys: the conversation. Answers its age, turns, tool calls, tokens and data classes, or nothing. */
const readScript = createScript(`${clock}
local all = redis.call('HGETALL', KEYS[1])
if #all == 0 then return false end
local found, classes = {}, {}
for i = 1, #all, 2 do
  local class = string.match(all[i], '^class:(.*)$')
  if class then classes[#classes + 1] = class else found[all[i]] = all[i + 1] end
end
return {string.format('%.0f', math.max(0, now - tonumber(found.first))), found.turns, found.calls, found.tokens, classes}
`);

/** Conversations on a Redis server. Each method is one script. */
export function createRedisSessions(client: RedisClient, prefix: string): SessionStore {
  const sessionKey = (text: string) => `${prefix}session:${digestKey(text)}`;
  return {
    async read(key) {
      const found = await readScript(client, [sessionKey(sessionText(key))], []);
      if (found === null) return undefined;
      const [ageMs, turns, toolCalls, tokens, classes] = found as [
        unknown,
        unknown,
        unknown,
        unknown,
        unknown[],
      ];
      return {
        ageMs: Number(ageMs),
        turns: told(Number(turns)),
        toolCalls: told(Number(toolCalls)),
        tokens: told(Number(tokens)),
        dataClasses: classes.map((name) => JSON.parse(String(name)) as string),
      };
    },
    async add(key, addition) {
      const { turns, toolCalls, tokens, dataClasses } = completeAddition(addition);
      const classes = dataClasses.map((name) => JSON.stringify(name));
      await addScript(client, [sessionKey(sessionText(key))], [idleMs, turns, toolCalls, tokens, ...classes]);
    },
  };
}

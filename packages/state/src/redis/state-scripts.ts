import { tooMuch } from "../sliding-window.ts";
import { createScript } from "./run-script.ts";

// A counter is a hash of buckets. A reservation is a hash of its time, what it shows to others (`content`), and its
// charges, a line each; without charges it is settled. `open` holds those that are not settled by their times, and
// `leave` the same ones by the time at which they count no more. The server removes hashes when their time has come.
// Numbers are doubles here, exact up to 2^53, and are written and answered as texts: Lua itself would write 14 digits,
// and clients read long integers inexactly.
const prelude = `
local too_much = ${tooMuch}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function whole(number)
  return string.format('%.0f', number)
end

local function used(counter, window, width)
  local from = math.floor((now - window) / width)
  local buckets = redis.call('HGETALL', counter)
  local sum = 0
  for i = 1, #buckets, 2 do
    if tonumber(buckets[i]) < from then
      redis.call('HDEL', counter, buckets[i])
    else
      sum = math.min(too_much, sum + tonumber(buckets[i + 1]))
    end
  end
  return sum
end

local function add(counter, bucket, left, amount)
  local known = tonumber(redis.call('HGET', counter, bucket) or '0')
  if known < too_much then known = math.min(too_much, known + amount) end
  redis.call('HSET', counter, bucket, whole(known))
  if redis.call('PTTL', counter) < left - now then redis.call('PEXPIREAT', counter, whole(left)) end
end

-- what had left before the clock was set back is not there to give back: less than nothing would be room
local function subtract(counter, bucket, amount)
  local known = tonumber(redis.call('HGET', counter, bucket) or '0')
  if known > 0 and known < too_much then
    redis.call('HSET', counter, bucket, whole(math.max(0, known - amount)))
  end
end

local function texts(numbers)
  for i, number in ipairs(numbers) do numbers[i] = whole(number) end
  return numbers
end

local function live(reservation)
  local leaves = redis.call('HGET', reservation, 'leaves')
  return leaves and tonumber(leaves) > now
end

local function sweep(open, leave, most)
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', leave, '-inf', whole(now), 'LIMIT', 0, most)) do
    redis.call('ZREM', open, member)
    redis.call('ZREM', leave, member)
  end
end
`;

/**
 * Keys: the reservation, `open`, `leave`, and the counter of each charge. Values: the reservation's member in the two
 * sets, its content, and for each charge cost, limit (-1 for none), window and bucket width.
 */
export const reserveScript = createScript(`${prelude}
local reservation, open, leave = KEYS[1], KEYS[2], KEYS[3]
sweep(open, leave, 4)
local before, after, refused, totals = {}, {}, {}, {}
for i = 1, #KEYS - 3 do
  local counter, at = KEYS[i + 3], 4 * i - 1
  local cost, limit = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  before[i] = used(counter, tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]))
  totals[counter] = math.min(too_much, (totals[counter] or before[i]) + cost)
  if limit >= 0 and totals[counter] > limit then refused[#refused + 1] = i - 1 end
end
if live(reservation) then return {1, texts(before), {}} end
if #refused > 0 then return {0, texts(before), refused} end
local charges, leaves = {}, now
for i = 1, #KEYS - 3 do
  local counter, at = KEYS[i + 3], 4 * i - 1
  local window, width = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local bucket = math.floor(now / width)
  local left = (bucket + 1) * width + window
  add(counter, whole(bucket), left, tonumber(ARGV[at]))
  charges[i] = whole(bucket) .. ' ' .. whole(left) .. ' ' .. ARGV[at] .. ' ' .. counter .. '\\n'
  leaves = math.max(leaves, left)
  after[i] = totals[counter]
end
if #charges > 0 then
  redis.call('DEL', reservation)
  redis.call('HSET', reservation, 'at', whole(now), 'leaves', whole(leaves), 'content', ARGV[2],
    'charges', table.concat(charges))
  redis.call('PEXPIREAT', reservation, whole(leaves))
  redis.call('ZADD', open, whole(now), ARGV[1])
  redis.call('ZADD', leave, whole(leaves), ARGV[1])
end
return {1, texts(after), {}}
`);

/**
 * Keys: the reservation, `open` and `leave`. Values: its member, and `commit` with the real costs, or `release`. Answers 1,
 * 0 when there is nothing to settle, -1 when the number of costs is not that of the charges.
 */
export const settleScript = createScript(`${prelude}
local reservation, open, leave = KEYS[1], KEYS[2], KEYS[3]
local charges = redis.call('HGET', reservation, 'charges')
if not charges or not live(reservation) then return 0 end
local _, count = string.gsub(charges, '\\n', '')
local given_back = ARGV[2] == 'release'
if not given_back and #ARGV - 2 ~= count then return -1 end
local i = 2
for bucket, left, cost, counter in string.gmatch(charges, '(%d+) (%d+) (%d+) ([^\\n]+)\\n') do
  i = i + 1
  local more = (given_back and 0 or tonumber(ARGV[i])) - tonumber(cost)
  if tonumber(left) > now then
    if more > 0 then add(counter, bucket, tonumber(left), more) end
    if more < 0 then subtract(counter, bucket, -more) end
  end
end
redis.call('ZREM', open, ARGV[1])
redis.call('ZREM', leave, ARGV[1])
if given_back then redis.call('DEL', reservation) else redis.call('HDEL', reservation, 'content', 'charges') end
return 1
`);

/** Keys: counters. Values: for each, window and bucket width. */
export const usageScript = createScript(`${prelude}
local sums = {}
for i, counter in ipairs(KEYS) do sums[i] = used(counter, tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])) end
return texts(sums)
`);

/** Keys: `open` and `leave`. Values: least age, most answers, and what stands before members in the keys of reservations. */
export const openScript = createScript(`${prelude}
sweep(KEYS[1], KEYS[2], 1000)
local found = {}
local members = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', whole(now - tonumber(ARGV[1])), 'LIMIT', 0, ARGV[2])
for _, member in ipairs(members) do
  local kept = redis.call('HMGET', ARGV[3] .. member, 'at', 'content')
  if kept[2] then
    found[#found + 1] = kept
  else
    redis.call('ZREM', KEYS[1], member)
    redis.call('ZREM', KEYS[2], member)
  end
end
return found
`);

-- Bans a caller of a plan or lifts its ban, and tells of bans.
--
-- KEYS[1]  the bans of the plan: the version of the last change, and of each caller the version of its change, the end of its ban in
--          microseconds since the Unix epoch, the end that it had before it was lifted, and its name; the latest change last
-- ARGV     1  the name of a caller; empty to read alone
--          2  how long its ban lasts from now on in microseconds; 0 to lift it
--          3  the version after which changes are told
--          4  1 to have a ban last longer that is there, and is not over or lifted; 0 to set it in any case
--          5  the present in microseconds, in tests; otherwise the server's
--          6  what is added to the life of the key in microseconds, in tests
--
-- Answer   the version of the last change, and of each change how long the ban lasts from now on, 0 or less for none, and the name;
--          nothing if there is no ban that could last longer.

if not redis.REDIS_VERSION_NUM and redis.replicate_commands then redis.replicate_commands() end

local pack, unpack, sub, max = struct.pack, struct.unpack, string.sub, math.max
local HEAD, NUMBERS, NAME = 8, 24, 22
local ENTRY = NUMBERS + NAME
local MOST = 4096 -- callers: the value has 190 kB then

local name, lasts, after, extends, now = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1', tonumber(ARGV[5])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local function lifeUntil(latest)
  return string.format('%.0f', math.min((latest - now + (tonumber(ARGV[6]) or 0)) / 1000 + 1000, 1e14))
end

local stored = redis.call('GET', KEYS[1])
local version = 0
if stored then version = unpack('<d', stored) end

-- The version is the moment of the last change, a little more after many changes at once. If it is in the future, the clock was set back. The
-- ends of all bans are then set back, too, so that no ban begins again with more than it had left at the last change. Versions are set back only
-- to the present: a server that has read an earlier one receives what it has not read.
local back = version - now
if back > 1000000 then
  local entries, latest = {}, now
  for from = HEAD + 1, #stored, ENTRY do
    local changed, ends, kept = unpack('<ddd', stored, from)
    kept = max(0, kept - back)
    latest = max(latest, kept)
    entries[#entries + 1] = pack('<ddd', math.min(changed, now), max(0, ends - back), kept) .. sub(stored, from + NUMBERS, from + ENTRY - 1)
  end
  version = now
  stored = pack('<d', version) .. table.concat(entries)
  redis.call('SET', KEYS[1], stored, 'PX', lifeUntil(latest))
end

-- A server that has read a later version read it before the clock was set back, or before the key ended: it receives all bans.
if name == '' and after > version then after = 0 end

if name ~= '' then
  version = max(version + 1, now)
  local entries, before, ending, kept, latest = {}, 0, now + lasts, 0, 0
  if stored then
    for from = HEAD + 1, #stored, ENTRY do
      local _, banned, ends = unpack('<ddd', stored, from)
      if sub(stored, from + NUMBERS, from + ENTRY - 1) == name then
        -- Servers that know of the ban hear that it was lifted, whenever they ask.
        before, kept = banned, ends
      elseif ends > now then
        entries[#entries + 1] = sub(stored, from, from + ENTRY - 1)
        latest = max(latest, ends)
      end
    end
  end
  if extends then
    if before <= now then return '' end
    ending = max(ending, before)
  end
  kept = max(kept, ending)
  latest = max(latest, kept)
  entries[#entries + 1] = pack('<ddd', version, ending, kept) .. name
  stored = pack('<d', version) .. table.concat(entries, '', max(1, #entries - MOST + 1))
  redis.call('SET', KEYS[1], stored, 'PX', lifeUntil(latest))
end

local answer = { pack('<d', version) }
if stored then
  for from = HEAD + 1, #stored, ENTRY do
    local changed, ends = unpack('<dd', stored, from)
    if changed > after then
      answer[#answer + 1] = pack('<d', ends - now) .. sub(stored, from + NUMBERS, from + ENTRY - 1)
    end
  end
end
return table.concat(answer)

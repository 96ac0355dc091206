-- Bans a caller of a plan or lifts its ban, and returns bans.
--
-- KEYS[1]  the bans of the plan: the version of the last change, and for each caller, the latest change last, the version of its change, the
--          end of its ban in microseconds since the Unix epoch, the latest end that the ban has had, and its name
-- ARGV     1  the name of a caller; empty to only read
--          2  the time from now on in microseconds for which the caller is banned; 0 to lift the ban
--          3  the version after which changes are returned
--          4  1 to extend a ban that has not ended and was not lifted; 0 to set a ban in any case
--          5  in tests: the present in microseconds; otherwise the server's
--          6  in tests: a time in microseconds that is added to the life of the key
--
-- Answer   the version of the last change, and for each change how long the ban lasts from now on, 0 or less for none, and the name;
--          empty if there is no ban to extend

local pack, unpack, sub, max = struct.pack, struct.unpack, string.sub, math.max
local HEAD, NUMBERS, NAME = 8, 24, 22
local ENTRY = NUMBERS + NAME
local MAX_BANS = 4096 -- a value with so many has 190 kB

local name, duration, after, extends, now = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1', tonumber(ARGV[5])
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
-- ends of all bans are then set back, too, so that no ban lasts longer than what was left of it at the last change. Versions are set back only
-- to the present: a server that has read an earlier version receives the changes that it has not read.
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

-- A version after the stored one was read before the clock was set back, or before the key expired. The server receives all bans.
if name == '' and after > version then after = 0 end

if name ~= '' then
  version = max(version + 1, now)
  local entries, before, ending, kept, latest = {}, 0, now + duration, 0, 0
  if stored then
    for from = HEAD + 1, #stored, ENTRY do
      local _, banned, ends = unpack('<ddd', stored, from)
      if sub(stored, from + NUMBERS, from + ENTRY - 1) == name then
        -- The entry stays until the end of the former ban, so that servers that have read the ban also read that it was lifted.
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
  stored = pack('<d', version) .. table.concat(entries, '', max(1, #entries - MAX_BANS + 1))
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

-- Adds to the number of rejections of a caller by all servers. Enough of them lead to a ban.
--
-- KEYS[1]  the rejections: the end of the time within which they count in microseconds since the Unix epoch, and their number
-- ARGV     1  how many are added
--          2  how long they count from now on in microseconds, unless stored ones count for a shorter time; 0 to clear all
--          3  in tests: the present in microseconds; otherwise the server's
--          4  in tests: a time in microseconds that is added to the life of the key
--
-- Answer   the number of stored rejections

local more, within, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if within <= 0 then
  redis.call('DEL', KEYS[1])
  return 0
end

if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local ends, count = now + within, 0
local stored = redis.call('GET', KEYS[1])
if stored then
  local before, counted = struct.unpack('<dd', stored)
  if before > now then
    -- The time began with the first rejection, which may be one of another server.
    ends, count = math.min(ends, before), counted
  end
end

count = count + more
local life = (ends - now + (tonumber(ARGV[4]) or 0)) / 1000 + 1
redis.call('SET', KEYS[1], struct.pack('<dd', ends, count), 'PX', string.format('%.0f', math.min(life, 1e14)))
return count

-- Takes the cost of every quota of a caller, or of none, and tells where that leaves the caller. Nearly every call is this one.
-- It decides as count.lua does when that is told to take or to look, with the same state, call and answer, which are explained
-- there; but it knows nothing of concurrency and of batches, and is written for speed.
--
-- KEYS[1]  the caller's state
-- ARGV     1  the call
--          2  the present in microseconds since the Unix epoch, in tests and for one caller of a group; otherwise the server's
--          3  what is added to the life of the state, in microseconds, in tests
--
-- Answer   that of count.lua; nothing for a caller with a batch, of which count.lua knows more.

-- Redis before 5 replicates the script and not what it does, unless told so, and what it does depends on the time.
if not redis.REDIS_VERSION_NUM and redis.replicate_commands then redis.replicate_commands() end

local floor, ceil, max, min, pack, unpack = math.floor, math.ceil, math.max, math.min, struct.pack, struct.unpack
local find, sub = string.find, string.sub
local FIXED, SLIDING, CALENDAR = 1, 2, 5
local NEVER = math.huge
local LONGEST_LIFE = 1e14 -- in milliseconds, 3,170 years: Garnet takes none that ends after the year 9999
local MARGIN = 1000000 -- TIME and expiry are not read at the same moment
local HEAD, PAIR, QUOTA = 24, 16, 48 -- the bytes of the state's head, of a segment, and of what a call says of a quota

--[[ numbers.lua ]]

-- The caller: several.lua does what follows for each of several.
local call, now = ARGV[1], tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local stored = redis.call('GET', KEYS[1])
local born, expires, batches = now, 0, 0
local keeps, number = unpack('<dd', call)
local size = #call
local told = (size - 8) / 7 -- the bytes that tell the quotas apart, before what the call says of each
local first = 9 + told
local written, others, othersEnd = nil, '', 0
if stored then
  local storedNumber
  born, expires, batches, storedNumber = unpack('<dddd', stored)
  if batches > 0 then return false end
  -- Of a plan with one quota, that one tells it.
  if storedNumber ~= number or number > 0 and find(stored, sub(call, 9, first - 1), HEAD + 1, true) ~= HEAD + 1 then
    local numbers = sub(call, 9, first - 1)
    --[[ arrange.lua ]]
  end
end

local isSingle = number < 0
local wait, longest, isChanged, isTaken = 0, -1, false, false
local answer, saved, full

-- First as if all quotas had room, as they nearly always have; then, if one has none, without charging any.
for attempt = 1, 2 do
  local place = HEAD + told + 1
  answer, saved, full = '', '', now
  for from = first, size, QUOTA do
    local kind, length, detail, own, limit, cost = unpack('<dddddd', call, from)
    local before, one, second = -own, 0, 0
    if stored then before, one, second, place = unpack('<ddd', stored, place) end
    local sign = 1
    if not (limit >= 0) then
      if before >= 0 then
        limit = before
      elseif stored and before == before or limit ~= limit then
        limit, sign = own, -1
      else
        limit = -limit
      end
    end
    if before ~= before then before = limit elseif before < 0 then before = -before end
    if before ~= limit then isChanged = true end

    local needed, taken = cost, 0
    if cost < 0 then
      needed = 1
    elseif cost > 0 and attempt == 1 then
      taken, isTaken = cost, true
    end
    local whole, used, mark, refilled, moment = floor(limit), 0, 0, 0, 0
    local remaining, more, all, fullAt = nil, -1, 0, now
    if kind == FIXED or kind == CALENDAR then
      local ends, isAligned, nextEnd, latest = one, true
      if kind == CALENDAR then
        nextEnd = calendarEnd(now, length, detail)
        latest = calendarEnd(now + floor(detail / 67108864) * 500000, length, detail)
      else
        isAligned = detail == 1
        nextEnd, latest = (isAligned and now - now % length or now) + length, now + length
      end
      if now < ends then used = second else ends = 0 end
      if ends > latest then
        -- As in count.lua: the clock was set back.
        ends, isChanged = nextEnd, true
      end
      if needed > 0 and used + needed > whole then
        moment = ends - now
      elseif taken > 0 then
        if ends == 0 then ends = nextEnd end
        used, mark = used + taken, ends
      end

      remaining = whole - used
      all = ends > 0 and ends - now or isAligned and nextEnd - now or 0
      if used > 0 and limit >= 1 then more = all end
      if used > 0 or not isAligned then fullAt = ends end
      saved = saved .. pack('<ddd', sign * limit, ends, used)

    elseif kind == SLIDING then
      -- When so many of a list's permits have left the window.
      local function goneAt(list, permits)
        local at, other, inOther = 1
        repeat
          other, inOther, at = unpack('<dd', list, at)
          permits = permits - inOther
        until permits <= 0
        return other + detail
      end

      local function segmentOf(moment)
        local wholes = floor(moment / length)
        return wholes * 10 + floor((moment - wholes * length) * 10 / length)
      end

      local list = ''
      if one > 0 then
        -- What has left is at the beginning. A segment of which all was given back stays until then: a refund tells by the first
        -- one of the list whether the first charge of its request is over.
        local to = place + 8 * one
        used = second
        while place < to do
          local other, inOther, following = unpack('<dd', stored, place)
          if other + detail > now then break end
          used, place = used - inOther, following
        end
        list, place = sub(stored, place, to - 1), to
      end

      -- The newest, and the permits in it. What was taken later than now, as the clock was set back, counts as taken now.
      local newest, inNewest, last, segment = 0, 0, #list - PAIR + 1, segmentOf(now)
      if last > 0 then
        newest, inNewest = unpack('<dd', list, last)
        if newest > now then
          isChanged, inNewest = true, 0
          while last > 0 do
            local other, inOther = unpack('<dd', list, last)
            if segmentOf(other) < segment then break end
            inNewest, last = inNewest + inOther, last - PAIR
          end
          last, list = last + PAIR, sub(list, 1, last + PAIR - 1) .. pack('<dd', now, inNewest)
          newest = now
        end
      end
      local excess = used + needed - whole
      if needed > 0 and excess > 0 then
        moment = needed <= whole and goneAt(list, excess) - now or NEVER
      elseif taken > 0 then
        -- The permits of a segment stay until the last of them has left the window.
        if last > 0 and segmentOf(newest) == segment then
          list = sub(list, 1, last - 1) .. pack('<dd', now, inNewest + taken)
        else
          list = list .. pack('<dd', now, taken)
        end
        used, mark = used + taken, segment
      end

      remaining = whole - used
      if used > 0 then
        local other, inOther = unpack('<dd', list, #list - PAIR + 1)
        all = (inOther == 0 and goneAt(list, used) or other + detail) - now
        -- After a limit was lowered, or more charged than fits, the oldest permits come back before any is left to take.
        if whole > 0 then more = goneAt(list, max(0, -remaining) + 1) - now end
      end
      fullAt = now + all
      saved = saved .. pack('<ddd', sign * limit, #list / 8, used) .. list

    else -- A token bucket.
      -- The debt units of a token.
      local function unitsOf(limit)
        if limit < 1 then limit = own end
        if limit > floor(limit) then return floor(length / limit) + 1 end
        local units = ceil(length / limit)
        return units * limit < length and units + 1 or units
      end

      local at, everTaken, everReturned = second, 0, 0
      if stored then everTaken, everReturned, place = unpack('<dd', stored, place) end
      used = one
      if now > at then used = now - at >= ceil(used / detail) and 0 or used - (now - at) * detail end
      -- A clock that was set back goes on from there, which must be kept.
      if now < at then isChanged = true end
      at = now
      local units = unitsOf(limit)
      if before ~= limit and used > 0 then
        -- As in count.lua: the tokens that are owed take another time than before.
        local unitsBefore = unitsOf(before)
        local tokens = floor(used / unitsBefore)
        local rest = (used - tokens * unitsBefore) * units
        used = tokens * units + ceil(rest / unitsBefore) + (rest >= 2 ^ 53 and 1 or 0)
      end
      local capacity = limit < 1 and 0 or whole * units + floor((limit - whole) * units)
      local excess = used - (capacity - needed * units)
      if needed > 0 and excess > 0 then
        moment = ceil(excess / detail)
      elseif taken > 0 then
        used, everTaken = used + taken * units, everTaken + taken
        mark, refilled = everTaken, everTaken - everReturned - ceil(used / units)
      end

      remaining = used < capacity and floor((capacity - used) / units) or 0
      all = ceil(used / detail)
      if used > 0 and remaining < whole then more = ceil((used - (capacity - (remaining + 1) * units)) / detail) end
      fullAt = at + all
      saved = saved .. pack('<ddddd', sign * limit, used, at, everTaken, everReturned)
    end

    if needed > whole then moment = NEVER end
    if moment > 0 then mark = 1 end
    if moment > wait then wait, longest = moment, (from - first) / QUOTA end
    if fullAt > full then full = fullAt end
    if remaining < 0 then remaining = 0 end
    if isSingle then
      -- Most plans have one quota, whose answer is packed at once.
      answer = pack('<dddddddddd', now, wait == NEVER and -1 or wait, longest, 0, limit, remaining, more, all, mark, refilled)
    else
      answer = answer .. pack('<dddddd', limit, remaining, more, all, mark, refilled)
    end
  end
  if wait == 0 then break end
end

if keeps > 0 and (wait == 0 and isTaken or stored and isChanged) then
  if stored and full + MARGIN <= expires and born <= now then
    -- Writes over what has changed, which keeps the expiry and costs a third. What a longer state leaves behind is not read.
    redis.call('SETRANGE', KEYS[1], isSingle and '32' or string.format('%.0f', HEAD + told), saved)
  else
    -- Later than need be, so that it need not be said again with each permit that is taken.
    expires = max(othersEnd, full + ceil((full - now) / 8) + 2 * MARGIN + (tonumber(ARGV[3]) or 0))
    redis.call('SET', KEYS[1], pack('<ddd', min(born, now), expires, 0) .. (written or sub(call, 9, first - 1)) .. saved .. others, 'PX', string.format('%.0f', min(LONGEST_LIFE, ceil((expires - now) / 1000))))
  end
end
return isSingle and answer or pack('<dddd', now, wait == NEVER and -1 or wait, longest, 0) .. answer

-- Takes the cost of every quota of a caller, or of none, and returns the statuses. Decision, state, call and answer are those of the
-- operations t and l of count.lua, which documents them. Concurrency quotas and batches are not supported. The script is written for speed.
--
-- KEYS[1]  the caller's state
-- ARGV     1  the call
--          2  in tests, and in the scripts for several callers or plans: the present in microseconds since the Unix epoch; otherwise the server's
--          3  in tests: a time in microseconds that is added to the life of the state
--
-- Answer   that of count.lua; false for a caller with a batch, which count.lua must handle
--
-- Steps    1  Read the state. If another configuration has written it, arrange it for the quotas of the call (arrange.lua).
--          2  For each quota: load it, determine its limit, decide, charge it, and add to the answer and to the new state.
--          3  If a quota has no room, repeat step 2 without charges.
--          4  Save the new state.
--          5  Return the answer.

local floor, ceil, max, min, pack, unpack = math.floor, math.ceil, math.max, math.min, struct.pack, struct.unpack
local find, sub = string.find, string.sub
local FIXED, SLIDING, CALENDAR = 1, 2, 5
local NEVER = math.huge
local LONGEST_LIFE = 1e14 -- in milliseconds, 3,170 years: Garnet accepts no expiry after the year 9999
local MARGIN = 1000000 -- in microseconds: TIME and the expiry of a key are not read at the same moment
local HEAD, PAIR, QUOTA = 24, 16, 48 -- the bytes of the state's head, of a segment in a state, and of a quota in a call

--[[ numbers.lua ]]

-- The rest runs for each caller: in the scripts for several callers, it is the body of a function (several.lua).
--[[ caller ]]
local call, now = ARGV[1], tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local stored = redis.call('GET', KEYS[1])
local born, expires, batchesSize = now, 0, 0
local keeps, number = unpack('<dd', call)
local size = #call
local shapesSize = (size - 8) / 7 -- the bytes of the quotas' numbers (arrange.lua), which precede the quotas in the call
local first = 9 + shapesSize -- the position of the first quota in the call
local written, others, othersEnd = nil, '', 0
if stored then
  local storedNumber
  born, expires, batchesSize, storedNumber = unpack('<dddd', stored)
  if batchesSize > 0 then return false end
  -- If the plan has one quota, its number identifies the plan. Otherwise all of the numbers do.
  if storedNumber ~= number or number > 0 and find(stored, sub(call, 9, first - 1), HEAD + 1, true) ~= HEAD + 1 then
    local numbers = sub(call, 9, first - 1)
    --[[ arrange.lua ]]
  end
end

local isSingle = number < 0
local wait, longest, isChanged, isTaken = 0, -1, false, false
local answer, saved, full

-- The first attempt charges all quotas, which nearly always have room. If one has none, the second attempt computes the statuses
-- without charges.
for attempt = 1, 2 do
  local place = HEAD + shapesSize + 1
  answer, saved, full = '', '', now
  for from = first, size, QUOTA do
    local kind, length, detail, own, limit, cost = unpack('<dddddd', call, from)
    local before, one, second = -own, 0, 0 -- the stored limit, and the two numbers after it
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

    local needed, taken = cost, 0 -- the permits that must remain, and those that are charged
    if cost < 0 then
      needed = 1
    elseif cost > 0 and attempt == 1 then
      taken, isTaken = cost, true
    end
    local whole, used, mark, refilled, quotaWait = floor(limit), 0, 0, 0, 0
    -- What remains, the times until more comes and until all is back, and when the quota is full again.
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
        -- As in count.lua, the clock was set back. The window now ends as one that opens now.
        ends, isChanged = nextEnd, true
      end
      if needed > 0 and used + needed > whole then
        quotaWait = ends - now
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
      -- Returns when a number of permits have left the window. The oldest permits of the list leave first.
      local function goneAt(list, permits)
        local position, takenAt, inSegment = 1
        repeat
          takenAt, inSegment, position = unpack('<dd', list, position)
          permits = permits - inSegment
        until permits <= 0
        return takenAt + detail
      end

      -- Returns the number of the segment of a moment.
      local function segmentOf(moment)
        local wholes = floor(moment / length)
        return wholes * 10 + floor((moment - wholes * length) * 10 / length)
      end

      local list = ''
      if one > 0 then
        -- Expired segments are at the beginning. A segment without permits stays until it expires, because a refund compares the
        -- first segment of the list with the first charge of its request.
        local to = place + 8 * one
        used = second
        while place < to do
          local takenAt, inSegment, following = unpack('<dd', stored, place)
          if takenAt + detail > now then break end
          used, place = used - inSegment, following
        end
        list, place = sub(stored, place, to - 1), to
      end

      -- The newest segment and its permits. If the clock was set back, permits that were taken later than now count as taken now.
      local newest, inNewest, last, segment = 0, 0, #list - PAIR + 1, segmentOf(now)
      if last > 0 then
        newest, inNewest = unpack('<dd', list, last)
        if newest > now then
          isChanged, inNewest = true, 0
          while last > 0 do
            local takenAt, inSegment = unpack('<dd', list, last)
            if segmentOf(takenAt) < segment then break end
            inNewest, last = inNewest + inSegment, last - PAIR
          end
          last, list = last + PAIR, sub(list, 1, last + PAIR - 1) .. pack('<dd', now, inNewest)
          newest = now
        end
      end
      local excess = used + needed - whole
      if needed > 0 and excess > 0 then
        quotaWait = needed <= whole and goneAt(list, excess) - now or NEVER
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
        local takenAt, inSegment = unpack('<dd', list, #list - PAIR + 1)
        all = (inSegment == 0 and goneAt(list, used) or takenAt + detail) - now
        -- If a limit was lowered, or a charge exceeded it, the oldest permits come back before any permit remains.
        if whole > 0 then more = goneAt(list, max(0, -remaining) + 1) - now end
      end
      fullAt = now + all
      saved = saved .. pack('<ddd', sign * limit, #list / 8, used) .. list

    else -- A token bucket.
      -- Returns the debt units of a token, as in count.lua.
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
      -- If the clock was set back, the debt counts from the present on. The state must be saved, so that the bucket refills.
      if now < at then isChanged = true end
      at = now
      local units = unitsOf(limit)
      if before ~= limit and used > 0 then
        -- As in count.lua, the debt is converted, because the new limit changes the units of a token.
        local unitsBefore = unitsOf(before)
        local tokens = floor(used / unitsBefore)
        local rest = (used - tokens * unitsBefore) * units
        used = tokens * units + ceil(rest / unitsBefore) + (rest >= 2 ^ 53 and 1 or 0)
      end
      local capacity = limit < 1 and 0 or whole * units + floor((limit - whole) * units)
      local excess = used - (capacity - needed * units)
      if needed > 0 and excess > 0 then
        quotaWait = ceil(excess / detail)
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

    if needed > whole then quotaWait = NEVER end
    if quotaWait > 0 then mark = 1 end
    if quotaWait > wait then wait, longest = quotaWait, (from - first) / QUOTA end
    if fullAt > full then full = fullAt end
    if remaining < 0 then remaining = 0 end
    if isSingle then
      -- Most plans have one quota. The head of the answer and its status are packed at once.
      answer = pack('<dddddddddd', now, wait == NEVER and -1 or wait, longest, 0, limit, remaining, more, all, mark, refilled)
    else
      answer = answer .. pack('<dddddd', limit, remaining, more, all, mark, refilled)
    end
  end
  if wait == 0 then break end
end

if keeps > 0 and (wait == 0 and isTaken or stored and isChanged) then
  if stored and full + MARGIN <= expires and born <= now then
    -- Overwrites only the quotas, which keeps the expiry and takes a third of the time of SET. If the old state was longer, its rest is not read.
    redis.call('SETRANGE', KEYS[1], isSingle and '32' or string.format('%.0f', HEAD + shapesSize), saved)
  else
    -- The expiry is later than necessary, so that most calls need not set it again.
    expires = max(othersEnd, full + ceil((full - now) / 8) + 2 * MARGIN + (tonumber(ARGV[3]) or 0))
    redis.call('SET', KEYS[1], pack('<ddd', min(born, now), expires, 0) .. (written or sub(call, 9, first - 1)) .. saved .. others,
      'PX', string.format('%.0f', min(LONGEST_LIFE, ceil((expires - now) / 1000))))
  end
end
return isSingle and answer or pack('<dddd', now, wait == NEVER and -1 or wait, longest, 0) .. answer

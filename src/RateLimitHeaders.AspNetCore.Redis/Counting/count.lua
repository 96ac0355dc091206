-- Counts the quotas of one caller under one plan: all are charged or none, in one round trip.
--
-- KEYS[1]  the caller's state: the moments at which it began and at which it expires, how many numbers tell of batches; the
--          numbers by which quotas are told apart (arrange.lua); for each batch, the earliest end first, when it ends and its
--          permits beside those used at once; then for each quota what "Load" reads below. It expires a little after all
--          quotas are full again, and then says nothing.
-- ARGV     1  what to do: t take, b take and have a batch of permits too, l look and keep nothing, a charge more or give
--             back, g give back whatever request took it, x release what a request holds, n renew it, d forget all but
--             what requests hold
--          2  the call: 1, or 0 to keep nothing (for take.lua); the numbers by which the quotas are told apart, the last one
--             negative; then for each quota its algorithm, its length, a detail, its own limit, the limit from now on, and
--             the permits:
--             1  fixed window: the window in microseconds; 1 if windows are aligned to the clock
--             2  sliding window: a segment in ticks of 100 ns; the window in microseconds
--             3  token bucket: the period in debt units; the debt units per microsecond, a power of two
--             4  concurrency: what a rejected caller waits, and how long permits are held that are not renewed, in microseconds
--             5  calendar window: when a window ends, in seconds since the Unix epoch; its length times 2^26, plus that of the
--                next one, in seconds. The present is in one of the two, whatever the clock of the server that asks
--             A limit that is NaN keeps the one that the caller has, or else the quota's own; a negative one, too, but is
--             that of a caller with no state. The permits are, for t and b, the cost, which is -1 if one permit must be
--             left and none is taken, and 0 if the quota is not asked; for a what is charged, or given back if it is
--             negative; for g what is given back; for n what is held.
--          3  '', or the number of what the request holds; for b: how many permits more are wanted of every quota, how long
--             they are kept at most, in microseconds, and of how many parts of what remains they are one at most;
--             for a: for each quota the most that can be owed beyond its limit, if one has such a bound
--          4  '', or what the request took, for a: the moment of its last charge, then for each quota where permits
--             were counted (two numbers), how many, and how many of them before, in a sliding window; for b, for each batch that has ended: when it was taken, when it
--             ends, its permits and how many of them come back, then for each quota where they were counted (one number)
--          5  the present in microseconds since the Unix epoch, in tests; otherwise the server's
--
-- Answer   the present; what a rejected caller waits, 0 if it is admitted, -1 if no wait helps; which quota waits longest,
--          from 0, or -1; how long until the last batch ends, or 0; then for each quota the limit, what remains, until
--          more comes, until all is back (-1 for neither), and where permits were counted (two numbers), or 1 if it is
--          violated; then, after a, for each quota what the request took now, as in the call, and what was charged;
--          after b, how many permits more there are, how long they may be used, and when the batch ends.
--
--          Where permits were counted is: in a fixed window, when it ends; in a sliding window, the number of the segment
--          since the epoch, and that of the first one in which permits were counted before; in a bucket, how many tokens had ever been taken with these, and how many time had brought back.
--
-- State, call and answer are packed doubles, which costs less than any text. All times are whole microseconds and all
-- numbers integers below 2^53, which doubles hold exactly, except fractional limits, and the debt of a bucket that owes
-- several times what it holds, of which the lowest bits are lost. The use of a window stops at that number.
--
-- A batch is charged when it is taken, and its server may use it later: in a fixed window before it ends, which is as if it
-- had been used at once; in a sliding window before the segment ends, and it counts as used at the last moment at which it
-- may be. A bucket must not refill meanwhile what is not used yet. So what it owes never falls below the permits of the
-- batches that have not ended, and then
--     debt - permits held >= (debt - permits held before) + used since - rate * time,
-- as both grow by a batch that is taken and shrink by permits that come back. It is 0 or more and at most the capacity:
-- no more are used in any time than capacity + rate * time. A server ends a batch by time twice as early as this script.

-- Redis before 5 replicates the script and not what it does, unless told so, and what it does depends on the time.
if not redis.REDIS_VERSION_NUM and redis.replicate_commands then redis.replicate_commands() end

local values = unpack -- Lua's own, of a list
local floor, ceil, max, min, pack, unpack = math.floor, math.ceil, math.max, math.min, struct.pack, struct.unpack
local FIXED, SLIDING, BUCKET, CONCURRENCY, CALENDAR = 1, 2, 3, 4, 5
local NEVER = math.huge
local MARGIN, TEST_MARGIN = 1000000, 3600000000 -- TIME and expiry are not read at the same moment; in tests, time stands still
local CHUNK = 1000 -- the numbers that a call takes at once: Lua's stack is bounded
local MAX_USED = 2 ^ 53 -- of nine or more limits of the largest size
local LONGEST_LIFE = 1e14 -- in milliseconds, 3,170 years: Garnet takes none that ends after the year 9999
local QUOTA = 48 -- the bytes of what a call says of a quota

--[[ numbers.lua ]]

local op, call, now = ARGV[1], ARGV[2], tonumber(ARGV[5])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local stored = redis.call('GET', KEYS[1])
local born, expires, place, lent, lentSize = now, 0, 1, {}, 0
local count = (#call - 8) / (8 + QUOTA)
local numbers = string.sub(call, 9, 8 + 8 * count)
local written, others, othersEnd = numbers, '', 0
if stored then
  born, expires, lentSize, place = unpack('<ddd', stored)
  if string.sub(stored, place, place + #numbers - 1) ~= numbers then
    --[[ arrange.lua ]]
  end
  place = place + #numbers
  for j = 1, lentSize do lent[j], place = unpack('<d', stored, place) end
end

-- What a bucket owes at least for the batches that have not ended, or had not when it was last looked at.
local function owed(debt, units, detail)
  local held = 0
  for j = lentSize - 1, 1, -2 do
    held = held + lent[j + 1]
    debt = max(debt, held * units - max(0, now - lent[j]) * detail)
  end
  return debt
end

-- The debt units of a token, rounded up: never over-admits. The division is off by less than one.
local function unitsOf(period, limit, own)
  -- Of less than a token nothing ever fits, and what is owed stays so at the quota's own rate until the limit is raised.
  if limit < 1 then limit = own end
  if limit > floor(limit) then return floor(period / limit) + 1 end
  local units = ceil(period / limit)
  return units * limit < period and units + 1 or units
end

-- The segment of a moment since the epoch, and the ticks since it began: ticks since the epoch would exceed 2^53.
local function segmentOf(q, moment)
  local wholes = floor(moment / q.length)
  local ticks = (moment - wholes * q.length) * 10
  local rest = floor(ticks / q.length)
  return wholes * 10 + rest, ticks - rest * q.length
end

-- Load: brings each quota to the present, and to the limit that is in force from now on.
local quotas, isChanged, setBack = {}, false, 0
local isLent = lentSize > 0 and lent[lentSize - 1] > now
for i = 1, count do
  local kind, length, detail, own, limit, permits = unpack('<dddddd', call, 9 + 8 * count + QUOTA * (i - 1))
  local before, size, first, second, taken, returned
  local nextEnd, latest -- of a window: when one ends that opens now, and the latest end that an open one can have
  if kind == CALENDAR then
    -- An open one may be the next one, if the clock was set back by less than half a window: it is not given twice.
    nextEnd, latest = calendarEnd(now, length, detail), calendarEnd(now + floor(detail / 67108864) * 500000, length, detail)
    kind, detail = FIXED, 1
  elseif kind == FIXED then
    nextEnd, latest = (detail == 1 and now - now % length or now) + length, now + length
  end
  if not stored then
    before, size, first, second, taken, returned = -own, 0, 0, 0, 0, 0
  elseif kind == FIXED then
    before, first, second, place = unpack('<ddd', stored, place)
  elseif kind == BUCKET then
    before, first, second, taken, returned, place = unpack('<ddddd', stored, place)
  else
    before, size, second, place = unpack('<ddd', stored, place)
  end

  -- A quota's own limit is stored as a negative number: it may be configured anew, while a caller's own limit is kept.
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
  isChanged = isChanged or before ~= limit
  local q = {
    kind = kind, length = length, detail = detail, own = own, limit = limit, sign = sign, whole = floor(limit),
    nextEnd = nextEnd, permits = permits, used = 0, mark = 0, refilled = 0,
  }
  quotas[i] = q

  if kind == FIXED then
    -- The limit, when the window ends, what is used in it.
    q.ends, q.used = first, second
    if now >= first then q.ends, q.used = 0, 0 end
    if q.ends > latest then q.ends, setBack = nextEnd, max(setBack, q.ends - latest) end
  elseif kind == BUCKET then
    -- The limit, the debt, the moment at which it was that, and how many tokens were ever taken and given back.
    local debt, elapsed = first, now - second
    if elapsed > 0 then debt = elapsed >= ceil(debt / detail) and 0 or debt - elapsed * detail end
    if elapsed < 0 then setBack = max(setBack, -elapsed) end
    second = now
    local units = unitsOf(length, limit, own)
    if lentSize > 0 then debt = owed(debt, before == limit and units or unitsOf(length, before, own), detail) end
    if before ~= limit then
      -- The period stays and the tokens in it change, so that a token owed takes another time than before. Whole tokens
      -- are converted exactly; of the rest, a product that is not exact is rounded up once more.
      local unitsBefore = unitsOf(length, before, own)
      local tokens = floor(debt / unitsBefore)
      local rest = (debt - tokens * unitsBefore) * units
      debt = tokens * units + ceil(rest / unitsBefore) + (rest >= 2 ^ 53 and 1 or 0)
    end
    q.used, q.at, q.taken, q.returned, q.units = debt, second, taken, returned, units
    q.capacity = limit < 1 and 0 or q.whole * units + floor((limit - q.whole) * units)
  else
    -- The limit, how many numbers are in the list, what is used in all; of a sliding window, for each segment, the oldest
    -- first, when the last permit was taken in it, and what is used in it; of concurrency each hold's number, permits and
    -- end. What is over is left out.
    local list, step = {}, 2
    for from = 1, size, CHUNK do
      local part = min(CHUNK, size - from + 1)
      local some = { unpack('<' .. string.rep('d', part), stored, place) }
      place = some[part + 1]
      for j = 1, part do list[from + j - 1] = some[j] end
    end
    local oldest
    if kind == SLIDING then
      q.segment, q.offset = segmentOf(q, now)
      oldest = now - detail
    else
      step = 3
    end
    local kept = 0
    for j = 1, size, step do
      if oldest and list[j] > oldest or not oldest and list[j + 2] > now then
        q.used = q.used + list[j + 1]
        for k = j, j + step - 1 do
          kept = kept + 1
          list[kept] = list[k]
        end
        if not oldest and list[kept] > now + detail then
          setBack = max(setBack, list[kept] - now - detail)
          list[kept] = now + detail
        end
      end
    end
    for j = size, kept + 1, -1 do list[j] = nil end
    local last = oldest and kept > 0 and list[kept - 1] or 0
    if last > now and (not isLent or segmentOf(q, last) > q.segment) then
      -- What was taken later than now counts as taken now, with what else stands in the segment. But a batch counts as
      -- taken at its last moment.
      local moved = 0
      setBack = max(setBack, last - now)
      while kept > 0 and segmentOf(q, list[kept - 1]) >= q.segment do
        moved, kept = moved + list[kept], kept - 2
        list[kept + 1], list[kept + 2] = nil, nil
      end
      list[kept + 1], list[kept + 2] = now, moved
    end
    q.list = list
  end
end

-- A clock that was set back has no caller wait longer than before: what is to come is as far off as it was. This must be
-- kept, or else nothing would come until the clock is where it was.
if setBack > 0 then
  isChanged = true
  for j = 1, lentSize, 2 do lent[j] = lent[j] - setBack end
end

-- Batches end by time, the earliest first.
while lentSize > 0 and lent[1] <= now do
  table.remove(lent, 1)
  table.remove(lent, 1)
  lentSize = lentSize - 2
end

local usedUntil = 0 -- the last moment at which the permits of a batch may be used

-- Takes permits, whether or not they fit, and marks where they were counted.
local function charge(q, permits)
  local kind = q.kind
  if kind == BUCKET then
    q.used, q.taken = q.used + permits * q.units, q.taken + permits
    q.mark, q.refilled = q.taken, q.taken - q.returned - ceil(q.used / q.units)
    return
  end
  permits = min(permits, MAX_USED - q.used)
  q.used = q.used + permits
  if kind == FIXED then
    if q.ends == 0 then q.ends = q.nextEnd end
    q.mark = q.ends
    return
  end
  local list = q.list
  local size = #list
  if kind == CONCURRENCY then
    list[size + 1], list[size + 2], list[size + 3] = tonumber(ARGV[3]), permits, now + q.detail
  else
    -- The permits of a segment stay until the last of them has left the window.
    if size == 0 or segmentOf(q, list[size - 1]) < q.segment then
      list[size + 1], list[size + 2] = now, 0
      size = size + 2
    end
    q.mark, list[size - 1], list[size] = q.segment, max(list[size - 1], now, usedUntil), list[size] + permits
  end
end

-- Gives back units that a bucket owes.
local function refill(q, units)
  q.used, q.returned = q.used - units, q.returned + floor(units / q.units)
end

-- Gives back what was counted in a window, if the place is still there.
local function giveBack(q, where, back)
  if q.kind == FIXED then
    if q.ends == where then q.used = max(0, q.used - back) end
    return q.ends == where
  end
  local list = q.list
  for j = #list - 1, 1, -2 do
    if segmentOf(q, list[j]) == where then
      local left = max(0, list[j + 1] - back)
      q.used, list[j + 1] = q.used - list[j + 1] + left, left
      return true
    end
  end
  return false
end

local mustSave, longest, wait, took = stored and isChanged and op ~= 'l', -1, 0, ''

if op == 'b' and stored then
  -- End batches: permits that were not used come back, all of them, since nothing of them was lost to time.
  local size = 32 + 8 * count
  for from = 1, #ARGV[4], size do
    local at, till, granted, back = unpack('<dddd', ARGV[4], from)
    local isLive = false
    for j = 1, lentSize, 2 do
      if not isLive and lent[j] == till and lent[j + 1] == granted then
        table.remove(lent, j)
        table.remove(lent, j)
        isLive, lentSize, mustSave = true, lentSize - 2, true
      end
    end
    if back > 0 and born <= at then
      mustSave = true
      for i = 1, count do
        local q = quotas[i]
        if q.kind ~= BUCKET then
          giveBack(q, unpack('<d', ARGV[4], from + 24 + 8 * i), back)
        elseif isLive then
          refill(q, min(q.used, back * q.units))
        end
      end
    end
  end
end

if op == 't' or op == 'b' or op == 'l' then
  -- Take: the cost of every quota, or of none.
  for i = 1, count do
    local q = quotas[i]
    local needed = q.permits < 0 and 1 or q.permits
    q.permits = max(0, q.permits)
    local kind, excess, moment = q.kind, q.used - (q.whole - needed), 0
    if needed > q.whole then
      moment = NEVER
    elseif needed == 0 then
      moment = 0
    elseif kind == BUCKET then
      excess = q.used - (q.capacity - needed * q.units)
      moment = excess > 0 and ceil(excess / q.detail) or 0
    elseif excess > 0 then
      if kind == FIXED then
        moment = q.ends - now
      elseif kind == SLIDING then
        local list, j = q.list, 2
        while excess > list[j] do
          excess, j = excess - list[j], j + 2
        end
        moment = list[j - 1] + q.detail - now
      else
        moment = q.length
      end
    end
    if moment > 0 then q.mark = 1 end
    if moment > wait then wait, longest = moment, i - 1 end
  end
  if wait == NEVER then wait = -1 end

  -- A batch: as much as is wanted, but no more than a part of what is left, so that others find something, too.
  local extra, usable, till = 0, 0, 0
  if op == 'b' and wait == 0 then
    local divisor
    extra, usable, divisor = unpack('<ddd', ARGV[3])
    for i = 1, count do
      local q = quotas[i]
      local left = q.kind == BUCKET and floor((q.capacity - q.used) / q.units) or q.whole - q.used
      extra = max(0, min(extra, floor((left - q.permits) / divisor)))
    end
    till = now + 2 * usable
    if extra > 0 then
      for i = 1, count do
        local q = quotas[i]
        if q.kind == SLIDING then usable = min(usable, floor((q.length - q.offset) / 10)) end
      end
      usedUntil = now + usable - 1
    end
  end
  if wait == 0 then
    for i = 1, count do
      local q = quotas[i]
      if q.permits + extra > 0 then
        mustSave = true
        charge(q, q.permits + extra)
      end
    end
  end
  if op == 'b' then
    if extra > 0 then
      for i = 1, count do
        local q = quotas[i]
        if q.kind == FIXED then usable = min(usable, q.ends - now) end
      end
      local j = lentSize + 1
      while j > 1 and lent[j - 2] > till do
        lent[j], lent[j + 1] = lent[j - 2], lent[j - 1]
        j = j - 2
      end
      lent[j], lent[j + 1] = till, extra
      lentSize = lentSize + 2
    end
    took = pack('<ddd', extra, usable, till)
  end

elseif op == 'a' then
  -- Charge more, or give back, all but what is held as long as the request runs.
  local at = unpack('<d', ARGV[4])
  -- A state that began later knows nothing of what the request took: time has brought that back.
  local isSame = stored and born <= at
  for i = 1, count do
    local q = quotas[i]
    local where, refilled, held, earlier = unpack('<dddd', ARGV[4], 32 * i - 23)
    local kind, permits, charged = q.kind, q.permits, 0
    if kind ~= CONCURRENCY then
      if not isSame then where, held, earlier = 0, 0, 0 end
      if kind == SLIDING then
        -- What was counted in segments that are over has come back with time.
        local oldest = q.list[1] and segmentOf(q, q.list[1]) or NEVER
        if refilled < oldest then earlier = 0 end
        if where < oldest then held = 0 end
      end
      -- What of the request's tokens a bucket owes: of all that is owed, what was taken later is refilled later. Refunds
      -- of what was taken later make that too small. The tokens are owed at the least until as many have been refilled.
      local left = 0
      if kind == BUCKET and held > 0 then
        left = q.used - (q.taken - where) * q.units
        if permits < 0 then left = max(left, (held - (q.taken - q.returned - refilled)) * q.units + q.used) end
      end

      local back = min(-permits, held)
      if permits > 0 and #ARGV[3] > 0 then
        -- No more than can be owed.
        local owing = kind == BUCKET and ceil(q.used / q.units) or q.used
        permits = max(0, min(permits, q.whole + unpack('<d', ARGV[3], 8 * i - 7) - owing))
      end
      if permits > 0 then
        mustSave, charged = true, permits
        charge(q, permits)
        if left > 0 then
          -- As if it stood right behind what the request took first, which is early: nothing comes back that is another's.
          where, held = where + permits, held + permits
        elseif kind == SLIDING then
          if where ~= q.mark then
            if earlier == 0 then refilled = where end
            where, held, earlier = q.mark, 0, earlier + held
          end
          held = held + permits
        else
          where, refilled, held = q.mark, q.refilled, permits + (kind ~= BUCKET and where == q.mark and held or 0)
        end
      elseif back > 0 and kind == BUCKET then
        refill(q, max(0, min(left, q.used - owed(0, q.units, q.detail), back * q.units)))
        held, mustSave = held - back, true
      elseif back > 0 and giveBack(q, where, back) then
        held, mustSave = held - back, true
      end

      -- The split over the earlier segments is not known. The refund begins with the earliest one, so that what stays is counted for no
      -- less time than it was taken for.
      local more = kind == SLIDING and min(-permits - max(0, back), earlier) or 0
      if more > 0 then
        earlier, mustSave = earlier - more, true
        local list = q.list
        for j = 1, #list, 2 do
          local segment = segmentOf(q, list[j])
          if segment >= refilled and segment < where then
            local given = min(more, list[j + 1])
            q.used, list[j + 1], more = q.used - given, list[j + 1] - given, more - given
          end
        end
      end
    end
    took = took .. pack('<ddddd', where, refilled, held, earlier, charged)
  end

elseif op == 'g' then
  -- Give back, as if the last requests had taken less; of a bucket no more than is owed beside what servers hold in batches.
  for i = 1, count do
    local q = quotas[i]
    local kind, back = q.kind, q.permits
    if back > 0 and q.used > 0 and kind ~= CONCURRENCY then
      mustSave = true
      if kind == FIXED then
        q.used = max(0, q.used - back)
      elseif kind == BUCKET then
        refill(q, max(0, min(back * q.units, q.used - owed(0, q.units, q.detail))))
      else
        local list = q.list
        for j = #list - 1, 1, -2 do
          local granted = min(back, list[j + 1])
          q.used, list[j + 1], back = q.used - granted, list[j + 1] - granted, back - granted
        end
      end
    end
  end

elseif op == 'd' then
  -- Forget: as if the state began now, so that nothing comes back of what was taken before.
  born, lent, lentSize, others, othersEnd, written, mustSave = now, {}, 0, '', 0, numbers, stored
  for i = 1, count do
    local q = quotas[i]
    if q.kind ~= CONCURRENCY then q.used, q.ends, q.list = 0, 0, {} end
  end

else
  -- Give back what a request holds, or let it live on; what has expired meanwhile is held again.
  local number = tonumber(ARGV[3])
  for i = 1, count do
    local q = quotas[i]
    if q.kind == CONCURRENCY then
      local list = q.list
      local size, j = #list, 1
      while j <= size and list[j] ~= number do j = j + 3 end
      if op == 'n' then
        list[j], list[j + 1], list[j + 2] = number, q.permits, now + q.detail
        mustSave = true
      elseif j <= size then
        for _ = 1, 3 do table.remove(list, j) end
        mustSave = true
      end
    end
  end
end

-- Tell where that leaves the caller, and save what will be wanted again.
local answer, saved, full, lastEnd = '', '', now, now
if lentSize > 0 then
  lastEnd = lent[lentSize - 1]
  for j = 1, lentSize do saved = saved .. pack('<d', lent[j]) end
end
for i = 1, count do
  local q = quotas[i]
  local kind, used, limit, more, all, fullAt = q.kind, q.used, q.limit, -1, -1, 0
  local remaining = max(0, q.whole - used)
  if kind == FIXED then
    local isAligned, ends = q.detail == 1, q.ends
    all = ends > 0 and ends - now or isAligned and q.nextEnd - now or 0
    if used > 0 and limit >= 1 then more = all end
    -- A window that is open with nothing used (all was refunded) still tells when it ends, unless the clock tells that.
    if used > 0 or not isAligned then fullAt = ends end
    if mustSave then saved = saved .. pack('<ddd', q.sign * limit, ends, used) end
  elseif kind == BUCKET then
    local capacity, units, detail = q.capacity, q.units, q.detail
    remaining = used >= capacity and 0 or floor((capacity - used) / units)
    all = ceil(used / detail)
    -- A bucket of 952.38 tokens that has 952 gets no further whole one.
    if used > 0 and remaining < q.whole then more = ceil((used - (capacity - (remaining + 1) * units)) / detail) end
    fullAt = max(q.at, lastEnd) + all
    if mustSave then saved = saved .. pack('<ddddd', q.sign * limit, used, q.at, q.taken, q.returned) end
  else
    local list = q.list
    local size = #list
    if kind == SLIDING then
      -- After a limit was lowered, or more charged than fits, the oldest permits come back before any is left to take.
      local excess, gone = max(0, used - q.whole), 0
      all = 0
      for j = 1, size, 2 do
        local permitsOf = list[j + 1]
        if permitsOf > 0 then
          gone = gone + permitsOf
          all = list[j] + q.detail - now
          if more < 0 and gone > excess then more = all end
        end
      end
      fullAt = now + all
    else
      for j = 3, size, 3 do fullAt = max(fullAt, list[j]) end
    end
    if mustSave then
      saved = saved .. pack('<ddd', q.sign * limit, size, used)
      for from = 1, size, CHUNK do
        local to = min(size, from + CHUNK - 1)
        saved = saved .. pack('<' .. string.rep('d', to - from + 1), values(list, from, to))
      end
    end
  end
  if fullAt > full then full = fullAt end
  -- Most plans have one quota, whose answer is packed at once.
  answer = i == 1 and pack('<dddddddddd', now, wait, longest, lastEnd - now, limit, remaining, more, all, q.mark, q.refilled)
    or answer .. pack('<dddddd', limit, remaining, more, all, q.mark, q.refilled)
end

if mustSave then
  local margin = ARGV[5] and TEST_MARGIN or MARGIN
  born = min(born, now)
  if stored and full + margin <= expires then
    -- Writes over the state as it is, which keeps the expiry and costs a third. What a longer one leaves behind is not read.
    redis.call('SETRANGE', KEYS[1], '0', pack('<ddd', born, expires, lentSize) .. numbers .. saved)
  else
    -- Later than need be, so that it need not be said again with each permit that is taken.
    expires = max(othersEnd, full + ceil((full - now) / 8) + 2 * margin)
    redis.call('SET', KEYS[1], pack('<ddd', born, expires, lentSize) .. written .. saved .. others, 'PX', string.format('%.0f', min(LONGEST_LIFE, ceil((expires - now) / 1000))))
  end
end
return answer .. took

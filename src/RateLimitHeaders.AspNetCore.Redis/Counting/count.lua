-- Counts the quotas of one caller under one plan in one round trip: all are charged, or none.
--
-- KEYS[1]  the caller's state: the moments at which it began and at which it expires, how many numbers describe batches; the
--          numbers of the quotas (arrange.lua); for each batch, the earliest end first, its end and its permits except those
--          used at once; then for each quota what "Load" reads below. It expires some time after all quotas are full again (the
--          last lines), when it contains no information.
-- ARGV     1  the operation:
--             t  take
--             b  take, and grant a batch
--             l  read the statuses, and save nothing
--             a  adjust: charge more, or refund
--             g  grant: give permits back, whatever request took them
--             x  release the permits that a request holds
--             n  renew the permits that a request holds
--             d  clear all counts except held permits
--          2  the call: 1, or 0 to save nothing (only for take.lua); the numbers of the quotas, the last one negative; then for
--             each quota its algorithm, its length, a detail, its own limit, the limit from now on, and the permits.
--             The algorithm, and the meaning of length and detail:
--             1  fixed window: the window in microseconds; 1 if windows are aligned to the clock
--             2  sliding window: a segment in ticks of 100 ns; the window in microseconds
--             3  token bucket: the period in debt units; the debt units per microsecond, a power of two
--             4  concurrency, in microseconds: the wait of a rejected caller; how long permits are held that are not renewed
--             5  calendar window: the end of a window, in seconds since the Unix epoch; its length times 2^26, plus that of the
--                next window, in seconds. The present is in or near these, unless the clock of the calling server is wrong (numbers.lua)
--             The limit from now on: NaN and negative numbers keep the limit of the state, which is the caller's or the quota's own.
--             Without a stored limit, NaN means the quota's own limit, and a negative number means its absolute value.
--             The permits: for t and b the cost, which is -1 if one permit must remain and none is taken, and 0 if the quota is not
--             charged; for a the charge, or a refund if it is negative; for g what is given back; for n what is held
--          3  '', or
--             for t, x and n: the number that identifies the permits that the request holds
--             for b: the additional permits of every quota, the longest hold time in microseconds, and a divisor: a batch is at most
--             what remains divided by it
--             for a: for each quota the largest debt beyond its limit, infinity for one without such a bound
--          4  '', or
--             for a: what the request has taken: the moment of its last charge, then for each quota where permits were counted (two
--             numbers), how many were counted there, and, in a sliding window, how many were counted in earlier segments
--             for b: for each batch that has ended: when it was taken, its end, its permits and how many of them come back, then for
--             each quota where they were counted (one number)
--          5  in tests: the present in microseconds since the Unix epoch; otherwise the server's
--          6  in tests: a time in microseconds that is added to the life of the state
--
-- Answer   the present
--          the wait of a rejected caller; 0 if it is admitted, -1 if no wait helps
--          the quota with the longest wait, from 0; or -1
--          the time until the last batch ends, or 0
--          for each quota: the limit; what remains; the time until more comes and the time until all is back, or -1; where
--          permits were counted (two numbers), or 1 if the quota is violated
--          after a, for each quota: what the request has taken now, as in argument 4; and how many permits were charged
--          after b: the permits of the batch, how long they may be used, and when the batch ends
--
--          Where permits were counted:
--          in a fixed window: the end of the window
--          in a sliding window: the number of the segment since the epoch, and that of the first segment with earlier permits of the request
--          in a bucket: how many tokens had been taken in all, with those of the charge, and how many of them had been refilled by time
--
-- Steps    1  Load the state: each quota as it is now.
--          2  End batches.
--          3  Run the operation: take (t, b, l), adjust (a), grant (g), clear (d), release or renew (x, n).
--          4  Write the answer, and save the new state.
--
-- State, call and answer are packed doubles: text would cost more. All times are whole microseconds, and all numbers are integers
-- below 2^53, which doubles represent exactly. Fractional limits are exceptions, and so is the debt of a bucket that owes several times
-- its capacity: the lowest bits of such a debt are lost. The use of a window stops at 2^53.
--
-- A batch is charged when it is taken, and its server may use it later. In a fixed window, the server uses it before the window ends,
-- which has the same effect as using it at once. In a sliding window, the server uses it before the segment ends, and it counts as used at
-- the last moment at which it may be used. A bucket must not refill meanwhile for permits that are not used yet. Therefore its debt
-- never falls below the permits of the batches that have not ended, and then
--     debt - permits held >= (debt - permits held before) + used since - rate * time,
-- because both sides grow by a batch that is taken, and shrink by permits that come back. The difference is 0 or more, and at most the
-- capacity: in any time, at most capacity + rate * time permits are used. A server ends a batch after half of the time after which this script
-- ends it.

local values = unpack -- Lua's unpack returns the items of a list; the next line replaces it by struct.unpack
local floor, ceil, max, min, pack, unpack = math.floor, math.ceil, math.max, math.min, struct.pack, struct.unpack
local FIXED, SLIDING, BUCKET, CONCURRENCY, CALENDAR = 1, 2, 3, 4, 5
local NEVER = math.huge
local MARGIN = 1000000 -- in microseconds: TIME and the expiry of a key are not read at the same moment
local CHUNK = 1000 -- the most numbers for one call of pack or unpack: Lua's stack is bounded
local MAX_USED = 2 ^ 53 -- at least nine times the largest limit
local LONGEST_LIFE = 1e14 -- in milliseconds, 3,170 years: Garnet accepts no expiry after the year 9999
local QUOTA = 48 -- the bytes of a quota in a call

--[[ numbers.lua ]]

local op, call, now = ARGV[1], ARGV[2], tonumber(ARGV[5])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local stored = redis.call('GET', KEYS[1])
local born, expires, place, batches, batchesSize = now, 0, 1, {}, 0
local count = (#call - 8) / (8 + QUOTA)
local numbers = string.sub(call, 9, 8 + 8 * count)
local written, others, othersEnd = numbers, '', 0
if stored then
  born, expires, batchesSize, place = unpack('<ddd', stored)
  if string.sub(stored, place, place + #numbers - 1) ~= numbers then
    --[[ arrange.lua ]]
  end
  place = place + #numbers
  for j = 1, batchesSize do batches[j], place = unpack('<d', stored, place) end
end

-- Returns the debt of a bucket, which is never less than the permits of its batches. If a batch has ended since the state was saved,
-- this holds until its end, and the bucket has refilled since then.
local function owed(debt, units, detail)
  local held = 0
  for j = batchesSize - 1, 1, -2 do
    held = held + batches[j + 1]
    debt = max(debt, held * units - max(0, now - batches[j]) * detail)
  end
  return debt
end

-- Returns the debt units of a token. They are rounded up, so that no permits are granted beyond the limit. The division is off by
-- less than one.
local function unitsOf(period, limit, own)
  -- No permit fits into a limit below one. Until the limit is raised, the debt is kept in units of the quota's own limit.
  if limit < 1 then limit = own end
  if limit > floor(limit) then return floor(period / limit) + 1 end
  local units = ceil(period / limit)
  return units * limit < period and units + 1 or units
end

-- Returns the number of the segment of a moment since the epoch, and the ticks since the segment began. Ticks since the epoch would
-- exceed 2^53.
local function segmentOf(q, moment)
  local wholes = floor(moment / q.length)
  local ticks = (moment - wholes * q.length) * 10
  local rest = floor(ticks / q.length)
  return wholes * 10 + rest, ticks - rest * q.length
end

-- 1. Load: compute the present state of each quota, under the limit from now on.
local quotas, isChanged, setBack = {}, false, 0
local hasBatch = batchesSize > 0 and batches[batchesSize - 1] > now
for i = 1, count do
  local kind, length, detail, own, limit, permits = unpack('<dddddd', call, 9 + 8 * count + QUOTA * (i - 1))
  local before, size, first, second, taken, returned
  local nextEnd, latest -- of a window: the end of one that opens now, and the latest end that an open one can have
  if kind == CALENDAR then
    -- If the clock was set back by less than half a window, the open window may be the next one. It stays open, so that its permits
    -- are not granted twice.
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

  -- A quota's own limit is stored as a negative number, because configuration can change it. A limit of the caller is kept.
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
    -- State: the limit, the end of the window, and the permits used in it.
    q.ends, q.used = first, second
    if now >= first then q.ends, q.used = 0, 0 end
    if q.ends > latest then q.ends, setBack = nextEnd, max(setBack, q.ends - latest) end
  elseif kind == BUCKET then
    -- State: the limit, the debt, the moment of that debt, and how many tokens were ever taken and ever given back.
    local debt, elapsed = first, now - second
    if elapsed > 0 then debt = elapsed >= ceil(debt / detail) and 0 or debt - elapsed * detail end
    if elapsed < 0 then setBack = max(setBack, -elapsed) end
    second = now
    local units = unitsOf(length, limit, own)
    if batchesSize > 0 then debt = owed(debt, before == limit and units or unitsOf(length, before, own), detail) end
    if before ~= limit then
      -- The debt is converted, because the new limit changes the units of a token. Whole tokens are converted exactly. The rest is
      -- rounded up, and once more if its product is not exact.
      local unitsBefore = unitsOf(length, before, own)
      local tokens = floor(debt / unitsBefore)
      local rest = (debt - tokens * unitsBefore) * units
      debt = tokens * units + ceil(rest / unitsBefore) + (rest >= 2 ^ 53 and 1 or 0)
    end
    q.used, q.at, q.taken, q.returned, q.units = debt, second, taken, returned, units
    q.capacity = limit < 1 and 0 or q.whole * units + floor((limit - q.whole) * units)
  else
    -- State: the limit, the length of the list, all used permits, and the list. In a sliding window, the list has two numbers for each
    -- segment, the oldest segment first: when the last permit was taken in it, and its used permits. Under concurrency, the list has three
    -- numbers for each hold: its number, its permits and its end. Expired segments and holds are left out.
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
    if last > now and (not hasBatch or segmentOf(q, last) > q.segment) then
      -- Permits that were taken later than now count as taken now, together with the other permits of the segment. A batch is
      -- an exception: it counts as taken at its last moment.
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

-- If the clock was set back, later moments are moved back, so that no caller waits longer than before. The state must be saved:
-- otherwise no permits would come back until the clock has caught up.
if setBack > 0 then
  isChanged = true
  for j = 1, batchesSize, 2 do batches[j] = batches[j] - setBack end
end

-- 2. End batches: remove those that have ended by time. The earliest end is first.
while batchesSize > 0 and batches[1] <= now do
  table.remove(batches, 1)
  table.remove(batches, 1)
  batchesSize = batchesSize - 2
end

local usedUntil = 0 -- the last moment at which the permits of a batch may be used

-- Charges permits, whether or not they fit, and notes where they were counted.
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

-- Reduces the debt of a bucket by units.
local function refill(q, units)
  q.used, q.returned = q.used - units, q.returned + floor(units / q.units)
end

-- Gives back permits of a fixed or sliding window, if the window or segment that counted them still exists. Returns whether it does.
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

local mustSave, longest, wait, answerEnd = stored and isChanged and op ~= 'l', -1, 0, ''

if op == 'b' and stored then
  -- End the batches of argument 4. Their unused permits come back: of a bucket unless this script has ended the batch, so that they have
  -- been refilled by time; of a window if it still counts them.
  local size = 32 + 8 * count
  for from = 1, #ARGV[4], size do
    local at, batchEnd, granted, back = unpack('<dddd', ARGV[4], from)
    local isLive = false
    for j = 1, batchesSize, 2 do
      if not isLive and batches[j] == batchEnd and batches[j + 1] == granted then
        table.remove(batches, j)
        table.remove(batches, j)
        isLive, batchesSize, mustSave = true, batchesSize - 2, true
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
  -- 3. Take: charge the cost of every quota, or of none.
  for i = 1, count do
    local q = quotas[i]
    local needed = q.permits < 0 and 1 or q.permits
    q.permits = max(0, q.permits)
    local kind, excess, quotaWait = q.kind, q.used - (q.whole - needed), 0
    if needed > q.whole then
      quotaWait = NEVER
    elseif needed == 0 then
      quotaWait = 0
    elseif kind == BUCKET then
      excess = q.used - (q.capacity - needed * q.units)
      quotaWait = excess > 0 and ceil(excess / q.detail) or 0
    elseif excess > 0 then
      if kind == FIXED then
        quotaWait = q.ends - now
      elseif kind == SLIDING then
        local list, j = q.list, 2
        while excess > list[j] do
          excess, j = excess - list[j], j + 2
        end
        quotaWait = list[j - 1] + q.detail - now
      else
        quotaWait = q.length
      end
    end
    if quotaWait > 0 then q.mark = 1 end
    if quotaWait > wait then wait, longest = quotaWait, i - 1 end
  end
  if wait == NEVER then wait = -1 end

  -- Grant a batch: the requested permits, but at most a part of what remains, so that permits remain for other servers.
  local extra, usable, batchEnd = 0, 0, 0
  if op == 'b' and wait == 0 then
    local divisor
    extra, usable, divisor = unpack('<ddd', ARGV[3])
    for i = 1, count do
      local q = quotas[i]
      local left = q.kind == BUCKET and floor((q.capacity - q.used) / q.units) or q.whole - q.used
      extra = max(0, min(extra, floor((left - q.permits) / divisor)))
    end
    batchEnd = now + 2 * usable
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
      local j = batchesSize + 1
      while j > 1 and batches[j - 2] > batchEnd do
        batches[j], batches[j + 1] = batches[j - 2], batches[j - 1]
        j = j - 2
      end
      batches[j], batches[j + 1] = batchEnd, extra
      batchesSize = batchesSize + 2
    end
    answerEnd = pack('<ddd', extra, usable, batchEnd)
  end

elseif op == 'a' then
  -- 3. Adjust: charge more, or refund. Concurrency quotas are left out, because their permits are held as long as the request runs.
  local at = unpack('<d', ARGV[4])
  -- A state that began later does not contain the permits of the request: they have already come back with time.
  local isSame = stored and born <= at
  for i = 1, count do
    local q = quotas[i]
    local where, refilled, held, earlier = unpack('<dddd', ARGV[4], 32 * i - 23)
    local kind, permits, charged = q.kind, q.permits, 0
    if kind ~= CONCURRENCY then
      if not isSame then where, held, earlier = 0, 0, 0 end
      if kind == SLIDING then
        -- Permits of expired segments have come back with time.
        local oldest = q.list[1] and segmentOf(q, q.list[1]) or NEVER
        if refilled < oldest then earlier = 0 end
        if where < oldest then held = 0 end
      end
      -- The part of a bucket's debt that the request caused. Tokens that were taken later are refilled later, so they are subtracted
      -- from the debt. Refunds of later tokens make the result too small. At least, the request's tokens are owed until as many tokens
      -- have been refilled.
      local left = 0
      if kind == BUCKET and held > 0 then
        left = q.used - (q.taken - where) * q.units
        if permits < 0 then left = max(left, (held - (q.taken - q.returned - refilled)) * q.units + q.used) end
      end

      local back = min(-permits, held)
      if permits > 0 and #ARGV[3] > 0 then
        -- Charge no more than the largest debt allows.
        local owing = kind == BUCKET and ceil(q.used / q.units) or q.used
        permits = max(0, min(permits, q.whole + unpack('<d', ARGV[3], 8 * i - 7) - owing))
      end
      if permits > 0 then
        mustSave, charged = true, permits
        charge(q, permits)
        if left > 0 then
          -- The charge counts as taken right after the first one of the request. That is early, so that a refund never gives back
          -- permits of another request.
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

      -- How many permits the request took in each earlier segment is not stored. The refund begins with the earliest segment, so that the
      -- other permits do not expire too early.
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
    answerEnd = answerEnd .. pack('<ddddd', where, refilled, held, earlier, charged)
  end

elseif op == 'g' then
  -- 3. Grant: give back permits, as if the last requests had taken fewer. A bucket still owes what servers hold in batches.
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
  -- 3. Clear: the state begins now, so that a later refund gives back no permits that were taken before.
  born, batches, batchesSize, others, othersEnd, written, mustSave = now, {}, 0, '', 0, numbers, stored
  for i = 1, count do
    local q = quotas[i]
    if q.kind ~= CONCURRENCY then q.used, q.ends, q.list = 0, 0, {} end
  end

else
  -- 3. Release or renew the permits that a request holds. A renewal also holds permits again that have expired.
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

-- 4. Report: write the answer, and the new state if it must be saved.
local answer, saved, full, lastEnd = '', '', now, now
if batchesSize > 0 then
  lastEnd = batches[batchesSize - 1]
  for j = 1, batchesSize do saved = saved .. pack('<d', batches[j]) end
end
for i = 1, count do
  local q = quotas[i]
  local kind, used, limit, more, all, fullAt = q.kind, q.used, q.limit, -1, -1, 0
  local remaining = max(0, q.whole - used)
  if kind == FIXED then
    local isAligned, ends = q.detail == 1, q.ends
    all = ends > 0 and ends - now or isAligned and q.nextEnd - now or 0
    if used > 0 and limit >= 1 then more = all end
    -- An open window without used permits, all of which were refunded, is kept, because the state contains its end. If windows are
    -- aligned to the clock, the clock determines the end.
    if used > 0 or not isAligned then fullAt = ends end
    if mustSave then saved = saved .. pack('<ddd', q.sign * limit, ends, used) end
  elseif kind == BUCKET then
    local capacity, units, detail = q.capacity, q.units, q.detail
    remaining = used >= capacity and 0 or floor((capacity - used) / units)
    all = ceil(used / detail)
    -- If 952 of 952.38 tokens remain, no further whole token comes.
    if used > 0 and remaining < q.whole then more = ceil((used - (capacity - (remaining + 1) * units)) / detail) end
    fullAt = max(q.at, lastEnd) + all
    if mustSave then saved = saved .. pack('<ddddd', q.sign * limit, used, q.at, q.taken, q.returned) end
  else
    local list = q.list
    local size = #list
    if kind == SLIDING then
      -- If a limit was lowered, or a charge exceeded it, the oldest permits come back before any permit remains.
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
  -- Most plans have one quota. The head of the answer and its status are packed at once.
  answer = i == 1 and pack('<dddddddddd', now, wait, longest, lastEnd - now, limit, remaining, more, all, q.mark, q.refilled)
    or answer .. pack('<dddddd', limit, remaining, more, all, q.mark, q.refilled)
end

if mustSave then
  born = min(born, now)
  if stored and full + MARGIN <= expires then
    -- Overwrites the state, which keeps the expiry and takes a third of the time of SET. If the old state was longer, its rest is not read.
    redis.call('SETRANGE', KEYS[1], '0', pack('<ddd', born, expires, batchesSize) .. numbers .. saved)
  else
    -- The expiry is later than necessary, so that most calls need not set it again.
    expires = max(othersEnd, full + ceil((full - now) / 8) + 2 * MARGIN + (tonumber(ARGV[6]) or 0))
    redis.call('SET', KEYS[1], pack('<ddd', born, expires, batchesSize) .. written .. saved .. others,
      'PX', string.format('%.0f', min(LONGEST_LIFE, ceil((expires - now) / 1000))))
  end
end
return answer .. answerEnd

-- Functions of the scripts that count.

-- Lua 5.3 and later have integers, which wrap around; Garnet uses Lua 5.4. The scripts that count multiply only results of floor and
-- ceil by large numbers: these functions return floats instead.
if 2 ^ 53 ~= 9007199254740992 + 1 then
  floor = function(number) return math.floor(number) + 0.0 end
  ceil = function(number) return math.ceil(number) + 0.0 end
end

-- Returns the end of the calendar window of a moment. The call contains the end of one window in seconds, and, in one number, the
-- lengths of that window and of the next one in seconds. Further windows are assumed to be as long: only calls of a server with a wrong
-- clock need them.
local function calendarEnd(moment, first, lengths)
  local length = floor(lengths / 67108864)
  local ends, nextLength = first * 1000000, (lengths - length * 67108864) * 1000000
  length = length * 1000000
  if moment < ends then return ends - floor((ends - moment - 1) / length) * length end
  return ends + floor((moment - ends) / nextLength) * nextLength + nextLength
end

-- What the scripts that count compute with.

-- Lua has integers since 5.3, as in Garnet, and they wrap around. Those that are computed here come from these two.
if 2 ^ 53 ~= 9007199254740992 + 1 then
  floor = function(number) return math.floor(number) + 0.0 end
  ceil = function(number) return math.ceil(number) + 0.0 end
end

-- When the calendar window of a moment ends. The end of one window is told, in seconds, and in a number its length and that
-- of the next one, in seconds. Further windows are taken to be as long: only a server whose clock is off asks for these.
local function calendarEnd(moment, first, lengths)
  local length = floor(lengths / 67108864)
  local ends, nextLength = first * 1000000, (lengths - length * 67108864) * 1000000
  length = length * 1000000
  if moment < ends then return ends - floor((ends - moment - 1) / length) * length end
  return ends + floor((moment - ends) / nextLength) * nextLength + nextLength
end

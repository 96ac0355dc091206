-- Takes as take.lua does alone, with a key and arguments of each caller or plan. The present is the same for all of them.

--[[ take.lua, up to the caller ]]
local count = #KEYS
local now, longer = ARGV[count + 1], ARGV[count + 2]
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local function take(KEYS, ARGV)
  --[[ take.lua, the caller ]]
end

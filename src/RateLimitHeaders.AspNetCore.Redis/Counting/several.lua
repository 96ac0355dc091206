-- Defines take, which does the same as take.lua with the key and the arguments of one caller or plan. The present is the same for all
-- of them.

--[[ take.lua, up to the caller ]]
local count = #KEYS
local now, addedLife = ARGV[count + 1], ARGV[count + 2]
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local function take(KEYS, ARGV)
  --[[ take.lua, the caller ]]
end

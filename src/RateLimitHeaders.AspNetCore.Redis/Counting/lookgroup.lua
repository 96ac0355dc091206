-- Looks where several callers stand, each as count.lua does alone when it is told to look. Nothing is written.
--
-- KEYS     each caller's state
-- ARGV     for each caller the call, as count.lua is told it; then the present, in tests
--
-- Answer   each caller's; nothing for one whose key holds something else.

if not redis.REDIS_VERSION_NUM and redis.replicate_commands then redis.replicate_commands() end

local size = #KEYS
local present = tonumber(ARGV[size + 1])
if not present then
  local time = redis.call('TIME')
  present = time[1] * 1000000 + time[2]
end

local function look(KEYS, ARGV)
--[[ count.lua ]]
end

local answers = {}
for i = 1, size do
  local isDone, answer = pcall(look, { KEYS[i] }, { 'l', ARGV[i], '', '', present })
  answers[i] = isDone and answer
end
return answers

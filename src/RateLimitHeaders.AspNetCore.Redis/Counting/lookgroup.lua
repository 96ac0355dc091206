-- Reads the statuses of several callers, each as the operation l of count.lua does. Nothing is saved.
--
-- KEYS     each caller's state
-- ARGV     for each caller the call for count.lua; then, in tests, the present
--
-- Answer   for each caller that of count.lua; false for one whose key does not hold a state

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

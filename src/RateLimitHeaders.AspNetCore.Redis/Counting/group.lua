-- Takes permits of several callers, whose requests came at the same moment, one after the other. Each caller is counted as by take.lua.
--
-- KEYS     each caller's state
-- ARGV     for each caller the call for take.lua; then, in tests, the present and what is added to the lives of the states
--
-- Answer   for each caller that of take.lua; false for one with a batch, and for one whose key does not hold a state

--[[ several.lua ]]

local answers, keys, arguments = {}, {}, { false, now, addedLife }
for i = 1, count do
  keys[1], arguments[1] = KEYS[i], ARGV[i]
  local isDone, answer = pcall(take, keys, arguments)
  answers[i] = isDone and answer
end
return answers

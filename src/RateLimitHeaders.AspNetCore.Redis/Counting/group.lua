-- Takes permits of several callers, one after the other, each as take.lua does alone: their requests came at the same moment.
--
-- KEYS     each caller's state
-- ARGV     for each caller what take.lua is told; then the present and what is added to the states' lives, in tests
--
-- Answer   each caller's; nothing for one with a batch, or whose key holds something else.

--[[ several.lua ]]

local answers, keys, arguments = {}, {}, { false, now, longer }
for i = 1, count do
  keys[1], arguments[1] = KEYS[i], ARGV[i]
  local isDone, answer = pcall(take, keys, arguments)
  answers[i] = isDone and answer
end
return answers

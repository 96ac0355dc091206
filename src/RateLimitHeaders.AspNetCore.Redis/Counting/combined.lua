-- Takes the costs of several plans, or of none, each as take.lua does alone.
--
-- KEYS     the state of the caller under each plan
-- ARGV     for each plan what take.lua is told; then the present and what is added to the states' lives, in tests
--
-- Answer   that of each plan: if one has no room, the others tell where the caller stands without the request. Nothing at all, and
--          nothing is done, if the caller has a batch under one of them.

--[[ several.lua ]]

local answers, keys, arguments, fits = {}, {}, { false, now, longer }, true
local function ask(i, call)
  keys[1], arguments[1] = KEYS[i], call
  answers[i] = take(keys, arguments)
  return answers[i]
end

-- First without keeping anything.
local rejects = {}
for i = 1, count do
  local answer = ask(i, pack('<d', 0) .. sub(ARGV[i], 9))
  if not answer then return false end
  local _, waits = unpack('<dd', answer)
  rejects[i] = waits ~= 0
  fits = fits and waits == 0
end

for i = 1, count do
  local call = ARGV[i]
  if not fits and not rejects[i] then
    -- The same without the costs.
    for from = 9 + (#call - 8) / 7, #call, QUOTA do
      call = sub(call, 1, from + QUOTA - 9) .. pack('<d', 0) .. sub(call, from + QUOTA)
    end
  end
  ask(i, call)
end
return answers

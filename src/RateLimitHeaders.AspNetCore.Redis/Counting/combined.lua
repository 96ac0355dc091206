-- Takes the costs of several plans, or of none. Each plan is counted as by take.lua.
--
-- KEYS     the state of the caller under each plan
-- ARGV     for each plan the call for take.lua; then, in tests, the present and what is added to the lives of the states
--
-- Answer   for each plan that of take.lua: if one plan has no room, the others contain the statuses without the request. False, and
--          nothing is saved, if the caller has a batch under one of the plans.

--[[ several.lua ]]

local answers, keys, arguments, fits = {}, {}, { false, now, addedLife }, true
local function run(i, call)
  keys[1], arguments[1] = KEYS[i], call
  answers[i] = take(keys, arguments)
  return answers[i]
end

-- Decide about each plan, and save nothing.
local rejects = {}
for i = 1, count do
  local answer = run(i, pack('<d', 0) .. sub(ARGV[i], 9))
  if not answer then return false end
  local _, waits = unpack('<dd', answer)
  rejects[i] = waits ~= 0
  fits = fits and waits == 0
end

-- Take the costs if all plans have room. Otherwise, the plans without room reject, and the calls for the others have no costs.
for i = 1, count do
  local call = ARGV[i]
  if not fits and not rejects[i] then
    -- The same call without the costs.
    for from = 9 + (#call - 8) / 7, #call, QUOTA do
      call = sub(call, 1, from + QUOTA - 9) .. pack('<d', 0) .. sub(call, from + QUOTA)
    end
  end
  run(i, call)
end
return answers

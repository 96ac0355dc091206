-- Rearranges a state that another configuration has written for the quotas of a call. This happens while servers are updated, and after
-- a reload. Quotas of both configurations keep their counts, and new ones begin. Quotas that only other configurations have are kept at the
-- end of the state, for the servers that have them, until they contain no information.
--
-- The number of a quota is a hash of its shape, times 8, plus its algorithm. After the head of a state come the numbers of its quotas,
-- in the order of their counts. The last number is negative. If other quotas follow at the end of the state, it is also less by one half.
-- Each of the other quotas has the moment until which it is kept, its number, and its counts.
--
-- The text is inserted where a script has read a state with other numbers than those of the call. It is a block instead of a function,
-- because most calls do not need it. It reads numbers, those of the call. It sets stored to the state, others to the other quotas,
-- othersEnd to the moment until which the last of them is kept, and written to the numbers to save.
do
  local _, kept, batchesSize = unpack('<ddd', stored)
  local place, order, found, number = 25, {}, {}
  repeat
    number, place = unpack('<d', stored, place)
    order[#order + 1] = number
  until number < 0
  local head, hasOthers = string.sub(stored, 1, 24), floor(-number) ~= -number
  order[#order] = floor(-number)
  local batches = string.sub(stored, place, place + 8 * batchesSize - 1)
  place = place + 8 * batchesSize

  -- A bucket (algorithm 3) has five numbers. The others have three, and the second number of a list (2 sliding, 4 concurrency) is
  -- how many further numbers follow.
  local function read(number, keptUntil)
    local kind, from, size = number % 8, place, 24
    if kind == 3 then
      size = 40
    elseif kind == 2 or kind == 4 then
      local _, more = unpack('<dd', stored, place)
      size = 24 + 8 * more
    end
    place = place + size
    found[number] = { keptUntil, string.sub(stored, from, place - 1) }
  end
  for i = 1, #order do read(order[i], kept) end
  while hasOthers and place <= #stored do
    local keptUntil, other, following = unpack('<dd', stored, place)
    place = following
    order[#order + 1] = other
    read(other, keptUntil)
  end

  local counted = ''
  for from = 1, #numbers, 8 do
    number = unpack('<d', numbers, from)
    if number < 0 then number = -number end
    if found[number] then
      counted, found[number] = counted .. found[number][2], nil
    else
      -- The limit is NaN: there is none yet. A new bucket counts its tokens from the present, a number that no earlier bucket has reached.
      counted = counted .. (number % 8 == 3 and pack('<ddddd', 0 / 0, 0, 0, now, 0) or pack('<ddd', 0 / 0, 0, 0))
    end
  end
  for i = 1, #order do
    local other = found[order[i]]
    if other and other[1] > now then
      others, othersEnd = others .. pack('<dd', other[1], order[i]) .. other[2], max(othersEnd, other[1])
    end
  end
  written = others == '' and numbers or string.sub(numbers, 1, -9) .. pack('<d', unpack('<d', numbers, #numbers - 7) - 0.5)
  stored = head .. numbers .. batches .. counted
  expires = 0 -- so that the state is saved as a whole
end

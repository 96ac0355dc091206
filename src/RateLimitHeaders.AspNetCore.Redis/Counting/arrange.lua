-- Has a state say what a call asks for, if another configuration has written it: while servers are updated, or before a reload.
-- Quotas that both have count on, new ones begin, and those that only others have are kept beside them until they hold no
-- information, for the servers that have them.
--
-- A quota's number is a hash of its shape, times 8, plus its algorithm. After the head of a state come the numbers of its quotas,
-- in the order of what is counted of them. The last one is negative; less half of one if other quotas follow at the end of the
-- state, each until when it is kept, its number, and what is counted of it.
--
-- It stands where a script has found another state than the call asks for, and as a block, since most calls find none: numbers are
-- those of the call. Afterwards stored is the state, others the other quotas, othersEnd until when the last of them is kept, and
-- written the numbers to write.
do
  local _, kept, lentSize = unpack('<ddd', stored)
  local place, order, found, number = 25, {}, {}
  repeat
    number, place = unpack('<d', stored, place)
    order[#order + 1] = number
  until number < 0
  local head, hasOthers = string.sub(stored, 1, 24), floor(-number) ~= -number
  order[#order] = floor(-number)
  local lent = string.sub(stored, place, place + 8 * lentSize - 1)
  place = place + 8 * lentSize

  -- Of lists (2 sliding, 4 concurrency), the second number tells how many more follow; a bucket (3) has five.
  local function read(number, lasts)
    local kind, from, size = number % 8, place, 24
    if kind == 3 then
      size = 40
    elseif kind == 2 or kind == 4 then
      local _, more = unpack('<dd', stored, place)
      size = 24 + 8 * more
    end
    place = place + size
    found[number] = { lasts, string.sub(stored, from, place - 1) }
  end
  for i = 1, #order do read(order[i], kept) end
  while hasOthers and place <= #stored do
    local lasts, other, following = unpack('<dd', stored, place)
    place = following
    order[#order + 1] = other
    read(other, lasts)
  end

  local counted = ''
  for from = 1, #numbers, 8 do
    number = unpack('<d', numbers, from)
    if number < 0 then number = -number end
    if found[number] then
      counted, found[number] = counted .. found[number][2], nil
    else
      -- No limit yet. A bucket that begins again counts its tokens from a number that none before has reached.
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
  stored = head .. numbers .. lent .. counted
  expires = 0 -- It is written as a whole.
end

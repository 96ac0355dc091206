-- Has a state say what a call asks for, if another configuration has written it: while servers are updated, or before a reload.
-- Quotas that both have count on, new ones begin, and those that only others have are kept beside them until they hold no
-- information, for the servers that have them.
--
-- A quota's number is a hash of its shape, times 8, plus its algorithm. After the head of a state come the numbers of its quotas,
-- in the order of what is counted of them. The last one is negative; less half of one if other quotas follow at the end of the
-- state, each until when it is kept, its number, and what is counted of it.
--
-- Gives the state; the other quotas; until when the last of them is kept; and the numbers to write.
local function arrange(stored, numbers, now)
  local _, expires, lentSize = unpack('<ddd', stored)
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
  local function read(number, kept)
    local kind, from, size = number % 8, place, 24
    if kind == 3 then
      size = 40
    elseif kind == 2 or kind == 4 then
      local _, more = unpack('<dd', stored, place)
      size = 24 + 8 * more
    end
    place = place + size
    found[number] = { kept, string.sub(stored, from, place - 1) }
  end
  for i = 1, #order do read(order[i], expires) end
  while hasOthers and place <= #stored do
    local kept, other, following = unpack('<dd', stored, place)
    place = following
    order[#order + 1] = other
    read(other, kept)
  end

  local counted, others, last = '', '', 0
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
      others, last = others .. pack('<dd', other[1], order[i]) .. other[2], max(last, other[1])
    end
  end
  local written = others == '' and numbers or string.sub(numbers, 1, -9) .. pack('<d', unpack('<d', numbers, #numbers - 7) - 0.5)
  return head .. numbers .. lent .. counted, others, last, written
end

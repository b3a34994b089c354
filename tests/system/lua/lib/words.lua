-- SPDX-License-Identifier: MIT
-- Text made of a small vocabulary, the same for the same number.
local words = {}

local vocabulary = {"kernel", "server", "token", "page", "thread", "badge", "handler", "frame", "slot", "chain"}

function words.text(seed)
    local state, lines = seed, {}
    for line = 1, 5 + seed % 40 do
        local row = {}
        for word = 1, 3 + (seed + line) % 9 do
            state = (state * 1103515245 + 12345) % 2147483648
            row[word] = vocabulary[1 + (state >> 16) % #vocabulary]
        end
        lines[line] = table.concat(row, " ")
    end
    return table.concat(lines, "\n") .. "\n"
end

function words.checksum(text)
    local sum = 0
    for i = 1, #text do
        sum = (sum * 131 + text:byte(i)) & 0xffffffff
    end
    return sum
end

return words

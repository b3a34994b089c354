-- SPDX-License-Identifier: MIT
-- Iterators, closures, coroutines.
local inner = {}

function inner.primes(limit)
    local composite, found = {}, {}
    for n = 2, limit do
        if not composite[n] then
            found[#found + 1] = n
            for multiple = n * n, limit, n do
                composite[multiple] = true
            end
        end
    end
    return table.concat(found, ",")
end

function inner.fibonacci(n)
    local a, b = 0, 1
    for _ = 1, n do
        a, b = b, a + b
    end
    return a
end

local function permute(items, n)
    if n == 1 then
        coroutine.yield(table.concat(items))
        return
    end
    for i = 1, n do
        items[i], items[n] = items[n], items[i]
        permute(items, n - 1)
        items[i], items[n] = items[n], items[i]
    end
end

function inner.permutations(items)
    local all = {}
    for text in coroutine.wrap(function() permute(items, #items) end) do
        all[#all + 1] = text
    end
    return all
end

return inner

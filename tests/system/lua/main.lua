-- SPDX-License-Identifier: MIT
-- Many files, many modules: lua main.lua SCRIPTS-DIR WORK-DIR. Prints the same on every system.
local scripts, work = arg[1], arg[2]
package.path = scripts .. "/lib/?.lua;" .. scripts .. "/lib/?/init.lua"

local files = require("files")
local words = require("words")
local deep = require("deep.inner")

-- 200 files, written, renamed, read back.
local names = {}
for i = 1, 200 do
    local name = files.join(work, string.format("part-%03d.txt", i))
    files.write(name, words.text(i))
    names[#names + 1] = name
end
for i = 1, #names, 3 do
    local moved = names[i]:gsub("part%-", "moved-")
    assert(os.rename(names[i], moved))
    names[i] = moved
end
local total, sum = 0, 0
for _, name in ipairs(names) do
    local text = files.read(name)
    total = total + #text
    sum = (sum * 31 + words.checksum(text)) % 4294967291
end
print("files", #names, "bytes", total, "checksum", sum)

-- Word counts over all of them.
local counts = {}
for _, name in ipairs(names) do
    for line in io.lines(name) do
        for word in line:gmatch("%a+") do
            counts[word] = (counts[word] or 0) + 1
        end
    end
end
local ranked = {}
for word, n in pairs(counts) do
    ranked[#ranked + 1] = {word = word, n = n}
end
table.sort(ranked, function(a, b)
    return a.n > b.n or (a.n == b.n and a.word < b.word)
end)
for i = 1, 5 do
    print(ranked[i].word, ranked[i].n)
end

-- Seeking, updating in place, appending, reading numbers and lines.
local path = files.join(work, "table.txt")
files.write(path, "12 0x1F 2.5e3\nsecond line\nlast without newline")
local f = assert(io.open(path, "r+"))
print(f:read("n", "n", "n"))
f:seek("set", 0)
f:write("99")
f:seek("end")
f:write("!")
f:close()
for line in io.lines(path) do
    print("|" .. line .. "|")
end
f = assert(io.open(path, "a"))
f:setvbuf("full", 512)
f:write("\n", ("x"):rep(3000))
f:close()
print("size", files.size(path))

-- Errors are values.
local _, message, code = io.open(files.join(work, "missing"), "r")
print(message:match("[^/]*$"), code)
_, message, code = os.remove(files.join(work, "missing"))
print(message:match("[^/]*$"), code)
print(pcall(error, {code = 7}) and "?" or select(2, pcall(error, "plain", 0)))
print(select(2, pcall(function() local t = nil; return t.x end)):match("attempt.*"))

-- The language at work.
print(deep.primes(100))
print(deep.fibonacci(90), 7 // 2, -7 // 2, 7 % -3, 2 ^ 0.5, 1e15, 10 / 2, 1 << 62)
print(string.format("%5.2f|%-8s|%08.3f|%x|%q", math.pi, "left", -2.5, 255, "a\nb\0c"))
print(utf8.char(228, 8364, 128512), utf8.len("äö€"), ("abc"):byte(1, -1))
print(os.date("!%Y-%m-%d %H:%M:%S", 1234567890), os.time({year = 2020, month = 1, day = 1, hour = 12}) ~= nil)
print(table.concat(deep.permutations({"a", "b", "c"}), " "))
local packed = string.pack("<i4 z s2 d", -5, "zero", "two", 0.125)
print(#packed, string.unpack("<i4 z s2 d", packed))

-- Garbage: 40,000 tables, strings and closures, most of them dropped.
local keep = {}
for i = 1, 40000 do
    local item = {i, tostring(i), function() return i end}
    if i % 1000 == 0 then
        keep[#keep + 1] = item
    end
end
collectgarbage()
local check = 0
for _, item in ipairs(keep) do
    check = check + item[1] + tonumber(item[2]) + item[3]()
end
print("kept", #keep, check)

for _, name in ipairs(names) do
    assert(os.remove(name))
end
assert(os.remove(path))
print("done", os.getenv("NO_SUCH_VARIABLE"))
os.exit(7)

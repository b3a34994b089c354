-- SPDX-License-Identifier: MIT
-- Whole files at a time.
local files = {}

function files.join(folder, name)
    return folder .. "/" .. name
end

function files.write(path, text)
    local file = assert(io.open(path, "wb"))
    assert(file:write(text))
    assert(file:close())
end

function files.read(path)
    local file = assert(io.open(path, "rb"))
    local text = file:read("a")
    file:close()
    return text
end

function files.size(path)
    local file = assert(io.open(path, "rb"))
    local size = file:seek("end")
    file:close()
    return size
end

return files

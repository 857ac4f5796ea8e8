-- Run by `check`: every example is read without an error, and its queries find something.

local function fail(message)
  io.stderr:write(message .. "\n")
  vim.cmd("cquit 1")
end

local root = vim.env.CXFLOW_ROOT
local names = vim.fn.glob(root .. "/examples/*.cxflow", true, true)
if #names == 0 then
  fail("no examples")
end
for _, name in ipairs(names) do
  vim.cmd("edit " .. vim.fn.fnameescape(name))
  if vim.bo.filetype ~= "cxflow" then
    fail(name .. " is of type " .. vim.bo.filetype)
  end
  if vim.bo.commentstring ~= "// %s" or vim.bo.shiftwidth ~= 2 then
    fail("nothing was set for " .. name)
  end
  local tree = vim.treesitter.get_parser(0, "cxflow"):parse()[1]
  if tree:root():has_error() then
    fail(name .. " is not read")
  end
  for _, kind in ipairs({ "highlights", "folds", "indents", "locals", "injections" }) do
    local get = vim.treesitter.query and vim.treesitter.query.get or vim.treesitter.get_query
    local query = get("cxflow", kind)
    local count = 0
    for _ in query:iter_captures(tree:root(), 0) do
      count = count + 1
    end
    if kind == "highlights" and count < 50 then
      fail(count .. " " .. kind .. " in " .. name)
    end
  end
end
local settings = require("cxflow").settings
require("cxflow").setup({ cmd = { "other" } })
if settings == nil or require("cxflow").settings.cmd[1] ~= "other" then
  fail("settings are not taken")
end
vim.cmd("qall!")

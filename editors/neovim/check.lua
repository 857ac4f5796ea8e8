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
-- The language server, in Neovim's own client. `vim.lsp.start` came with Neovim 0.8.
local program = vim.env.CXFLOWC
local folder = vim.fn.tempname()
vim.fn.mkdir(folder, "p")
vim.fn.writefile({ 'flow "F"', "entry a", 'disclosure a { say "Hi." }', "a -> b" }, folder .. "/a.cxflow")
vim.cmd("edit " .. vim.fn.fnameescape(folder .. "/a.cxflow"))
local client = vim.lsp.start_client({ name = "cxflowc", cmd = { program, "lsp" }, root_dir = folder })
vim.lsp.buf_attach_client(0, client)
local found = vim.wait(20000, function()
  return #vim.diagnostic.get(0) > 0
end, 20)
local first = vim.diagnostic.get(0)[1]
if not found or first.lnum ~= 3 or first.col ~= 5 or not first.message:find("no such node", 1, true) then
  fail("the server finds " .. vim.inspect(vim.diagnostic.get(0)))
end
local at = { textDocument = vim.lsp.util.make_text_document_params(), position = { line = 3, character = 5 } }
local items = vim.lsp.buf_request_sync(0, "textDocument/completion", at, 20000)[client].result.items
if #items == 0 then
  fail("nothing to complete")
end
vim.api.nvim_buf_set_lines(0, 3, 4, false, { "a -> c", "disconnect c" })
local fixed = vim.wait(20000, function()
  return #vim.diagnostic.get(0) == 0
end, 20)
if not fixed then
  fail("the server still finds " .. vim.inspect(vim.diagnostic.get(0)))
end

local settings = require("cxflow").settings
require("cxflow").setup({ cmd = { "other" } })
if settings == nil or require("cxflow").settings.cmd[1] ~= "other" then
  fail("settings are not taken")
end
vim.cmd("qall!")

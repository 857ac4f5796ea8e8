-- The language server and tree-sitter for call flows.

local M = {}

M.settings = {
  -- What is started; what follows `lsp` counts for every flow: { "cxflowc", "lsp", "--env", "prod" }
  cmd = { "cxflowc", "lsp" },
}

--- Sets what is not as it should be by default.
function M.setup(settings)
  M.settings = vim.tbl_deep_extend("force", M.settings, settings or {})
end

--- The folder that flows of a file are looked for in: where its settings lie, or its repository.
local function root(buffer)
  local file = vim.api.nvim_buf_get_name(buffer)
  local found = vim.fs.find({ "cxflow.toml", ".git" }, { path = vim.fs.dirname(file), upward = true })[1]
  return found and vim.fs.dirname(found) or vim.fs.dirname(file)
end

--- Starts what there is for a buffer. Without the program there are no findings, without the parser
--- the colours are those of the files for Vim.
function M.attach(buffer)
  vim.bo[buffer].commentstring = "// %s"
  vim.bo[buffer].shiftwidth = 2
  vim.bo[buffer].expandtab = true
  if vim.treesitter.start then
    pcall(vim.treesitter.start, buffer, "cxflow")
  end
  if vim.lsp.start and vim.fn.executable(M.settings.cmd[1]) == 1 then
    vim.lsp.start({ name = "cxflowc", cmd = M.settings.cmd, root_dir = root(buffer) }, { bufnr = buffer })
  end
end

return M

-- Call flows in Neovim: the file type, and what happens when a file of it is opened.

if vim.g.loaded_cxflow then
  return
end
vim.g.loaded_cxflow = true

vim.filetype.add({ extension = { cxflow = "cxflow" } })

vim.api.nvim_create_autocmd("FileType", {
  group = vim.api.nvim_create_augroup("cxflow", { clear = true }),
  pattern = "cxflow",
  callback = function(event)
    require("cxflow").attach(event.buf)
  end,
})

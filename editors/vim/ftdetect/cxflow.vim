autocmd BufNewFile,BufRead *.cxflow setfiletype cxflow

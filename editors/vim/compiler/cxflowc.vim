" Vim compiler file
" Compiler: cxflowc check

if exists('current_compiler')
  finish
endif
let current_compiler = 'cxflowc'

let s:cpo_save = &cpoptions
set cpoptions&vim

let s:program = get(g:, 'cxflow_program', 'cxflowc')
execute 'CompilerSet makeprg=' . escape(s:program . ' check --quiet --message-format short --column-unit bytes %:S', ' \|"')
CompilerSet errorformat=%f:%l:%c:\ %trror[CX%n\ %*[^]]]:\ %m,
      \%f:%l:%c:\ %tarning[CX%n\ %*[^]]]:\ %m,
      \%f:%l:%c:\ %tote[CX%n\ %*[^]]]:\ %m,
      \%-G%.%#

let &cpoptions = s:cpo_save
unlet s:cpo_save

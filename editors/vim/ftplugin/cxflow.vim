" Vim file type plug-in
" Language: cxflow (outbound call flows, compiled by cxflowc)

if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

let s:cpo_save = &cpoptions
set cpoptions&vim

setlocal comments=:///,:// commentstring=//\ %s
" A comment goes on with `///` when its line is full or ended; code does not wrap.
setlocal formatoptions-=t formatoptions+=croql
setlocal expandtab shiftwidth=2 softtabstop=2
" A name may have single `-` and `.` in it.
setlocal iskeyword+=-
" `gf` on an include's path, and `[d` on a name that an included file declares.
setlocal suffixesadd=.cxflow
setlocal include=^\\s*include\\s*\"\\zs[^\"]\\+\\ze\"
setlocal define=^\\s*\\%(answer\\\|play\\\|disclosure\\\|collect\\\|agent\\\|callback\\\|voicemail\\\|disconnect\\\|decide\\\|node\\\|let\\\|param\\\|contact\\\|var\\\|hours\\\|dispositions\\\|fact\\\|policy\\\|kind\\\|exit\\)\\s

let b:undo_ftplugin = 'setlocal comments< commentstring< formatoptions< expandtab< shiftwidth< softtabstop<'
      \ . ' iskeyword< suffixesadd< include< define<'

let &cpoptions = s:cpo_save
unlet s:cpo_save

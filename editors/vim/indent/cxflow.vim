" Vim indent file
" Language: cxflow (outbound call flows, compiled by cxflowc)

if exists('b:did_indent')
  finish
endif
let b:did_indent = 1

setlocal indentexpr=CxflowIndent(v:lnum) indentkeys=0},o,O
let b:undo_indent = 'setlocal indentexpr< indentkeys<'

if exists('*CxflowIndent')
  finish
endif

" Whether a place is in something, by the names of what it is coloured as.
function! s:IsIn(line, column, what) abort
  return match(map(synstack(a:line, a:column), 'synIDattr(v:val, "name")'), a:what) >= 0
endfunction

let s:texts = '\%(String\|Title\|Text\|Path\|Reason\|TestName\|Argument\|Raw\)$'

function! s:IsNoBrace() abort
  return s:IsIn(line('.'), col('.'), 'Comment$\|' . s:texts)
endfunction

" The code of a line, without a comment behind it.
function! s:Code(line) abort
  return substitute(getline(a:line), '^\%([^"`/]\|"\%([^"\\]\|\\.\)*"\|`[^`]*`\|/\ze[^/]\)*\zs//.*', '', '')
endfunction

" `entry with` names a node.
let s:not_named = '\%(\%(->\|\<\%(entry\|exit\|else\|apply\)\)\s*\)\@<!'

" Whether a line ends in an `and` or `or` that joins something: a node may be called so, too.
function! s:Joins(line) abort
  let l:at = match(s:Code(a:line), '\<\%(and\|or\)\s*$')
  return l:at >= 0 && s:IsIn(a:line, l:at + 1, '^cxflow\%(FactJoin\|SelectorOr\|BeforeOr\|MustAnd\)$')
endfunction

" Whether a statement goes on in a line: the one above ends in what asks for it. Comments may stand between.
function! s:Continues(line) abort
  let l:above = a:line - 1
  while l:above > 1 && getline(l:above) =~# '^\s*//'
    let l:above -= 1
  endwhile
  return l:above > 0 && (s:Joins(l:above) || s:Code(l:above) =~# '\%([,|&]\|' . s:not_named . '\<with\)\s*$')
        \ && !s:IsIn(l:above, col([l:above, '$']) - 1, s:texts)
endfunction

" A block holds no other block: a line stands in one, or at the margin. What goes on is four columns further in.
function! CxflowIndent(line) abort
  " What stands in a long string is its writer's.
  if s:IsIn(a:line, 1, s:texts) && s:IsIn(a:line - 1, max([1, col([a:line - 1, '$']) - 1]), s:texts)
    return -1
  endif
  if getline(a:line) =~# '^\s*}'
    return 0
  endif
  call cursor(a:line, 1)
  let l:indent = searchpair('{', '', '}', 'bW', 's:IsNoBrace()') > 0 ? shiftwidth() : 0
  return l:indent + (s:Continues(a:line) ? 2 * shiftwidth() : 0)
endfunction

" Vim syntax file
" Language: cxflow (outbound call flows, compiled by cxflowc)
"
" The words of the language are keywords only where its grammar asks for them: `entry menu` is a
" declaration, `entry -> menu` joins two nodes. So a line is read from its start, and each token says
" which may follow it (nextgroup). Where a line is broken the chain ends; the next line begins anew.

if exists('b:current_syntax')
  finish
endif

let s:cpo_save = &cpoptions
set cpoptions&vim

syntax case match
syntax spell notoplevel

" ── Patterns, none of which has a single quote in it ──

let s:name = '\h\%([-.]\=\w\)*'
let s:node = '\%(' . s:name . '\|`\%([^`\\]\|\\.\)\+`\)'
" Here the word ends: `flow-2` does not begin with `flow`.
let s:end = '\%([-.]\=\w\)\@!'
let s:kind = '\%(answer\|play\|disclosure\|collect\|agent\|callback\|voicemail\|disconnect\|decide\)' . s:end
let s:verb = '\%(play\|say\|collect\|route\|schedule\|record\|disconnect\|retry\|silence\|script\)' . s:end
" The words that begin something else, and so are no declared kinds.
let s:reserved = '\%(' . s:kind . '\|' . s:verb . '\|\%(action\|every\|node\|on\|set\|when\|else\|with\|outcome\|sets'
      \ . '\|flow\|description\|include\|test\|language\|voice'
      \ . '\|entry\|let\|param\|contact\|fact\|policy\|apply\|waive\|attest\|kind\|exit\|var\|hours\|dispositions'
      \ . '\|require\|forbid\|limit\|oblige\|warn\|expects\)' . s:end . '\)'
" A declared kind before the name of its node.
let s:declared = s:reserved . '\@!' . s:name . '\ze\s\+' . s:node
      \ . '\s*\%($\|[;{@]\|//\|\%(with\|retries\|media\|text\|lasts\|wait\|between\|digits\|end\|language\|voice\|prompt\|ssml\|disposition\)' . s:end . '\)'
let s:key = '[0-9*#]\+' . s:end
let s:whole = '-\=\d\+' . s:end
let s:date = '\d\{4}-\d\d-\d\d'
let s:number = '\%(' . s:date . '\|\d\+\%(\.\d\+\)\=\%(ms\|s\|min\)\|\d\+\)' . s:end

" What can only be a declaration, in a long string as well.
let s:declares_surely = '^\ze\%(\%(flow\|description\|include\|test\|language\|voice\)\s*"\|\%(let\|param\|fact\)\s\+' . s:name . '\s*='
      \ . '\|hours\s\+' . s:name . '\s\+in\s*"\|node\s\+' . s:node . '\s\+type\s*"\|\%(policy\s\+' . s:name . '\|' . s:kind . '\s\+' . s:node . '\)\s*["{]\)'
" What can only be a declaration where the statements of a block stand: at the line's start, and further in.
let s:declares = '^\ze\%(\%(flow\|description\|include\|test\|language\|voice\)\s*"'
      \ . '\|\%(let\|param\|contact\|entry\|fact\|policy\|apply\|waive\|attest\|kind\|exit\|var\|hours\|dispositions\|' . s:kind . '\)\s\+' . s:node
      \ . '\|every\s\+' . s:kind . '\|node\s\+' . s:node . '\s\+type' . s:end . '\|\%(on\s\)\@!' . s:node . '\s*->'
      \ . '\|' . s:reserved . '\@!' . s:name . '\s\+' . s:node . '\s*\%({\|\swith\s\)\)'
let s:declares_within = '^\ze\s\+\%(\%(flow\|description\)\s*"\|include\s*"'
      \ . '\|\%(let\|param\|contact\|var\|entry\|exit\)\s\+' . s:node . '\|every\s\+' . s:kind
      \ . '\|hours\s\+' . s:name . '\s\+in\s*"\)'

" A token, and what may follow it: behind some also in the next line.
let s:open = ['|', ',', '[,|]', '[|&()]', '\%(with\)' . s:end, '\%(or\)' . s:end, '\%(and\)' . s:end, '\%(and\|or\)' . s:end]
function! s:Token(group, pattern, ...) abort
  execute 'syntax match' a:group "'" . a:pattern . "'" 'contained skipwhite' (index(s:open, a:pattern) >= 0 ? 'skipnl' : '')
        \ (a:0 ? 'nextgroup=' . a:1 : '')
endfunction

function! s:Word(group, words, ...) abort
  call call('s:Token', [a:group, '\%(' . a:words . '\)' . s:end] + a:000)
endfunction

" A string, and what may follow it. One that nobody closes ends with its line or before its block; a
" long one before the next line that can only be a declaration.
function! s:String(group, options) abort
  let l:region = 'syntax region ' . a:group . ' skip=/\\./ ' . a:options
  execute l:region "start='\"' end='\"' end='$' oneline"
  execute l:region "start='\"\\ze\\%([^\"\\\\]\\|\\\\.\\)*{\\s*\\%(//.*\\)\\=$' end='\\ze\\s*{\\s*\\%(//.*\\)\\=$' oneline"
  execute l:region "start='\"\"\"' end='\"\"\"' end='" . s:declares_surely . "'"
endfunction

function! s:Text(group, ...) abort
  call s:String(a:group, 'contained contains=cxflowEscape,cxflowInsertion,@Spell skipwhite ' . (a:0 ? 'nextgroup=' . a:1 : ''))
endfunction

" Sent as it is: without insertions.
function! s:Raw(group, next) abort
  call s:String(a:group, 'contained contains=cxflowEscape skipwhite nextgroup=' . a:next)
endfunction

" ── Where a statement begins ──
"
" Before all others, which win over it in the first column.

syntax match cxflowStart '^' skipwhite nextgroup=@cxflowDeclaration
syntax match cxflowSeparator ';' skipwhite nextgroup=@cxflowDeclaration

syntax match cxflowBlockStart '^' contained skipwhite nextgroup=@cxflowStatement
syntax match cxflowBlockStart '{\@1<=' contained skipwhite nextgroup=@cxflowStatement
syntax match cxflowBlockSeparator ';' contained skipwhite nextgroup=@cxflowStatement

syntax cluster cxflowDeclaration contains=cxflowDeclare,cxflowKind,cxflowDeclaredKind,cxflowFrom
syntax cluster cxflowStatement contains=cxflowOn,cxflowArrow,cxflowVerb,cxflowSet,cxflowWhen,cxflowOtherwise,cxflowKindField,cxflowKindOutcomes,cxflowKindSets,cxflowWeekday,cxflowDateHours,cxflowRuleName,cxflowWarn,cxflowExpects,cxflowAbout,cxflowDemand

" ── Comments and strings, wherever they stand ──

syntax keyword cxflowTodo TODO FIXME XXX contained
syntax match cxflowComment '//.*$' contains=cxflowTodo,@Spell
syntax match cxflowDocComment '////\@!.*$' contains=cxflowTodo,@Spell

syntax match cxflowEscape '\\\%(["\\nt$`{]\|u{\x\{1,6}}\)' contained
execute "syntax match cxflowInsertion '${ *" . s:name . " *}' contained contains=cxflowInserted"
execute "syntax match cxflowInserted '" . s:name . "' contained"

" On lines that are broken.
call s:String('cxflowString', 'contains=cxflowEscape,cxflowInsertion,@Spell')

" ── Blocks ──

" A node's statements or a policy's rules. A block that nobody closes ends before the next declaration.
execute "syntax region cxflowBlock matchgroup=cxflowBrace start='{' end='}' end='" . s:declares . "' end='" . s:declares_within . "'"
      \ 'contains=cxflowBlockStart,cxflowBlockSeparator,cxflowComment,cxflowDocComment,cxflowString fold'

" ── Declarations ──

" Any declaration. Those below say what may follow the word.
let s:before_text = 'flow\|description\|include\|test\|language\|voice'
let s:before_name = 'entry\|let\|param\|contact\|fact\|policy\|apply\|waive\|attest\|kind\|exit\|var\|hours\|dispositions'
call s:Word('cxflowDeclare', s:before_text . '\|' . s:before_name)

call s:Word('cxflowDeclare', 'flow\|description', 'cxflowTitle')
call s:Text('cxflowTitle')

call s:Word('cxflowDeclare', 'entry\|exit', 'cxflowTarget')

call s:Word('cxflowDeclare', 'dispositions', 'cxflowReportedWord')
call s:Token('cxflowReportedWord', s:name, 'cxflowReportedComma')
call s:Token('cxflowReportedComma', ',', 'cxflowReportedWord')

call s:Word('cxflowDeclare', 'let\|param', 'cxflowValueName')
call s:Token('cxflowValueName', s:name, 'cxflowEquals,cxflowBoundArrow')
call s:Token('cxflowBoundArrow', '->', 'cxflowBoundNode')
call s:Token('cxflowBoundNode', s:node, 'cxflowBindingComma')
call s:Token('cxflowEquals', '=', 'cxflowValueText,cxflowValueNumber')
call s:Text('cxflowValueText', 'cxflowBindingComma')
call s:Token('cxflowValueNumber', s:number, 'cxflowBindingComma')
call s:Token('cxflowBindingComma', ',', 'cxflowValueName')

call s:Word('cxflowDeclare', 'contact\|var', 'cxflowContactName')
call s:Token('cxflowContactName', s:name, 'cxflowOption,cxflowTag')

call s:Word('cxflowDeclare', 'include', 'cxflowPath')
call s:String('cxflowPath', 'contained contains=cxflowEscape skipwhite nextgroup=cxflowAs')
call s:Word('cxflowAs', 'as', 'cxflowPrefix')
call s:Token('cxflowPrefix', s:name, 'cxflowSpeaker,cxflowWith')
call s:Word('cxflowDeclare', 'language\|voice', 'cxflowSpoken')
call s:Word('cxflowSpeaker', 'language\|voice', 'cxflowSpoken')
call s:Text('cxflowSpoken', 'cxflowSpeaker,cxflowWith')
call s:Word('cxflowWith', 'with', 'cxflowValueName')

call s:Word('cxflowDeclare', 'fact', 'cxflowFactName')
call s:Token('cxflowFactName', s:name, 'cxflowFactEquals')
call s:Token('cxflowFactEquals', '=', 'cxflowStatedText,cxflowStatedNumber,@cxflowCalled')
call s:Text('cxflowStatedText', 'cxflowDecisionClause')
call s:Token('cxflowStatedNumber', s:number, 'cxflowDecisionClause')

call s:Word('cxflowDeclare', 'apply', 'cxflowPolicyRef')
call s:Token('cxflowPolicyRef', s:name)

call s:Word('cxflowDeclare', 'attest', 'cxflowDecidedPolicy')
call s:Word('cxflowDeclare', 'waive', 'cxflowDecidedPolicy,cxflowFinding')
call s:Token('cxflowDecidedPolicy', s:name, 'cxflowSlash')
call s:Token('cxflowFinding', '\c\<cx\d\+' . s:end . '\%(\s*\/\)\@!', 'cxflowDecisionClause')
call s:Token('cxflowSlash', '//\@!', 'cxflowDecidedRule')
call s:Token('cxflowDecidedRule', s:name, 'cxflowDecisionClause')
call s:Word('cxflowDecisionClause', 'at', 'cxflowDecidedNode')
call s:Token('cxflowDecidedNode', s:node, 'cxflowDecisionClause')
call s:Word('cxflowDecisionClause', 'because\|by', 'cxflowReason')
call s:Text('cxflowReason', 'cxflowDecisionClause')
call s:Word('cxflowDecisionClause', 'until', 'cxflowValueNumber')

call s:Word('cxflowDeclare', 'test', 'cxflowTestName')
call s:Text('cxflowTestName', 'cxflowTestAt,cxflowTestWith,cxflowOn,cxflowArrow')
call s:Word('cxflowTestAt', 'at', 'cxflowMoment')
call s:Token('cxflowMoment', s:date . 'T\d\d\=\%(:\d\d\)\{1,2}\%(Z\|[+-]\d\d:\d\d\)\=' . s:end, 'cxflowTestWith,cxflowOn,cxflowArrow')
call s:Word('cxflowTestWith', 'with', 'cxflowKnownName')
call s:Token('cxflowKnownName', s:name, 'cxflowKnownEquals')
call s:Token('cxflowKnownEquals', '=', 'cxflowKnownText,cxflowKnownNumber')
call s:Text('cxflowKnownText', 'cxflowKnownComma,cxflowOn,cxflowArrow')
call s:Token('cxflowKnownNumber', s:whole, 'cxflowKnownComma,cxflowOn,cxflowArrow')
call s:Token('cxflowKnownComma', ',', 'cxflowKnownName')

call s:Word('cxflowDeclare', 'every', 'cxflowEveryKind')
call s:Token('cxflowEveryKind', s:kind, 'cxflowExcept,cxflowOn')
call s:Word('cxflowExcept', 'except', 'cxflowExceptTag,cxflowExceptEquals')
call s:Token('cxflowExceptTag', '@' . s:name, 'cxflowExceptBar,cxflowOn')
call s:Token('cxflowExceptEquals', '=', 'cxflowExceptNode')
call s:Token('cxflowExceptNode', s:node, 'cxflowExceptBar,cxflowOn')
call s:Token('cxflowExceptBar', '|', 'cxflowExceptTag,cxflowExceptEquals')

" ── Nodes and actions ──

syntax cluster cxflowTail contains=cxflowArgument,cxflowOption,cxflowTag,cxflowFields,cxflowBlock

call s:Word('cxflowDeclare', 'node', 'cxflowNode')
call s:Token('cxflowKind', s:kind, 'cxflowNode')
call s:Token('cxflowDeclaredKind', s:declared, 'cxflowNode')
call s:Token('cxflowNode', s:node, '@cxflowTail')

call s:Token('cxflowVerb', s:verb, '@cxflowTail')
call s:Word('cxflowVerb', 'action', '@cxflowTail')

call s:Text('cxflowArgument', '@cxflowTail')
call s:Word('cxflowOption', 'media\|text\|type\|end\|language\|voice\|prompt\|ssml', 'cxflowArgument')
call s:Word('cxflowOption', 'ends', '@cxflowTail')
call s:Word('cxflowOption', 'retries\|lasts\|wait\|between\|digits\|into\|disposition', 'cxflowCount,cxflowCountName')
call s:Token('cxflowCount', s:number, 'cxflowCountTo,@cxflowTail')
call s:Token('cxflowCountName', s:name, 'cxflowCountTo,@cxflowTail')
call s:Token('cxflowCountTo', '\.\.', 'cxflowCount,cxflowCountName')
call s:Token('cxflowTag', '@' . s:name, '@cxflowTail')

" Fields of the payload: `with url = "https://…", tries = limit`
syntax cluster cxflowAfterField contains=cxflowFieldComma,cxflowTag,cxflowBlock
syntax cluster cxflowItem contains=cxflowItemText,cxflowItemNumber,cxflowItemName

call s:Word('cxflowFields', 'with', 'cxflowFieldName')
call s:Token('cxflowFieldName', s:name, 'cxflowFieldEquals')
call s:Token('cxflowFieldEquals', '=', 'cxflowFieldText,cxflowFieldNumber,cxflowFieldValue,cxflowList')
call s:Text('cxflowFieldText', '@cxflowAfterField')
call s:Token('cxflowFieldNumber', s:number, '@cxflowAfterField')
call s:Token('cxflowFieldValue', s:name, '@cxflowAfterField')
call s:Token('cxflowFieldComma', ',', 'cxflowFieldName')
call s:Token('cxflowList', '\[', '@cxflowItem,cxflowListEnd')
call s:Text('cxflowItemText', 'cxflowItemComma,cxflowListEnd')
call s:Token('cxflowItemNumber', s:number, 'cxflowItemComma,cxflowListEnd')
call s:Token('cxflowItemName', s:name, 'cxflowItemComma,cxflowListEnd')
call s:Token('cxflowItemComma', ',', '@cxflowItem')
call s:Token('cxflowListEnd', '\]', '@cxflowAfterField')

" ── Declared kinds ──

call s:Word('cxflowDeclare', 'kind', 'cxflowKindName')
call s:Token('cxflowKindName', s:name, 'cxflowKindType')
call s:Word('cxflowKindType', 'type', 'cxflowKindText')
call s:Text('cxflowKindText', 'cxflowKindEnds,cxflowKindAs,cxflowBlock')
call s:Word('cxflowKindEnds', 'ends', 'cxflowKindAs,cxflowBlock')
call s:Word('cxflowKindAs', 'as', 'cxflowKindAsKind')
call s:Token('cxflowKindAsKind', s:name, 'cxflowBlock')

call s:Word('cxflowKindField', 'with', 'cxflowDeclaredField')
call s:Token('cxflowDeclaredField', s:name, 'cxflowOfType')
call s:Token('cxflowOfType', ':', 'cxflowFieldType,cxflowTypeText,cxflowListOf')
call s:Token('cxflowFieldType', s:name, 'cxflowFieldEquals')
call s:Token('cxflowListOf', 'list\s\+of' . s:end, 'cxflowFieldType,cxflowTypeText')
call s:Text('cxflowTypeText', 'cxflowTypeBar,cxflowFieldEquals')
call s:Token('cxflowTypeBar', '|', 'cxflowTypeText')

call s:Word('cxflowKindOutcomes', 'outcome', 'cxflowDeclaredOutcome')
call s:Token('cxflowDeclaredOutcome', s:name, 'cxflowOutcomeComma')
call s:Token('cxflowOutcomeComma', ',', 'cxflowDeclaredOutcome')

call s:Word('cxflowKindSets', 'sets', 'cxflowSetByKind')
call s:Token('cxflowSetByKind', s:name, 'cxflowSetByKindComma,cxflowOn')
call s:Token('cxflowSetByKindComma', ',', 'cxflowSetByKind')

" ── Opening hours ──

call s:Word('cxflowDeclare', 'hours', 'cxflowHoursName')
call s:Token('cxflowHoursName', s:name, 'cxflowHoursIn,cxflowBlock')
call s:Word('cxflowHoursIn', 'in', 'cxflowTimeZone')
call s:Text('cxflowTimeZone', 'cxflowBlock')

call s:Word('cxflowWeekday', 'mon\|tue\|wed\|thu\|fri\|sat\|sun', 'cxflowWeekdayDots,cxflowWeekdayComma,cxflowClock')
call s:Token('cxflowWeekdayDots', '\.\.', 'cxflowWeekday')
call s:Token('cxflowWeekdayComma', ',', 'cxflowWeekday')
call s:Word('cxflowDateHours', 'open\|closed', 'cxflowDate,cxflowDateEvery')
call s:Word('cxflowDateEvery', 'every', 'cxflowYearDay')
call s:Token('cxflowYearDay', '\d\d-\d\d' . s:end, 'cxflowClock,cxflowYearDayDots,cxflowYearDayComma')
call s:Token('cxflowYearDayDots', '\.\.', 'cxflowYearDay')
call s:Token('cxflowYearDayComma', ',', 'cxflowYearDay')
call s:Token('cxflowDate', s:date . s:end, 'cxflowClock,cxflowDateDots,cxflowDateComma')
call s:Token('cxflowDateDots', '\.\.', 'cxflowDate')
call s:Token('cxflowDateComma', ',', 'cxflowDate')
call s:Token('cxflowClock', '\d\d\=:\d\d' . s:end, 'cxflowClockDots,cxflowClockComma')
call s:Token('cxflowClockDots', '\.\.', 'cxflowClock')
call s:Token('cxflowClockComma', ',', 'cxflowClock')

" ── Transitions and conditions ──

syntax cluster cxflowCondition contains=cxflowKey,cxflowOutcome,cxflowRaw

call s:Token('cxflowFrom', s:node . '\ze\s*->', 'cxflowArrow')
call s:Token('cxflowArrow', '->', 'cxflowTarget')
call s:Token('cxflowTarget', s:node, 'cxflowArrow,cxflowOn,cxflowReported,cxflowAgain,cxflowTestEquals')
" What a test expects its call to be reported as.
call s:Token('cxflowTestEquals', '=', 'cxflowTestReport')
call s:Token('cxflowTestReport', s:name)
call s:Word('cxflowReported', 'disposition', 'cxflowReportedName')
call s:Token('cxflowReportedName', s:name, 'cxflowReported,cxflowAgain')
call s:Word('cxflowAgain', 'again', 'cxflowAgainCount,cxflowAgainName')
call s:Token('cxflowAgainCount', s:number, 'cxflowElse')
call s:Token('cxflowAgainName', s:name, 'cxflowElse')
call s:Word('cxflowElse', 'else', 'cxflowElseNode')
call s:Token('cxflowElseNode', s:node, 'cxflowReported')

call s:Word('cxflowOn', 'on', '@cxflowCondition')
call s:Token('cxflowOutcome', s:name, 'cxflowBar,cxflowComma,cxflowArrow,cxflowReported,cxflowAgain')
call s:Token('cxflowKey', s:key, 'cxflowDots,cxflowBar,cxflowComma,cxflowArrow,cxflowReported,cxflowAgain')
call s:Raw('cxflowRaw', 'cxflowComma,cxflowArrow,cxflowReported,cxflowAgain')
call s:Token('cxflowDots', '\.\.', 'cxflowKey')
call s:Token('cxflowBar', '|', '@cxflowCondition')
call s:Token('cxflowComma', ',', '@cxflowCondition')

" ── Variables ──

call s:Word('cxflowSet', 'set', 'cxflowSetName')
call s:Token('cxflowSetName', s:name, 'cxflowSetEquals')
call s:Token('cxflowSetEquals', '=', 'cxflowSetText,cxflowSetNumber,cxflowCopied')
call s:Text('cxflowSetText')
call s:Token('cxflowSetNumber', s:whole)
call s:Token('cxflowCopied', s:name, 'cxflowSign')
call s:Token('cxflowSign', '[+-]', 'cxflowSetNumber')

call s:Word('cxflowWhen', 'when', 'cxflowComparedName,cxflowAsked')
call s:Token('cxflowComparedName', s:name, 'cxflowComparator,cxflowComparatorWord')
call s:Token('cxflowComparator', '[!<>]=\|[=<>]', 'cxflowComparedText,cxflowComparedNumber')
call s:Word('cxflowComparatorWord', 'starts\|contains', 'cxflowComparedText,cxflowComparedNumber')
call s:Text('cxflowComparedText', 'cxflowComparedBar,cxflowArrow')
call s:Token('cxflowComparedNumber', s:whole, 'cxflowComparedBar,cxflowArrow')
call s:Token('cxflowComparedBar', '|', 'cxflowComparedText,cxflowComparedNumber')
" Hours, unless a comparison of a variable stands there: `when open starts "x"`
call s:Token('cxflowAsked', '\%(open\|closed\)\ze\s\+' . s:name . s:end . '\%(\s*\%("\|-\=\d\)\)\@!', 'cxflowAskedHours')
call s:Token('cxflowAskedHours', s:name, 'cxflowArrow')
call s:Word('cxflowOtherwise', 'else', 'cxflowArrow')

" ── Policies ──

call s:Word('cxflowDeclare', 'policy', 'cxflowPolicyName')
call s:Token('cxflowPolicyName', s:name, 'cxflowPolicyTitle,cxflowPolicyWhen,cxflowBlock')
call s:Text('cxflowPolicyTitle', 'cxflowPolicyWhen,cxflowBlock')
call s:Word('cxflowPolicyWhen', 'when', '@cxflowFact')

syntax cluster cxflowSelector contains=cxflowSelectedKind,cxflowSelectorWord,cxflowSelectorHeard,cxflowSelectorNot,cxflowSelectorPart,cxflowSelectorLanguage,cxflowSelectorTag,cxflowSelectorEquals,cxflowSelectorOperator
syntax cluster cxflowRest contains=@cxflowSelector,cxflowSelectorOr,cxflowClause,cxflowRuleOn,cxflowRuleNumber,cxflowMustComma,cxflowMustAnd

call s:Word('cxflowWarn', 'warn', 'cxflowRuleName,cxflowDemand')
call s:Word('cxflowDemand', 'require\|forbid\|limit', '@cxflowRest')
call s:Word('cxflowDemand', 'oblige', 'cxflowRuleText')
call s:Word('cxflowExpects', 'expects', 'cxflowExpectedFact,cxflowExpectedTag')
call s:Word('cxflowExpectedFact', 'fact', 'cxflowExpectedName')
call s:Token('cxflowExpectedName', s:name, 'cxflowExpectedEquals,cxflowExpectedText')
call s:Token('cxflowExpectedTag', '@' . s:name, 'cxflowExpectedText')
call s:Token('cxflowExpectedEquals', '=', 'cxflowExpectedText,cxflowExpectedNumber,@cxflowCalled')
call s:Token('cxflowExpectedBar', '|', 'cxflowExpectedText,cxflowExpectedNumber,@cxflowCalled')
call s:Token('cxflowExpectedNumber', s:number, 'cxflowExpectedBar,cxflowExpectedText')
call s:Text('cxflowExpectedText', 'cxflowExpectedBar,cxflowExpectedText')
" After the verbs: a rule may be called `play`.
call s:Token('cxflowRuleName', s:name . '\ze\s*:', 'cxflowColon')
call s:Token('cxflowColon', ':', 'cxflowDemand')
" What a policy says of itself: `version 3`, `covers "us-ca", "us-wa" when voice = "ai"`, `reviewed by "N.N." on 2027-01-15`, `conflicts with house because "…"`
call s:Token('cxflowAbout', 'version\ze\s\+\d', 'cxflowVersion')
call s:Token('cxflowVersion', '\d\+' . s:end)
call s:Token('cxflowAbout', 'covers\ze\s*"', 'cxflowCoversText')
call s:Text('cxflowCoversText', 'cxflowCoversComma,cxflowClause')
call s:Token('cxflowCoversComma', ',', 'cxflowCoversText,cxflowCoversComment,@cxflowRule')
call s:Token('cxflowAbout', 'reviewed\ze\s\+by' . s:end, 'cxflowReviewedBy')
call s:Word('cxflowReviewedBy', 'by', 'cxflowReviewedText')
call s:Text('cxflowReviewedText', 'cxflowReviewedOn')
call s:Word('cxflowReviewedOn', 'on', 'cxflowDate')
call s:Token('cxflowAbout', 'conflicts\ze\s\+with' . s:end, 'cxflowConflictsWith')
call s:Word('cxflowConflictsWith', 'with', 'cxflowConflictsPolicy,cxflowConflictsComment,@cxflowRule')

call s:Word('cxflowClause', 'after\|since\|reachable\|within\|keys\|retries\|depth\|until', '@cxflowRest')
call s:Word('cxflowClause', 'before', '@cxflowRest,cxflowBeforeOr')
call s:Word('cxflowClause', 'to', '@cxflowRest,cxflowEndOf')
call s:Token('cxflowStartOf', 'start\s\+of' . s:end, '@cxflowRest')
call s:Token('cxflowEndOf', 'end\s\+of' . s:end, '@cxflowRest')
call s:Word('cxflowClause', 'fact\|when', '@cxflowFact')
call s:Word('cxflowClause', 'exempt', 'cxflowClause')
call s:Word('cxflowClause', 'because', 'cxflowRuleText')
" `from after published + 30d`
call s:Word('cxflowClause', 'from', '@cxflowRest,cxflowStartOf,cxflowFromAfter')
call s:Word('cxflowFromAfter', 'after', 'cxflowFromFact')
call s:Token('cxflowFromFact', s:name, 'cxflowFromPlus,cxflowClause')
call s:Token('cxflowFromPlus', '+', 'cxflowFromDays')
call s:Token('cxflowFromDays', '\d\{1,4}d' . s:end, 'cxflowClause')
call s:Token('cxflowRuleNumber', s:number, '@cxflowRest')
" `limit 30s to end of @identity, and must occur`
call s:Token('cxflowMustComma', ',', 'cxflowMustAnd,cxflowMustComment')
call s:Word('cxflowMustAnd', 'and', 'cxflowMust,cxflowAndComment')
call s:Token('cxflowMust', 'must\s\+occur' . s:end, '@cxflowRest')
call s:Text('cxflowRuleText', '@cxflowRest')

" Conditions about facts. What goes on in the next line is further in, and comments may stand between. Where nothing
" goes on, the next rule begins.
syntax cluster cxflowRule contains=cxflowRuleName,cxflowWarn,cxflowExpects,cxflowAbout,cxflowDemand
let s:rule_begins = '\%(' . s:name . '\s*:\|\%(version\s\+\d\+\|reviewed\s\+by\|conflicts\s\+with\)' . s:end
      \ . '\|covers\s*"\|\%(require\|forbid\|limit\|oblige\|warn\|expects\)' . s:end . '\%(\s*\%([!<>]\|=\s*["0-9]\)\)\@!\)'
syntax cluster cxflowFact contains=cxflowRuleFact,cxflowFactNot,cxflowFactOpen,@cxflowRule
syntax cluster cxflowAfterFact contains=cxflowFactJoin,cxflowFactClose,cxflowClause,cxflowBlock
call s:Token('cxflowRuleFact', '\%>1c' . s:rule_begins . '\@!' . s:name, 'cxflowOperator,cxflowFactIn,cxflowFactWithin,cxflowClause')
call s:Token('cxflowConflictsPolicy', '\%>1c' . s:rule_begins . '\@!' . s:name, 'cxflowClause')
call s:Token('cxflowFactNot', 'not' . s:end . '\%(\s*[!<>=]\)\@!', '@cxflowFact')
call s:Token('cxflowFactOpen', '(', '@cxflowFact')
call s:Token('cxflowFactClose', ')', '@cxflowAfterFact')
call s:Word('cxflowFactJoin', 'and\|or', '@cxflowFact,cxflowFactComment')
call s:Token('cxflowOperator', '[!<>]=\|[=<>]', '@cxflowFactValue')
syntax cluster cxflowFactValue contains=cxflowFactNumber,cxflowFactText,@cxflowRule
call s:Token('cxflowFactNumber', s:number, 'cxflowFactBar,@cxflowAfterFact')
call s:Text('cxflowFactText', 'cxflowFactBar,@cxflowAfterFact')
call s:Token('cxflowFactBar', '|', '@cxflowFactValue,cxflowValueComment')
" `purpose not in ("sales", "charity")`
call s:Token('cxflowFactIn', '\%(not\s\+\)\=in' . s:end, 'cxflowAmong')
call s:Token('cxflowAmong', '(', '@cxflowAmongValue')
syntax cluster cxflowAmongValue contains=cxflowAmongNumber,cxflowAmongText,@cxflowRule
call s:Token('cxflowAmongNumber', s:number, 'cxflowAmongComma,cxflowFactClose')
call s:Text('cxflowAmongText', 'cxflowAmongComma,cxflowFactClose')
call s:Token('cxflowAmongComma', '[,|]', '@cxflowAmongValue,cxflowAmongComment')
" `hours not within mon..fri 9:00..13:00, 14:00..20:00, sat, holidays 9:00..13:00, closed holidays`, and the value of a fact
call s:Token('cxflowFactWithin', '\%(not\s\+\)\=within' . s:end, '@cxflowCalled,@cxflowRule')
syntax cluster cxflowCalled contains=cxflowCalledDay,cxflowCalledClosed
syntax cluster cxflowAfterCalled contains=cxflowCalledComma,@cxflowAfterFact,cxflowExpectedBar,cxflowExpectedText,cxflowStatedClause
" Who answers for the value of a fact, behind days and times: the reason of an `exempt` has no `by`.
call s:Token('cxflowStatedClause', 'because\ze\s*"\%([^"\\]\|\\.\)*"\s*by' . s:end, 'cxflowReason')
call s:Token('cxflowCalledDay', '\%>1c\%(mon\|tue\|wed\|thu\|fri\|sat\|sun\|holidays\)' . s:end . '\%(\s*:\)\@!', 'cxflowCalledDots,cxflowCalledComma,cxflowCalledClock')
call s:Token('cxflowCalledDots', '\.\.', 'cxflowCalledDay')
call s:Token('cxflowCalledClock', '\d\d\=:\d\d' . s:end, 'cxflowCalledTo,@cxflowAfterCalled')
call s:Token('cxflowCalledTo', '\.\.', 'cxflowCalledClock')
call s:Token('cxflowCalledClosed', '\%>1cclosed\ze\s\+holidays' . s:end, 'cxflowNoHolidays')
call s:Word('cxflowNoHolidays', 'holidays', '@cxflowAfterCalled')
call s:Token('cxflowCalledComma', ',', '@cxflowCalled,cxflowCalledClock,cxflowCalledComment,@cxflowRule')
for [s:comment, s:next] in [['cxflowFactComment', '@cxflowFact'], ['cxflowValueComment', '@cxflowFactValue'],
      \ ['cxflowAmongComment', '@cxflowAmongValue'], ['cxflowSelectorComment', '@cxflowRest'],
      \ ['cxflowBeforeComment', 'cxflowBeforeWith'], ['cxflowMustComment', 'cxflowMustAnd'], ['cxflowAndComment', 'cxflowMust'],
      \ ['cxflowCalledComment', '@cxflowCalled,cxflowCalledClock,@cxflowRule'], ['cxflowConflictsComment', 'cxflowConflictsPolicy,@cxflowRule'],
      \ ['cxflowCoversComment', 'cxflowCoversText,@cxflowRule']]
  execute 'syntax match' s:comment "'//.*$' contained contains=cxflowTodo,@Spell skipwhite skipnl nextgroup=" . s:next . ',' . s:comment
endfor

" A transition being taken, `=menu on 1 | 2`: behind a `|`, what can be a selector is one.
call s:Word('cxflowRuleOn', 'on', '@cxflowTaken')
syntax cluster cxflowTaken contains=cxflowEveryPath,cxflowTakenKey,cxflowTakenOutcome,cxflowTakenRaw
call s:Token('cxflowTakenOutcome', s:name, 'cxflowTakenBar,@cxflowRest')
call s:Token('cxflowTakenKey', s:key, 'cxflowTakenDots,cxflowTakenBar,@cxflowRest')
call s:Raw('cxflowTakenRaw', '@cxflowRest')
call s:Token('cxflowTakenDots', '\.\.', 'cxflowTakenKey')
call s:Token('cxflowEveryPath', 'every\s\+path' . s:end, '@cxflowRest')

call s:Token('cxflowSelectedKind', s:kind, '@cxflowRest')
call s:Word('cxflowSelectorWord', 'any\|key', '@cxflowRest')
call s:Word('cxflowSelectorHeard', 'heard', 'cxflowHeardIn,@cxflowRest')
call s:Word('cxflowHeardIn', 'in', 'cxflowRuleText')
call s:Word('cxflowSelectorNot', 'not', '@cxflowRest')
call s:Word('cxflowSelectorOr', 'or', '@cxflowRest,cxflowSelectorComment')
" Behind `before`: `before or with`
call s:Word('cxflowBeforeOr', 'or', 'cxflowBeforeWith,cxflowBeforeComment')
call s:Word('cxflowBeforeWith', 'with', '@cxflowRest,cxflowSelectorComment')
call s:Word('cxflowSelectorPart', 'set\|with\|disposition\|kind', 'cxflowSelectedPart')
call s:Token('cxflowSelectedPart', s:name, '@cxflowRest')
call s:Word('cxflowSelectorLanguage', 'language', 'cxflowRuleText')
call s:Token('cxflowSelectorTag', '@' . s:name, '@cxflowRest')
call s:Token('cxflowSelectorEquals', '=', 'cxflowSelectedNode')
call s:Token('cxflowSelectedNode', s:node, '@cxflowRest')
call s:Token('cxflowSelectorOperator', '[|&()]', '@cxflowRest')
call s:Token('cxflowTakenBar', '|', 'cxflowTakenKey,cxflowTakenOutcome,@cxflowSelector')

" ── Where to begin after a jump ──

execute "syntax sync match cxflowSync grouphere NONE '" . s:declares_surely . "'"
syntax sync minlines=50 maxlines=1000

" ── Colours ──

highlight default link cxflowComment Comment
highlight default link cxflowDocComment Comment
highlight default link cxflowFactComment Comment
highlight default link cxflowValueComment Comment
highlight default link cxflowAmongComment Comment
highlight default link cxflowSelectorComment Comment
highlight default link cxflowBeforeComment Comment
highlight default link cxflowMustComment Comment
highlight default link cxflowAndComment Comment
highlight default link cxflowCalledComment Comment
highlight default link cxflowConflictsComment Comment
highlight default link cxflowCoversComment Comment
highlight default link cxflowTodo Todo

highlight default link cxflowDeclare Keyword
highlight default link cxflowAs Keyword
highlight default link cxflowSpeaker Keyword
highlight default link cxflowWith Keyword
highlight default link cxflowExcept Keyword
highlight default link cxflowAgain Keyword
highlight default link cxflowReported Keyword
highlight default link cxflowReportedName Constant
highlight default link cxflowReportedWord Constant
highlight default link cxflowTestReport Constant
highlight default link cxflowElse Keyword
highlight default link cxflowSet Keyword
highlight default link cxflowWhen Keyword
highlight default link cxflowOtherwise Keyword
highlight default link cxflowTestAt Keyword
highlight default link cxflowTestWith Keyword
highlight default link cxflowComparatorWord Keyword
highlight default link cxflowDecisionClause Keyword
highlight default link cxflowStatedClause Keyword
highlight default link cxflowOn Keyword
highlight default link cxflowVerb Keyword
highlight default link cxflowOption Keyword
highlight default link cxflowFields Keyword
highlight default link cxflowKindType Keyword
highlight default link cxflowKindEnds Keyword
highlight default link cxflowKindAs Keyword
highlight default link cxflowKindField Keyword
highlight default link cxflowListOf Keyword
highlight default link cxflowKindOutcomes Keyword
highlight default link cxflowKindSets Keyword
highlight default link cxflowHoursIn Keyword
highlight default link cxflowDateHours Keyword
highlight default link cxflowAsked Keyword
highlight default link cxflowWarn Keyword
highlight default link cxflowExpects Keyword
highlight default link cxflowExpectedFact Keyword
highlight default link cxflowAbout Keyword
highlight default link cxflowReviewedBy Keyword
highlight default link cxflowReviewedOn Keyword
highlight default link cxflowConflictsWith Keyword
highlight default link cxflowDemand Keyword
highlight default link cxflowClause Keyword
highlight default link cxflowFromAfter Keyword
highlight default link cxflowCalledClosed Keyword
highlight default link cxflowPolicyWhen Keyword
highlight default link cxflowRuleOn Keyword
highlight default link cxflowEveryPath Keyword
highlight default link cxflowSelectorWord Keyword
highlight default link cxflowSelectorHeard Keyword
highlight default link cxflowHeardIn Keyword
highlight default link cxflowBeforeWith Keyword
highlight default link cxflowStartOf Keyword
highlight default link cxflowEndOf Keyword
highlight default link cxflowMust Keyword
highlight default link cxflowSelectorPart Keyword
highlight default link cxflowSelectorLanguage Keyword

highlight default link cxflowKind Type
highlight default link cxflowEveryKind Type
highlight default link cxflowSelectedKind Type
highlight default link cxflowDeclaredKind Type
highlight default link cxflowKindName Type
highlight default link cxflowKindAsKind Type
highlight default link cxflowFieldType Type

" Where a name is declared, and where it is used.
highlight default link cxflowNode Function
highlight default link cxflowPolicyName Function
highlight default link cxflowRuleName Function
highlight default link cxflowFrom Identifier
highlight default link cxflowTarget Identifier
highlight default link cxflowBoundNode Identifier
highlight default link cxflowExceptNode Identifier
highlight default link cxflowElseNode Identifier
highlight default link cxflowSelectedNode Identifier
highlight default link cxflowSelectedPart Identifier
highlight default link cxflowDecidedNode Identifier
highlight default link cxflowValueName Identifier
highlight default link cxflowContactName Identifier
highlight default link cxflowSetName Identifier
highlight default link cxflowCopied Identifier
highlight default link cxflowComparedName Identifier
highlight default link cxflowKnownName Identifier
highlight default link cxflowPrefix Identifier
highlight default link cxflowCountName Identifier
highlight default link cxflowCountTo Operator
highlight default link cxflowAgainName Identifier
highlight default link cxflowFactName Identifier
highlight default link cxflowRuleFact Identifier
highlight default link cxflowFromFact Identifier
highlight default link cxflowExpectedName Identifier
highlight default link cxflowPolicyRef Identifier
highlight default link cxflowConflictsPolicy Identifier
highlight default link cxflowDecidedPolicy Identifier
highlight default link cxflowDecidedRule Identifier
highlight default link cxflowFieldName Identifier
highlight default link cxflowFieldValue Identifier
highlight default link cxflowItemName Identifier
highlight default link cxflowDeclaredField Identifier
highlight default link cxflowSetByKind Identifier
highlight default link cxflowHoursName Identifier
highlight default link cxflowAskedHours Identifier

highlight default link cxflowString String
highlight default link cxflowTitle String
highlight default link cxflowSpoken String
highlight default link cxflowValueText String
highlight default link cxflowStatedText String
highlight default link cxflowPath String
highlight default link cxflowReason String
highlight default link cxflowTestName String
highlight default link cxflowSetText String
highlight default link cxflowComparedText String
highlight default link cxflowKnownText String
highlight default link cxflowArgument String
highlight default link cxflowFieldText String
highlight default link cxflowItemText String
highlight default link cxflowKindText String
highlight default link cxflowTypeText String
highlight default link cxflowTimeZone String
highlight default link cxflowRaw String
highlight default link cxflowTakenRaw String
highlight default link cxflowPolicyTitle String
highlight default link cxflowRuleText String
highlight default link cxflowFactText String
highlight default link cxflowAmongText String
highlight default link cxflowExpectedText String
highlight default link cxflowReviewedText String
highlight default link cxflowCoversText String
highlight default link cxflowEscape SpecialChar
highlight default link cxflowInsertion Special
highlight default link cxflowInserted Identifier

highlight default link cxflowKey Number
highlight default link cxflowTakenKey Number
highlight default link cxflowValueNumber Number
highlight default link cxflowStatedNumber Number
highlight default link cxflowCount Number
highlight default link cxflowSetNumber Number
highlight default link cxflowComparedNumber Number
highlight default link cxflowKnownNumber Number
highlight default link cxflowAgainCount Number
highlight default link cxflowRuleNumber Number
highlight default link cxflowFactNumber Number
highlight default link cxflowAmongNumber Number
highlight default link cxflowExpectedNumber Number
highlight default link cxflowVersion Number
highlight default link cxflowFromDays Number
highlight default link cxflowCalledClock Number
highlight default link cxflowFieldNumber Number
highlight default link cxflowItemNumber Number
highlight default link cxflowDate Number
highlight default link cxflowDateEvery Keyword
highlight default link cxflowYearDay Number
highlight default link cxflowClock Number
highlight default link cxflowMoment Number
highlight default link cxflowOutcome Constant
highlight default link cxflowTakenOutcome Constant
highlight default link cxflowDeclaredOutcome Constant
highlight default link cxflowWeekday Constant
highlight default link cxflowCalledDay Constant
highlight default link cxflowNoHolidays Constant
highlight default link cxflowFinding Constant

highlight default link cxflowTag Tag
highlight default link cxflowExceptTag Tag
highlight default link cxflowSelectorTag Tag
highlight default link cxflowExpectedTag Tag

highlight default link cxflowArrow Operator
highlight default link cxflowTestEquals Operator
highlight default link cxflowDateDots Operator
highlight default link cxflowBoundArrow Operator
highlight default link cxflowEquals Operator
highlight default link cxflowFactEquals Operator
highlight default link cxflowSetEquals Operator
highlight default link cxflowSign Operator
highlight default link cxflowComparator Operator
highlight default link cxflowComparedBar Operator
highlight default link cxflowKnownEquals Operator
highlight default link cxflowExceptEquals Operator
highlight default link cxflowExceptBar Operator
highlight default link cxflowBar Operator
highlight default link cxflowDots Operator
highlight default link cxflowTakenBar Operator
highlight default link cxflowTakenDots Operator
highlight default link cxflowOperator Operator
highlight default link cxflowFactNot Operator
highlight default link cxflowFactOpen Operator
highlight default link cxflowFactClose Operator
highlight default link cxflowFactJoin Operator
highlight default link cxflowFactBar Operator
highlight default link cxflowFactIn Operator
highlight default link cxflowFactWithin Operator
highlight default link cxflowAmong Operator
highlight default link cxflowExpectedEquals Operator
highlight default link cxflowExpectedBar Operator
highlight default link cxflowSelectorEquals Operator
highlight default link cxflowSelectorOperator Operator
highlight default link cxflowSelectorNot Operator
highlight default link cxflowSelectorOr Operator
highlight default link cxflowBeforeOr Operator
highlight default link cxflowMustAnd Operator
highlight default link cxflowFromPlus Operator
highlight default link cxflowFieldEquals Operator
highlight default link cxflowTypeBar Operator
highlight default link cxflowWeekdayDots Operator
highlight default link cxflowClockDots Operator
highlight default link cxflowCalledDots Operator
highlight default link cxflowCalledTo Operator

highlight default link cxflowBrace Delimiter
highlight default link cxflowSeparator Delimiter
highlight default link cxflowBlockSeparator Delimiter
highlight default link cxflowBindingComma Delimiter
highlight default link cxflowComma Delimiter
highlight default link cxflowKnownComma Delimiter
highlight default link cxflowColon Delimiter
highlight default link cxflowSlash Delimiter
highlight default link cxflowFieldComma Delimiter
highlight default link cxflowList Delimiter
highlight default link cxflowListEnd Delimiter
highlight default link cxflowItemComma Delimiter
highlight default link cxflowOfType Delimiter
highlight default link cxflowOutcomeComma Delimiter
highlight default link cxflowSetByKindComma Delimiter
highlight default link cxflowWeekdayComma Delimiter
highlight default link cxflowClockComma Delimiter
highlight default link cxflowReportedComma Delimiter
highlight default link cxflowDateComma Delimiter
highlight default link cxflowAmongComma Delimiter
highlight default link cxflowMustComma Delimiter
highlight default link cxflowCalledComma Delimiter
highlight default link cxflowCoversComma Delimiter

let b:current_syntax = 'cxflow'

delfunction s:Token
delfunction s:Word
delfunction s:String
delfunction s:Text
delfunction s:Raw
let &cpoptions = s:cpo_save
unlet s:cpo_save

" Run by `check`: what each test finds wrong goes to v:errors.

set nomore nobackup noswapfile

function! s:Flows() abort
  let l:root = $CXFLOW_ROOT
  let l:flows = []
  for l:folder in ['examples', 'examples/library', 'src/bundled', 'src/bundled/libraries']
    let l:flows += glob(l:root . '/' . l:folder . '/*.cxflow', 1, 1)
  endfor
  call assert_true(len(l:flows) > 12, 'no flows')
  return l:flows
endfunction

function! s:Colour(line, column) abort
  let l:group = synIDattr(synID(a:line, a:column, 1), 'name')
  return l:group ==# '' ? '' : matchstr(execute('highlight ' . l:group), 'links to \zs\w\+')
endfunction

" Whether a place is in a string, also in an insertion within one.
function! s:IsInString(line, column) abort
  return match(map(synstack(a:line, a:column), 'execute("highlight " . synIDattr(v:val, "name"))'), 'links to String') >= 0
endfunction

" Whether a buffer has these lines: the first that differs is told.
function! s:Has(lines, file) abort
  let l:found = getline(1, '$')
  for l:number in range(max([len(a:lines), len(l:found)]))
    if get(a:lines, l:number, '') !=# get(l:found, l:number, '')
      call assert_report(printf('%s:%d: [%s] instead of [%s]', a:file, l:number + 1, get(l:found, l:number, ''), get(a:lines, l:number, '')))
      return
    endif
  endfor
endfunction

" A new buffer with these lines.
function! s:Write(lines) abort
  enew!
  call setline(1, a:lines)
  setfiletype cxflow
  syntax sync fromstart
endfunction

" The words of a line, from left to right, and their colours.
function! s:Coloured(line, pairs) abort
  let l:from = 0
  for [l:word, l:colour] in a:pairs
    let l:at = stridx(getline(a:line), l:word, l:from)
    call assert_true(l:at >= 0, 'no ' . l:word . ' in ' . getline(a:line))
    call assert_equal(l:colour, s:Colour(a:line, l:at + 1), l:word . ' in ' . getline(a:line))
    let l:from = l:at + len(l:word)
  endfor
endfunction

function! s:Test_words_have_the_colour_of_what_they_are() abort
  call s:Write([
        \ 'flow "A \" ${b}" // why',
        \ 'entry entry',
        \ 'disclosure disclosure "x" @tag',
        \ 'collect menu "Press 1" retries 2 {',
        \ '  say "Hi" lasts 1.5s',
        \ '  on 1 | 3..5 -> route-agent; on timeout -> `menu 1`',
        \ '}',
        \ 'disclosure -> entry -> on on failed',
        \ 'let cdn = "// no comment"',
        \ 'every collect except =pin | @q on timeout | invalid -> bye',
        \ 'policy house "House rules" {',
        \ '  warn near: require =menu on 1 & not @x before agent until 2027-01-31',
        \ '}',
        \ 'apply house',
        \ 'waive house/near at q1 because "so" by "me" until 2027-03-31',
        \ 'test "one" on 1, busy -> menu',
        \ 'attest house/rate because "so" by "me" until 2027-03-31',
        \ 'menu -> menu on busy again 2 else bye',
        \ 'var due lasts 2s',
        \ 'decide d { when balance >= -5 | "x" -> bye; else -> due }',
        \ 'play p { set due = due + 1; set due = "a ${b}" }',
        \ 'test "two" with due = 1, lang = "es" on 1 -> menu',
        \ 'kind quota type "cxone:quota" ends as agent {',
        \ '  with url: url; with tries: integer = 3',
        \ '  with regions: list of "a" | "b" = ["a", most]',
        \ '  outcome full, MaxDigits',
        \ '  sets due, tier on full | MaxDigits // some',
        \ '}',
        \ 'quota members @once with url = "https://x", tries = limit, list = ["a", 2, 5s] { on full -> a; -> b }',
        \ 'quota -> music; music `on hold`; music slow @x',
        \ 'play p { action "crm" with phone = "+1"; say "Hi." with voice = anna; on full -> a }',
        \ 'exit found; var tier @x',
        \ 'include "x.cxflow" as auth with limit = 3, verified -> menu',
        \ 'waive CX201 at q1 because "so" by "me" until 2027-03-31',
        \ 'collect pin wait 5s between 2s digits 4..most end "#" { -> a }',
        \ 'test "three" on found, 1 -> menu',
        \ 'hours office in "America/New_York" {',
        \ '  mon..fri 9:00..12:00, 13:00..17:00 // but for noon',
        \ '  sat, sun 10:00..13:00; open 2026-12-24 9:00..11:00; closed 2026-12-25',
        \ '}',
        \ 'hours -> open; hours always in "UTC" { mon..sun 0:00..24:00 }',
        \ 'decide now { when open office -> desk; when closed es.office -> later; when open = "yes" -> a; when closed starts "n" -> b }',
        \ 'test "noon" at 2026-12-21T12:00 -> later; test "there" at 2026-12-21T12:00-05:00 with at = 1 on 1 -> at',
        \ 'test "London" at 2026-12-21T9:00:30Z on 1 -> later',
        \ ])
  call s:Coloured(1, [['flow', 'Keyword'], ['"A', 'String'], ['\"', 'SpecialChar'], ['b', 'Identifier'], ['// why', 'Comment']])
  call s:Coloured(2, [['entry', 'Keyword'], ['entry', 'Identifier']])
  call s:Coloured(3, [['disclosure', 'Type'], ['disclosure', 'Function'], ['"x"', 'String'], ['@tag', 'Tag']])
  call s:Coloured(4, [['collect', 'Type'], ['menu', 'Function'], ['retries', 'Keyword'], ['2', 'Number'], ['{', 'Delimiter']])
  call s:Coloured(5, [['say', 'Keyword'], ['"Hi"', 'String'], ['lasts', 'Keyword'], ['1.5s', 'Number']])
  call s:Coloured(6, [['on', 'Keyword'], ['1', 'Number'], ['|', 'Operator'], ['3', 'Number'], ['..', 'Operator'], ['5', 'Number'],
        \ ['->', 'Operator'], ['route-agent', 'Identifier'], [';', 'Delimiter'], ['on', 'Keyword'], ['timeout', 'Constant'], ['`menu', 'Identifier']])
  call s:Coloured(8, [['disclosure', 'Identifier'], ['->', 'Operator'], ['entry', 'Identifier'], ['on', 'Identifier'], ['on', 'Keyword'], ['failed', 'Constant']])
  call s:Coloured(9, [['let', 'Keyword'], ['cdn', 'Identifier'], ['// no', 'String']])
  call s:Coloured(10, [['every', 'Keyword'], ['collect', 'Type'], ['except', 'Keyword'], ['pin', 'Identifier'], ['@q', 'Tag'], ['on', 'Keyword'], ['invalid', 'Constant'], ['bye', 'Identifier']])
  call s:Coloured(11, [['policy', 'Keyword'], ['house', 'Function'], ['"House', 'String']])
  call s:Coloured(12, [['warn', 'Keyword'], ['near', 'Function'], ['require', 'Keyword'], ['menu', 'Identifier'], ['on', 'Keyword'], ['1', 'Number'],
        \ ['not', 'Operator'], ['@x', 'Tag'], ['before', 'Keyword'], ['agent', 'Type'], ['until', 'Keyword'], ['2027-01-31', 'Number']])
  call s:Coloured(14, [['apply', 'Keyword'], ['house', 'Identifier']])
  call s:Coloured(15, [['waive', 'Keyword'], ['house', 'Identifier'], ['near', 'Identifier'], ['at', 'Keyword'], ['q1', 'Identifier'], ['because', 'Keyword'], ['"so"', 'String'], ['2027-03-31', 'Number']])
  call s:Coloured(16, [['test', 'Keyword'], ['"one"', 'String'], ['on', 'Keyword'], ['1', 'Number'], ['busy', 'Constant'], ['menu', 'Identifier']])
  call s:Coloured(18, [['menu', 'Identifier'], ['busy', 'Constant'], ['again', 'Keyword'], ['2', 'Number'], ['else', 'Keyword'], ['bye', 'Identifier']])
  call s:Coloured(19, [['var', 'Keyword'], ['due', 'Identifier'], ['lasts', 'Keyword'], ['2s', 'Number']])
  call s:Coloured(20, [['decide', 'Type'], ['d', 'Function'], ['when', 'Keyword'], ['balance', 'Identifier'], ['>=', 'Operator'], ['-5', 'Number'], ['|', 'Operator'], ['"x"', 'String'],
        \ ['->', 'Operator'], ['bye', 'Identifier'], ['else', 'Keyword'], ['->', 'Operator'], ['due', 'Identifier']])
  call s:Coloured(21, [['set', 'Keyword'], ['due', 'Identifier'], ['=', 'Operator'], ['due', 'Identifier'], ['+', 'Operator'], ['1', 'Number'], ['set', 'Keyword'], ['"a', 'String'], ['b', 'Identifier']])
  call s:Coloured(22, [['test', 'Keyword'], ['"two"', 'String'], ['with', 'Keyword'], ['due', 'Identifier'], ['=', 'Operator'], ['1', 'Number'], ['lang', 'Identifier'], ['"es"', 'String'], ['on', 'Keyword'], ['1', 'Number'], ['menu', 'Identifier']])
  call s:Coloured(23, [['kind', 'Keyword'], ['quota', 'Type'], ['type', 'Keyword'], ['"cxone', 'String'], ['ends', 'Keyword'], ['as', 'Keyword'], ['agent', 'Type'], ['{', 'Delimiter']])
  call s:Coloured(24, [['with', 'Keyword'], ['url', 'Identifier'], [':', 'Delimiter'], ['url', 'Type'], [';', 'Delimiter'], ['with', 'Keyword'], ['tries', 'Identifier'], ['integer', 'Type'], ['=', 'Operator'], ['3', 'Number']])
  call s:Coloured(25, [['with', 'Keyword'], ['regions', 'Identifier'], ['list', 'Keyword'], ['of', 'Keyword'], ['"a"', 'String'], ['|', 'Operator'], ['"b"', 'String'], ['=', 'Operator'],
        \ ['[', 'Delimiter'], ['"a"', 'String'], [',', 'Delimiter'], ['most', 'Identifier'], [']', 'Delimiter']])
  call s:Coloured(26, [['outcome', 'Keyword'], ['full', 'Constant'], [',', 'Delimiter'], ['MaxDigits', 'Constant']])
  call s:Coloured(27, [['sets', 'Keyword'], ['due', 'Identifier'], [',', 'Delimiter'], ['tier', 'Identifier'], ['on', 'Keyword'], ['full', 'Constant'], ['|', 'Operator'], ['MaxDigits', 'Constant'], ['// some', 'Comment']])
  call s:Coloured(29, [['quota', 'Type'], ['members', 'Function'], ['@once', 'Tag'], ['with', 'Keyword'], ['url', 'Identifier'], ['=', 'Operator'], ['"https', 'String'], [',', 'Delimiter'],
        \ ['tries', 'Identifier'], ['limit', 'Identifier'], ['list', 'Identifier'], ['[', 'Delimiter'], ['"a"', 'String'], ['2', 'Number'], ['5s', 'Number'], [']', 'Delimiter'], ['{', 'Delimiter'],
        \ ['on', 'Keyword'], ['full', 'Constant'], ['->', 'Operator'], ['a', 'Identifier'], ['b', 'Identifier']])
  call s:Coloured(30, [['quota', 'Identifier'], ['->', 'Operator'], ['music', 'Identifier'], [';', 'Delimiter'], ['music', 'Type'], ['`on hold`', 'Function'], ['music', 'Type'], ['slow', 'Function'], ['@x', 'Tag']])
  call s:Coloured(31, [['action', 'Keyword'], ['"crm"', 'String'], ['with', 'Keyword'], ['phone', 'Identifier'], ['"+1"', 'String'], [';', 'Delimiter'], ['say', 'Keyword'],
        \ ['with', 'Keyword'], ['voice', 'Identifier'], ['anna', 'Identifier'], ['on', 'Keyword'], ['full', 'Constant']])
  call s:Coloured(32, [['exit', 'Keyword'], ['found', 'Identifier'], ['var', 'Keyword'], ['tier', 'Identifier'], ['@x', 'Tag']])
  call s:Coloured(33, [['include', 'Keyword'], ['as', 'Keyword'], ['auth', 'Identifier'], ['with', 'Keyword'], ['limit', 'Identifier'], ['3', 'Number'], [',', 'Delimiter'], ['verified', 'Identifier'], ['->', 'Operator'], ['menu', 'Identifier']])
  call s:Coloured(34, [['waive', 'Keyword'], ['CX201', 'Constant'], ['at', 'Keyword'], ['q1', 'Identifier'], ['because', 'Keyword'], ['"so"', 'String'], ['2027-03-31', 'Number']])
  call s:Coloured(35, [['collect', 'Type'], ['pin', 'Function'], ['wait', 'Keyword'], ['5s', 'Number'], ['between', 'Keyword'], ['2s', 'Number'], ['digits', 'Keyword'], ['4', 'Number'], ['..', 'Operator'], ['most', 'Identifier'], ['end', 'Keyword'], ['"#"', 'String']])
  call s:Coloured(36, [['test', 'Keyword'], ['on', 'Keyword'], ['found', 'Constant'], [',', 'Delimiter'], ['1', 'Number'], ['menu', 'Identifier']])
  call s:Coloured(37, [['hours', 'Keyword'], ['office', 'Identifier'], ['in', 'Keyword'], ['"America', 'String'], ['{', 'Delimiter']])
  call s:Coloured(38, [['mon', 'Constant'], ['..', 'Operator'], ['fri', 'Constant'], ['9:00', 'Number'], ['..', 'Operator'], ['12:00', 'Number'], [',', 'Delimiter'],
        \ ['13:00', 'Number'], ['17:00', 'Number'], ['// but', 'Comment']])
  call s:Coloured(39, [['sat', 'Constant'], [',', 'Delimiter'], ['sun', 'Constant'], ['10:00', 'Number'], [';', 'Delimiter'], ['open', 'Keyword'], ['2026-12-24', 'Number'], ['9:00', 'Number'],
        \ ['11:00', 'Number'], ['closed', 'Keyword'], ['2026-12-25', 'Number']])
  call s:Coloured(41, [['hours', 'Identifier'], ['->', 'Operator'], ['open', 'Identifier'], ['hours', 'Keyword'], ['always', 'Identifier'], ['"UTC"', 'String'], ['mon', 'Constant'], ['24:00', 'Number'], ['}', 'Delimiter']])
  call s:Coloured(42, [['when', 'Keyword'], ['open', 'Keyword'], ['office', 'Identifier'], ['->', 'Operator'], ['desk', 'Identifier'], ['closed', 'Keyword'], ['es.office', 'Identifier'], ['later', 'Identifier'],
        \ ['open', 'Identifier'], ['=', 'Operator'], ['"yes"', 'String'], ['closed', 'Identifier'], ['starts', 'Keyword'], ['"n"', 'String']])
  call s:Coloured(43, [['test', 'Keyword'], ['at', 'Keyword'], ['2026-12-21T12:00', 'Number'], ['->', 'Operator'], ['later', 'Identifier'],
        \ ['at', 'Keyword'], ['2026-12-21T12:00-05:00', 'Number'], ['with', 'Keyword'], ['at', 'Identifier'], ['=', 'Operator'], ['1', 'Number'], ['on', 'Keyword'], ['at', 'Identifier']])
  call s:Coloured(44, [['at', 'Keyword'], ['2026-12-21T9:00:30Z', 'Number'], ['on', 'Keyword'], ['1', 'Number'], ['later', 'Identifier']])
  call s:Coloured(17, [['attest', 'Keyword'], ['house', 'Identifier'], ['rate', 'Identifier'], ['because', 'Keyword'], ['"so"', 'String'], ['2027-03-31', 'Number']])
endfunction

function! s:Test_conditions_about_facts_are_coloured() abort
  call s:Write([
        \ 'policy sold "What is sold" when country in ("us", "ca" | "mx") and not region = "eu" {',
        \ '  in: require fact ring_timeout >= 15s or (rings > 3 and not from = 2) when purpose not in (1, 2) until 2027-03-31',
        \ '  forbid agent when purpose = "sales" | "survey" and voice != "live" // the last',
        \ '  or: require not callback or @sales or =menu on 1 | full or agent before =or on timeout or voicemail',
        \ '  require fact recording when or = 1 or and = 2; forbid agent',
        \ '  expects fact or = "x"',
        \ '}',
        \ 'policy there when country = "uk" { forbid =or on or }',
        \ 'and -> or; disconnect or',
        \ ])
  call s:Coloured(1, [['policy', 'Keyword'], ['sold', 'Function'], ['"What', 'String'], ['when', 'Keyword'], ['country', 'Identifier'], ['in', 'Operator'], ['(', 'Operator'], ['"us"', 'String'], [',', 'Delimiter'],
        \ ['"ca"', 'String'], [')', 'Operator'], ['and', 'Operator'], ['not', 'Operator'], ['region', 'Identifier'], ['=', 'Operator'], ['"eu"', 'String'], ['{', 'Delimiter']])
  call s:Coloured(2, [['in', 'Function'], ['require', 'Keyword'], ['fact', 'Keyword'], ['ring_timeout', 'Identifier'], ['>=', 'Operator'], ['15s', 'Number'], ['or', 'Operator'], ['(', 'Operator'],
        \ ['rings', 'Identifier'], ['>', 'Operator'], ['3', 'Number'], ['and', 'Operator'], ['not', 'Operator'], ['from', 'Identifier'], ['2', 'Number'], [')', 'Operator'],
        \ ['when', 'Keyword'], ['purpose', 'Identifier'], ['not', 'Operator'], ['in', 'Operator'], ['1', 'Number'], [',', 'Delimiter'], ['2', 'Number'], [')', 'Operator'], ['until', 'Keyword'], ['2027', 'Number']])
  call s:Coloured(3, [['agent', 'Type'], ['purpose', 'Identifier'], ['"sales"', 'String'], ['|', 'Operator'], ['"survey"', 'String'], ['and', 'Operator'], ['voice', 'Identifier'], ['!=', 'Operator'],
        \ ['"live"', 'String'], ['// the', 'Comment']])
  call s:Coloured(4, [['or', 'Function'], ['require', 'Keyword'], ['not', 'Operator'], ['callback', 'Type'], ['or', 'Operator'], ['@sales', 'Tag'], ['or', 'Operator'], ['menu', 'Identifier'], ['1', 'Number'], ['full', 'Constant'],
        \ ['or', 'Operator'], ['agent', 'Type'], ['before', 'Keyword'], ['or', 'Identifier'], ['on', 'Keyword'], ['timeout', 'Constant'], ['or', 'Operator'], ['voicemail', 'Type']])
  call s:Coloured(5, [['recording', 'Identifier'], ['when', 'Keyword'], ['or', 'Identifier'], ['1', 'Number'], ['or', 'Operator'], ['and', 'Identifier'], ['2', 'Number'], [';', 'Delimiter'], ['forbid', 'Keyword']])
  call s:Coloured(6, [['expects', 'Keyword'], ['fact', 'Keyword'], ['or', 'Identifier'], ['"x"', 'String']])
  call s:Coloured(8, [['there', 'Function'], ['country', 'Identifier'], ['{', 'Delimiter'], ['forbid', 'Keyword'], ['or', 'Identifier'], ['on', 'Keyword'], ['or', 'Constant'], ['}', 'Delimiter']])
  call s:Coloured(9, [['and', 'Identifier'], ['or', 'Identifier'], ['disconnect', 'Type'], ['or', 'Function']])
endfunction

function! s:Test_words_of_rules_are_coloured_and_names_like_them_are_not() abort
  call s:Write([
        \ 'policy heard "What is heard" when key = 1 or must in (2) {',
        \ '  heard: require @a before or with heard in "es" or key since not heard',
        \ '  require =key on key | 2 | heard & =heard on start | kind key or with heard before set key',
        \ '  limit 30s from start of =start on 1 to end of @end, and must occur when must = 1',
        \ '  must: limit 1min to =menu on and and must occur; limit 2s to =menu on 1, and must occur from 2027-01-31',
        \ '  warn key: require =menu on heard or key reachable from heard within 2 keys; require fact heard',
        \ '  start: forbid (heard | key) & not heard // key',
        \ '}',
        \ 'collect key "Press 1." { on heard | key -> start }',
        \ 'heard -> must -> end -> key; entry start; play of',
        \ ])
  call s:Coloured(1, [['policy', 'Keyword'], ['heard', 'Function'], ['"What', 'String'], ['key', 'Identifier'], ['must', 'Identifier'], ['in', 'Operator']])
  call s:Coloured(2, [['heard', 'Function'], ['require', 'Keyword'], ['@a', 'Tag'], ['before', 'Keyword'], ['or', 'Operator'], ['with', 'Keyword'], ['heard', 'Keyword'], ['in', 'Keyword'], ['"es"', 'String'], ['or', 'Operator'],
        \ ['key', 'Keyword'], ['since', 'Keyword'], ['not', 'Operator'], ['heard', 'Keyword']])
  call s:Coloured(3, [['key', 'Identifier'], ['on', 'Keyword'], ['key', 'Constant'], ['|', 'Operator'], ['2', 'Number'], ['|', 'Operator'], ['heard', 'Keyword'], ['&', 'Operator'], ['heard', 'Identifier'], ['start', 'Constant'],
        \ ['|', 'Operator'], ['kind', 'Keyword'], ['key', 'Identifier'], ['or', 'Operator'], ['with', 'Keyword'], ['heard', 'Identifier'], ['before', 'Keyword'], ['set', 'Keyword'], ['key', 'Identifier']])
  call s:Coloured(4, [['limit', 'Keyword'], ['30s', 'Number'], ['from', 'Keyword'], ['start', 'Keyword'], ['of', 'Keyword'], ['start', 'Identifier'], ['on', 'Keyword'], ['1', 'Number'], ['to', 'Keyword'], ['end', 'Keyword'], ['of', 'Keyword'],
        \ ['@end', 'Tag'], [',', 'Delimiter'], ['and', 'Operator'], ['must', 'Keyword'], ['occur', 'Keyword'], ['when', 'Keyword'], ['must', 'Identifier']])
  call s:Coloured(5, [['must', 'Function'], ['limit', 'Keyword'], ['menu', 'Identifier'], ['on', 'Keyword'], ['and', 'Constant'], ['and', 'Operator'], ['must', 'Keyword'], ['occur', 'Keyword'], [';', 'Delimiter'],
        \ ['1', 'Number'], [',', 'Delimiter'], ['and', 'Operator'], ['must', 'Keyword'], ['from', 'Keyword'], ['2027', 'Number']])
  call s:Coloured(6, [['warn', 'Keyword'], ['key', 'Function'], ['menu', 'Identifier'], ['heard', 'Constant'], ['or', 'Operator'], ['key', 'Keyword'], ['from', 'Keyword'], ['heard', 'Keyword'], ['within', 'Keyword'], ['keys', 'Keyword'],
        \ ['fact', 'Keyword'], ['heard', 'Identifier']])
  call s:Coloured(7, [['start', 'Function'], ['heard', 'Keyword'], ['|', 'Operator'], ['key', 'Keyword'], [')', 'Operator'], ['not', 'Operator'], ['heard', 'Keyword'], ['// key', 'Comment']])
  call s:Coloured(9, [['collect', 'Type'], ['key', 'Function'], ['on', 'Keyword'], ['heard', 'Constant'], ['key', 'Constant'], ['start', 'Identifier']])
  call s:Coloured(10, [['heard', 'Identifier'], ['must', 'Identifier'], ['end', 'Identifier'], ['key', 'Identifier'], ['start', 'Identifier'], ['of', 'Function']])
endfunction

function! s:Test_who_vouches_for_a_fact_is_coloured() abort
  call s:Write([
        \ 'fact consent = "express" because "web form 3" by "k.roe" until 2027-03-31 // asked again',
        \ 'fact ring = 20s because "plan 7" by "k.roe" until 2027-03-31; fact because = 2',
        \ 'fact hours = mon..fri 9:00..12:00, closed holidays because "plan \"7\"" by "k.roe" until 2027-03-31',
        \ 'fact week = mon..fri 9:00..12:00 because "plan 7" by "k.roe" until 2027-03-31',
        \ ])
  call s:Coloured(1, [['fact', 'Keyword'], ['consent', 'Identifier'], ['"express"', 'String'], ['because', 'Keyword'], ['"web form', 'String'], ['by', 'Keyword'], ['"k.roe"', 'String'], ['until', 'Keyword'], ['2027-03-31', 'Number'], ['//', 'Comment']])
  call s:Coloured(2, [['20s', 'Number'], ['because', 'Keyword'], ['by', 'Keyword'], ['until', 'Keyword'], ['2027-03-31', 'Number'], ['fact', 'Keyword'], ['because', 'Identifier'], ['2', 'Number']])
  call s:Coloured(3, [['holidays', 'Constant'], ['because', 'Keyword'], ['by', 'Keyword'], ['"k.roe"', 'String'], ['until', 'Keyword'], ['2027-03-31', 'Number']])
  call s:Coloured(4, [['12:00', 'Number'], ['because', 'Keyword'], ['"plan 7"', 'String'], ['by', 'Keyword'], ['"k.roe"', 'String'], ['until', 'Keyword'], ['2027-03-31', 'Number']])
endfunction

function! s:Test_what_policies_say_of_days_and_of_themselves_is_coloured() abort
  call s:Write([
        \ 'fact hours = mon..fri 9:00..13:00, 14:00..20:00, sat, holidays 10:00..12:00 // by agreement',
        \ 'fact closed = mon 9:00..17:00, closed holidays; fact holidays = 2',
        \ 'policy version "Calling times" when hours within mon..sun 8:00..21:00, closed holidays and exempt = 1 {',
        \ '  version 3; covers "us-ca", "us-wa"; reviewed by "N.N., counsel" on 2027-01-15; conflicts with version because "send the call on"',
        \ '  expects fact hours = mon..fri 9:00..17:00 | closed holidays "when calls are made"; expects fact covers "where"',
        \ '  version: require fact hours not within mon..sat 9:00..20:00, holidays 9:00..12:00 or not hours within sun 9:00..10:00',
        \ '  one: forbid agent when a = 1 exempt when exempt in ("a", "b") and mon = 1 because "so" exempt when within within sun 8:00..9:00 because "yes" from 2026-01-01',
        \ '  exempt: require =exempt on holidays exempt when (version within closed holidays) because "x" from after after + 30d until 2099-12-31',
        \ '  reviewed: require fact exempt when version = 1 or reviewed in (1) from after conflicts; conflicts: require @a after @holidays',
        \ '  covers: require fact covers when covers = "us-ca" or covers in ("us-wa") from after covers; forbid =covers on "covers"',
        \ '  sat: require @a reachable from collect within 2 keys when within = 1',
        \ '}',
        \ 'play version { on holidays -> exempt }',
        \ 'version -> reviewed -> conflicts -> exempt -> holidays -> after -> covers',
        \ ])
  call s:Coloured(1, [['fact', 'Keyword'], ['hours', 'Identifier'], ['=', 'Operator'], ['mon', 'Constant'], ['..', 'Operator'], ['fri', 'Constant'], ['9:00', 'Number'], ['..', 'Operator'], ['13:00', 'Number'], [',', 'Delimiter'],
        \ ['14:00', 'Number'], ['20:00', 'Number'], [',', 'Delimiter'], ['sat', 'Constant'], [',', 'Delimiter'], ['holidays', 'Constant'], ['12:00', 'Number'], ['// by', 'Comment']])
  call s:Coloured(2, [['closed', 'Identifier'], ['mon', 'Constant'], ['17:00', 'Number'], [',', 'Delimiter'], ['closed', 'Keyword'], ['holidays', 'Constant'], [';', 'Delimiter'], ['fact', 'Keyword'], ['holidays', 'Identifier'], ['2', 'Number']])
  call s:Coloured(3, [['policy', 'Keyword'], ['version', 'Function'], ['when', 'Keyword'], ['hours', 'Identifier'], ['within', 'Operator'], ['mon', 'Constant'], ['sun', 'Constant'], ['21:00', 'Number'], [',', 'Delimiter'],
        \ ['closed', 'Keyword'], ['holidays', 'Constant'], ['and', 'Operator'], ['exempt', 'Identifier'], ['=', 'Operator'], ['1', 'Number'], ['{', 'Delimiter']])
  call s:Coloured(4, [['version', 'Keyword'], ['3', 'Number'], [';', 'Delimiter'], ['covers', 'Keyword'], ['"us-ca"', 'String'], [',', 'Delimiter'], ['"us-wa"', 'String'], [';', 'Delimiter'],
        \ ['reviewed', 'Keyword'], ['by', 'Keyword'], ['"N.N., counsel"', 'String'], ['on', 'Keyword'], ['2027-01-15', 'Number'], [';', 'Delimiter'],
        \ ['conflicts', 'Keyword'], ['with', 'Keyword'], ['version', 'Identifier'], ['because', 'Keyword'], ['"send', 'String']])
  call s:Coloured(5, [['expects', 'Keyword'], ['fact', 'Keyword'], ['hours', 'Identifier'], ['=', 'Operator'], ['mon', 'Constant'], ['17:00', 'Number'], ['|', 'Operator'], ['closed', 'Keyword'], ['holidays', 'Constant'], ['"when', 'String'], [';', 'Delimiter'],
        \ ['expects', 'Keyword'], ['covers', 'Identifier'], ['"where', 'String']])
  call s:Coloured(6, [['version', 'Function'], ['require', 'Keyword'], ['fact', 'Keyword'], ['hours', 'Identifier'], ['not', 'Operator'], ['within', 'Operator'], ['mon', 'Constant'], ['20:00', 'Number'], [',', 'Delimiter'], ['holidays', 'Constant'],
        \ ['12:00', 'Number'], ['or', 'Operator'], ['not', 'Operator'], ['hours', 'Identifier'], ['within', 'Operator'], ['sun', 'Constant'], ['10:00', 'Number']])
  call s:Coloured(7, [['one', 'Function'], ['agent', 'Type'], ['when', 'Keyword'], ['1', 'Number'], ['exempt', 'Keyword'], ['when', 'Keyword'], ['exempt', 'Identifier'], ['in', 'Operator'], [')', 'Operator'], ['and', 'Operator'], ['mon', 'Identifier'],
        \ ['because', 'Keyword'], ['"so"', 'String'], ['exempt', 'Keyword'], ['when', 'Keyword'], ['within', 'Identifier'], ['within', 'Operator'], ['sun', 'Constant'], ['because', 'Keyword'], ['"yes"', 'String'], ['from', 'Keyword'], ['2026', 'Number']])
  call s:Coloured(8, [['exempt', 'Function'], ['exempt', 'Identifier'], ['on', 'Keyword'], ['holidays', 'Constant'], ['exempt', 'Keyword'], ['when', 'Keyword'], ['(', 'Operator'], ['version', 'Identifier'], ['within', 'Operator'], ['closed', 'Keyword'],
        \ ['holidays', 'Constant'], [')', 'Operator'], ['because', 'Keyword'], ['from', 'Keyword'], ['after', 'Keyword'], ['after', 'Identifier'], ['+', 'Operator'], ['30d', 'Number'], ['until', 'Keyword'], ['2099', 'Number']])
  call s:Coloured(9, [['reviewed', 'Function'], ['fact', 'Keyword'], ['exempt', 'Identifier'], ['when', 'Keyword'], ['version', 'Identifier'], ['or', 'Operator'], ['reviewed', 'Identifier'], ['from', 'Keyword'], ['after', 'Keyword'],
        \ ['conflicts', 'Identifier'], [';', 'Delimiter'], ['conflicts', 'Function'], ['after', 'Keyword'], ['@holidays', 'Tag']])
  call s:Coloured(10, [['covers', 'Function'], ['fact', 'Keyword'], ['covers', 'Identifier'], ['when', 'Keyword'], ['covers', 'Identifier'], ['or', 'Operator'], ['covers', 'Identifier'], ['in', 'Operator'],
        \ ['after', 'Keyword'], ['covers', 'Identifier'], [';', 'Delimiter'], ['covers', 'Identifier'], ['"covers"', 'String']])
  call s:Coloured(11, [['sat', 'Function'], ['require', 'Keyword'], ['reachable', 'Keyword'], ['within', 'Keyword'], ['2', 'Number'], ['keys', 'Keyword'], ['when', 'Keyword'], ['within', 'Identifier'], ['=', 'Operator']])
  call s:Coloured(13, [['play', 'Type'], ['version', 'Function'], ['on', 'Keyword'], ['holidays', 'Constant'], ['exempt', 'Identifier']])
  call s:Coloured(14, [['version', 'Identifier'], ['reviewed', 'Identifier'], ['conflicts', 'Identifier'], ['exempt', 'Identifier'], ['holidays', 'Identifier'], ['after', 'Identifier'], ['covers', 'Identifier']])
endfunction

function! s:Test_every_word_of_what_compiles_has_a_colour() abort
  for l:file in s:Flows()
    execute 'edit!' fnameescape(l:file)
    syntax sync fromstart
    call assert_equal('cxflow', &filetype, l:file)
    for l:line in range(1, line('$'))
      for l:column in range(1, len(getline(l:line)))
        if getline(l:line)[l:column - 1] =~# '\S' && s:Colour(l:line, l:column) ==# ''
          call assert_report(printf('%s:%d:%d has no colour', l:file, l:line, l:column))
          return
        endif
      endfor
    endfor
  endfor
endfunction

function! s:Test_a_broken_line_does_not_spoil_the_next() abort
  for l:broken in ['play a "not closed', 'collect m {', 'on on on ->', 'policy p {', 'policy p when', 'policy p when x = 1 and', 'policy p { forbid agent when x in (1,', 'policy p { require agent or', 'policy p { require agent or // c', 'policy p { require agent before or', 'policy p { require agent before or with', 'policy p { limit 2s to end', 'policy p { limit 2s to agent, and // c', 'policy p { forbid heard in',
        \ 'fact hours = mon..', 'fact hours = mon..fri 9:00..17:00,', 'fact hours = mon..fri 9:00..17:00, // c', 'policy p when hours within', 'policy p { require fact hours within mon..fri 9:00..13:00,', 'policy p { forbid agent exempt when',
        \ 'policy p { forbid agent exempt when a = 1 because', 'policy p { forbid agent from after', 'policy p { conflicts with', 'policy p { conflicts with // c', 'policy p { reviewed by', 'policy p { version', 'policy p { covers', 'policy p { covers "us-ca', 'policy p { covers "us-ca",', 'policy p { covers "us-ca", // c', 'policy p { expects fact hours = mon..fri 9:00..13:00 |',
        \ 'policy p when x = 1 or // c', 'let x = "${y', 'node x type', '`open',
        \ 'kind k type "t" {', 'kind k type "t" as', 'quota q with a = ["x", y', 'quota q {', 'exit', 'var', 'decide d { when x =',
        \ 'play p { set x =', 'waive CX201 at', 'include "x" as y with z',
        \ 'hours o in "x" {', 'hours o in "x" { mon..', 'hours o in "x" { open 2026-12-2', 'hours o in', 'hours', 'decide d { when open', 'test "x" at', 'test "x" at 2026-12-21T']
    call s:Write([l:broken, 'agent desk "front_desk"'])
    call s:Coloured(2, [['agent', 'Type'], ['desk', 'Function'], ['"front', 'String']])
  endfor
endfunction

function! s:Test_a_condition_that_lacks_its_end_does_not_spoil_the_next_rule() abort
  for l:line in ['when', 'when x', 'when x = 1 and', 'when x = 1 or // why', 'when x in (1,', 'when x = 1 |', 'when x within', 'when x within sun 9:00..10:00,', 'when x within sun 9:00..10:00, // why', 'exempt when x = 1 because', 'from after']
    for l:rule in ['when: forbid agent', 'sat: forbid agent', 'forbid =menu when x = 1', 'covers "x"; forbid agent']
      call s:Write(['policy p {', '  forbid agent ' . l:line, '  ' . l:rule, '}'])
      call s:Coloured(3, [['forbid', 'Keyword']])
      call s:Coloured(4, [['}', 'Delimiter']])
    endfor
  endfor
endfunction

function! s:Test_a_node_of_a_declared_kind_ends_a_block_that_lacks_its_brace() abort
  for l:line in ['collect m {', 'kind k type "t" {', 'hours o in "x" {', 'policy p {', 'decide d {']
    for l:node in ['quota full {', 'quota full with a = 1']
      call s:Write([l:line, l:node])
      call s:Coloured(2, [['quota', 'Type'], ['full', 'Function']])
    endfor
  endfor
endfunction

function! s:Test_every_keyword_of_the_language_is_known() abort
  let l:syntax = join(readfile($CXFLOW_ROOT . '/editors/vim/syntax/cxflow.vim'), "\n")
  let l:count = 0
  for l:line in readfile($CXFLOW_ROOT . '/grammar/cxflow.pest')
    if l:line !~# '^\%(kw_\w\+\|any\|ends\|kind\|verb\) *= @{'
      continue
    endif
    let l:at = 0
    while 1
      let l:word = matchstr(l:line, '"\zs[a-z_]\+\ze"', l:at)
      if l:word ==# ''
        break
      endif
      let l:at = matchend(l:line, '"[a-z_]\+"', l:at)
      let l:count += 1
      call assert_match('\<' . l:word . '\>\|keys\\=', l:syntax, l:word)
      call assert_true(l:word ==# 'key' || l:syntax =~# '\<' . l:word . '\>', l:word . ' is not known')
    endwhile
  endfor
  call assert_true(l:count > 60, l:count . ' keywords')
endfunction

function! s:Test_indentation_is_that_of_the_canonical_layout() abort
  for l:file in s:Flows()
    execute 'edit!' fnameescape(l:file)
    syntax sync fromstart
    let l:lines = getline(1, '$')
    silent normal! gg=G
    call s:Has(l:lines, l:file)
    " Without its indentation, outside of long strings, it comes back.
    let l:strings = filter(range(2, line('$')), {_, line -> s:IsInString(line, 1) && s:IsInString(line - 1, max([1, col([line - 1, '$']) - 1]))})
    for l:line in range(1, line('$'))
      if index(l:strings, l:line) < 0
        call setline(l:line, substitute(getline(l:line), '^\s\+', '', ''))
      endif
    endfor
    syntax sync fromstart
    silent normal! gg=G
    call s:Has(l:lines, l:file)
  endfor
endfunction

function! s:Test_comments_go_on() abort
  call s:Write(['/// The only menu.'])
  execute "normal! A\<CR>Three keys."
  call assert_equal(['/// The only menu.', '/// Three keys.'], getline(1, '$'))
  call assert_equal('// %s', &commentstring)
endfunction

function! s:Test_an_includes_path_leads_to_the_file() abort
  let l:folder = tempname()
  call mkdir(l:folder . '/lib', 'p')
  call writefile(['disconnect bye'], l:folder . '/lib/end.cxflow')
  call writefile(['include "lib/end.cxflow"', 'a -> bye'], l:folder . '/a.cxflow')
  execute 'edit!' fnameescape(l:folder . '/a.cxflow')
  call cursor(1, 12)
  normal! gf
  call assert_equal('end.cxflow', expand('%:t'))
  bwipeout!
  execute 'edit!' fnameescape(l:folder . '/a.cxflow')
  call cursor(2, 6)
  let l:found = execute('dsearch bye')
  call assert_match('disconnect bye', l:found)
  call delete(l:folder, 'rf')
endfunction

function! s:Test_the_findings_fill_the_quickfix_list() abort
  let l:folder = tempname()
  call mkdir(l:folder, 'p')
  let l:file = l:folder . '/a flow.cxflow'
  call writefile(['flow "F"', 'entry a', 'let x = "y"', 'disclosure a { say "Hi." }', 'a -> b'], l:file)
  execute 'edit!' fnameescape(l:file)
  let g:cxflow_program = $CXFLOWC
  compiler cxflowc
  silent make!
  let l:found = map(getqflist(), {_, one -> [fnamemodify(bufname(one.bufnr), ':t'), one.lnum, one.col, one.type, one.nr]})
  call assert_equal([['a flow.cxflow', 3, 5, 'w', 403], ['a flow.cxflow', 5, 6, 'e', 103]], l:found)
  call assert_match('no such node', get(getqflist(), 1, {'text': ''}).text)

  " The cursor gets to the very character behind tabs, wide characters and those beyond U+FFFF.
  call writefile(['flow "F"; entry a', "disclosure a { say \"Hi.\" }", "\tlet t = \"é漢😀e\u0301 ${nope}\"; a -> b"], l:file)
  execute 'edit!' fnameescape(l:file)
  silent make!
  let l:under = []
  for l:number in range(1, len(getqflist()))
    execute 'cc' l:number
    call add(l:under, strpart(getline('.'), col('.') - 1, 4))
  endfor
  call assert_true(index(l:under, 'nope') >= 0 && index(l:under, 'b') >= 0, string(l:under))
  call delete(l:folder, 'rf')
endfunction

function! s:Test_what_is_set_is_taken_back() abort
  call s:Write(['flow "F"'])
  call assert_equal(2, &shiftwidth)
  set filetype=
  call assert_notequal('// %s', &commentstring)
  call assert_equal('', &indentexpr)
endfunction

function! s:Test_a_statement_goes_on_behind_its_signs() abort
  let l:lines = [
        \ 'lookup account with',
        \ '    url = "https://crm.example.com/a,b", // where',
        \ '    // how long',
        \ '    timeout = 8s {',
        \ '  on found |',
        \ '      missing -> menu',
        \ '  say "one, two,"',
        \ '  -> menu',
        \ '}',
        \ 'test "t" on 1,',
        \ '    timeout -> account -> menu',
        \ 'entry with',
        \ 'disconnect bye',
        \ ]
  call s:Write(l:lines)
  silent normal! gg=G
  call s:Has(l:lines, 'goes on')
  call s:Coloured(2, [['url', 'Identifier'], ['"https', 'String']])
  call s:Coloured(6, [['missing', 'Constant'], ['menu', 'Identifier']])
  call s:Coloured(11, [['timeout', 'Constant'], ['account', 'Identifier']])
endfunction

function! s:Test_a_condition_about_facts_goes_on_in_the_next_line() abort
  let l:lines = [
        \ 'policy house when country = "uk" or // the first',
        \ '    country in ("ie", // or',
        \ '    "fr") and not voice = "tts" | // either',
        \ '    // or the other',
        \ '    "live" {',
        \ '  sales: forbid agent when purpose = "sales" and',
        \ '      // and',
        \ '      voice = "live" // or',
        \ '  or: require callback or // either',
        \ '      voicemail or',
        \ '      agent before =or',
        \ '  require fact or',
        \ '  forbid =menu on or',
        \ '}',
        \ 'a -> or',
        \ 'disconnect or',
        \ 'disconnect bye',
        \ ]
  call s:Write(l:lines)
  call s:Coloured(2, [['country', 'Identifier'], ['in', 'Operator'], ['"ie"', 'String'], [',', 'Delimiter'], ['// or', 'Comment']])
  call s:Coloured(3, [['"fr"', 'String'], ['and', 'Operator'], ['not', 'Operator'], ['voice', 'Identifier'], ['|', 'Operator'], ['// either', 'Comment']])
  call s:Coloured(4, [['// or', 'Comment']])
  call s:Coloured(5, [['"live"', 'String'], ['{', 'Delimiter']])
  call s:Coloured(6, [['sales', 'Function'], ['forbid', 'Keyword'], ['purpose', 'Identifier'], ['and', 'Operator']])
  call s:Coloured(8, [['voice', 'Identifier'], ['// or', 'Comment']])
  call s:Coloured(9, [['or', 'Function'], ['require', 'Keyword'], ['callback', 'Type'], ['or', 'Operator']])
  call s:Coloured(10, [['voicemail', 'Type'], ['or', 'Operator']])
  call s:Coloured(12, [['fact', 'Keyword'], ['or', 'Identifier']])
  call s:Coloured(13, [['on', 'Keyword'], ['or', 'Constant']])
  silent normal! gg=G
  call s:Has(l:lines, 'goes on')
  for l:line in range(1, line('$'))
    call setline(l:line, substitute(getline(l:line), '^\s\+', '', ''))
  endfor
  silent normal! gg=G
  call s:Has(l:lines, 'goes on, without its indentation')
endfunction

function! s:Test_a_rule_goes_on_in_the_next_line_behind_its_words() abort
  let l:lines = [
        \ 'policy house {',
        \ '  require @a before or // either',
        \ '      // or the same',
        \ '      with // what is heard',
        \ '      heard or',
        \ '      key',
        \ '  limit 30s to end of =menu on 1 |',
        \ '      heard, // never',
        \ '      and // or',
        \ '      must occur',
        \ '  heard: limit 3s to agent, and',
        \ '      must occur',
        \ '  key: forbid key',
        \ '}',
        \ 'a -> and',
        \ 'disconnect and',
        \ 'disconnect bye',
        \ ]
  call s:Write(l:lines)
  call s:Coloured(2, [['before', 'Keyword'], ['or', 'Operator'], ['// either', 'Comment']])
  call s:Coloured(3, [['// or', 'Comment']])
  call s:Coloured(4, [['with', 'Keyword'], ['// what', 'Comment']])
  call s:Coloured(5, [['heard', 'Keyword'], ['or', 'Operator']])
  call s:Coloured(6, [['key', 'Keyword']])
  call s:Coloured(8, [['heard', 'Keyword'], [',', 'Delimiter'], ['// never', 'Comment']])
  call s:Coloured(9, [['and', 'Operator'], ['// or', 'Comment']])
  call s:Coloured(10, [['must', 'Keyword'], ['occur', 'Keyword']])
  call s:Coloured(11, [['heard', 'Function'], ['agent', 'Type'], [',', 'Delimiter'], ['and', 'Operator']])
  call s:Coloured(12, [['must', 'Keyword'], ['occur', 'Keyword']])
  call s:Coloured(13, [['key', 'Function'], ['forbid', 'Keyword'], ['key', 'Keyword']])
  silent normal! gg=G
  call s:Has(l:lines, 'goes on')
  for l:line in range(1, line('$'))
    call setline(l:line, substitute(getline(l:line), '^\s\+', '', ''))
  endfor
  silent normal! gg=G
  call s:Has(l:lines, 'goes on, without its indentation')
endfunction

function! s:Test_calling_times_go_on_in_the_next_line() abort
  let l:lines = [
        \ 'fact hours = mon..fri 9:00..13:00, // in the morning',
        \ '    // and after noon',
        \ '    14:00..20:00,',
        \ '    sat, closed holidays // by agreement',
        \ 'fact closed = holidays 9:00..10:00 // no more',
        \ 'policy house {',
        \ '  conflicts with // another',
        \ '      us_regf because "x"',
        \ '  sat: require fact hours within mon..fri 9:00..20:00, // or',
        \ '      holidays,',
        \ '      sun 9:00..13:00 and',
        \ '      rings > 3 exempt when hours within sat 9:00..13:00 // why',
        \ '  version 3 // the last',
        \ '  sun: forbid agent when hours not within mon..fri 9:00..20:00,',
        \ '      sat 9:00..13:00',
        \ '  covers "us-ca", // the first',
        \ '      // and the next',
        \ '      "us-wa"',
        \ '  forbid callback from after or',
        \ '  forbid callback',
        \ '}',
        \ 'sun -> sat',
        \ ]
  call s:Write(l:lines)
  call s:Coloured(1, [['mon', 'Constant'], [',', 'Delimiter'], ['// in', 'Comment']])
  call s:Coloured(2, [['// and', 'Comment']])
  call s:Coloured(3, [['14:00', 'Number'], [',', 'Delimiter']])
  call s:Coloured(4, [['sat', 'Constant'], ['closed', 'Keyword'], ['holidays', 'Constant'], ['// by', 'Comment']])
  call s:Coloured(5, [['closed', 'Identifier'], ['holidays', 'Constant'], ['// no', 'Comment']])
  call s:Coloured(7, [['conflicts', 'Keyword'], ['with', 'Keyword'], ['// another', 'Comment']])
  call s:Coloured(8, [['us_regf', 'Identifier'], ['because', 'Keyword'], ['"x"', 'String']])
  call s:Coloured(9, [['sat', 'Function'], ['within', 'Operator'], ['mon', 'Constant'], [',', 'Delimiter'], ['// or', 'Comment']])
  call s:Coloured(10, [['holidays', 'Constant'], [',', 'Delimiter']])
  call s:Coloured(11, [['sun', 'Constant'], ['13:00', 'Number'], ['and', 'Operator']])
  call s:Coloured(12, [['rings', 'Identifier'], ['exempt', 'Keyword'], ['hours', 'Identifier'], ['sat', 'Constant'], ['// why', 'Comment']])
  call s:Coloured(13, [['version', 'Keyword'], ['3', 'Number'], ['// the', 'Comment']])
  call s:Coloured(14, [['sun', 'Function'], ['not', 'Operator'], ['within', 'Operator'], [',', 'Delimiter']])
  call s:Coloured(15, [['sat', 'Constant'], ['13:00', 'Number']])
  call s:Coloured(16, [['covers', 'Keyword'], ['"us-ca"', 'String'], [',', 'Delimiter'], ['// the', 'Comment']])
  call s:Coloured(17, [['// and', 'Comment']])
  call s:Coloured(18, [['"us-wa"', 'String']])
  call s:Coloured(19, [['after', 'Keyword'], ['or', 'Identifier']])
  call s:Coloured(20, [['forbid', 'Keyword'], ['callback', 'Type']])
  call s:Coloured(22, [['sun', 'Identifier'], ['sat', 'Identifier']])
  silent normal! gg=G
  call s:Has(l:lines, 'goes on')
  for l:line in range(1, line('$'))
    call setline(l:line, substitute(getline(l:line), '^\s\+', '', ''))
  endfor
  silent normal! gg=G
  call s:Has(l:lines, 'goes on, without its indentation')
endfunction

let s:said = []
for s:test in sort(filter(split(execute('function /Test_'), "\n"), {_, line -> line =~# '^function'}))
  let s:name = matchstr(s:test, 'function \zs\S*Test_\w\+')
  let v:errors = []
  try
    call call(substitute(s:name, '^<SNR>', "\<SNR>", ''), [])
  catch
    call add(v:errors, v:exception . ' at ' . v:throwpoint)
  endtry
  call add(s:said, (empty(v:errors) ? 'ok   ' : 'FAIL ') . matchstr(s:name, 'Test_\zs.*'))
  call extend(s:said, map(copy(v:errors), {_, error -> '     ' . error}))
endfor
let s:failed = !empty(filter(copy(s:said), {_, line -> line =~# '^FAIL'}))
if len(filter(copy(s:said), {_, line -> line =~# '^ok'})) + s:failed < 1
  call add(s:said, 'FAIL no tests')
  let s:failed = 1
endif
call writefile(s:said, $CXFLOW_SAID)
execute s:failed ? 'cquit!' : 'qall!'

/**
 * The grammar of the cxflow language for tree-sitter.
 *
 * The compiler's grammar, grammar/cxflow.pest, says what is right; `cargo test --test tree_sitter`
 * holds the two against each other. What a line means there it is to mean here, and what that
 * grammar refuses is to have an ERROR or a MISSING node here.
 *
 * @license MIT OR Apache-2.0
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

const KINDS = ['answer', 'play', 'disclosure', 'collect', 'agent', 'callback', 'voicemail', 'disconnect', 'decide'];
const VERBS = ['play', 'say', 'collect', 'retry', 'silence', 'script', 'route', 'schedule', 'record', 'disconnect'];
const DECLARATIONS = [
  'flow',
  'description',
  'entry',
  'exit',
  'let',
  'param',
  'contact',
  'include',
  'every',
  'node',
  'test',
  'fact',
  'policy',
  'kind',
  'apply',
  'waive',
  'attest',
  'var',
  'hours',
  'language',
  'voice',
  'dispositions',
];
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const FORMS = ['require', 'forbid', 'limit', 'oblige', 'warn', 'expects'];

/** The words with which a policy says something of itself. */
const ABOUT = ['version', 'covers', 'reviewed', 'conflicts'];

/** Further words that no declared kind can have. */
const RESERVED = ['say', 'route', 'schedule', 'record', 'play', 'collect', 'disconnect', 'retry', 'silence', 'script', 'on', 'action', ...FORMS, 'with', 'outcome', 'sets', 'when', 'set', 'else'];

/** What is no declared kind behind `every`. */
const NO_KINDS = [...DECLARATIONS, ...RESERVED, 'except'].filter(word => !KINDS.includes(word));

/** Why a waiver, an attestation or the evidence of a fact is given, by whom, and until when. */
function grounds($) {
  return [
    'because', field('reason', $._string), 'by', field('author', $._string), 'until', field('until', $.date),
  ];
}

/** The words that go on behind a selector: no outcome of a transition that a rule picks. */
const CLAUSES = ['before', 'after', 'since', 'reachable', 'within', 'on', 'when', 'from', 'until', 'to', 'not', 'exempt'];

/** Letters, digits and `_`, with single `-` or `.` between them. */
const NAME = /[A-Za-z_]([-.]?[A-Za-z0-9_])*/;

/** A key, or several that are entered one after the other. */
const KEY = /[0-9*#]+/;

/** What can go on in a name or a number, as a regular expression's text. */
const MORE = '[A-Za-z0-9_]';

/** `\u{1F600}`: one to six hexadecimal digits that are a character, which surrogates are not. */
const UNICODE = [
  '[0-9A-Fa-f]{1,3}',
  '0{0,2}[0-9A-CEFa-cef][0-9A-Fa-f]{3}',
  '0{0,2}[Dd][0-7][0-9A-Fa-f]{2}',
  '0?[1-9A-Fa-f][0-9A-Fa-f]{4}',
  '10[0-9A-Fa-f]{4}',
].join('|');
const ESCAPE = `\\\\(["\\\\nt$\`{]|u\\{(${UNICODE})\\})`;

/** One or more, with something between. */
const separated = (rule, by) => seq(rule, repeat(seq(by, rule)));

/** A sign or a word behind which a statement goes on in the next line. */
const open = ($, sign) => seq(sign, repeat($._continuation));

/** Lines as they stand in a file or in a block; the last one may end with what is around them. */
const lines = ($, line) => seq(repeat(choice($._line_end, seq(line, $._line_end))), optional(line));

/**
 * A block. One that closes on its first line holds its statements there; else nothing but `;`
 * stands beside the `{`.
 */
const block = ($, statement) => seq(
  '{',
  repeat(';'),
  choice(
    seq(optional(seq(separated(statement, repeat1(';')), repeat(';'))), '}'),
    seq($._newline, lines($, statement), '}'),
  ),
);

module.exports = grammar({
  name: 'cxflow',

  // A line break means something; spaces and tabs do not. How deep a continued line is indented is
  // the compiler's to say. A comment takes the rest of its line, so
  // that it can stand before a line break only.
  extras: $ => [/[ \t]/, $.comment, $.doc_comment],

  externals: $ => [
    // Nothing, where no letter, digit or `_` goes on with a number: `2s` is a duration, `2sx` is not.
    $._number_end,
    // The `}` of an insertion, and the spaces before it.
    $._insertion_end,
    // The scanner knows whether it is in a `"""` string: also after a mistake in one, which does not
    // make code of the rest of it.
    '"""',
    $._long_text,
    $._long_end,
    // The line break and the indentation before the rest of a statement.
    $._continuation,
    // Found where nothing is right, and never where the grammar asks for it.
    $._never,
  ],

  word: $ => $.name,

  supertypes: $ => [$.declaration, $.statement, $.option],

  conflicts: $ => [
    // `=menu on 1` and `=menu on every path`.
    [$.picked],
    // `=menu on 1 | 2` and `=menu on 1 | agent`.
    [$.pick_condition],
    // `limit 2s from @tag` and `limit 2s from 2026-01-31`.
    [$.limit],
  ],

  rules: {
    source_file: $ => lines($, $.declaration),

    _line_end: $ => choice($._newline, ';'),
    _newline: _ => alias(/\r?\n/, '\n'),

    // ── Declarations ──────────────────────────────────────────────────────────────────────────

    declaration: $ => choice(
      $.node,
      $.generic_node,
      $.transition,
      $.flow,
      $.description,
      $.speaker,
      $.entry,
      $.exit,
      $.let,
      $.param,
      $.contact,
      $.var,
      $.include,
      $.every,
      $.test,
      $.fact,
      $.policy,
      $.apply,
      $.waive,
      $.attest,
      $.kind_declaration,
      $.hours,
      $.dispositions,
      $.declared_node,
    ),

    flow: $ => seq('flow', field('name', $._string)),
    description: $ => seq('description', field('text', $._string)),
    speaker: $ => repeat1(choice($.language, $.voice)),
    entry: $ => seq('entry', field('node', $._node_name)),
    exit: $ => seq('exit', field('name', $.name)),
    let: $ => seq('let', field('name', $.name), '=', field('value', $._value)),
    param: $ => seq('param', field('name', $.name), optional(seq('=', field('default', $._value)))),
    contact: $ => seq('contact', field('name', $.name), repeat(choice($.lasts, $.tag))),
    var: $ => seq('var', field('name', $.name), repeat(choice($.lasts, $.tag))),

    include: $ => seq(
      'include',
      field('path', $._string),
      optional(seq(
        'as',
        field('prefix', $.name),
        repeat(choice($.language, $.voice)),
        optional(seq(open($, 'with'), separated(choice($.binding, $.bound_exit), open($, ',')))),
      )),
    ),
    binding: $ => seq(field('name', $.name), '=', field('value', $._value)),
    bound_exit: $ => seq(field('name', $.name), '->', field('node', $._node_name), field('again', optional($.again))),

    dispositions: $ => seq('dispositions', separated(field('name', $.name), open($, ','))),

    _value: $ => choice($._string, $.integer),

    // Keywords are such only where they begin what they stand for: `entry -> menu` joins two nodes.
    transition: $ => seq(
      field('from', $._first_name),
      '->',
      field('to', $._node_name),
      optional(choice(
        repeat1(seq('->', field('to', $._node_name))),
        seq('on', field('condition', alias($.last_condition, $.condition))),
      )),
      repeat($.disposition),
      field('again', optional($.again)),
    ),
    again: $ => seq(
      'again',
      field('most', choice($.integer, $.name, $.not_integer)),
      'else',
      field('else', $._node_name),
      repeat($.disposition),
    ),
    // Of a node, or of the arrow before it.
    disposition: $ => seq('disposition', field('name', $.name)),
    _first_name: $ => choice(
      $._node_name,
      ...[...DECLARATIONS, ...KINDS, ...RESERVED].map(word => alias(word, $.name)),
    ),

    every: $ => seq(
      'every',
      field('kind', choice($.kind, alias($.name, $.declared_kind), alias($._no_kind, $.declared_kind))),
      optional(seq('except', field('except', $.exception))),
      'on',
      field('condition', $.condition),
      '->',
      field('to', $._node_name),
      repeat($.disposition),
      field('again', optional($.again)),
    ),
    // A word that begins something else is a keyword here, and no name.
    _no_kind: $ => seq(choice(...NO_KINDS), $._never),
    exception: $ => separated(choice($.tag, $.node_reference), open($, '|')),
    node_reference: $ => seq('=', field('node', $._node_name)),

    test: $ => seq(
      'test',
      field('name', $._string),
      optional(choice(
        seq($._at_time, optional($._given_values)),
        seq($._given_values, optional($._at_time)),
      )),
      optional(seq('on', separated(field('event', $._event), open($, ',')))),
      repeat1(seq('->', field('to', $._node_name))),
      optional(seq('=', field('reported', $.name))),
    ),
    _at_time: $ => seq('at', field('at', $.moment)),
    _given_values: $ => seq(open($, 'with'), separated($.known, open($, ','))),
    known: $ => seq(field('name', $.name), '=', field('value', $._constant)),
    _event: $ => choice($._string, $.key, $._outcome),

    // ── Nodes ─────────────────────────────────────────────────────────────────────────────────

    node: $ => seq(
      field('kind', $.kind),
      field('name', $._node_name),
      field('argument', optional($._string)),
      repeat($.option),
      optional($._fields),
      field('block', optional($.block)),
    ),
    generic_node: $ => seq(
      'node',
      field('name', $._node_name),
      'type',
      field('type', $._string),
      optional('ends'),
      repeat($.option),
      optional($._fields),
      field('block', optional($.block)),
    ),
    // Of a kind that some file declares. A word that begins something else is a keyword here, and no name.
    declared_node: $ => seq(
      field('kind', alias($.name, $.declared_kind)),
      field('name', $._node_name),
      repeat($.option),
      optional($._fields),
      field('block', optional($.block)),
    ),
    kind: _ => choice(...KINDS),

    option: $ => choice(
      $.media,
      $.text,
      $.retries,
      $.lasts,
      $.wait,
      $.between,
      $.digits,
      $.end_key,
      $.into,
      $.language,
      $.voice,
      $.prompt,
      $.ssml,
      $.disposition,
      $.tag,
    ),
    media: $ => seq('media', field('url', $._string)),
    text: $ => seq('text', field('text', $._string)),
    retries: $ => seq('retries', field('number', choice($.integer, $.name, $.not_integer))),
    lasts: $ => seq('lasts', field('duration', $.duration)),
    wait: $ => seq('wait', field('duration', $.duration)),
    between: $ => seq('between', field('duration', $.duration)),
    digits: $ => seq(
      'digits',
      field('least', $._count),
      optional(seq('..', field('most', $._count))),
    ),
    _count: $ => choice($.integer, $.name, $.not_integer),
    end_key: $ => seq('end', field('key', $._string)),
    into: $ => seq('into', field('name', $.name)),
    language: $ => seq('language', field('tag', $._string)),
    voice: $ => seq('voice', field('name', $._string)),
    prompt: $ => seq('prompt', field('id', $._string)),
    ssml: $ => seq('ssml', field('text', $._string)),
    tag: _ => /@[A-Za-z_]([-.]?[A-Za-z0-9_])*/,

    block: $ => block($, $.statement),
    statement: $ => choice($.branch, $.action, $.generic_action, $.arm, $.otherwise, $.set),

    action: $ => seq(
      field('verb', $.verb),
      field('argument', optional($._string)),
      repeat($.option),
      optional($._fields),
    ),
    generic_action: $ => seq(
      'action',
      field('directive', $._string),
      repeat($.option),
      optional($._fields),
    ),
    verb: _ => choice(...VERBS),

    set: $ => seq('set', field('name', $.name), '=', field('value', choice($._constant, $.copy))),
    copy: $ => seq(
      field('name', $.name),
      optional(seq(field('sign', alias(choice('+', '-'), $.operator)), field('number', $.integer))),
    ),
    _constant: $ => choice($._string, $.number),

    branch: $ => seq(
      optional(seq('on', field('condition', $.condition))),
      repeat1(seq('->', field('to', $._node_name))),
      repeat($.disposition),
      field('again', optional($.again)),
    ),

    _fields: $ => seq(open($, 'with'), separated(field('field', $.field), open($, ','))),
    field: $ => seq(field('name', $.name), '=', field('value', $._field_value)),
    _field_value: $ => choice($._scalar, $.list),
    _scalar: $ => choice($._string, $.duration, $.integer, $.name),
    list: $ => seq('[', optional(separated($._scalar, open($, ','))), ']'),

    // ── Declared kinds ────────────────────────────────────────────────────────────────────────

    kind_declaration: $ => seq(
      'kind',
      field('name', $.name),
      'type',
      field('type', $._string),
      optional('ends'),
      optional(seq('as', field('as', $.name))),
      field('block', optional($.kind_block)),
    ),
    kind_block: $ => block($, choice($.kind_field, $.kind_outcomes, $.kind_sets)),
    kind_field: $ => seq(
      open($, 'with'),
      field('name', $.name),
      ':',
      field('type', $.field_type),
      optional(seq('=', field('default', $._field_value))),
    ),
    field_type: $ => seq(
      optional(seq('list', 'of')),
      choice($.name, alias('list', $.name), separated($._string, open($, '|'))),
    ),
    kind_outcomes: $ => seq('outcome', separated(field('outcome', alias($.name, $.outcome)), open($, ','))),
    kind_sets: $ => seq(
      'sets',
      separated(field('variable', $.name), open($, ',')),
      optional(seq('on', separated(field('outcome', alias($.name, $.outcome)), open($, '|')))),
    ),

    // ── Opening hours ─────────────────────────────────────────────────────────────────────────

    hours: $ => seq(
      'hours',
      field('name', $.name),
      optional(seq('in', field('zone', $._string))),
      field('block', $.hours_block),
    ),
    hours_block: $ => block($, choice($.weekly, $.open_day, $.closed_day, $.open_yearly, $.closed_yearly)),
    weekly: $ => seq(separated(field('days', $.weekdays), open($, ',')), separated(field('window', $.window), open($, ','))),
    weekdays: $ => seq(field('first', $.weekday), optional(seq('..', field('last', $.weekday)))),
    weekday: _ => choice(...WEEKDAYS),
    open_day: $ => seq('open', separated(field('days', $.dates), open($, ',')), separated(field('window', $.window), open($, ','))),
    closed_day: $ => seq('closed', separated(field('days', $.dates), open($, ','))),
    open_yearly: $ => seq('open', 'every', separated(field('days', $.yearly), open($, ',')), separated(field('window', $.window), open($, ','))),
    closed_yearly: $ => seq('closed', 'every', separated(field('days', $.yearly), open($, ','))),
    yearly: $ => seq(field('first', $.month_day), optional(seq('..', field('last', $.month_day)))),
    dates: $ => seq(field('first', $.date), optional(seq('..', field('last', $.date)))),
    window: $ => seq(field('from', $.clock), '..', field('to', $.clock)),
    clock: $ => seq(/[0-9]{1,2}:[0-9]{2}/, $._number_end),

    // The branches of a `decide`.
    arm: $ => seq(
      'when',
      choice(
        seq(
          field('name', choice($.name, alias('open', $.name), alias('closed', $.name))),
          field('comparator', alias(
            choice('=', '!=', '<', '<=', '>', '>=', 'starts', 'contains'),
            $.operator,
          )),
          separated(field('value', $._constant), open($, '|')),
        ),
        seq(
          choice('open', 'closed'),
          field('hours', choice($.name, alias('starts', $.name), alias('contains', $.name))),
        ),
      ),
      repeat1(seq('->', field('to', $._node_name))),
      repeat($.disposition),
      field('again', optional($.again)),
    ),
    otherwise: $ => seq(
      'else',
      repeat1(seq('->', field('to', $._node_name))),
      repeat($.disposition),
      field('again', optional($.again)),
    ),

    // ── Conditions ────────────────────────────────────────────────────────────────────────────

    condition: $ => choice($._string, separated($._alternative, open($, '|'))),
    _alternative: $ => choice($.range, $.key, $._outcome),
    range: $ => seq(field('first', $.key), '..', field('last', $.key)),
    key: $ => seq(KEY, $._number_end),
    _outcome: $ => alias($.name, $.outcome),

    // The same where a line may end behind it. Were it one rule, a line break would seem to be right
    // behind `on 1`, and what is being typed there would take the next line with it.
    last_condition: $ => choice($._string, separated($._last_alternative, open($, '|'))),
    _last_alternative: $ => choice(
      alias($.last_range, $.range),
      alias($.last_key, $.key),
      $._last_outcome,
    ),
    last_range: $ => seq(
      field('first', alias($.last_key, $.key)),
      '..',
      field('last', alias($.last_key, $.key)),
    ),
    last_key: $ => seq(KEY, $._number_end),
    _last_outcome: $ => alias($.name, $.outcome),

    // ── Policies ──────────────────────────────────────────────────────────────────────────────

    fact: $ => seq('fact', field('name', $.name), '=', field('value', choice($._literal, $.calling_times)), optional($.evidence)),

    evidence: $ => seq(...grounds($)),

    // Days, then their windows, then further days. A list of lists would have to know behind a comma what comes after it.
    calling_times: $ => $._called_days,
    _called_days: $ => choice(
      seq($._called_day, open($, ','), $._called_days),
      seq($._called_day, $._windows),
      seq($.no_holidays, optional(seq(open($, ','), $._called_days))),
    ),
    _windows: $ => seq($.window, optional(seq(open($, ','), choice($._windows, $._called_days)))),
    _called_day: $ => choice($.weekdays, $.holidays),
    holidays: _ => 'holidays',
    no_holidays: _ => seq('closed', 'holidays'),
    _literal: $ => choice($._string, $._measure),
    _measure: $ => choice($.date, $.duration, $.integer),

    apply: $ => seq('apply', field('policy', $.name)),
    waive: $ => seq(
      'waive',
      choice(
        // A policy may have the name of a code.
        seq(field('policy', choice($.name, alias($.code, $.name))), '/', field('rule', $.name)),
        field('finding', $.code),
      ),
      optional(seq('at', field('node', $._node_name))),
      ...grounds($),
    ),
    code: _ => token(prec(1, /[cC][xX][0-9]+/)),
    attest: $ => seq(
      'attest',
      field('policy', $.name),
      '/',
      field('rule', $.name),
      ...grounds($),
    ),

    policy: $ => seq(
      'policy',
      field('name', $.name),
      field('title', optional($._string)),
      optional($.when),
      field('block', $.policy_block),
    ),
    policy_block: $ => block($, choice($.expects, $.version, $.covers, $.reviewed, $.conflicts, $.rule)),

    version: $ => seq('version', field('number', $.integer)),
    covers: $ => seq('covers', separated(field('place', $._string), open($, ',')), optional($.when)),
    // While they are being typed, one missing token is enough, as with `exempt`.
    reviewed: $ => seq('reviewed', choice(seq('by', field('by', $._string), 'on', field('on', $.date)), $._never)),
    conflicts: $ => seq('conflicts', choice(seq(open($, 'with'), choice(seq(field('policy', $.name), choice(seq('because', field('reason', $._string)), $._never)), $._never)), $._never)),

    expects: $ => seq(
      'expects',
      choice(
        seq(
          'fact',
          field('fact', $.name),
          optional(seq('=', separated(field('value', choice($._literal, $.calling_times)), open($, '|')))),
        ),
        field('tag', $.tag),
      ),
      field('meaning', optional($._string)),
    ),

    rule: $ => seq(
      optional('warn'),
      optional(seq(field('name', $._rule_name), ':')),
      field('demand', choice($.require_fact, $.require, $.forbid, $.limit, $.oblige)),
      optional($.when),
      repeat($.exempt),
      optional(seq('from', choice(field('from', $.date), $.from_after))),
      optional(seq('until', field('until', $.date))),
    ),
    _rule_name: $ => choice($.name, ...[...FORMS, ...ABOUT].map(word => alias(word, $.name))),
    // While it is being typed, one missing token is enough, so that the rules below stay what they are.
    exempt: $ => seq('exempt', $.when, choice(seq('because', field('reason', $._string)), $._never)),
    from_after: $ => seq('after', field('fact', $.name), optional(seq('+', field('days', $.days)))),

    require_fact: $ => seq('require', 'fact', choice(field('fact', $.name), $._fact_condition)),
    require: $ => seq(
      'require',
      field('selector', $._selector),
      optional(choice(
        seq('on', 'every', 'path'),
        seq(
          'before',
          optional($.or_with),
          field('before', $._selector),
          optional(seq('since', field('since', $._selector))),
        ),
        seq('after', field('after', $._selector)),
        seq(
          'reachable',
          'from',
          field('from', $._selector),
          optional(seq('within', field('within', $.integer), choice('key', 'keys'))),
        ),
      )),
    ),
    forbid: $ => seq(
      'forbid',
      field('selector', $._selector),
      optional(choice(
        seq('before', field('before', $._selector)),
        seq('after', field('after', $._selector)),
      )),
    ),
    limit: $ => seq(
      'limit',
      choice(
        seq(choice('retries', 'depth'), field('most', $.integer)),
        seq(field('most', $.integer), field('selector', $._selector)),
        seq(
          field('most', $.duration),
          optional(seq('from', optional($.start_of), field('from', $._selector))),
          optional(seq('to', optional($.end_of), field('to', $._selector))),
          optional(seq(optional(open($, ',')), open($, 'and'), $.must_occur)),
        ),
      ),
    ),
    or_with: $ => seq(open($, 'or'), open($, 'with')),
    start_of: _ => seq('start', 'of'),
    end_of: _ => seq('end', 'of'),
    must_occur: _ => seq('must', 'occur'),
    oblige: $ => seq('oblige', field('text', $._string)),

    when: $ => seq('when', $._fact_condition),
    _fact_condition: $ => choice(
      $.fact_comparison,
      $.fact_among,
      $.fact_within,
      alias($._either_fact, $.either),
      alias($._both_facts, $.both),
      alias($._not_fact, $.not),
      alias($._fact_group, $.group),
    ),
    _either_fact: $ => prec.left(1, seq($._fact_condition, open($, 'or'), $._fact_condition)),
    _both_facts: $ => prec.left(2, seq($._fact_condition, open($, 'and'), $._fact_condition)),
    _not_fact: $ => prec(3, seq('not', $._fact_condition)),
    _fact_group: $ => seq('(', $._fact_condition, ')'),
    // A fact may be called `not`.
    fact_comparison: $ => seq(field('fact', choice($.name, alias('not', $.name))), $._comparison),
    fact_among: $ => seq(
      field('fact', $.name),
      optional('not'),
      'in',
      '(',
      separated(field('value', $._literal), choice(open($, ','), open($, '|'))),
      ')',
    ),
    fact_within: $ => seq(field('fact', $.name), optional('not'), 'within', field('value', $.calling_times)),
    // Texts are the same or not.
    _comparison: $ => choice(
      seq(field('operator', alias('=', $.operator)), separated(field('value', $._literal), open($, '|'))),
      seq(field('operator', alias('!=', $.operator)), field('value', $._literal)),
      seq(field('operator', alias(choice('<', '<=', '>', '>='), $.operator)), field('value', $._measure)),
    ),

    _selector: $ => choice($.either, $.both, $.not, $.group, $.kind, $.any, $.heard, $.pressed, $.tag, $.picked, $.heard_in, $.picked_set, $.picked_field, $.picked_disposition, $.picked_kind),
    either: $ => prec.left(1, seq($._selector, choice(open($, '|'), open($, 'or')), $._selector)),
    both: $ => prec.left(2, seq($._selector, open($, '&'), $._selector)),
    not: $ => prec(3, seq('not', $._selector)),
    group: $ => seq('(', $._selector, ')'),
    any: _ => 'any',
    heard: $ => seq('heard', optional(seq('in', field('language', $._string)))),
    pressed: _ => 'key',

    heard_in: $ => seq('language', field('tag', $._string)),
    picked: $ => seq(
      '=',
      field('node', $._node_name),
      optional(seq('on', field('condition', alias($.pick_condition, $.condition)))),
    ),
    picked_set: $ => seq('set', field('name', $.name)),
    picked_field: $ => seq(open($, 'with'), field('name', $.name)),
    picked_disposition: $ => seq('disposition', field('name', $.name)),
    picked_kind: $ => seq('kind', field('kind', $.name)),
    // Like a condition, but a word that goes on with the rule or the selector is no outcome.
    pick_condition: $ => choice(
      $._string,
      seq(
        choice($._last_alternative, $._clause),
        repeat(seq(open($, '|'), choice($._last_alternative, $._clause, $._selects))),
      ),
    ),
    _clause: $ => seq(choice(...CLAUSES), $._never),
    _selects: $ => seq(choice(...KINDS, 'any', 'heard', 'key', 'set', 'with', 'disposition'), $._never),

    // ── Tokens ────────────────────────────────────────────────────────────────────────────────

    name: _ => NAME,

    // Any other id of the platform stands between backticks.
    _node_name: $ => choice($.name, $.quoted_name),
    quoted_name: _ => new RegExp(`\`([^\`\\\\\\n]|${ESCAPE})+\``),

    _string: $ => choice($.string, $.long_string),
    string: $ => seq(
      '"',
      repeat(choice(
        alias($._content, $.string_content),
        $.escape_sequence,
        $.insertion,
      )),
      token.immediate('"'),
    ),
    long_string: $ => seq(
      '"""',
      repeat(choice(
        alias($._long_text, $.string_content),
        $.escape_sequence,
        $.insertion,
      )),
      alias($._long_end, '"""'),
    ),
    _content: $ => prec.right(repeat1(choice($._text, $._dollar))),
    // Before comments, which there are none of in a string.
    _text: _ => token.immediate(prec(1, /[^"\\$\n]+/)),
    _dollar: _ => token.immediate('$'),
    escape_sequence: _ => token.immediate(new RegExp(ESCAPE)),
    insertion: $ => seq(
      alias(token.immediate(/\$\{ */), '${'),
      field('name', alias($._inserted, $.name)),
      alias($._insertion_end, '}'),
    ),
    _inserted: _ => token.immediate(NAME),

    integer: $ => seq(/[0-9]+/, $._number_end),
    number: $ => seq(/-?[0-9]+/, $._number_end),
    days: $ => seq(/[0-9]{1,4}d/, $._number_end),
    duration: $ => seq(/[0-9]+(\.[0-9]+)?(ms|s|min)/, $._number_end),
    moment: $ => seq(
      /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{1,2}(:[0-9]{2}){1,2}(Z|[+-][0-9]{2}:[0-9]{2})?/,
      $._number_end,
    ),
    month_day: $ => seq(/[0-9]{2}-[0-9]{2}/, $._number_end),
    date: $ => seq(/[0-9]{4}-[0-9]{2}-[0-9]{2}/, $._number_end),
    // `-1`, `1.5`, `2x`, `"two"`: no number of retries, which the compiler says in its words.
    not_integer: _ => token(choice(
      new RegExp(`-[0-9]+(\\.|${MORE}|-${MORE})*`),
      new RegExp(`[0-9]+([A-Za-z_]|[-.]${MORE})(\\.|${MORE}|-${MORE})*`),
      /"([^"\\\n]|\\[^\n])*"/,
      /\"""("{0,2}([^"\\]|\\[^\n]|\\\n))*\"""/,
    )),

    // The `\r` of a line's end is no part of them.
    comment: _ => /\/\/([^/\r\n][^\r\n]*|\/\/[^\r\n]*)?/,
    doc_comment: _ => /\/\/\/([^/\r\n][^\r\n]*)?/,
  },
});

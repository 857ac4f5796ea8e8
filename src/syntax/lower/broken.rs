//! The findings for lines that did not parse.

use std::ops::Range;

use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::Pair;

use super::Lower;
use super::instead::{applied, missing_sign};
use crate::diagnostics::{Diagnostic, Edit, Fix, When, line_break, own_lines};
use crate::source::Span;
use crate::syntax::ast::Declaration;
use crate::syntax::broken_lines::UnreadLine;
use crate::syntax::codes;
use crate::syntax::continued;
use crate::syntax::grammar::{Grammar, Rule};
use crate::syntax::line::{reads, rule_of};
use crate::syntax::near_miss::{self, BrokenLine, Rewrite};
use crate::syntax::text_lines::code;
use crate::syntax::tokens::{Kind as TokenKind, Token, option_at, tokens};
use crate::syntax::words::{self, LineContext};

/// How much of a broken line is read for its finding, in bytes.
const LONGEST_LINE: usize = 1 << 20;

/// How long a line may be that a help shows as it is meant, in bytes.
const LONGEST_SHOWN: usize = 80;

/// The message for a block that is not closed.
pub(in crate::syntax) const NO_CLOSING_BRACE: &str = "the block is not closed";

impl Lower<'_> {
    pub(super) fn broken_line(&mut self, pair: &Pair<'_, Rule>, place: LineContext) {
        self.ast.broken = true;
        let range = self.at(pair).range();
        self.explain(range.clone(), place);
        self.keep(range, place);
    }

    pub(super) fn report_stray(&mut self, pair: &Pair<'_, Rule>, open: Span) {
        self.ast.broken = true;
        let span = self.trimmed(pair);
        if self.report_options_behind(span, open) {
            return;
        }
        let text = self.source.slice(span.range());
        let word = text.get(..text.find([' ', ':']).unwrap_or(text.len())).unwrap_or_default();
        let help = match text.get(..2) {
            _ if words::FORMS.contains(&word) => "a rule belongs inside the block: put it before the `}`",
            None | Some("}}") => "take it out, or look for the block that was closed too early",
            Some("->" | "on") => "a branch belongs inside the block: put it before the `}`",
            Some(_) => "put it on a line of its own",
        };
        let fix = reads(Rule::declaration_line, text).then(|| self.break_before(span));
        let diagnostic =
            Diagnostic::new(&codes::SYNTAX, span, "nothing may follow a block's `}` on its line")
                .here("this follows the `}`")
                .help(help)
                .fix(fix);
        self.report(diagnostic);
        self.keep(span.range(), LineContext::File);
    }

    /// Reports options and fields behind a node's block. Returns whether a text is that.
    fn report_options_behind(&mut self, span: Span, open: Span) -> bool {
        let written = self.source.slice(span.range());
        let is_options = |text: &str| reads(Rule::declaration_line, &format!("node n type \"t\" {text}"));
        if written.contains(['{', '}', ';']) || !is_options(written) {
            return false;
        }
        let start = self.source.text().get(..open.range().start).unwrap_or_default();
        let start = start.rfind(['\n', ';']).map_or(0, |at| at + 1);
        let header = self.source.slice(start..open.range().start);
        let (from, header) = (start + header.len() - header.trim_start().len(), header.trim());
        let end = from + header.len();
        // Fields come last.
        let has_fields = tokens(header).iter().any(|token| token.is("with"));
        let moved = format!("{header} {written} {{");
        let help = match moved.len() {
            0..=80 if !has_fields => format!("write `{moved}`"),
            _ => "write it before the `{`, and before a `with`".to_owned(),
        };
        let before = self.source.slice(open.range().end..span.range().start).trim_end().len();
        let stray = self.span(open.range().end + before..span.range().end);
        let fix = Fix {
            title: "Put it before the block".to_owned(),
            edits: vec![
                Edit { span: self.span(end..end), text: format!(" {written}") },
                Edit { span: stray, text: String::new() },
            ],
            when: When::Always,
        };
        let diagnostic =
            Diagnostic::new(&codes::SYNTAX, span, "what a node's line says comes before its block")
                .here("this follows the `}`")
                .label(open, "the block begins here")
                .help(help)
                .fix((!has_fields).then_some(fix));
        self.report(diagnostic);
        true
    }

    /// A fix that puts the text from a place on a line of its own.
    pub(super) fn break_before(&self, span: Span) -> Fix {
        let before = self.source.slice(0..span.range().start);
        let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
        let at = self.span(span.range().start - blanks..span.range().start);
        Fix::new("Put it on a line of its own", at, line_break(self.source))
    }

    pub(super) fn report_unclosed(&mut self, open: Span, end: Span, content: &str) {
        self.ast.broken = true;
        let before = self.source.slice(0..end.range().start);
        let end = before.trim_end().len().max(open.range().end);
        // Close it on the line of the `{` if the block's statements are there.
        let text = self.source.slice(open.range().end..end);
        let beside = !text.contains('\n') && !matches!(text.trim_start().get(..2), None | Some("//"));
        let close = if beside { " }".to_owned() } else { format!("{}}}", line_break(self.source)) };
        let diagnostic = Diagnostic::new(&codes::SYNTAX, self.span(end..end), NO_CLOSING_BRACE)
            .here("expected `}` after this line")
            .label(open, "opened here");
        let text = self.source.text();
        let start =
            text.get(..open.range().start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let first = self.line_from(start);
        let next = self.line_from((first.end + 1).min(text.len()));
        let line = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default().trim();
        if line(&first) != line(&next) {
            let help = format!("write `}}` on a line of its own after the block's last {content}");
            self.report(diagnostic.help(help).fix(Fix::new("Close the block", self.span(end..end), close)));
            return;
        }
        // Without the first line, only the second line's block remains, which must have its `}`.
        let second = next.start + open.range().start - start;
        let is_enough = self.is_closed_block(second);
        let fix = Fix::new("Take one of the two out", self.span(first.end..next.end), "");
        let diagnostic = diagnostic.help("this line is repeated: take one of the two out");
        self.report(if is_enough { diagnostic.fix(fix) } else { diagnostic });
    }

    /// Whether the block that begins at a `{` has its `}`.
    fn is_closed_block(&self, open: usize) -> bool {
        let text = self.source.text().get(open..).unwrap_or_default();
        [Rule::block, Rule::policy_block, Rule::kind_block, Rule::hours_block].into_iter().any(|rule| {
            Grammar::parse(rule, text).is_ok_and(|pairs| {
                !pairs.flat_map(Pair::into_inner).any(|part| part.as_rule() == Rule::unclosed)
            })
        })
    }

    /// Reports what is wrong with a line, unless the line already has a finding.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        let start = diagnostic.span.map_or(self.reported_to, |span| span.range().start);
        if self.silent || start < self.reported_to {
            return;
        }
        self.reported_to = self.line_from(start).end + 1;
        self.diagnostics.push(diagnostic);
    }

    /// Reports what is wrong with a line, by parsing just that line.
    pub(super) fn explain(&mut self, range: Range<usize>, place: LineContext) {
        self.explain_and_fix(range, place, None);
    }

    /// The same for a line whose fix comes from its context.
    pub(super) fn explain_and_fix(&mut self, range: Range<usize>, place: LineContext, fix: Option<Fix>) {
        if self.silent {
            return;
        }
        self.broken_lines.push(UnreadLine { at: range.start, place });
        if range.start < self.reported_to {
            return;
        }
        if self.diagnostics.is_full() {
            self.diagnostics.count_only();
            return;
        }
        // A byte that is not UTF-8 is already reported, and broke the line.
        if self.source.not_utf8().is_some() && self.source.slice(range.clone()).contains('\u{1A}') {
            return;
        }
        let first_line = self.line_from(range.start);
        let line = self.whole_line(range.clone());
        let declared =
            if place == LineContext::File { self.of_declared_kind(range.start, line) } else { None };
        let rule = if declared.is_some() { Rule::declared_line } else { rule_of(place) };
        let shallow = self.lacks_indentation(&self.written(range.clone()), rule);
        let continued = continued::end(self.source.text(), &self.written(range.clone()));
        let (diagnostic, continued) = match shallow {
            Some((diagnostic, end)) => (diagnostic, continued.max(end)),
            None => {
                let of_times = self.times_behind_semicolon(range.start, place);
                let word = || self.word(range.start, line, place);
                (declared.or(of_times).unwrap_or_else(word), continued)
            }
        };
        self.report(diagnostic.fix(fix));
        // An unclosed `"""` string swallows further lines, which may include the `}`.
        let end = if place != LineContext::File { self.line_from(range.end).end } else { first_line.end };
        let end = end.max(continued);
        self.broken_to = self.broken_to.max(continued);
        self.reported_to = self.reported_to.max(end + 1);
    }

    /// The range of a broken text that [`Self::first_line`] returns.
    pub(super) fn written(&self, range: Range<usize>) -> Range<usize> {
        range.start..range.start + self.first_line(range.clone()).len()
    }

    /// The lines of a broken statement that goes on behind its first one.
    pub(super) fn whole_line(&self, range: Range<usize>) -> &str {
        let written = self.written(range);
        let below = continued::lines_below(self.source.text(), &written, false);
        let end = below.last().map_or(written.end, |last| code(self.source.text(), last.clone()).end);
        self.source.slice(written.start..end)
    }

    /// The first line of a broken text, continued only to the end of a `"""` string: further lines of a block are
    /// reported separately.
    pub(super) fn first_line(&self, range: Range<usize>) -> &str {
        let text = self.source.text();
        let whole = text.get(range.clone()).unwrap_or_default();
        let line = whole.split_once('\n').map_or(whole, |(line, _)| line);
        let line_end = range.start + line.len();
        let mut end = line_end;
        if line.contains("\"\"\"") {
            let all = text
                .get(range.start..boundary(text, range.end.min(range.start + LONGEST_LINE)))
                .unwrap_or_default();
            let mut read = 0;
            for token in tokens(all) {
                if all.get(read..token.range.start).unwrap_or_default().contains('\n') {
                    break;
                }
                read = token.range.end;
            }
            end = range.start + read;
        }
        // `https://…` without quotes is not a comment.
        let rest = text.get(end..).unwrap_or_default();
        if line.ends_with(':') && rest.starts_with("//") {
            end += rest.find(char::is_whitespace).unwrap_or(rest.len());
        }
        let start = range.start;
        text.get(start..boundary(text, end.min(start + LONGEST_LINE))).unwrap_or_default().trim_end()
    }

    /// Whether a line opens a block that begins with days of the week.
    pub(super) fn opens_days(&self, line: Range<usize>) -> bool {
        let text = self.source.text();
        let written = text.get(line.clone()).unwrap_or_default().trim_end();
        let below = text.get(line.end..).unwrap_or_default().trim_start();
        let below = if written.ends_with('{') { Some(below) } else { below.strip_prefix('{') };
        below.is_some_and(near_miss::begins_with_days)
    }

    /// A fix that puts `because …` of `attest fact NAME because …` behind the value of that fact, if it is above.
    fn evidence_moved(&self, start: usize, line: &str, tokens: &[Token<'_>]) -> Option<Fix> {
        let name = near_miss::fact_attested(tokens)?;
        let because = tokens.get(3).filter(|token| token.is("because"))?;
        let grounds = line.get(because.range.start..)?.trim_end();
        if !reads(Rule::declaration_line, &format!("fact {name} = 1 {grounds}")) {
            return None;
        }
        let mut facts = self.ast.items.iter().filter_map(|item| match &item.declaration {
            Declaration::Fact(fact) if self.source.slice(fact.name.span.range()) == name => {
                Some((item, fact))
            }
            _ => None,
        });
        let (item, _) = facts.next().filter(|(_, fact)| fact.value.is_some() && fact.evidence.is_none())?;
        let end = item.span.range().end;
        let written = start..start + because.range.start + grounds.len();
        let lines = own_lines(self.source, written.clone()).unwrap_or(written);
        Some(Fix {
            title: format!("Put it behind the fact `{name}`"),
            edits: vec![
                Edit { span: self.span(end..end), text: format!(" {grounds}") },
                Edit { span: self.span(lines), text: String::new() },
            ],
            when: When::Always,
        })
    }

    fn word(&self, start: usize, line: &str, place: LineContext) -> Diagnostic {
        let tokens = tokens(line);
        let place_at = |range: Range<usize>| self.span(start + range.start..start + range.end);
        let fix = |instead: Rewrite| self.fix(start, line, rule_of(place), instead);
        if let Some(open) = tokens.iter().find(|token| token.kind == TokenKind::OpenString) {
            let end = open.range.start + open.text.trim_end().len();
            let closed = closes_here(open.text).then(|| vec![(end..end, "\"".to_owned())]).and_then(fix);
            let closed = closed.map(|closed| Fix { title: "Close the string".to_owned(), ..closed });
            return unterminated(open.text, place_at(open.range.clone())).fix(closed);
        }
        let (at, expected) = farthest(rule_of(place), line);
        let before = self.source.text().get(..start).unwrap_or_default();
        let before = before.rsplit('\n').next().unwrap_or_default();
        let broken = BrokenLine {
            before,
            inside: self.inside.as_ref(),
            is_first: self.ast.items.is_empty(),
            opens_days: self.opens_days(start..start + line.len()),
            ..BrokenLine::new(line, place, &tokens, at, &expected)
        };
        let found = broken.found;
        if let Some(near_miss) = near_miss::find(&broken) {
            let diagnostic = Diagnostic::new(&codes::SYNTAX, place_at(near_miss.range), near_miss.message)
                .here(near_miss.label)
                .help(near_miss.help);
            let fixes = near_miss.instead.into_iter().filter_map(fix);
            let moved = self.evidence_moved(start, line, &tokens);
            return fixes.fold(diagnostic, Diagnostic::fix).fix(moved);
        }
        let missing = found.and_then(|found| missing_sign(line, rule_of(place), found, &expected));
        let meant = missing
            .as_ref()
            .and_then(|missing| applied(line, missing))
            .filter(|meant| meant.len() <= LONGEST_SHOWN);
        let missing = missing.and_then(fix);
        let first = tokens.first().map(|token| token.text);
        // `entry` may also begin a transition, but probably means the declaration.
        let keyword = first.is_some_and(|first| near_miss::meant(first, place) == Some(first));
        let only_first =
            keyword && tokens.get(1).map(|second| &second.range) == found.map(|found| &found.range);
        let may_be_arrow = expected.contains(&Rule::arrow) || tokens.iter().any(|token| token.is("->"));
        // Behind a fact's value evidence may follow, but what stands there is something else.
        let is_behind_value = expected.contains(&Rule::end);
        let wanted = expected.iter().filter(|rule| !is_behind_value || **rule != Rule::kw_because);
        let wanted: Vec<Rule> = wanted.copied().collect();
        let expected = words::expected(&wanted, place, only_first);
        let diagnostic = match found {
            Some(token) => {
                let found = crate::diagnostics::quote(token.text);
                Diagnostic::new(
                    &codes::SYNTAX,
                    place_at(token.range.clone()),
                    format!("expected {expected}, found {found}"),
                )
            }
            None => {
                let end =
                    tokens.iter().map(|token| token.range.end).filter(|&end| end <= at).max().unwrap_or(at);
                Diagnostic::new(
                    &codes::SYNTAX,
                    place_at(end..end),
                    format!("expected {expected}, but the line ends here"),
                )
            }
        };
        let missing_is_known = missing.is_some();
        let diagnostic = diagnostic.here(format!("expected {}", words::shortest(&expected))).fix(missing);
        let option = tokens
            .iter()
            .rev()
            .find(|token| token.range.end <= at)
            // A line does not begin with an option.
            .filter(|token| token.range.start > 0)
            .and_then(|token| words::option_form(token.text));
        let arrow = may_be_arrow.then(|| words::arrow_form(place).to_owned());
        let meant = meant
            .filter(|_| missing_is_known)
            .map(|meant| format!("write `{}`", meant.trim_end_matches(['{', ' '])));
        match meant.or(option).or_else(|| words::form(first, place)).or(arrow) {
            Some(form) => diagnostic.help(form),
            None => diagnostic,
        }
    }
}

/// The wording for a line that is a near miss, regardless of its context.
pub(in crate::syntax) fn near_miss_of(line: &str, place: LineContext) -> Option<near_miss::Wording> {
    let tokens = tokens(line);
    let (at, expected) = farthest(rule_of(place), line);
    near_miss::find(&BrokenLine::new(line, place, &tokens, at, &expected))
}

/// The start of the character that contains a byte.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..4).filter_map(|back| at.checked_sub(back)).find(|&at| text.is_char_boundary(at)).unwrap_or_default()
}

/// How far the grammar got, and the rules that it expected there.
pub(super) fn farthest(rule: Rule, line: &str) -> (usize, Vec<Rule>) {
    match Grammar::parse(rule, line) {
        Ok(pairs) => (pairs.as_str().len(), vec![Rule::end]),
        Err(error) => {
            let at = match error.location {
                InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
            };
            match error.variant {
                ErrorVariant::ParsingError { positives, .. } => {
                    (at, positives.into_iter().map(words::whole).collect())
                }
                ErrorVariant::CustomError { .. } => (at, Vec::new()),
            }
        }
    }
}

/// Whether an unclosed string probably ends with its line. If a block may follow, it is unclear where the text
/// ends.
fn closes_here(text: &str) -> bool {
    // An option or a comment would not be part of the text.
    let inside = text.strip_prefix('"').unwrap_or(text);
    let is_comment = inside.contains(" //");
    option_at(inside).is_none()
        && !is_comment
        && !text.starts_with("\"\"\"")
        && !text.contains(['{', '}', ';'])
        && !text.contains("->")
}

fn unterminated(text: &str, span: Span) -> Diagnostic {
    let long = text.starts_with("\"\"\"");
    let quote = if long { "\"\"\"" } else { "\"" };
    let length = quote.len() as u32;
    let opening = Span { end: (span.start + length).min(span.end), ..span };
    let diagnostic =
        Diagnostic::new(&codes::UNTERMINATED_STRING, opening, format!("the string has no closing `{quote}`"));
    if long {
        diagnostic.here("opened here").help("close it with `\"\"\"` on a line of its own")
    } else {
        diagnostic
            .here("opened here, and the line ends before it is closed")
            .help("close it with `\"`; put a text over several lines between `\"\"\"`")
    }
}

//! Lowers opening hours, and the arms of a `decide` that ask for them.

use pest::iterators::Pair;

use super::Lower;
use super::kind::BlockLine;
use super::written_hours::{help, meant};
use crate::source::Span;
use crate::syntax::ast::{
    AskedHours, CallingPart, CallingTimes, DaySpan, Days, Declaration, Hours, HoursLine, Window,
};
use crate::syntax::grammar::Rule;

/// The lines of opening hours.
const HOURS_LINE: BlockLine = BlockLine {
    rule: Rule::hours_line,
    first: "a day such as `mon`, `open DATE` or `closed DATE`",
    form: "write days and times, as in `mon..fri 9:00..12:00, 13:00..17:00`, and for single days `open 2026-12-24 9:00..12:00` or `closed 2026-12-25, 2026-12-28..2026-12-31`, and for those of each year `closed every 12-25`; a day without a line is closed",
    meant,
    help,
};

impl Lower<'_> {
    /// `hours NAME in "ZONE" { … }`
    pub(super) fn hours(&mut self, pair: Pair<'_, Rule>) -> Option<Declaration> {
        let (mut name, mut zone) = (None, None);
        let (mut lines, mut broken) = (Vec::new(), false);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name => name = Some(self.name(&inner)),
                Rule::string => zone = Some(self.text(&inner)),
                Rule::hours_block => (lines, broken) = self.hours_block(inner),
                _ => {}
            }
        }
        Some(Declaration::Hours(Box::new(Hours { name: name?, zone, lines, broken })))
    }

    /// The lines of a block, and whether one of them did not parse.
    pub(super) fn hours_block(&mut self, pair: Pair<'_, Rule>) -> (Vec<HoursLine>, bool) {
        let (mut lines, mut broken) = (Vec::new(), false);
        let mut open = self.at(&pair);
        let mut first = None;
        let mut previous = Span { end: open.start, ..open };
        let mut over_lines = false;
        for inner in pair.into_inner() {
            let span = self.at(&inner);
            over_lines |= self.source.slice(previous.range().end..span.range().start).contains('\n');
            previous = span;
            self.continued(&inner);
            match inner.as_rule() {
                Rule::open => open = span,
                Rule::close if over_lines => self.check_open(open, first, span),
                Rule::comment => self.comment(self.trimmed(&inner)),
                Rule::doc_comment => self.doc_comment(self.trimmed(&inner)),
                Rule::weekly
                | Rule::open_day
                | Rule::closed_day
                | Rule::open_yearly
                | Rule::closed_yearly => {
                    first.get_or_insert(span);
                    lines.extend(self.hours_line(inner));
                }
                Rule::broken_hours => {
                    broken = true;
                    self.broken_block_line(&inner, &HOURS_LINE);
                }
                Rule::stray => {
                    broken = true;
                    self.report_stray(&inner, open);
                }
                Rule::unclosed => {
                    broken = true;
                    self.report_unclosed(open, span, "line");
                }
                _ => {}
            }
        }
        (lines, broken)
    }

    fn hours_line(&mut self, pair: Pair<'_, Rule>) -> Option<HoursLine> {
        let rule = pair.as_rule();
        let span = self.trimmed(&pair);
        let (mut days, mut windows) = (Vec::new(), Vec::new());
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::weekdays | Rule::dates | Rule::yearly => {
                    let is_day = |inner: &Pair<'_, Rule>| {
                        matches!(inner.as_rule(), Rule::weekday | Rule::date | Rule::month_day)
                    };
                    let mut ends = inner.into_inner().filter(is_day);
                    let first = ends.next().map(|day| self.at(&day));
                    let last = ends.next().map(|day| self.at(&day));
                    days.extend(first.map(|first| DaySpan { first, last }));
                }
                Rule::windows => {
                    let written = inner.into_inner().filter(|inner| inner.as_rule() == Rule::window);
                    windows.extend(written.filter_map(|window| self.window(window)));
                }
                _ => {}
            }
        }
        let days = match rule {
            Rule::weekly | Rule::called_days => Days::Week(days),
            Rule::open_day => Days::Open(days),
            Rule::open_yearly => Days::OpenYearly(days),
            Rule::closed_yearly => Days::ClosedYearly(days),
            _ => Days::Closed(days),
        };
        Some(HoursLine { span, days, windows })
    }

    /// The days and times at which calls are made, as a fact states them or a rule asks for them.
    pub(super) fn calling_times(&mut self, pair: Pair<'_, Rule>) -> CallingTimes {
        let span = self.trimmed(&pair);
        let parts = pair.into_inner().filter(|inner| inner.as_rule() == Rule::called_days);
        CallingTimes { span, parts: parts.filter_map(|part| self.calling_part(part)).collect() }
    }

    fn calling_part(&mut self, pair: Pair<'_, Rule>) -> Option<CallingPart> {
        let holidays = pair.clone().into_inner().find(|inner| inner.as_rule() == Rule::kw_holidays);
        let holidays = holidays.map(|word| self.at(&word));
        Some(CallingPart { line: self.hours_line(pair)?, holidays })
    }

    fn window(&self, pair: Pair<'_, Rule>) -> Option<Window> {
        let mut clocks = pair.into_inner().filter(|inner| inner.as_rule() == Rule::clock);
        let (from, to) = (clocks.next()?, clocks.next()?);
        Some(Window { from: self.at(&from), to: self.at(&to) })
    }

    /// `open HOURS` and `closed HOURS` after a `when`.
    pub(super) fn asked_hours(&mut self, when: Span, pair: Pair<'_, Rule>) -> Option<AskedHours> {
        let span = when.to(self.trimmed(&pair));
        let (mut is_open, mut name) = (false, None);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::kw_open => is_open = true,
                Rule::name => name = Some(self.name(&inner)),
                _ => {}
            }
        }
        Some(AskedHours { span, is_open, name: name? })
    }
}

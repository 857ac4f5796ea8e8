//! Lowers opening hours, and the arms of a `decide` that ask for them.

use pest::iterators::Pair;

use super::Lower;
use super::closed_in_part::closed_in_part;
use super::day_parts::{Part, is_yearly, parts};
use super::foreign_dates::unclear_date;
use super::kind::BlockLine;
use crate::source::Span;
use crate::syntax::ast::{AskedHours, DaySpan, Days, Declaration, Hours, HoursLine, Window};
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::Token;

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
                Rule::comment => self.comment(span),
                Rule::doc_comment => self.doc_comment(span),
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
            Rule::weekly => Days::Week(days),
            Rule::open_day => Days::Open(days),
            Rule::open_yearly => Days::OpenYearly(days),
            Rule::closed_yearly => Days::ClosedYearly(days),
            _ => Days::Closed(days),
        };
        Some(HoursLine { span, days, windows })
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

/// What to write where the line alone does not tell what was meant. `block` is the text of the block around it.
fn help(line: &str, block: &str) -> Option<String> {
    closed_in_part(line, block).or_else(|| unclear_date(line))
}

/// What a broken line was meant to be: `Monday-Friday 9am-5pm`, `mon-fri 9.00 - 17.00`, `2026-12-25 closed`. `None`
/// where a window would end before it begins: `9-5`.
fn meant(line: &str, _: &[Token<'_>]) -> Option<String> {
    let mut parts = parts(line)?;
    let has_closed = parts.contains(&Part::Closed);
    parts.retain(|part| !matches!(part, Part::Open | Part::Closed));
    let has_year_day = parts.iter().any(|part| matches!(part, Part::YearDay(_)));
    if is_yearly(&line.to_lowercase()) && !has_year_day {
        for part in &mut parts {
            if let Part::Date(date) = part {
                *part = Part::YearDay(date.get(5..).unwrap_or_default().to_owned());
            }
        }
    }
    let is_date = |part: &Part| matches!(part, Part::Date(_) | Part::YearDay(_));
    let of_dates = parts.iter().rposition(is_date).map_or(0, |last| last + 1);
    let of_dates: Vec<Part> = parts.drain(..of_dates).collect();
    let every = if of_dates.iter().any(|part| matches!(part, Part::YearDay(_))) { "every " } else { "" };
    // Days of each year and dates stand on lines of their own.
    if !every.is_empty() && of_dates.iter().any(|part| matches!(part, Part::Date(_))) {
        return None;
    }
    let dates = dates(&of_dates).map(|dates| format!("{every}{dates}"))?;
    let begins = match (dates.is_empty(), has_closed) {
        (false, true) => format!("closed {dates}"),
        (false, false) => format!("open {dates}"),
        (true, true) => return None,
        (true, false) => String::new(),
    };
    let mut clocks = parts.iter().filter_map(|part| match part {
        Part::Clock(minutes, is_certain) => Some((*minutes, *is_certain)),
        _ => None,
    });
    while let (Some(from), Some(to)) = (clocks.next(), clocks.next()) {
        if from.0 >= to.0 || from.1 != to.1 && to.0 <= 12 * 60 {
            return None;
        }
    }
    if has_closed {
        return parts.is_empty().then_some(begins);
    }
    let mut out = begins;
    for (index, part) in parts.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| parts.get(before));
        match part {
            Part::Days(_) | Part::Clock(..) if !matches!(before, None | Some(Part::Range | Part::Comma)) => {
                out.push(' ');
            }
            Part::Clock(..) if before.is_none() && !out.is_empty() => out.push(' '),
            _ => {}
        }
        match part {
            Part::Days(days) => out.push_str(days),
            Part::Clock(minutes, _) => out.push_str(&format!("{}:{:02}", minutes / 60, minutes % 60)),
            Part::Range => out.push_str(".."),
            Part::Comma => out.push_str(", "),
            Part::Date(_) | Part::YearDay(_) | Part::Open | Part::Closed => {}
        }
    }
    Some(out)
}

/// Dates and what stands between them, as the language writes them: `2026-12-25, 2026-12-28..2026-12-31`. `None` where
/// that is no list of dates and ranges.
fn dates(parts: &[Part]) -> Option<String> {
    let mut out = String::new();
    let mut is_range = false;
    for (index, part) in parts.iter().enumerate() {
        match (index % 2 == 0, part) {
            (true, Part::Date(date) | Part::YearDay(date)) => out.push_str(date),
            (false, Part::Comma) => (out, is_range) = (out + ", ", false),
            (false, Part::Range) if !is_range => (out, is_range) = (out + "..", true),
            _ => return None,
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_how_people_write_opening_hours() {
        for (written, own) in [
            ("Monday-Friday 9am-5pm", Some("mon..fri 9:00..17:00")),
            ("closed 12-25", Some("closed every 12-25")),
            ("closed every \"12-25\"", Some("closed every 12-25")),
            ("closed every 4.7.", Some("closed every 07-04")),
            ("closed every 24.12., 31.12.", Some("closed every 12-24, 12-31")),
            ("closed every 4.7", None),
            ("closed every 2026-12-25", Some("closed every 12-25")),
            ("closed every year 12-25", Some("closed every 12-25")),
            ("closed yearly 12/25, 01-01", Some("closed every 12-25, 01-01")),
            ("closed December 25th", Some("closed every 12-25")),
            ("closed every 12-24 to 12-26", Some("closed every 12-24..12-26")),
            ("closed every 25/12", Some("closed every 12-25")),
            ("closed every 05/12", None),
            ("closed every 12-25, 2026-12-28", None),
            ("12-25 closed", None),
            ("open every 12-24 9-12", Some("open every 12-24 9:00..12:00")),
            ("mon 09-17", Some("mon 9:00..17:00")),
            ("mon-fri 9:00-17:00", Some("mon..fri 9:00..17:00")),
            ("mon - fri: 9.00 – 17.30", Some("mon..fri 9:00..17:30")),
            ("weekdays 9-17", Some("mon..fri 9:00..17:00")),
            ("sat and sun 10am to noon", Some("sat, sun 10:00..12:00")),
            ("daily 12am-12pm", Some("mon..sun 0:00..12:00")),
            ("mon 9:00..12:00 & 1 pm..5 pm", Some("mon 9:00..12:00, 13:00..17:00")),
            ("2026-12-25 closed", Some("closed 2026-12-25")),
            ("closed 12/25/2026", Some("closed 2026-12-25")),
            ("closed 25.12.2026, 26.12.2026", Some("closed 2026-12-25, 2026-12-26")),
            ("open 2026/12/24 9:00..12:00", Some("open 2026-12-24 9:00..12:00")),
            ("closed 12/05/2026", None),
            ("holiday 2026-12-25", Some("closed 2026-12-25")),
            ("closed 2026-12-24 and 2026-12-25", Some("closed 2026-12-24, 2026-12-25")),
            ("2026-12-24 - 2026-12-26, 2026-12-31 closed", Some("closed 2026-12-24..2026-12-26, 2026-12-31")),
            ("2026-12-24 to 2026-12-26 9am - 1pm", Some("open 2026-12-24..2026-12-26 9:00..13:00")),
            ("closed 2026-12-24 2026-12-25", None),
            ("closed 2026-12-24 - 2026-12-25 - 2026-12-26", None),
            ("2026-12-24 9h-12h30", Some("open 2026-12-24 9:00..12:30")),
            ("mon..fri 20:00..midnight", Some("mon..fri 20:00..24:00")),
            ("mon 9-5", None),
            ("mon 9am-5", None),
            ("mon closed", None),
            ("lunch 12:00..13:00", None),
        ] {
            assert_eq!(meant(written, &[]).as_deref(), own, "{written}");
        }
    }
}

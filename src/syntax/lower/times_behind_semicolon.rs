//! Days and times that go on behind a `;`: `fact hours = mon..fri 9:00..17:00; sat 9:00..12:00`.

use super::Lower;
use super::written_times::written_times;
use crate::diagnostics::{Diagnostic, Edit, Fix, When};
use crate::flow::{CLOSED, HOLIDAYS, WEEKDAYS};
use crate::syntax::codes;
use crate::syntax::line::{reads, rule_of};
use crate::syntax::text_lines::code;
use crate::syntax::words::LineContext;

impl Lower<'_> {
    /// The finding for a broken piece of a line that is days and times of the piece before the `;`.
    pub(super) fn times_behind_semicolon(&self, start: usize, place: LineContext) -> Option<Diagnostic> {
        let text = self.source.text();
        // The piece itself may be the first one with times, if these have slips, too.
        let line = text.get(code(text, self.line_from(start)))?;
        let start = match line.split_once(';') {
            Some((first, more)) if is_of_times(first) && begins_like_times(more.trim_start()) => {
                start + first.len() + 1 + (more.len() - more.trim_start().len())
            }
            _ => start,
        };
        let begin = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
        let end = code(text, self.line_from(start)).end;
        if text.get(begin..start)?.trim().is_empty() {
            return self.times_in_next_line(begin, start, place);
        }
        let before = text.get(begin..start)?.trim_end().strip_suffix(';')?;
        if !begins_like_times(text.get(start..end)?) {
            return None;
        }
        // The piece that the times belong to, behind the last `;` before which there are none.
        let mut head = begin;
        for piece in before.split_inclusive(';') {
            let next = head + piece.len();
            if is_of_times(piece) {
                break;
            }
            head = next;
        }
        let statement = text.get(head..end).filter(|all| head < start && !all.contains('"'))?;
        let statement = statement.trim_end_matches(['}', ' ']);
        let lead = statement.len() - statement.trim_start().len();
        let (head, statement) = (head + lead, statement.trim_start());
        let joined = statement.replace(';', ",");
        let semicolon = begin + before.len();
        let diagnostic = Diagnostic::new(
            &codes::SYNTAX,
            self.span(semicolon..semicolon + 1),
            "days and times go on behind a `,`",
        )
        .here("a `;` ends them");
        if reads(rule_of(place), &joined) {
            let signs = statement.match_indices(';').map(|(at, _)| head + at);
            let edits = signs.map(|at| Edit { span: self.span(at..at + 1), text: ",".to_owned() });
            let fix = Fix { title: Fix::title(","), edits: edits.collect(), when: When::Always };
            return Some(diagnostic.help("write `,` in place of the `;`").fix(fix));
        }
        let at = statement.find('=').filter(|_| place == LineContext::File)? + 1;
        let meant = written_times(statement.get(at..)?).ok()?;
        let range = head + at..head + statement.len();
        let help = format!("write `{meant}`");
        Some(diagnostic.help(help).fix(Fix::write(self.span(range), format!(" {meant}"))))
    }

    /// The same for times that stand below, as the layout writes what is behind a `;`.
    fn times_in_next_line(&self, begin: usize, start: usize, place: LineContext) -> Option<Diagnostic> {
        let text = self.source.text();
        let more =
            text.get(start..code(text, self.line_from(start)).end).filter(|more| begins_like_times(more))?;
        let above = text.get(..begin)?.trim_end().len();
        let line = text.get(..above)?.rfind('\n').map_or(0, |at| at + 1);
        let end = code(text, self.line_from(line)).end.min(above);
        let statement = text.get(line..end)?.rsplit(';').next().filter(|piece| is_of_times(piece))?;
        // A comment between them would have to go somewhere.
        let is_bare = text.get(end..start)?.trim().is_empty();
        let joined = format!("{}, {}", statement.trim(), more.trim_end_matches(['}', ' ']));
        let is_read = is_bare && !joined.contains('"') && reads(rule_of(place), &joined);
        is_read.then(|| {
            let break_ = self.span(end..start);
            let edit = Edit { span: break_, text: ", ".to_owned() };
            Diagnostic::new(
                &codes::SYNTAX,
                self.span(start..start + more.len()),
                "days and times go on behind a `,`",
            )
            .here("belongs to the line above")
            .help("write it behind a `,` in the line above")
            .fix(Fix { title: Fix::title(","), edits: vec![edit], when: When::Always })
        })
    }
}

/// Whether a piece of a line may state or ask for days and times.
fn is_of_times(piece: &str) -> bool {
    piece.contains(" within ") || piece.trim_start().starts_with("fact ") && piece.contains('=')
}

/// Whether a text begins with a day, with `closed`, or with a time.
fn begins_like_times(text: &str) -> bool {
    let lower = text.to_lowercase();
    let word = lower.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
    let is_day = |word: &str| WEEKDAYS.iter().any(|day| word.starts_with(day));
    let is_clock = word.bytes().all(|byte| byte.is_ascii_digit())
        && lower.get(word.len()..).is_some_and(|rest| rest.starts_with([':', '.', '-']));
    is_day(word) || matches!(word, CLOSED | HOLIDAYS | "public" | "no") || !word.is_empty() && is_clock
}

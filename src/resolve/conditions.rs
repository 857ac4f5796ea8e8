//! Conditions: written and quoted ones are resolved to the same events.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Resolver;
use super::values::KnownValue;
use crate::condition::{ALWAYS, KEY};
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::flow::{Alternative, Event, EventId, is_key};
use crate::source::Span;
use crate::spelling::display_string;
use crate::syntax::ast;
use crate::syntax::text::{Piece, pieces};
use crate::table::Table;

/// How many keys a range may have.
const MAX_RANGE: u64 = 1000;
/// How many keys all ranges of a flow together may have.
pub const MAX_IN_RANGES: u64 = 1_000_000;

/// Events by how they are written.
#[derive(Default)]
pub struct Interner {
    pub events: Table<EventId, Event>,
    keys: FxHashMap<Box<str>, EventId>,
    words: FxHashMap<Box<str>, EventId>,
    /// The outcomes of declared kinds.
    declared: FxHashSet<Box<str>>,
}

impl Interner {
    fn key(&mut self, key: &str) -> EventId {
        if let Some(&id) = self.keys.get(key) {
            return id;
        }
        let id = self.events.push(crate::condition::key(key));
        self.keys.insert(key.into(), id);
        id
    }

    /// Makes a word an outcome of a declared kind.
    pub fn declare(&mut self, outcome: &str) {
        self.declared.insert(outcome.into());
    }

    /// The event of a word, or of a piece of a quoted condition.
    pub fn event(&self, word: &str) -> Event {
        if self.declared.contains(word) {
            crate::condition::declared(word)
        } else {
            crate::condition::event(word)
        }
    }

    fn word(&mut self, word: &str) -> EventId {
        if let Some(&id) = self.words.get(word) {
            return id;
        }
        let id = self.events.push(self.event(word));
        self.words.insert(word.into(), id);
        id
    }

    /// The event of a piece of a quoted condition: a key if it spells one.
    fn raw(&mut self, piece: &str) -> EventId {
        match piece.strip_prefix(KEY) {
            Some(key) if is_key(key) => self.key(key),
            _ => self.word(piece),
        }
    }
}

/// A resolved condition.
pub struct Read {
    /// The alternatives. Without any, the condition takes everything.
    pub alternatives: Vec<Alternative>,
    /// Whether the condition is quoted.
    pub raw: bool,
    /// Whether one of its ranges is invalid, so that it may take other keys.
    pub broken: bool,
}

/// The help for a range with too many keys.
fn too_many(first: &str, last: &str, steps: u64) -> String {
    let digits = last.len();
    let all = first.len() == digits
        && first.bytes().all(|byte| byte == b'0')
        && last.bytes().all(|byte| byte == b'9');
    let what = if all { format!("any {digits} digits") } else { "so many".to_owned() };
    format!(
        "a range has at most {MAX_RANGE} keys, and this one has {}; for {what} write in quotes a condition that your platform knows: `on \"CONDITION\" -> NODE`",
        u128::from(steps) + 1
    )
}

impl Resolver<'_> {
    pub(super) fn condition(&mut self, condition: &ast::Condition) -> Read {
        let mut read = Read {
            alternatives: Vec::with_capacity(condition.alternatives.len()),
            raw: false,
            broken: false,
        };
        for &alternative in &condition.alternatives {
            match alternative {
                ast::Alternative::Key(span) => {
                    let event = self.conditions.key(self.sources.text(span));
                    read.alternatives.push(Alternative { event, span });
                }
                ast::Alternative::Outcome(span) => {
                    let event = self.conditions.word(self.sources.text(span));
                    read.alternatives.push(Alternative { event, span });
                }
                ast::Alternative::Range(from, to) => {
                    read.broken |= !self.range(from, to, &mut read.alternatives);
                }
                ast::Alternative::Raw(text) => {
                    read.raw = true;
                    self.raw_condition(text, &mut read.alternatives);
                }
            }
        }
        read
    }

    /// Adds the keys of a range. Returns `false` if the range is invalid.
    fn range(&mut self, from: Span, to: Span, alternatives: &mut Vec<Alternative>) -> bool {
        let (first, last) = (self.sources.text(from), self.sources.text(to));
        let span = from.to(to);
        let numbers = first.parse::<u64>().ok().zip(last.parse::<u64>().ok());
        let padded = first.starts_with('0') && first.len() > 1;
        let problem = match numbers {
            None => Some((
                "a range runs from one number to another",
                "write the keys one by one, as in `* | #`".to_owned(),
                None,
            )),
            Some((a, b)) if a > b => {
                let reversed = format!("{last}..{first}");
                Some(("the range runs backwards", format!("write `{reversed}`"), Some(reversed)))
            }
            Some((a, b)) if b - a >= MAX_RANGE => {
                Some(("the range has too many keys", too_many(first, last, b - a), None))
            }
            Some((_, b)) if padded && first.len() != last.len() => {
                // The first key shows how many digits a shorter last key should have. A longer one may be
                // intended.
                let width = first.len();
                let meant = (last.len() < width).then(|| format!("{first}..{b:0width$}"));
                let help = "write both with the same number of digits, as in `01..12`".to_owned();
                Some(("the ends of the range have different lengths", help, meant))
            }
            Some(_) => None,
        };
        if let Some((message, help, meant)) = problem {
            let diagnostic = Diagnostic::new(&crate::syntax::codes::SYNTAX, span, message)
                .here("not a range of keys")
                .help(help)
                .fix(meant.map(|meant| Fix::write(span, meant)));
            self.diagnostics.push(diagnostic);
            self.range_ends(from, to, alternatives);
            return false;
        }
        let Some((a, b)) = numbers else { return false };
        let Some(remaining) = self.range_budget.checked_sub(b - a + 1) else {
            let diagnostic = Diagnostic::new(
                &crate::syntax::codes::TOO_LARGE,
                span,
                "the ranges stand for more keys than a flow can have",
            )
            .here(format!("more than {MAX_IN_RANGES} keys, with all ranges before it"))
            .help("write fewer or shorter ranges");
            self.diagnostics.push(diagnostic);
            self.range_ends(from, to, alternatives);
            return false;
        };
        self.range_budget = remaining;
        let width = if padded { first.len() } else { 0 };
        for key in a..=b {
            let event = self.conditions.key(&format!("{key:0width$}"));
            alternatives.push(Alternative { event, span });
        }
        true
    }

    /// Adds the ends of an invalid range: without any key the branch would take everything.
    fn range_ends(&mut self, from: Span, to: Span, alternatives: &mut Vec<Alternative>) {
        let (first, last) = (self.sources.text(from), self.sources.text(to));
        for (span, key) in [(from, first), (to, last)].into_iter().take(if first == last { 1 } else { 2 }) {
            let event = self.conditions.key(key);
            alternatives.push(Alternative { event, span });
        }
    }

    fn raw_condition(&mut self, text: ast::Text, alternatives: &mut Vec<Alternative>) {
        let mut value = String::new();
        let mut inserted = None;
        pieces(self.sources.text(text.span), |piece| match piece {
            Piece::Plain(text, _) => value.push_str(text),
            Piece::Escaped(character, _) => value.push(character),
            // Escapes apply in a quoted condition, insertions do not.
            Piece::Insert(name, range) => {
                inserted.get_or_insert((name, range));
            }
            Piece::Bad(..) => {}
        });
        if let Some((name, range)) = inserted {
            // The values that this was meant to insert.
            let meant: Vec<_> =
                self.scopes.rows().iter().filter_map(|scope| scope.values.get(name).copied()).collect();
            let value = match meant.as_slice() {
                // A single known value can be written out.
                &[id] => match &self.values[id].known {
                    Some(KnownValue::Text(known)) if known.contacts.is_empty() && !known.has_gaps => {
                        Some(display_string(&known.text))
                    }
                    _ => None,
                },
                _ => None,
            };
            // With the name of a value, the characters themselves are not meant.
            let is_declared = !meant.is_empty();
            for id in meant {
                self.values[id].used = true;
            }
            let literal = self.sources.text(text.span);
            let from = range.start
                - 2
                - literal
                    .get(..range.start)
                    .map_or(0, |before| before.len() - before.trim_end_matches(' ').len());
            let start = text.span.range().start;
            let span = Span::new(text.span.file, start + from, start + range.end + 1);
            self.diagnostics.push(
                Diagnostic::new(
                    &crate::syntax::codes::BAD_ESCAPE,
                    span,
                    format!(
                        "nothing can be inserted into a quoted condition: {}",
                        quote(self.sources.text(span))
                    ),
                )
                .here("this is sent to the platform unchanged")
                .help("write the whole condition yourself, or `\\${` for the characters themselves")
                .fix(
                    value.and_then(|value| {
                        Some(Fix::write(span, value.strip_prefix('"')?.strip_suffix('"')?))
                    }),
                )
                .fix((!is_declared).then(|| {
                    let title = format!("Write `\\{}`", self.sources.text(span));
                    Fix::new(title, Span { end: span.start, ..span }, "\\")
                })),
            );
        }
        if value == ALWAYS {
            return;
        }
        for piece in value.split('|') {
            let event = self.conditions.raw(piece);
            alternatives.push(Alternative { event, span: text.span });
        }
    }
}

//! What people write when they mean something that the language spells differently. Each near miss is a function in a
//! list of [`known`], and the first that recognizes a line decides its wording.

mod about_policies;
mod again;
mod again_words;
mod beside_nodes;
mod bounds;
mod calling_times;
mod characters;
mod choices;
mod comparisons;
mod conditions;
mod decide;
mod decide_words;
mod dispositions;
mod entry_length;
mod evidence;
mod exits;
mod expects;
mod fact_conditions;
mod facts;
mod field_values;
mod fields;
mod foreign;
mod hours;
mod includes;
mod insertions;
mod known;
mod limits;
mod node_lines;
mod order;
mod patterns;
mod policies;
mod policy_headers;
mod prompts;
mod quoted_conditions;
mod rule_words;
mod rules;
mod scripts;
mod selectors;
mod several_comparisons;
mod signs;
mod starts;
mod stated_facts;
mod statements;
mod test_lines;
mod texts;
mod together;
mod typed_values;
mod words;
mod written_values;

pub use decide::NOT_COMPARED;
pub use evidence::fact_attested;
pub use facts::{as_duration, duration_of};
pub use field_values::find as behind_with;
pub use fields::of_prompt;
pub use foreign::meant;
pub use hours::{begins_with_days, is_foreign_header};
pub use node_lines::{is_sign, kind_first};
pub use policies::rule_to_name;
pub use scripts::in_header as script_in_header;
pub use words::{is_foreign_kind, is_jump};

use std::ops::Range;

use super::grammar::Rule;
use super::tokens::{Kind, Token};
use super::words::LineContext;
use crate::flow::{self, Outcome};

/// A line that did not parse.
pub struct BrokenLine<'a> {
    /// Its text.
    pub line: &'a str,
    /// The text before it on the same line.
    pub before: &'a str,
    /// Its tokens.
    pub tokens: &'a [Token<'a>],
    /// How far the grammar got.
    pub at: usize,
    /// The token that the grammar did not expect. `None` at the end of the line.
    pub found: Option<&'a Token<'a>>,
    /// The context of the line.
    pub place: LineContext,
    /// The rules that the grammar expected.
    pub expected: &'a [Rule],
    /// The block around the line.
    pub inside: Option<&'a EnclosingBlock>,
    /// Whether there is no declaration above it in the file.
    pub is_first: bool,
    /// Whether a block begins below it with days of the week.
    pub opens_days: bool,
}

/// A node's block, for the wording of a line in it.
#[derive(Debug, Clone)]
pub struct EnclosingBlock {
    /// The node's kind.
    pub kind: flow::Kind,
    /// The outcomes that branches of the block take.
    pub taken: Vec<Outcome>,
    /// Whether the block has a branch that parses.
    pub branches: bool,
}

impl EnclosingBlock {
    /// The outcomes that the node must handle but no branch takes.
    fn unhandled(&self) -> impl Iterator<Item = &'static str> {
        let unhandled = self.kind.usual_outcomes().iter().filter(|outcome| !self.taken.contains(outcome));
        unhandled.map(|outcome| outcome.word())
    }
}

/// The wording of a near miss.
pub struct Wording {
    /// The piece of the line that is wrong.
    pub range: Range<usize>,
    /// What happened.
    pub message: String,
    /// The label of that piece.
    pub label: String,
    /// What to write instead.
    pub help: String,
    /// Rewrites that fix the line, the likeliest first.
    pub instead: Vec<Rewrite>,
}

/// Pieces of a line, with the text to write in their place.
pub type Rewrite = Vec<(Range<usize>, String)>;

impl Wording {
    /// Offers to write a text in place of the piece that is wrong.
    fn instead(self, text: impl Into<String>) -> Option<Self> {
        let range = self.range.clone();
        self.instead_of(range, text)
    }

    /// Adds a text for another piece of the line to the last rewrite.
    fn instead_of(mut self, range: Range<usize>, text: impl Into<String>) -> Option<Self> {
        match self.instead.last_mut() {
            Some(pieces) => pieces.push((range, text.into())),
            None => self.instead.push(vec![(range, text.into())]),
        }
        Some(self)
    }

    /// Offers another text for the piece that is wrong, as an alternative.
    fn or_instead(mut self, text: impl Into<String>) -> Option<Self> {
        self.instead.push(vec![(self.range.clone(), text.into())]);
        Some(self)
    }

    /// Adds a text for each of some tokens to the last rewrite.
    fn instead_of_each<'t>(
        self,
        mut tokens: impl Iterator<Item = &'t Token<'t>>,
        text: impl Fn(&'t Token<'t>) -> String,
    ) -> Option<Self> {
        tokens.try_fold(self, |wording, token| wording.instead_of(token.range.clone(), text(token)))
    }
}

type NearMiss = fn(&BrokenLine<'_>) -> Option<Wording>;

/// The wording of the first near miss that recognizes a line.
pub fn find(broken: &BrokenLine<'_>) -> Option<Wording> {
    let known = if broken.place == LineContext::Policy { known::OF_RULES } else { known::NEAR_MISSES };
    known.iter().find_map(|near_miss| near_miss(broken))
}

impl<'a> BrokenLine<'a> {
    /// A line without context.
    pub fn new(
        line: &'a str,
        place: LineContext,
        tokens: &'a [Token<'a>],
        at: usize,
        expected: &'a [Rule],
    ) -> Self {
        let found = tokens.iter().find(|token| token.range.end > at);
        Self {
            line,
            before: "",
            tokens,
            at,
            found,
            place,
            expected,
            inside: None,
            is_first: false,
            opens_days: false,
        }
    }

    fn token(&self, index: usize) -> Option<&'a Token<'a>> {
        self.tokens.get(index)
    }

    fn first(&self) -> Option<&'a Token<'a>> {
        self.token(0)
    }

    /// The token before the one that the grammar did not expect.
    fn before_found(&self) -> Option<&'a Token<'a>> {
        self.tokens.iter().rev().find(|token| token.range.end <= self.at)
    }

    /// The token after another one.
    fn after(&self, token: &Token<'_>) -> Option<&'a Token<'a>> {
        self.tokens.iter().find(|next| next.range.start >= token.range.end)
    }

    /// The equal tokens from this one on, since the same mistake is usually made everywhere in a line.
    fn alike(&self, token: &Token<'a>) -> impl Iterator<Item = &'a Token<'a>> {
        let (text, start) = (token.text, token.range.start);
        self.tokens.iter().filter(move |other| other.range.start >= start && other.text == text)
    }

    /// A piece of the line with the blanks around it.
    fn with_blanks(&self, range: Range<usize>) -> Range<usize> {
        let blank = [' ', '\t'];
        let before = self.line.get(..range.start).unwrap_or_default();
        let after = self.line.get(range.end..).unwrap_or_default();
        before.trim_end_matches(blank).len()..self.line.len() - after.trim_start_matches(blank).len()
    }

    /// A token with the blanks after it, to take out.
    fn with_blanks_after(&self, token: &Token<'_>) -> Range<usize> {
        token.range.start..self.with_blanks(token.range.clone()).end
    }

    /// The parts of the line after the first tokens that begin with one of some words, sorted in the order of these words.
    fn in_order(&self, words: &[&str], first: usize) -> Option<(Range<usize>, String)> {
        let whole = self.line.trim_end().len();
        let begins_part = |token: &&Token<'_>| token.kind == Kind::Word && words.contains(&token.text);
        let begins: Vec<&Token<'_>> = self.tokens.iter().skip(first).filter(begins_part).collect();
        let ends = begins.iter().skip(1).map(|next| next.range.start).chain([whole]);
        let mut parts: Vec<(Option<usize>, &str)> = Vec::new();
        for (word, end) in begins.iter().zip(ends) {
            let place = words.iter().position(|other| *other == word.text);
            parts.push((place, self.line.get(word.range.start..end)?.trim()));
        }
        parts.sort_by_key(|&(place, _)| place);
        let in_order: Vec<&str> = parts.into_iter().map(|(_, text)| text).collect();
        Some((begins.first()?.range.start..whole, in_order.join(" ")))
    }

    /// The place of a missing part: the unexpected token, or the end of the line.
    fn here(&self) -> Range<usize> {
        match self.found {
            Some(found) => found.range.clone(),
            None => {
                let end = self.tokens.last().map_or(self.at, |last| last.range.end);
                end..end
            }
        }
    }

    /// The word for what a rule demands, which follows `warn` and `NAME:`.
    fn form(&self) -> Option<&'a Token<'a>> {
        let is_colon = |index| self.token(index).is_some_and(|token| token.is(":"));
        let start = usize::from(self.first()?.is("warn") && !is_colon(1) && self.token(1).is_some());
        self.token(if is_colon(start + 1) { start + 2 } else { start })
    }

    fn expects(&self, rule: Rule) -> bool {
        self.expected.contains(&rule)
    }
}

fn fix(
    token: &Token<'_>,
    message: impl Into<String>,
    label: impl Into<String>,
    help: impl Into<String>,
) -> Option<Wording> {
    Some(Wording {
        range: token.range.clone(),
        message: message.into(),
        label: label.into(),
        help: help.into(),
        instead: Vec::new(),
    })
}

fn kinds() -> impl Iterator<Item = &'static str> {
    flow::Kind::ALL.iter().map(|kind| kind.word())
}

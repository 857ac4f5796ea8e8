//! What people write when they mean something that the language spells differently. Each near miss is a function in
//! [`NEAR_MISSES`] or [`OF_RULES`], and the first that recognizes a line decides its wording.

mod again;
mod again_words;
mod beside_nodes;
mod characters;
mod choices;
mod comparisons;
mod conditions;
mod decide;
mod decide_words;
mod dispositions;
mod exits;
mod expects;
mod facts;
mod field_values;
mod fields;
mod foreign;
mod hours;
mod includes;
mod insertions;
mod limits;
mod node_lines;
mod order;
mod patterns;
mod policies;
mod prompts;
mod rules;
mod selectors;
mod signs;
mod stated_facts;
mod statements;
mod test_lines;
mod texts;
mod together;
mod words;
mod written_values;

pub use decide::NOT_COMPARED;
pub use facts::{as_duration, duration_of};
pub use field_values::find as behind_with;
pub use fields::of_prompt;
pub use foreign::meant;
pub use hours::{begins_with_days, is_foreign_header};
pub use node_lines::{is_sign, kind_first};
pub use policies::rule_to_name;
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

/// The near misses of declarations and statements. The first that recognizes a line decides its wording, so those that
/// consider more of a line come before those that look at one word or sign. Within a group, the order matters only
/// where a comment says so.
const NEAR_MISSES: &[NearMiss] = &[
    // Values, patterns and conditions as other languages write them. They come first: their letters and
    // signs look odd one by one.
    facts::longer_value,
    // A sign of another script stands for the plain one wherever it is.
    characters::full_width,
    // The line of an `include`, whose words and signs mean something else in other lines.
    includes::value,
    includes::value_sign,
    includes::speaker,
    includes::separator,
    includes::brackets,
    includes::missing_as,
    includes::misspelt_with,
    includes::last_comma,
    field_values::of_own,
    // Before what their signs mean in lists and comparisons.
    dispositions::declared,
    dispositions::name,
    dispositions::before_condition,
    dispositions::in_a_chain,
    dispositions::before_arrow,
    dispositions::in_test,
    dispositions::equals,
    dispositions::as_statement,
    // Before the comparisons that stand in quoted conditions, and before what `else` and `default` mean elsewhere.
    hours::without_when,
    hours::asked,
    hours::several,
    hours::header,
    hours::foreign_header,
    // Before the parts behind it.
    test_lines::name,
    hours::time_of_test,
    test_lines::missing_on,
    test_lines::signs,
    test_lines::reported,
    test_lines::event,
    comparisons::in_header,
    comparisons::without_name,
    comparisons::without_sign,
    decide::name_in_signs,
    written_values::decimal,
    written_values::pattern,
    written_values::parted_sign,
    conditions::nothing,
    conditions::negated,
    conditions::in_list,
    conditions::range,
    conditions::turned,
    conditions::function,
    decide::comparison,
    decide::several_comparisons,
    decide::either_comparison,
    decide::empty_when,
    decide::known_in_test,
    decide::otherwise,
    decide::set,
    decide::sum,
    decide::value_of_var,
    prompts::further_attempt,
    node_lines::name_first,
    node_lines::tag_first,
    node_lines::called,
    node_lines::exception_last,
    node_lines::into_with_signs,
    node_lines::backticks,
    statements::goes_on_behind_semicolon,
    // Before ranges, since `[1-9][0-9]` contains one.
    patterns::pattern,
    patterns::open_range,
    signs::range_sign,
    insertions::insertion,
    choices::word_before_key,
    // Before other comparisons, since for a key the key alone is enough.
    choices::compared_key,
    choices::negation,
    choices::second_condition,
    choices::comparison,
    choices::control_word,
    signs::sign_alone,
    // Characters that the language does not use. Later near misses would take the word around them for a misspelt
    // one. The first two know what such a character was meant to be.
    // Before comments, which begin with `#` elsewhere.
    fields::end_key,
    characters::odd_first_letter,
    characters::stray_bracket,
    characters::odd_character,
    characters::foreign_comment,
    characters::stray_brace,
    characters::odd_name,
    characters::parenthesis,
    node_lines::list_sign,
    // Policies, facts, waivers, attestations and tests. Their words and signs mean something else in other lines.
    signs::equals_after_keyword,
    policies::rule_outside,
    policies::declaration_inside_block,
    policies::policy_header,
    policies::apply,
    policies::decided_rule,
    stated_facts::stated,
    facts::date,
    policies::decision_part,
    facts::value,
    test_lines::inside_block,
    test_lines::events_last,
    test_lines::several_events,
    // Before two statements on one line, and before what the words `else` and `again` mean alone.
    again::in_a_chain,
    again::before_condition,
    again::word_after_number,
    again::arrow_after_else,
    again_words::range,
    again_words::other_words,
    again_words::before_arrow,
    again::between,
    again::missing_word,
    again::target_or_number,
    again::no_else,
    again::else_alone,
    // Lines whose parts are right, but in another order, another place, or other words.
    statements::condition_before_arrow,
    insertions::joined,
    order::doubled,
    exits::missing_with,
    exits::binding_sign,
    exits::more_than_name,
    exits::several_names,
    exits::word_before_name,
    together::statements,
    order::kind_parts,
    order::quoted_keyword,
    order::argument_last,
    statements::node_inside_block,
    statements::node_behind_arrow,
    words::transition_in_words,
    statements::catch_all,
    choices::jump,
    texts::speaker_of_file,
    fields::as_statement,
    foreign::kind_of_node,
    // Before `alone_in_block`, since `hangup` is not a value.
    foreign::end_of_call,
    insertions::alone_in_block,
    order::block_of_every,
    order::swapped,
    // Before `value_alone`, since it knows the include that the value belongs to.
    statements::continued_with,
    statements::value_alone,
    // Misspelt first words. Later near misses may rely on the first word.
    words::misspelt_word,
    words::misspelt_kind,
    // Statements that lack a part or are in the wrong place.
    statements::missing_on,
    statements::statement_outside_block,
    statements::transition_inside_block,
    statements::missing_name,
    beside_nodes::branch_beside_node,
    beside_nodes::action_beside_node,
    statements::second_kind,
    statements::every_chain,
    statements::every_kinds,
    statements::block_inside_block,
    statements::arrow_first,
    texts::string_first,
    // Signs. The value of an option comes before the colon in it.
    signs::option_value_sign,
    signs::other_arrow,
    signs::comma_for_bar,
    signs::several_targets,
    signs::colon,
    signs::second_with,
    signs::with_without_prefix,
    signs::with_braces,
    signs::pick_without_sign,
    // Texts and options. The last two only know that something cannot be where it is.
    texts::raw_among_alternatives,
    texts::quoted_node,
    texts::speaker,
    texts::quote_in_text,
    texts::second_text,
    fields::option,
    fields::before_text,
    words::misspelt_option,
    texts::not_a_duration,
    texts::unquoted_text,
    order::open_range,
    order::sign_too_many,
];

/// The near misses of a policy's rules, in the same way.
const OF_RULES: &[NearMiss] = &[
    // `expects` has its own form, which looks like a comparison.
    expects::expects,
    // Lines with more than one rule, or with something other than a rule.
    order::doubled,
    together::statements,
    policies::declaration_inside_block,
    rules::arrow,
    facts::longer_value,
    rules::duty,
    insertions::insertion,
    // Characters that the language does not use.
    characters::odd_first_letter,
    characters::stray_bracket,
    characters::odd_character,
    characters::foreign_comment,
    // The rule's beginning. Later near misses rely on its form.
    rules::head,
    rules::unknown_form,
    characters::odd_name,
    // Facts, dates and limits, whose numbers and words are not selectors.
    facts::comparison,
    facts::value,
    facts::date,
    limits::limit,
    signs::range_sign,
    rules::every_path,
    rules::condition_of_many,
    // Before what a sign and a text mean in other selectors.
    dispositions::name,
    // Selectors: first other spellings, then missing parts, then unknown words.
    selectors::condition,
    selectors::join_sign,
    selectors::negation,
    selectors::tag_apart,
    selectors::node_sign,
    selectors::missing,
    selectors::unknown_pick,
    texts::quoted_node,
    selectors::side_by_side,
    // The rule's end, if everything before it is right.
    rules::reach,
    facts::order,
    rules::clause,
    rules::sign,
];

/// The wording of the first near miss that recognizes a line.
pub fn find(broken: &BrokenLine<'_>) -> Option<Wording> {
    let known = if broken.place == LineContext::Policy { OF_RULES } else { NEAR_MISSES };
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

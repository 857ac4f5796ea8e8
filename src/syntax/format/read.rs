//! Reads statements and comments from text, with the white space between them.

use pest::Parser;
use pest::iterators::Pair;

use crate::syntax::continued::INDENTATION;
use crate::syntax::grammar::{Grammar, Rule, goes_on};
use crate::syntax::words::{DECLARATION_FACTS, Paragraph};

/// The largest width of a line with a block of several statements, in characters. A single statement may be longer,
/// since it would not be shorter on a line of its own.
const WIDTH: usize = 100;

/// A file for the layout.
pub struct File<'t> {
    /// Whether it begins with a byte-order mark.
    pub mark: bool,
    /// Whether most of its lines end in CRLF.
    pub crlf: bool,
    /// Declarations and comments.
    pub entries: Vec<LayoutEntry<'t>>,
}

/// A statement or a comment.
pub struct LayoutEntry<'t> {
    /// The gap before it.
    pub gap: Gap,
    pub what: EntryContent<'t>,
}

pub enum EntryContent<'t> {
    Statement(Statement<'t>),
    Comment {
        /// From its first slash to its last non-blank character.
        text: &'t str,
        /// Whether it is a doc comment.
        doc: bool,
    },
}

/// The gap between two entries.
#[derive(Clone, Copy)]
pub struct Gap {
    /// The number of line breaks.
    pub breaks: usize,
    /// Whether it has a `;`.
    pub joined: bool,
}

impl Gap {
    /// Whether a doc comment before it belongs to the entry after it.
    pub fn continues_doc_comment(self) -> bool {
        self.breaks == 1 && !self.joined
    }
}

/// A declaration, a rule, or a statement of a node.
pub struct Statement<'t> {
    pub paragraph: Paragraph,
    /// Whether it is an `apply`, which may be directly below its policy.
    pub applies: bool,
    /// Its tokens with the spaces between them, and its block if that stays on the line.
    pub text: String,
    /// The places in the text where it goes on in the next line.
    pub breaks: Vec<usize>,
    /// The block if it takes several lines.
    pub block: Option<Block<'t>>,
}

pub struct Block<'t> {
    /// Whether doc comments in it belong to the next line, as in a policy and a declared kind.
    pub has_docs: bool,
    pub entries: Vec<LayoutEntry<'t>>,
    /// Whether it was written on one line.
    on_one_line: bool,
}

/// The paragraph that a declaration belongs to. Nodes and transitions are the graph.
fn paragraph(rule: Rule) -> Paragraph {
    let facts = DECLARATION_FACTS.iter().find(|facts| facts.rule == rule);
    facts.map_or(Paragraph::Graph, |facts| facts.paragraph)
}

/// Reads a file that has no syntax errors.
pub fn file(text: &str) -> File<'_> {
    let mark = text.starts_with('\u{FEFF}');
    let start = if mark { '\u{FEFF}'.len_utf8() } else { 0 };
    let mut reader = Reader { text, base: start, end: start, breaks: 0, crlf: 0 };
    let mut entries = Vec::new();
    loop {
        let rest = text.get(reader.base..).unwrap_or_default();
        let lines = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        reader.base += rest.len() - lines.len();
        let pair = Grammar::parse(Rule::lines, lines).ok().and_then(|mut pairs| pairs.next());
        let Some(pair) = pair else { break };
        let length = pair.as_span().end();
        entries.extend(pair.into_inner().map(|line| reader.entry(line)));
        reader.base += length.max(1);
    }
    // The line breaks after the last line.
    reader.gap(text.len());
    if reader.breaks == 0 {
        // Only strings may have line breaks then.
        reader.crlf = usize::from(text.contains("\r\n"));
    }
    File { mark, crlf: reader.crlf * 2 > reader.breaks, entries }
}

struct Reader<'t> {
    text: &'t str,
    /// The offset in the text of the part that pest was given.
    base: usize,
    /// The end of the part that was read last.
    end: usize,
    /// The number of line breaks outside strings so far, and how many of them are CRLF.
    breaks: usize,
    crlf: usize,
}

impl<'t> Reader<'t> {
    fn entry(&mut self, pair: Pair<'t, Rule>) -> LayoutEntry<'t> {
        let gap = self.gap(self.base + pair.as_span().start());
        let rule = pair.as_rule();
        let what = if matches!(rule, Rule::comment | Rule::doc_comment) {
            let text = pair.as_str().trim_end_matches([' ', '\t', '\r', '\n']);
            self.end += text.len();
            EntryContent::Comment { text, doc: rule == Rule::doc_comment }
        } else {
            EntryContent::Statement(self.statement(pair))
        };
        LayoutEntry { gap, what }
    }

    /// The gap between the current place and another, and moves to that.
    fn gap(&mut self, to: usize) -> Gap {
        let between = self.text.get(self.end..to).unwrap_or_default();
        self.end = to;
        let breaks = between.matches('\n').count();
        self.breaks += breaks;
        self.crlf += between.matches("\r\n").count();
        Gap { breaks, joined: between.contains(';') }
    }

    fn statement(&mut self, pair: Pair<'t, Rule>) -> Statement<'t> {
        let rule = pair.as_rule();
        let mut statement = Statement {
            paragraph: paragraph(rule),
            applies: rule == Rule::apply,
            text: String::new(),
            breaks: Vec::new(),
            block: None,
        };
        let mut last = None;
        self.tokens(pair, rule, &mut last, &mut statement);
        statement.put_on_one_line();
        statement
    }

    /// Adds the tokens of a part of a statement: rules without inner rules. No rule of the grammar contains itself,
    /// so the recursion is only a few levels deep.
    fn tokens(
        &mut self,
        pair: Pair<'t, Rule>,
        parent: Rule,
        last: &mut Option<(Rule, Rule)>,
        statement: &mut Statement<'t>,
    ) {
        let rule = pair.as_rule();
        if matches!(rule, Rule::block | Rule::policy_block | Rule::kind_block | Rule::hours_block) {
            statement.block = Some(self.block(pair));
            return;
        }
        let start = self.base + pair.as_span().start();
        if goes_on(rule) {
            return self.sign(pair, parent, last, statement);
        }
        // A rule with lookahead also takes the blanks before it.
        let written = pair.as_str().trim_end_matches([' ', '\t']);
        let mut is_token = true;
        let inner: Vec<Pair<'t, Rule>> = match rule {
            Rule::test => time_first(pair),
            _ => pair.into_inner().collect(),
        };
        for inner in inner {
            is_token = false;
            self.tokens(inner, rule, last, statement);
        }
        if is_token {
            if last.is_some_and(|last| is_spaced(last, rule)) {
                statement.text.push(' ');
            }
            statement.text.push_str(written);
            *last = Some((rule, parent));
            self.end = start + written.len();
        }
    }

    /// Adds a token with which a statement may go on in the next line, and the comments there.
    fn sign(
        &mut self,
        pair: Pair<'t, Rule>,
        parent: Rule,
        last: &mut Option<(Rule, Rule)>,
        statement: &mut Statement<'t>,
    ) {
        let rule = pair.as_rule();
        let written = pair.as_str();
        if last.is_some_and(|last| is_spaced(last, rule)) {
            statement.text.push(' ');
        }
        statement.text.push_str(written.split([' ', '\t', '\r', '\n', '/']).next().unwrap_or_default());
        *last = Some((rule, parent));
        if written.contains('\n') {
            let mut first = statement.text.len();
            for comment in pair.clone().into_inner() {
                let above = written.get(..comment.as_span().start() - pair.as_span().start());
                if above.is_some_and(|above| !above.contains('\n')) {
                    statement.text.push(' ');
                } else {
                    statement.breaks.push(first);
                }
                statement.text.push_str(comment.as_str().trim_end_matches([' ', '\t', '\r', '\n']));
                first = statement.text.len();
            }
            statement.breaks.push(first);
            *last = None;
            self.breaks += written.matches('\n').count();
            self.crlf += written.matches("\r\n").count();
        }
        self.end = self.base + pair.as_span().end();
    }

    fn block(&mut self, pair: Pair<'t, Rule>) -> Block<'t> {
        let has_docs = pair.as_rule() != Rule::block;
        let breaks = self.breaks;
        let mut entries = Vec::new();
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::open | Rule::close => {
                    self.gap(self.base + inner.as_span().start());
                    self.end = self.base + inner.as_span().end();
                }
                _ => entries.push(self.entry(inner)),
            }
        }
        Block { has_docs, entries, on_one_line: self.breaks == breaks }
    }
}

/// The parts of a test, with the time of its call before what is known on it.
fn time_first(test: Pair<'_, Rule>) -> Vec<Pair<'_, Rule>> {
    let mut parts: Vec<Pair<'_, Rule>> = test.into_inner().collect();
    let place = |parts: &[Pair<'_, Rule>], rule| parts.iter().position(|part| part.as_rule() == rule);
    let (with, at) = (place(&parts, Rule::kw_with), place(&parts, Rule::kw_at));
    if let (Some(with), Some(at)) = (with, at)
        && let Some(moved) = parts.get_mut(with..at + 2).filter(|_| with < at)
    {
        moved.rotate_right(2);
    }
    parts
}

/// Whether there is a space between a token, which is part of `parent`, and the next one.
fn is_spaced((token, parent): (Rule, Rule), next: Rule) -> bool {
    let picks = token == Rule::equals && matches!(parent, Rule::exception | Rule::picked);
    !picks
        && !matches!(token, Rule::dots | Rule::slash | Rule::opening | Rule::open_list)
        && !matches!(
            next,
            Rule::dots
                | Rule::slash
                | Rule::closing
                | Rule::close_list
                | Rule::comma
                | Rule::colon
                | Rule::of_type
        )
}

impl Statement<'_> {
    /// Puts the block on the line if it was written there or is empty, and if it fits.
    fn put_on_one_line(&mut self) {
        let Some(block) = &self.block else { return };
        let Some(inside) = block.line() else { return };
        let line = if inside.is_empty() { " {}".to_owned() } else { format!(" {{ {inside} }}") };
        let from = self.breaks.last().copied().unwrap_or_default();
        let before = self.text.get(from..).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
        let indentation = if from > 0 { INDENTATION.len() } else { 0 };
        let width = indentation + before.chars().count() + line.chars().count();
        if block.entries.len() < 2 || width <= WIDTH {
            self.text.push_str(&line);
            self.block = None;
        }
    }
}

impl Block<'_> {
    /// Its statements on one line, if that is possible.
    fn line(&self) -> Option<String> {
        if !self.on_one_line && !self.entries.is_empty() {
            return None;
        }
        let mut line = String::new();
        for entry in &self.entries {
            match &entry.what {
                EntryContent::Statement(statement)
                    if !statement.text.contains('\n') && statement.breaks.is_empty() =>
                {
                    if !line.is_empty() {
                        line.push_str("; ");
                    }
                    line.push_str(&statement.text);
                }
                _ => return None,
            }
        }
        Some(line)
    }
}

//! Turns pest's pairs into the tree.

mod broken;
mod closed_in_part;
mod condition;
mod continued;
mod day_parts;
mod declaration;
mod declared_lines;
mod fact_condition;
mod foreign_blocks;
mod foreign_dates;
mod hours;
mod instead;
mod kind;
mod kind_fields;
mod kind_outcomes;
mod lost_names;
mod node;
mod policy;
mod postfix;
mod recover;
mod rule;
mod selector;
mod times_behind_semicolon;
mod torn_text;
mod written_hours;
mod written_times;

use std::ops::Range;

use pest::iterators::Pair;

pub(super) use broken::{NO_CLOSING_BRACE, near_miss_of};
pub(super) use continued::finding as not_indented;
pub(super) use written_times::UnsureTimes;
pub(crate) use written_times::written_times;

use super::KnownKinds;
use super::ast::{Ast, Declaration, Item, Name, Node, Text};
use super::broken_lines::UnreadLine;
use super::codes;
use super::continued as continuation;
use super::direct;
use super::grammar::Rule;
use super::text::{self, Piece, StringFault};
use crate::diagnostics::look_alikes::as_name;
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, quote};
use crate::source::{FileId, Source, Span};
use crate::spelling::{LONGEST_DURATION, display_duration, milliseconds};

/// The tree of one file while it is built.
pub struct Lower<'a> {
    source: &'a Source,
    file: FileId,
    diagnostics: &'a mut Diagnostics,
    ast: Ast,
    /// The offset in the file of the text that pest was given.
    base: usize,
    /// The run of `///` lines read last.
    doc: Option<Span>,
    /// The end of the line that was reported last, since one finding per line is enough.
    reported_to: usize,
    /// The block that is being read, once one of its lines is broken.
    inside: Option<super::near_miss::EnclosingBlock>,
    /// The end of the last line with a broken statement.
    broken_to: usize,
    /// Whether there is a statement above the next node, outside any block, which may belong to that node.
    excuse_next: bool,
    /// Whether broken lines are not reported, as in a block that belongs to no node.
    silent: bool,
    /// The number of broken lines before the first that parses. `None` after that.
    unread: Option<usize>,
    /// The lines that do not parse, in order.
    broken_lines: Vec<UnreadLine>,
    /// The kinds that are declared.
    kinds: KnownKinds<'a>,
    /// The last block of another language outside any node.
    foreign: Option<foreign_blocks::ForeignBlock>,
    /// The list for the comments of a declaration that is read without pest; empty between two of them.
    plain_comments: Vec<direct::Comment>,
}

/// After how many broken lines at the beginning a file is not a flow, so that further lines are not reported: it
/// may be a picture in Base64.
const MAX_UNREAD: usize = 1000;

impl<'a> Lower<'a> {
    pub fn new(
        source: &'a Source,
        file: FileId,
        kinds: KnownKinds<'a>,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        // A guess at the number of declarations: unused memory costs nothing, while growing the list by
        // copying is most expensive for the largest files.
        let items = Vec::with_capacity(source.text().len() / 48);
        let ast = Ast { items, ..Ast::default() };
        Self {
            source,
            file,
            diagnostics,
            ast,
            base: 0,
            doc: None,
            reported_to: 0,
            inside: None,
            broken_to: 0,
            excuse_next: false,
            silent: false,
            unread: Some(0),
            broken_lines: Vec::new(),
            kinds,
            foreign: None,
            plain_comments: Vec::new(),
        }
    }

    /// The tree, and the lines that do not parse.
    pub fn finish(self) -> (Ast, Vec<UnreadLine>) {
        (self.ast, self.broken_lines)
    }

    /// Whether to stop reading: further findings would only be counted, or the file is not a flow.
    pub fn is_done(&mut self) -> bool {
        if self.unread.is_some_and(|lines| lines >= MAX_UNREAD) {
            self.diagnostics.count_only();
            return true;
        }
        self.diagnostics.is_full()
    }

    /// Lowers the lines that pest read from `base` on.
    pub fn lines(&mut self, base: usize, pair: Pair<'_, Rule>) {
        self.base = base;
        for line in pair.into_inner() {
            self.line(line);
        }
    }

    /// Reads what stands at a place without pest, and returns where that ends; `None` if pest has to read it.
    pub fn read_directly(&mut self, text: &str, at: usize) -> Option<usize> {
        // The rest of a broken line means less than it says.
        if at < self.broken_to {
            return None;
        }
        let mut comments = std::mem::take(&mut self.plain_comments);
        let read = direct::read(text, self.file, at, &mut comments);
        let end = read.map(|read| self.plain(read, &comments));
        comments.clear();
        self.plain_comments = comments;
        end
    }

    /// Takes what was read without pest into the tree, as [`Self::line`] takes a pair. Returns where it ends.
    fn plain(&mut self, read: direct::Read, comments: &[direct::Comment]) -> usize {
        let of_declaration = match read.line {
            direct::Line::Nothing => None,
            direct::Line::Declaration { mut declaration, span } => {
                self.unread = None;
                // Take the doc comment before those in the block are read.
                let doc = self.doc_above(span);
                if let Declaration::Node(node) = &mut declaration {
                    node.broken |= std::mem::take(&mut self.excuse_next);
                }
                Some(Item { span, doc, declaration })
            }
        };
        for comment in comments {
            if comment.is_doc { self.doc_comment(comment.span) } else { self.comment(comment.span) }
        }
        self.ast.items.extend(of_declaration);
        read.end
    }

    fn line(&mut self, pair: Pair<'_, Rule>) {
        if matches!(pair.as_rule(), Rule::declared_node | Rule::declared_every) && !self.is_declared(&pair) {
            return self.undeclared(&pair);
        }
        let span = self.trimmed(&pair);
        let index = self.ast.items.len();
        match pair.as_rule() {
            Rule::comment => return self.comment(span),
            Rule::doc_comment => return self.doc_comment(span),
            _ => {}
        }
        self.continued(&pair);
        self.unread = self.unread.filter(|_| pair.as_rule() == Rule::broken).map(|lines| lines + 1);
        // Take the doc comment before those in the block are read.
        let doc = self.doc_above(span);
        let declaration = match pair.as_rule() {
            rule @ (Rule::node | Rule::generic | Rule::declared_node) => {
                let excused = std::mem::take(&mut self.excuse_next);
                let node = match rule {
                    Rule::node => self.node(pair),
                    Rule::generic => self.generic(pair),
                    _ => self.declared_node(pair),
                };
                Declaration::Node(Box::new(Node { broken: node.broken | excused, ..node }))
            }
            Rule::transition => match self.transition(pair) {
                // The rest of a broken line may not be a transition.
                Declaration::Transition(chain) if span.range().start < self.broken_to => {
                    Declaration::Broken(chain.nodes.into_vec())
                }
                declaration => declaration,
            },
            Rule::broken => match self.broken_to_end(pair, span) {
                Some(declaration) => declaration,
                None => return,
            },
            _ => match self.declaration(pair) {
                Some(declaration) => declaration,
                None => return,
            },
        };
        if matches!(&declaration, Declaration::Broken(names) if names.is_empty()) {
            // Nothing can depend on it, and a file full of such lines would take many times its size.
            return;
        }
        let declaration = self.unless_empty(declaration, span);
        // Insert it before the broken lines inside it.
        self.ast.items.insert(index, Item { span, doc, declaration });
    }

    /// Makes the declaration of a header with an empty, unclosed block a possible one: the header may be repeated or
    /// misplaced.
    fn unless_empty(&self, declaration: Declaration, span: Span) -> Declaration {
        let is_open = || self.source.slice(span.range()).ends_with('{');
        match declaration {
            Declaration::Node(node) if node.broken && is_open() => Declaration::Ambiguous(vec![node.name]),
            Declaration::Policy(policy) if policy.rules.is_empty() && is_open() => {
                Declaration::Ambiguous(vec![policy.name])
            }
            other => other,
        }
    }

    fn broken_to_end(&mut self, pair: Pair<'_, Rule>, span: Span) -> Option<Declaration> {
        self.broken_to = continuation::end(self.source.text(), &span.range());
        self.broken(pair)
    }

    /// Reports a line and skips it.
    pub fn skip_line(&mut self, at: usize) -> usize {
        let line = self.line_from(at);
        self.report(Diagnostic::new(&codes::SYNTAX, self.span(line.clone()), "this line cannot be read"));
        line.end + 1
    }

    // ── Comments ──

    fn comment(&mut self, span: Span) {
        self.ast.comments.push(span);
    }

    fn doc_comment(&mut self, span: Span) {
        self.ast.comments.push(span);
        self.doc = match self.doc {
            Some(doc) if self.breaks_between(doc.end, span.start) == 1 => Some(doc.to(span)),
            _ => Some(span),
        };
    }

    /// The doc comment directly above a place.
    fn doc_above(&mut self, span: Span) -> Option<Span> {
        self.doc.take().filter(|doc| self.breaks_between(doc.end, span.start) == 1)
    }

    fn breaks_between(&self, from: u32, to: u32) -> usize {
        let between = self.source.slice(from as usize..to as usize);
        if between.trim().is_empty() { between.matches('\n').count() } else { usize::MAX }
    }

    // ── Places ──

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    /// The span of a pair.
    fn at(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        self.span(self.base + span.start()..self.base + span.end())
    }

    /// The span of a pair without the white space that its last optional part skipped.
    fn trimmed(&self, pair: &Pair<'_, Rule>) -> Span {
        let text = pair.as_str();
        let span = self.at(pair);
        let blank = text.len() - text.trim_end_matches([' ', '\t', '\r', '\n']).len();
        self.span(span.range().start..span.range().end - blank)
    }

    /// The rest of the line from `start` on, without its line break.
    fn line_from(&self, start: usize) -> Range<usize> {
        let rest = self.source.text().as_bytes().get(start..).unwrap_or_default();
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        start..start + length
    }

    // ── Names and strings ──

    fn name(&mut self, pair: &Pair<'_, Rule>) -> Name {
        let span = self.at(pair);
        let quoted = pair.as_rule() == Rule::quoted_name;
        if quoted && pair.as_str().contains('\\') {
            let mut bad = Vec::new();
            text::bad_in_name(pair.as_str(), |what, range| bad.push((what, range)));
            self.report_bad(span, pair.as_str(), bad);
        }
        Name { span, quoted }
    }

    /// The milliseconds of a duration, where no check looks at its length. One that nobody could mean is reported.
    fn milliseconds(&mut self, pair: &Pair<'_, Rule>) -> u64 {
        let milliseconds = milliseconds(pair.as_str());
        if milliseconds > LONGEST_DURATION {
            let longest = display_duration(LONGEST_DURATION);
            let message = format!("{} is longer than anything that a flow can say", quote(pair.as_str()));
            self.diagnostics.push(
                Diagnostic::new(&codes::TOO_LARGE, self.at(pair), message)
                    .here("too long")
                    .help(format!("write the seconds or minutes that are meant, `{longest}` at most")),
            );
        }
        milliseconds
    }

    fn text(&mut self, pair: &Pair<'_, Rule>) -> Text {
        let span = self.at(pair);
        let written = pair.as_str();
        let plain =
            !written.starts_with("\"\"\"") && memchr::memchr2(b'\\', b'$', written.as_bytes()).is_none();
        if !plain {
            let mut bad = Vec::new();
            text::pieces(written, |piece| {
                if let Piece::Bad(what, range) = piece {
                    bad.push((what, range));
                }
            });
            self.report_bad(span, written, bad);
        }
        Text { span, plain }
    }

    fn report_bad(&mut self, literal: Span, written: &str, bad: Vec<(StringFault, Range<usize>)>) {
        for (what, range) in bad {
            let piece = quote(written.get(range.clone()).unwrap_or_default());
            let start = literal.start as usize;
            let span = self.span(start + range.start..start + range.end);
            let diagnostic = match what {
                StringFault::Escape => Diagnostic::new(&codes::BAD_ESCAPE, span, format!("{piece} is not an escape"))
                    .here("unknown escape")
                    .help("write `\\\\` for a backslash; the escapes are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\$`, `\\{` and `\\u{1F600}`"),
                StringFault::Unicode => Diagnostic::new(&codes::BAD_ESCAPE, span, format!("{piece} does not stand for a character"))
                    .here("not a character")
                    .help("write the character's number in one to six hexadecimal digits, such as `\\u{1F600}`"),
                StringFault::OpenInsert => Diagnostic::new(&codes::BAD_ESCAPE, span, "`${` has no `}`")
                    .here("the insertion begins here")
                    .help("close it, as in `${name}`, or write `\\${` for the characters themselves"),
                StringFault::InsertName => Diagnostic::new(&codes::BAD_ESCAPE, span, format!("{piece} does not insert anything"))
                    .here("expected a name between the braces")
                    .help("insert a let, a param or a contact field by its name, as in `${name}`, or write `\\${` for the characters themselves"),
            };
            let fix = match what {
                StringFault::Unicode => self.braced(span),
                StringFault::Escape | StringFault::OpenInsert | StringFault::InsertName => {
                    self.meant_as_written(span, what)
                }
            };
            self.diagnostics.push(diagnostic.fix(fix));
        }
    }

    /// A fix that turns a bad escape or insertion into the characters themselves, if it cannot mean anything else.
    fn meant_as_written(&self, bad: Span, what: StringFault) -> Option<Fix> {
        let text = self.source.slice(bad.range());
        let after = self.source.slice(bad.range().end..self.line_from(bad.range().end).end);
        let is_name = |text: &str| text.contains(|letter: char| letter.is_alphabetic() || letter == '_');
        let start = Span { end: bad.start, ..bad };
        match (what, text.strip_prefix('\\')) {
            // A sign that needs no backslash.
            (_, Some(sign))
                if sign.chars().all(|character| character.is_ascii_punctuation()) && !sign.is_empty() =>
            {
                Some(Fix::new(Fix::title(sign), Span { end: bad.start + 1, ..bad }, ""))
            }
            // These are escapes in other languages.
            (_, Some(letter))
                if letter.starts_with([
                    'r', 'b', 'f', 'v', 'a', 'e', 'x', 'N', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
                ]) =>
            {
                None
            }
            // A name after `${` means its value. Its letters may only look like those of a name.
            (StringFault::InsertName, None) if is_name(text) => {
                let name = as_name(text.trim_start_matches("${").trim_end_matches('}'))?;
                Some(Fix::write(bad, format!("${{{name}}}")))
            }
            (StringFault::OpenInsert, None)
                if after
                    .trim_start()
                    .chars()
                    .next()
                    .is_some_and(|first| is_name(first.encode_utf8(&mut [0; 4]))) =>
            {
                None
            }
            // The sign and the braces are hardly meant to be spoken.
            (StringFault::InsertName, None) => None,
            _ => Some(Fix::new(Fix::title(&format!("\\{text}")), start, "\\")),
        }
    }

    /// A fix that adds the missing braces to `\u00e9`, as other languages write it.
    fn braced(&self, escape: Span) -> Option<Fix> {
        let range = escape.range();
        let digits = self.source.slice(range.end..range.end + 4);
        let are_digits = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let code = u32::from_str_radix(digits, 16).ok().filter(|_| are_digits);
        let whole = self.span(range.start..range.end + digits.len());
        code.and_then(char::from_u32).is_some().then(|| Fix::write(whole, format!("\\u{{{digits}}}")))
    }
}

//! Cuts a file into its statements, with the comments that belong to each.

use rustc_hash::FxHashMap;

use super::key::{Key, of_branch, of_expects, of_item, of_rule};
use crate::source::{FileId, Source, Sources, Span};
use crate::syntax::ast::{Ast, Declaration, Item, Node, NodeKind, Policy, Statement};

/// A file, or the inside of a block. The pieces and the tail together are its whole text.
#[derive(Debug)]
pub struct Block<'t> {
    /// The statements, in order.
    pub pieces: Vec<Piece<'t>>,
    /// What comes after the last one.
    pub tail: &'t str,
    by_key: FxHashMap<Key, usize>,
}

/// A statement, with the comments above it and the rest of its last line.
#[derive(Debug)]
pub struct Piece<'t> {
    /// What it declares.
    pub key: Key,
    /// Its whole text.
    pub whole: &'t str,
    /// Up to and with the `{` of its block, or the whole text without a block.
    pub head: &'t str,
    /// The statements of its block.
    pub block: Option<Block<'t>>,
    /// From the `}` of its block on.
    pub end: &'t str,
}

impl<'t> Block<'t> {
    /// The statement with this key.
    pub fn find(&self, key: &Key) -> Option<&Piece<'t>> {
        self.by_key.get(key).and_then(|&place| self.pieces.get(place))
    }

    /// Whether all of it stands on one line.
    pub fn is_on_one_line(&self) -> bool {
        !self.tail.contains('\n') && self.pieces.iter().all(|piece| !piece.whole.contains('\n'))
    }
}

impl Piece<'_> {
    /// Whether two have the same text, apart from the blanks around it.
    pub fn is_like(&self, other: &Self) -> bool {
        self.whole.trim() == other.whole.trim()
    }
}

/// A statement as the tree has it.
struct Found<'a> {
    key: Key,
    span: Span,
    inside: Inside<'a>,
}

/// The block that a statement may have.
enum Inside<'a> {
    None,
    Node(&'a Node, &'a [Statement]),
    Policy(&'a Policy),
}

/// The statements of a file that has no syntax errors.
pub fn pieces<'t>(sources: &'t Sources, file: FileId, tree: &Ast) -> Block<'t> {
    let source = sources.get(file);
    let found = tree.items.iter().map(|item| Found {
        key: of_item(sources, &item.declaration),
        span: item.span,
        inside: inside(item),
    });
    Cutter { sources, source, comments: &tree.comments }.block(0, source.text().len(), found.collect())
}

fn inside(item: &Item) -> Inside<'_> {
    match &item.declaration {
        Declaration::Node(node) => {
            node.block.as_deref().map_or(Inside::None, |statements| Inside::Node(node, statements))
        }
        Declaration::Policy(policy) => Inside::Policy(policy),
        _ => Inside::None,
    }
}

struct Cutter<'t, 'a> {
    sources: &'t Sources,
    source: &'t Source,
    comments: &'a [Span],
}

impl<'t> Cutter<'t, '_> {
    /// Cuts what is between two offsets.
    fn block(&self, from: usize, to: usize, mut found: Vec<Found<'_>>) -> Block<'t> {
        found.sort_by_key(|one| one.span.start);
        let mut at = from;
        let mut pieces: Vec<Piece<'t>> = Vec::with_capacity(found.len());
        let mut by_key: FxHashMap<Key, usize> = FxHashMap::default();
        for mut one in found {
            let range = one.span.range();
            let end = self.line_end(range.end, to);
            while by_key.contains_key(&one.key) {
                one.key.number += 1;
            }
            by_key.insert(one.key.clone(), pieces.len());
            let piece = self.piece(at, end, one);
            pieces.push(piece);
            at = end;
        }
        Block { pieces, tail: self.source.slice(at..to), by_key }
    }

    fn piece(&self, from: usize, to: usize, found: Found<'_>) -> Piece<'t> {
        let range = found.span.range();
        let opening = match &found.inside {
            Inside::None => None,
            Inside::Node(node, _) => self.opening(header_end(node), range.end),
            Inside::Policy(policy) => {
                let end = policy.title.map_or(policy.name.span, |title| title.span);
                self.opening(end.range().end, range.end)
            }
        };
        let Some(opening) = opening else {
            let whole = self.source.slice(from..to);
            return Piece { key: found.key, whole, head: whole, block: None, end: "" };
        };
        let closing = range.end.saturating_sub('}'.len_utf8()).max(opening);
        let statements = match found.inside {
            Inside::None => Vec::new(),
            Inside::Node(_, statements) => self.statements(statements),
            Inside::Policy(policy) => self.rules(policy),
        };
        Piece {
            key: found.key,
            whole: self.source.slice(from..to),
            head: self.source.slice(from..opening),
            block: Some(self.block(opening, closing, statements)),
            end: self.source.slice(closing..to),
        }
    }

    /// A node's branches. Those of a `decide` are one piece, and so are the actions of a node, since their order counts.
    fn statements(&self, statements: &[Statement]) -> Vec<Found<'static>> {
        let mut found: Vec<Found<'static>> = Vec::new();
        let mut ordered_before = None;
        for statement in statements {
            let (ordered, span) = match statement {
                Statement::Action(action) => (Some("the block of actions"), action.span),
                Statement::Set(set) => (Some("the block of actions"), set.span),
                Statement::Branch(branch) => {
                    (branch.arm.as_ref().map(|_| "the list of comparisons"), branch.span)
                }
            };
            let key = match (ordered, statement) {
                (None, Statement::Branch(branch)) => of_branch(self.sources, branch),
                _ => Key::new(ordered.unwrap_or_default()),
            };
            match found.last_mut() {
                Some(last) if ordered.is_some() && ordered == ordered_before => {
                    last.span = last.span.to(span)
                }
                _ => found.push(Found { key, span, inside: Inside::None }),
            }
            ordered_before = ordered;
        }
        found
    }

    fn rules(&self, policy: &Policy) -> Vec<Found<'static>> {
        let expects = policy.expects.iter().map(|one| (of_expects(self.sources, one), one.span));
        let rules = policy.rules.iter().map(|rule| (of_rule(self.sources, rule), rule.span));
        expects.chain(rules).map(|(key, span)| Found { key, span, inside: Inside::None }).collect()
    }

    /// The place after the `{` that follows a statement's header, where nothing else is but words.
    fn opening(&self, from: usize, to: usize) -> Option<usize> {
        let offset = self.source.slice(from..to).find('{')?;
        Some(from + offset + '{'.len_utf8())
    }

    /// Where a statement's last line ends, if only a `;` and a comment come after it; else where the next
    /// statement may begin.
    fn line_end(&self, from: usize, to: usize) -> usize {
        let rest = self.source.slice(from..to);
        let blanks = |text: &str| text.len() - text.trim_start_matches([' ', '\t', '\r']).len();
        let mut at = from + blanks(rest);
        if self.source.slice(at..to).starts_with(';') {
            at += 1;
            at += blanks(self.source.slice(at..to));
        }
        let next = self.comments.partition_point(|comment| comment.range().start < at);
        if let Some(comment) = self.comments.get(next).map(|comment| comment.range())
            && comment.start == at
        {
            at = comment.end.min(to);
        }
        let rest = self.source.slice(at..to);
        match rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')) {
            Some(after) => at + rest.len() - after.len(),
            None => at,
        }
    }
}

/// Where a node's header ends, except for the word `ends`.
fn header_end(node: &Node) -> usize {
    let kind = match &node.kind {
        Some(NodeKind::Generic { type_, .. }) => Some(type_.span),
        _ => None,
    };
    let spans = [Some(node.name.span), node.argument.map(|text| text.span), kind];
    let options = node.options.iter().map(|option| option.span);
    spans.into_iter().flatten().chain(options).map(|span| span.range().end).max().unwrap_or_default()
}

//! Lowers nodes and blocks.

use pest::iterators::Pair;

use super::Lower;
use crate::diagnostics::{Diagnostic, Fix, line_break};
use crate::flow::{Comparator, Kind, Outcome, Verb};
use crate::source::Span;
use crate::spelling::milliseconds;
use crate::syntax::ast::{
    self, Action, Again, Arm, Branch, Names, Node, NodeKind, Number, Opt, OptionKind, Set, SetValue,
    Statement, When,
};
use crate::syntax::codes;
use crate::syntax::continued;
use crate::syntax::grammar::Rule;
use crate::syntax::near_miss::EnclosingBlock;
use crate::syntax::words::LineContext;
use thin_vec::ThinVec;

/// The content of a block, and whether any of it did not parse.
pub(super) struct Block {
    pub statements: Vec<Statement>,
    /// What a policy says of itself.
    pub about: ast::About,
    /// What a policy expects.
    pub expects: Vec<ast::Expects>,
    pub rules: Vec<ast::Rule>,
    /// The names of the rules that did not parse.
    pub lost_rules: Vec<ast::Name>,
    pub broken: bool,
}

impl Lower<'_> {
    pub(super) fn kind(&self, pair: &Pair<'_, Rule>) -> Option<Kind> {
        Kind::from_word(pair.as_str())
    }

    pub(super) fn node(&mut self, pair: Pair<'_, Rule>) -> Node {
        let start = self.at(&pair);
        let mut node = empty(start);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::kind => {
                    node.kind = self.kind(&inner).map(NodeKind::Kind);
                    node.kind_span = self.at(&inner);
                }
                Rule::name | Rule::quoted_name => node.name = self.name(&inner),
                Rule::string => node.argument = Some(self.text(&inner)),
                Rule::fields => node.fields = self.fields(inner),
                Rule::block => self.add_block(&mut node, inner),
                _ => node.options.extend(self.option(inner)),
            }
        }
        node.broken |= self.take_torn_text(node.argument, &mut node.options);
        node
    }

    /// A node of a declared kind.
    pub(super) fn declared_node(&mut self, pair: Pair<'_, Rule>) -> Node {
        self.ast.has_declared_nodes = true;
        let start = self.at(&pair);
        let mut node = empty(start);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::declared_kind => {
                    node.kind_span = self.at(&inner);
                    node.kind = Some(NodeKind::Declared(node.kind_span));
                }
                Rule::name | Rule::quoted_name => node.name = self.name(&inner),
                Rule::fields => node.fields = self.fields(inner),
                Rule::block => self.add_block(&mut node, inner),
                _ => node.options.extend(self.option(inner)),
            }
        }
        node.broken |= self.take_torn_text(node.argument, &mut node.options);
        node
    }

    pub(super) fn generic(&mut self, pair: Pair<'_, Rule>) -> Node {
        let start = self.at(&pair);
        let mut node = empty(start);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::kw_node => node.kind_span = self.at(&inner),
                Rule::name | Rule::quoted_name => node.name = self.name(&inner),
                Rule::string => {
                    node.kind = Some(NodeKind::Generic { type_: self.text(&inner), ends: false });
                }
                Rule::ends => {
                    if let Some(NodeKind::Generic { ends, .. }) = &mut node.kind {
                        *ends = true;
                    }
                }
                Rule::fields => node.fields = self.fields(inner),
                Rule::block => self.add_block(&mut node, inner),
                _ => node.options.extend(self.option(inner)),
            }
        }
        node.broken |= self.take_torn_text(node.argument, &mut node.options);
        node
    }

    fn add_block(&mut self, node: &mut Node, pair: Pair<'_, Rule>) {
        let kind = match node.kind {
            Some(NodeKind::Kind(kind)) => Some(kind),
            _ => None,
        };
        let block = self.block(pair, kind);
        node.block = Some(block.statements);
        node.broken |= block.broken;
    }

    /// Lowers a block. `kind` is the node's kind, if it is known.
    pub(super) fn block(&mut self, pair: Pair<'_, Rule>, kind: Option<Kind>) -> Block {
        let whole = self.at(&pair);
        let of_node = pair.clone();
        self.inside = None;
        let of_policy = pair.as_rule() == Rule::policy_block;
        let mut block = Block {
            statements: Vec::new(),
            about: ast::About::default(),
            expects: Vec::new(),
            rules: Vec::new(),
            lost_rules: Vec::new(),
            broken: false,
        };
        let mut open = whole;
        let mut first = None;
        let mut previous = Span { end: whole.start, ..whole };
        let mut over_lines = false;
        for inner in pair.into_inner() {
            let span = self.at(&inner);
            // A line break inside a string does not count.
            over_lines |= self.source.slice(previous.range().end..span.range().start).contains('\n');
            previous = span;
            self.continued(&inner);
            match inner.as_rule() {
                Rule::open => open = span,
                Rule::close if over_lines => self.check_open(open, first, span),
                Rule::comment => self.comment(self.trimmed(&inner)),
                Rule::doc_comment => self.doc_comment(self.trimmed(&inner)),
                Rule::action | Rule::generic_action => {
                    first.get_or_insert(span);
                    let mut action = self.action(inner);
                    match self.take_torn_text(action.argument, &mut action.options) {
                        true => block.broken = true,
                        false => block.statements.push(Statement::Action(action)),
                    }
                }
                // The rest of a broken branch, which is already reported.
                Rule::branch if span.range().start < self.broken_to && inner.as_str().starts_with("->") => {}
                Rule::branch => {
                    first.get_or_insert(span);
                    block.statements.push(Statement::Branch(self.branch(inner)));
                }
                Rule::arm | Rule::otherwise => {
                    first.get_or_insert(span);
                    block.statements.extend(self.arm(inner).map(Statement::Branch));
                }
                Rule::set => {
                    first.get_or_insert(span);
                    block.statements.extend(self.set(inner).map(Statement::Set));
                }
                Rule::expects => {
                    first.get_or_insert(span);
                    block.expects.extend(self.expects(inner));
                }
                Rule::policy_version | Rule::covers | Rule::reviewed | Rule::conflicts => {
                    first.get_or_insert(span);
                    self.about(inner, &mut block.about);
                }
                Rule::policy_rule => {
                    first.get_or_insert(span);
                    match self.rule(inner) {
                        Some(rule) => block.rules.push(rule),
                        None => block.broken = true,
                    }
                }
                Rule::broken_rule => {
                    block.broken = true;
                    block.lost_rules.extend(self.lost_rule(span.range()));
                    self.broken_line(&inner, LineContext::Policy);
                }
                Rule::broken_statement => {
                    block.broken = true;
                    if self.inside.is_none() {
                        self.inside = kind.map(|kind| inside(of_node.clone(), kind));
                    }
                    self.broken_to = continued::end(self.source.text(), &span.range());
                    self.broken_line(&inner, LineContext::Block);
                }
                Rule::stray => {
                    block.broken = true;
                    self.report_stray(&inner, open);
                }
                Rule::unclosed => {
                    block.broken = true;
                    self.report_unclosed(open, span, if of_policy { "rule" } else { "statement" });
                }
                _ => {}
            }
        }
        self.inside = None;
        block
    }

    /// Checks that `{` is at the end of its line, or that the block is closed on the same line.
    pub(super) fn check_open(&mut self, open: Span, first: Option<Span>, close: Span) {
        let Some(first) = first else { return };
        if !self.source.slice(open.range().end..first.range().start).contains('\n') {
            let diagnostic =
                Diagnostic::new(&codes::SYNTAX, first, "the lines of a block begin below its `{`")
                    .here("this is on the line of the `{`")
                    .label(open, "opened here")
                    .label(close, "closed on another line")
                    .help("put a line break after the `{`")
                    .fix(self.break_after_open(open, first));
            self.report(diagnostic);
        }
    }

    /// A fix that puts a block's first statement on a line of its own, indented as in a block.
    fn break_after_open(&self, open: Span, first: Span) -> Fix {
        let line = self.source.line_range(self.source.line_of(open.range().start)).unwrap_or_default();
        let text = self.source.slice(line);
        let margin = text.get(..text.len() - text.trim_start().len()).unwrap_or_default();
        let at = self.span(open.range().end..first.range().start);
        Fix::new("Put it on a line of its own", at, format!("{}{margin}  ", line_break(self.source)))
    }

    fn action(&mut self, pair: Pair<'_, Rule>) -> Action {
        let span = self.trimmed(&pair);
        let mut action = Action {
            span,
            verb: Verb::Any,
            verb_span: span,
            argument: None,
            options: ThinVec::new(),
            fields: ThinVec::new(),
        };
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::verb => {
                    action.verb = Verb::from_word(inner.as_str()).unwrap_or(Verb::Any);
                    action.verb_span = self.at(&inner);
                }
                Rule::kw_action => action.verb_span = self.at(&inner),
                Rule::string => action.argument = Some(self.text(&inner)),
                Rule::fields => action.fields = self.fields(inner),
                _ => action.options.extend(self.option(inner)),
            }
        }
        action
    }

    fn branch(&mut self, pair: Pair<'_, Rule>) -> Branch {
        let span = self.trimmed(&pair);
        let mut branch = Branch {
            span,
            arm: None,
            condition: None,
            targets: Names::new(),
            dispositions: ThinVec::new(),
            again: None,
        };
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::condition => branch.condition = Some(self.condition(inner)),
                Rule::name | Rule::quoted_name => branch.targets.push(self.name(&inner)),
                Rule::disposition => branch.dispositions.extend(self.disposition(inner)),
                Rule::again => branch.again = self.again(inner),
                _ => {}
            }
        }
        branch
    }

    /// `when COMPARISON -> NODE` and `else -> NODE`
    fn arm(&mut self, pair: Pair<'_, Rule>) -> Option<Branch> {
        let span = self.trimmed(&pair);
        let mut arm: Option<Arm> = None;
        let mut when = None;
        let (mut targets, mut dispositions, mut again) = (Names::new(), ThinVec::new(), None);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::kw_when => when = Some(self.at(&inner)),
                Rule::kw_else => arm = Some(Arm::Else(self.at(&inner))),
                Rule::asked_hours => arm = self.asked_hours(when?, inner).map(Arm::Hours),
                Rule::comparison => arm = self.comparison_of(when?, inner).map(Arm::When),
                Rule::name | Rule::quoted_name => targets.push(self.name(&inner)),
                Rule::disposition => dispositions.extend(self.disposition(inner)),
                Rule::again => again = self.again(inner),
                _ => {}
            }
        }
        Some(Branch { span, arm: Some(Box::new(arm?)), condition: None, targets, dispositions, again })
    }

    /// The comparison after a `when`.
    fn comparison_of(&mut self, when: Span, pair: Pair<'_, Rule>) -> Option<When> {
        let span = when.to(self.trimmed(&pair));
        let (mut name, mut comparator) = (None, None);
        let mut values = Vec::with_capacity(1);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name => name = Some(self.name(&inner)),
                Rule::comparator => {
                    comparator = Some((Comparator::from_word(inner.as_str())?, self.at(&inner)))
                }
                _ => values.extend(self.value(&inner)),
            }
        }
        let (comparator, comparator_span) = comparator?;
        Some(When { span, name: name?, comparator, comparator_span, values })
    }

    /// `set NAME = VALUE`
    fn set(&mut self, pair: Pair<'_, Rule>) -> Option<Set> {
        let span = self.trimmed(&pair);
        let (mut name, mut value) = (None, None);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name => name = Some(self.name(&inner)),
                Rule::copy => value = self.copied(inner),
                _ => value = value.or(self.value(&inner).map(SetValue::Constant)),
            }
        }
        Some(Set { span, name: name?, value: value? })
    }

    /// `NAME`, `NAME + 1` and `NAME - 1`
    fn copied(&mut self, pair: Pair<'_, Rule>) -> Option<SetValue> {
        let mut inner = pair.into_inner();
        let name = self.name(&inner.next()?);
        let Some(sign) = inner.next() else { return Some(SetValue::Copy(name)) };
        let number = self.at(&inner.next()?);
        Some(match sign.as_rule() {
            Rule::plus => SetValue::Sum(name, number),
            _ => SetValue::Difference(name, number),
        })
    }

    /// `again N else NODE`
    pub(super) fn again(&mut self, pair: Pair<'_, Rule>) -> Option<Box<Again>> {
        let span = self.trimmed(&pair);
        let mut inner = pair.into_inner().filter(|inner| inner.as_rule() != Rule::kw_again);
        let most = self.written_number(&inner.next()?);
        let otherwise = inner.find(|inner| inner.as_rule() != Rule::kw_else)?;
        let otherwise = self.name(&otherwise);
        let dispositions = inner.filter_map(|inner| self.disposition(inner)).collect();
        Some(Box::new(Again { span, most, otherwise, dispositions }))
    }

    /// `disposition NAME`
    pub(super) fn disposition(&mut self, pair: Pair<'_, Rule>) -> Option<ast::Disposition> {
        let span = self.trimmed(&pair);
        let name = pair.into_inner().find(|inner| inner.as_rule() == Rule::name)?;
        Some(ast::Disposition { span, name: self.name(&name) })
    }

    /// A number, or what is written in its place.
    fn written_number(&mut self, value: &Pair<'_, Rule>) -> Number {
        match value.as_rule() {
            Rule::integer => Number::Integer(self.at(value)),
            Rule::name => Number::Name(self.name(value)),
            _ => Number::Other(self.at(value)),
        }
    }

    pub(super) fn option(&mut self, pair: Pair<'_, Rule>) -> Option<Opt> {
        let span = self.trimmed(&pair);
        let rule = pair.as_rule();
        if rule == Rule::tag {
            return Some(Opt { span, kind: OptionKind::Tag(self.tag(&pair)) });
        }
        let mut values = pair.into_inner().skip(1).filter(|inner| inner.as_rule() != Rule::dots);
        let value = values.next()?;
        let kind = match rule {
            Rule::media => OptionKind::Media(self.text(&value)),
            Rule::text => OptionKind::Text(self.text(&value)),
            Rule::lasts => OptionKind::Lasts(self.milliseconds(&value)),
            Rule::wait => OptionKind::Wait(milliseconds(value.as_str())),
            Rule::between => OptionKind::Between(milliseconds(value.as_str())),
            Rule::digits => {
                let most = values.next().map(|most| self.written_number(&most));
                OptionKind::Digits(self.written_number(&value), most)
            }
            Rule::end_key => OptionKind::End(self.text(&value)),
            Rule::into => OptionKind::Into(self.name(&value)),
            Rule::language => OptionKind::Language(self.text(&value)),
            Rule::voice => OptionKind::Voice(self.text(&value)),
            Rule::prompt => OptionKind::Prompt(self.text(&value)),
            Rule::ssml => OptionKind::Ssml(self.text(&value)),
            Rule::disposition => OptionKind::Disposition(self.name(&value)),
            Rule::retries => OptionKind::Retries(self.written_number(&value)),
            _ => return None,
        };
        Some(Opt { span, kind })
    }

    /// A tag's name, without its `@`.
    pub(super) fn tag(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = self.at(pair);
        self.span(span.range().start + 1..span.range().end)
    }
}

/// What near misses need to know about the block around a broken line.
fn inside(block: Pair<'_, Rule>, kind: Kind) -> EnclosingBlock {
    let mut inside = EnclosingBlock { kind, taken: Vec::new(), branches: false };
    for branch in block.into_inner().filter(|inner| inner.as_rule() == Rule::branch) {
        inside.branches = true;
        let outcomes = branch.into_inner().flatten().filter(|inner| inner.as_rule() == Rule::outcome);
        for outcome in outcomes.filter_map(|outcome| Outcome::from_word(outcome.as_str())) {
            if !inside.taken.contains(&outcome) {
                inside.taken.push(outcome);
            }
        }
    }
    inside
}

fn empty(start: Span) -> Node {
    Node {
        kind: None,
        kind_span: start,
        name: crate::syntax::ast::Name { span: start, quoted: false },
        argument: None,
        options: ThinVec::new(),
        fields: ThinVec::new(),
        block: None,
        broken: false,
    }
}

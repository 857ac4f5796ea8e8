//! Lowers declarations other than nodes.

use pest::iterators::Pair;
use smallvec::SmallVec;

use super::Lower;
use crate::diagnostics::{Diagnostic, Fix};
use crate::syntax::ast::{
    Alternative, Binding, BoundExit, Contact, Declaration, Every, EveryKind, Include, Opt, Param, Pick, Test,
    Text, Transition, Value,
};
use crate::syntax::codes;
use crate::syntax::grammar::Rule;
use crate::syntax::text::{self, Piece, StringFault};
use thin_vec::ThinVec;

impl Lower<'_> {
    /// A declaration other than a node or a transition.
    pub(super) fn declaration(&mut self, pair: Pair<'_, Rule>) -> Option<Declaration> {
        let rule = pair.as_rule();
        Some(match rule {
            Rule::flow => Declaration::Flow(self.first_text(pair)),
            Rule::description => Declaration::Description(self.first_text(pair)),
            Rule::entry => {
                let name = pair.into_inner().find(|inner| is_name(inner.as_rule()));
                Declaration::Entry(name.map(|name| self.name(&name)))
            }
            Rule::exit => {
                let name = pair.into_inner().find(|inner| is_name(inner.as_rule()))?;
                Declaration::Exit(self.name(&name))
            }
            Rule::let_ => Declaration::Let(self.binding(pair)?),
            Rule::param => {
                let Binding { name, value } = self.binding(pair)?;
                Declaration::Param(Param { name, default: value, broken: false })
            }
            Rule::contact => Declaration::Contact(self.contact(pair)?),
            Rule::var => Declaration::Var(self.contact(pair)?),
            Rule::include => self.include(pair)?,
            Rule::every | Rule::declared_every => self.every(pair)?,
            Rule::test => self.test(pair)?,
            Rule::fact => self.fact(pair)?,
            Rule::policy => self.policy(pair)?,
            Rule::apply => self.apply(pair)?,
            Rule::waive | Rule::attest => self.decision(pair)?,
            Rule::kind_declaration => self.kind_declaration(pair)?,
            Rule::hours => self.hours(pair)?,
            Rule::speaker => {
                let options: ThinVec<Opt> =
                    pair.into_inner().filter_map(|inner| self.option(inner)).collect();
                Declaration::Speaker(options)
            }
            Rule::dispositions => {
                let names = pair.into_inner().filter(|inner| inner.as_rule() == Rule::name);
                Declaration::Dispositions(names.map(|name| self.name(&name)).collect())
            }
            _ => return None,
        })
    }

    fn first_text(&mut self, pair: Pair<'_, Rule>) -> Option<Text> {
        let string = pair.into_inner().find(|inner| inner.as_rule() == Rule::string)?;
        Some(self.text(&string))
    }

    /// A name, and a value if there is one.
    fn binding(&mut self, pair: Pair<'_, Rule>) -> Option<Binding> {
        let mut name = None;
        let mut value = None;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name => name = Some(self.name(&inner)),
                _ => value = value.or(self.value(&inner)),
            }
        }
        Some(Binding { name: name?, value })
    }

    /// A text or a whole number.
    pub(super) fn value(&mut self, pair: &Pair<'_, Rule>) -> Option<Value> {
        match pair.as_rule() {
            Rule::string => Some(Value::Text(self.text(pair))),
            Rule::integer | Rule::number => Some(Value::Integer(self.at(pair))),
            _ => None,
        }
    }

    /// A contact field or a variable.
    fn contact(&mut self, pair: Pair<'_, Rule>) -> Option<Contact> {
        let mut name = None;
        let mut options = ThinVec::new();
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name => name = Some(self.name(&inner)),
                _ => options.extend(self.option(inner)),
            }
        }
        Some(Contact { name: name?, options })
    }

    fn include(&mut self, pair: Pair<'_, Rule>) -> Option<Declaration> {
        let mut path = None;
        let mut backslash = false;
        let mut prefix = None;
        let mut with = Vec::new();
        let mut exits = Vec::new();
        let mut speaker = Vec::new();
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::string if self.report_backslash(&inner) => backslash = true,
                Rule::string => path = Some(self.text(&inner)),
                Rule::name => prefix = Some(self.name(&inner)),
                Rule::language | Rule::voice => speaker.extend(self.option(inner)),
                Rule::binding => with.extend(self.binding(inner)),
                Rule::bound_exit => exits.extend(self.bound_exit(inner)),
                _ => {}
            }
        }
        if backslash {
            return Some(Declaration::LostInclude(prefix));
        }
        Some(Declaration::Include(Box::new(Include { path: path?, prefix, with, speaker, exits })))
    }

    fn bound_exit(&mut self, pair: Pair<'_, Rule>) -> Option<BoundExit> {
        let mut again = None;
        let mut names = Vec::with_capacity(2);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::again => again = self.again(inner),
                rule if is_name(rule) => names.push(self.name(&inner)),
                _ => {}
            }
        }
        let mut names = names.into_iter();
        Some(BoundExit { name: names.next()?, target: names.next()?, again })
    }

    /// Reports a path with `\` that is not an escape, as in `include "..\menus.cxflow"`. Returns whether it is one.
    fn report_backslash(&mut self, pair: &Pair<'_, Rule>) -> bool {
        let written = pair.as_str();
        let mut bad = false;
        text::pieces(written, |piece| {
            bad |= matches!(piece, Piece::Bad(StringFault::Escape | StringFault::Unicode, _))
        });
        // `\t` and `\n` are escapes, but their characters are in no path.
        let is_path = bad || written.contains("\\n") || written.contains("\\t");
        if !is_path || written.starts_with("\"\"\"") {
            return false;
        }
        let meant = written.replace("\\\\", "/").replace('\\', "/");
        let span = self.at(pair);
        // `C:\flows\menus.cxflow` would not work on another machine.
        let relative = !meant.contains(':') && !meant.starts_with("\"/");
        let shown =
            if meant.len() <= 80 { format!("write `{meant}`") } else { "write `/` for each".to_owned() };
        self.diagnostics.push(
            Diagnostic::new(
                &codes::BAD_ESCAPE,
                span,
                "the folders of a path are separated by `/`; `\\` begins an escape",
            )
            .here("not a path")
            .help(shown)
            .fix(relative.then(|| Fix::write(span, meant))),
        );
        true
    }

    pub(super) fn transition(&mut self, pair: Pair<'_, Rule>) -> Declaration {
        let mut nodes = SmallVec::<[_; 2]>::new();
        let mut condition = None;
        let mut dispositions = ThinVec::new();
        let mut again = None;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name | Rule::quoted_name => nodes.push(self.name(&inner)),
                Rule::condition => condition = Some(self.condition(inner)),
                Rule::disposition => dispositions.extend(self.disposition(inner)),
                Rule::again => again = self.again(inner),
                _ => {}
            }
        }
        if let ([first, second, .., last], Some(condition)) = (nodes.as_slice(), condition.as_ref()) {
            let text = |span| self.source.slice(crate::source::Span::range(span));
            let help = format!(
                "write the arrow that has the condition on a line of its own: `{} -> {} on {}`",
                text(first.span),
                text(second.span),
                text(condition.span),
            );
            let diagnostic =
                Diagnostic::new(&codes::SYNTAX, condition.span, "a condition belongs to a single arrow")
                    .here("which arrow does this belong to?")
                    .label(first.span.to(last.span), format!("{} arrows", nodes.len() - 1))
                    .help(help);
            self.report(diagnostic);
            self.ast.broken = true;
            return Declaration::Broken(nodes.into_vec());
        }
        Declaration::Transition(Box::new(Transition { nodes, condition, dispositions, again }))
    }

    fn every(&mut self, pair: Pair<'_, Rule>) -> Option<Declaration> {
        let mut kind = None;
        let mut except = Vec::new();
        let mut condition = None;
        let mut target = None;
        let mut dispositions = ThinVec::new();
        let mut again = None;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::kind => kind = self.kind(&inner).map(EveryKind::Kind),
                Rule::declared_kind => {
                    self.ast.has_declared_nodes = true;
                    kind = Some(EveryKind::Declared(self.at(&inner)));
                }
                Rule::exception => {
                    for pick in inner.into_inner() {
                        match pick.as_rule() {
                            Rule::tag => except.push(Pick::Tag(self.tag(&pick))),
                            rule if is_name(rule) => except.push(Pick::Node(self.name(&pick))),
                            _ => {}
                        }
                    }
                }
                Rule::condition => condition = Some(self.condition(inner)),
                Rule::disposition => dispositions.extend(self.disposition(inner)),
                Rule::again => again = self.again(inner),
                rule if is_name(rule) => target = Some(self.name(&inner)),
                _ => {}
            }
        }
        let every =
            Every { kind: kind?, except, condition: condition?, target: target?, dispositions, again };
        Some(Declaration::Every(Box::new(every)))
    }

    fn test(&mut self, pair: Pair<'_, Rule>) -> Option<Declaration> {
        let mut name = None;
        let mut at = None;
        let mut with = Vec::new();
        let mut events = Vec::new();
        let mut nodes = Vec::new();
        let mut reported = None;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::reported => {
                    let name = inner.into_inner().find(|inner| inner.as_rule() == Rule::name);
                    reported = name.map(|name| self.name(&name));
                }
                Rule::string if name.is_none() => name = Some(self.text(&inner)),
                Rule::moment => at = Some(self.at(&inner)),
                Rule::known => with.extend(self.binding(inner)),
                Rule::string => events.push(Alternative::Raw(self.text(&inner))),
                Rule::key => events.push(Alternative::Key(self.at(&inner))),
                Rule::outcome => events.push(Alternative::Outcome(self.at(&inner))),
                rule if is_name(rule) => nodes.push(self.name(&inner)),
                _ => {}
            }
        }
        Some(Declaration::Test(Box::new(Test { name: name?, at, with, events, nodes, reported })))
    }
}

pub(super) fn is_name(rule: Rule) -> bool {
    matches!(rule, Rule::name | Rule::quoted_name)
}

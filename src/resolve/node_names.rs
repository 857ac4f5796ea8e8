//! The nodes that names refer to, and what to write for those that refer to none.

use std::fmt;

use super::unknown_nodes::{NO_SUCH_NODE, UnknownNode};
use super::{NameTarget, Resolver, ScopeId, codes};
use crate::diagnostics::{Diagnostic, Fix, MAX_KEPT, quote};
use crate::flow::{Kind, Node, NodeId, NodeType, Outcome};
use crate::source::Span;
use crate::spelling::display_id;
use crate::syntax::ast::{Declaration, Name, Statement};
use crate::syntax::place::{declare_below, last_node};
use crate::table::Id;

/// What refers to a node.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeUser {
    Transition,
    Entry,
    Exit,
    Every,
    Exception,
    Test,
    Rule,
    Waiver,
}

impl fmt::Display for NodeUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Transition => "a transition",
            Self::Entry => "the entry",
            Self::Exit => "this binding",
            Self::Every => "this `every`",
            Self::Exception => "the exception",
            Self::Test => "the test",
            Self::Rule => "the rule",
            Self::Waiver => "the waiver",
        })
    }
}

impl Resolver<'_> {
    /// The node of a name. Reports an unknown one.
    pub(super) fn node_named(&mut self, scope: ScopeId, name: Name, user: NodeUser) -> Option<NodeId> {
        self.node_or_nearest(scope, name, user).ok()
    }

    /// The node that a transition leaves. Reports an unknown one, and marks the node that was probably meant
    /// as broken, since it has this transition.
    pub(super) fn leaving_node(&mut self, scope: ScopeId, name: Name) -> Option<NodeId> {
        if self.is_left_exit(scope, name) {
            return None;
        }
        let node = self.node_or_nearest(scope, name, NodeUser::Transition);
        self.flow.lacks_ways |= node.is_err();
        match node {
            Err(Some(nearest)) => self.flow.nodes[nearest].broken = true,
            // Any node may have been meant.
            Err(None) => self.broken_lines.chain_lacks_node = true,
            Ok(_) => {}
        }
        node.ok()
    }

    /// Records the use of a node's name.
    pub(super) fn record_node_use(&mut self, name: Name, node: NodeId) {
        if self.uses.is_none() {
            return;
        }
        let Node { name_span: declared, ref type_, .. } = self.flow.nodes[node];
        let target = if *type_ == NodeType::Exit { NameTarget::Exit } else { NameTarget::Node };
        self.record_use(target, name.span, declared);
        if let Some(&scope) = self.node_scopes.find(node) {
            self.record_instance_uses(name, scope, self.sources.text(declared).trim_matches('`'));
        }
    }

    fn node_or_nearest(
        &mut self,
        scope: ScopeId,
        name: Name,
        user: NodeUser,
    ) -> Result<NodeId, Option<NodeId>> {
        let text = self.name(name);
        if let Some(located) = self.locate(scope, &text) {
            self.record_located(name, located, user);
            // What lies behind an exit or an instance is reported where that is bound.
            return self.node_behind(located).ok_or(None);
        }
        if self.exits.behind_includes.contains(&name.span) {
            return Err(None);
        }
        if self.broken_lines.may_declare_node(&text) {
            self.flow.possibly_declared.push(name.span);
            return Err(None);
        }
        if self.lost_include.may_declare_node(&text) || self.may_lack_its_instance(scope, name) {
            return Err(None);
        }
        if self.diagnostics.kept() + self.unknown_nodes.len() >= MAX_KEPT {
            self.diagnostics.count_only();
            return Err(None);
        }
        let exit = self.nearest_exit(scope, &text);
        let nearest = self.nearest_node(scope, &text);
        let nearest = nearest.filter(|_| exit.is_none() && !self.is_library_without_entry(scope, &text));
        let leads_there =
            matches!(user, NodeUser::Transition | NodeUser::Entry | NodeUser::Exit | NodeUser::Every);
        let suggested = nearest.map(|node| {
            let id = &self.flow.nodes[node].id;
            Fix::write(name.span, display_id(id.strip_prefix(&*self.scopes[scope].prefix).unwrap_or(id)))
        });
        // Declaring a node that only a test or a rule names would not make it reachable.
        let is_library = self.is_library_without_entry(scope, &text);
        let declared = if leads_there && !is_library { self.new_node(name) } else { None };
        let before = self.sources.get(name.span.file).text().get(..name.span.range().start);
        let is_pick = user == NodeUser::Rule && before.is_some_and(|before| before.ends_with('='));
        let kind = is_pick.then(|| Kind::from_word(&text)).flatten();
        let suggested = match kind {
            Some(kind) => {
                let start = name.span.range().start - 1;
                let with_sign = Span::new(name.span.file, start, name.span.range().end);
                Some(Fix::write(with_sign, kind.word()))
            }
            None => suggested,
        };
        let bound = self.undeclared_exit(scope, &text);
        let help = match nearest {
            _ if bound.is_some() => {
                format!("declare it, as in `exit {text}`: the including file says where it leads")
            }
            _ if exit.is_some() => {
                format!("did you mean the exit `{}`?", exit.as_deref().unwrap_or_default())
            }
            _ if kind.is_some() => format!("write the kind `{text}` without `=`"),
            Some(node) => {
                self.flow.assumed_reachable.push(node);
                let prefix = &self.scopes[scope].prefix;
                let id = &self.flow.nodes[node].id;
                format!("did you mean `{}`?", display_id(id.strip_prefix(prefix.as_str()).unwrap_or(id)))
            }
            None if is_library => format!(
                "name a node of the instance, such as `{text}.NODE`, or write in its file where a call enters it: `entry NODE`"
            ),
            None if user == NodeUser::Test && Outcome::from_word(&text).is_some() => format!(
                "an event of a test stands behind `on`, as in `on {text}`, and several with a `,` between them"
            ),
            None if text == "test" => "a test needs a name: write `test \"NAME\" -> NODE`".to_owned(),
            None if user == NodeUser::Rule && name.span.file.index() != 0 => format!(
                "declare it in the flow, as in `disconnect {}`; a policy for several flows uses tags or kinds, such as `@{}`",
                self.sources.text(name.span),
                text.replace(' ', "-")
            ),
            None if !name.quoted && text.contains('.') => {
                "name a node of that instance, or declare this one in its file".to_owned()
            }
            None => format!(
                "declare it, as in `disconnect {}`, or name a declared node",
                self.sources.text(name.span)
            ),
        };
        let diagnostic = Diagnostic::new(
            &codes::UNKNOWN_NODE,
            name.span,
            format!("{user} names {}{NO_SUCH_NODE}", quote(&text)),
        )
        .here("no such node")
        .help(help);
        // What is known of the instance says more than a name that is alike.
        let (diagnostic, suggested, declared, exit) = match self.behind_instance(scope, name) {
            Some(finding) => (finding, None, None, None),
            None => (diagnostic, suggested, declared, exit),
        };
        let diagnostic = match bound {
            Some(bound) => diagnostic.label(bound, "bound here as an exit"),
            None => diagnostic.fix(exit.map(|exit| Fix::write(name.span, exit))).fix(suggested).fix(declared),
        };
        self.unknown_nodes.push(UnknownNode { scope, name, text: text.into(), diagnostic });
        Err(nearest)
    }

    /// A fix that declares a node as an end, below the last node of the file.
    fn new_node(&mut self, name: Name) -> Option<Fix> {
        let written = self.sources.text(name.span);
        // The node of an instance belongs in the instance's file.
        if !name.quoted && written.contains('.') || self.is_transition_source(name) {
            return None;
        }
        let (_, ast) = self.files.iter().find(|(file, _)| *file == name.span.file)?;
        let last = *self.last_nodes.entry(name.span.file).or_insert_with(|| last_node(ast));
        let line = format!("disconnect {written}");
        declare_below(format!("Create `{line}`"), self.sources, ast, last?, &line)
    }

    /// Whether a transition leaves a node of this name, which cannot be an end then.
    pub(super) fn is_transition_source(&mut self, name: Name) -> bool {
        if self.transition_sources.is_none() {
            let mut sources: Vec<&Name> = Vec::new();
            for item in self.files.iter().flat_map(|(_, ast)| &ast.items) {
                match &item.declaration {
                    Declaration::Transition(transition) => {
                        sources.extend(
                            transition.nodes.split_last().into_iter().flat_map(|(_, sources)| sources),
                        );
                    }
                    Declaration::Node(node) => {
                        for statement in node.block.iter().flatten() {
                            let Statement::Branch(branch) = statement else { continue };
                            sources.extend(
                                branch.targets.split_last().into_iter().flat_map(|(_, sources)| sources),
                            );
                        }
                    }
                    _ => {}
                }
            }
            self.transition_sources = Some(sources.into_iter().map(|&name| self.name(name)).collect());
        }
        self.transition_sources.as_ref().is_some_and(|names| names.contains(&self.name(name)))
    }
}

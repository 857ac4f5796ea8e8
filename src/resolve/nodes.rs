//! Nodes: their names, types, actions and tags.

use std::fmt;

use compact_str::{CompactString, format_compact};

use super::built_texts::BuiltText;
use super::placeholders::Reader;
use super::unknown_nodes::UnknownNode;
use super::{DeclRef, NameTarget, Resolver, ScopeId, codes};
use crate::diagnostics::{Diagnostic, Fix, MAX_KEPT, Severity, quote};
use crate::flow::{
    Action, DeclaredAs, Digits, Directive, EndKey, EntryVariable, Input, Kind, KindId, Node, NodeId, NodeSet,
    NodeType, Outcome, Retries, Tag, Text, Verb, Wait,
};
use crate::source::Span;
use crate::spelling::display_id;
use crate::syntax::ast::{self, Declaration, Item, Name, NodeKind, Opt, OptionKind, Statement};
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

impl<'a> Resolver<'a> {
    pub(super) fn declare_node(&mut self, decl: DeclRef, item: &'a Item, node: &'a ast::Node) {
        let number = self.declare_row(decl, item, node.name, node.kind_span, NodeType::Other("".into()));
        self.flow.nodes[number].broken |= node.broken;
        self.record_use(NameTarget::Node, node.name.span, node.name.span);
        self.decl_nodes.push(number);
    }

    /// Adds the node of a declaration, whose actions are filled in later. Reports a second one of the same name.
    pub(super) fn declare_row(
        &mut self,
        decl: DeclRef,
        item: &'a Item,
        name: Name,
        kind_span: Span,
        type_: NodeType,
    ) -> NodeId {
        let id: CompactString = match self.scopes[decl.scope].prefix.as_str() {
            "" => self.name(name).into(),
            prefix => format_compact!("{prefix}{}", self.name(name)),
        };
        let row = Node {
            id: id.clone(),
            generic: false,
            declared: None,
            sets: None,
            ends_call: type_ == NodeType::Exit,
            type_,
            broken: false,
            kind_span,
            name_span: name.span,
            doc: item.doc,
            tags: Vec::new(),
            actions: Vec::new(),
        };
        let number = self.flow.nodes.push(row);
        self.node_scopes.push(decl.scope);
        if let Some(first) = self.node_ids.get(&id).copied() {
            let first = &self.flow.nodes[first];
            self.diagnostics.push(
                Diagnostic::new(
                    &codes::DUPLICATE_NODE,
                    name.span,
                    format!("the node {} is declared twice", quote(&id)),
                )
                .here("declared again here")
                .label(first.name_span, "first declared here")
                .help("rename one of them, and its transitions with it"),
            );
            // No line can name it, which is not reported separately.
            self.flow.nodes[number].broken = true;
            self.flow.assumed_reachable.push(number);
        } else {
            self.node_ids.insert(id, number);
        }
        number
    }

    /// Fills in the nodes' types, actions and tags, after the values are known.
    pub(super) fn fill_nodes(&mut self, decls: &[DeclRef]) {
        let mut numbers = std::mem::take(&mut self.decl_nodes).into_iter();
        for &decl in decls {
            let Some(item) = self.item(decl) else { continue };
            let Declaration::Node(node) = &item.declaration else { continue };
            let Some(number) = numbers.next() else { return };
            self.decl_nodes.push(number);
            self.fill_node(decl.scope, number, node);
        }
    }

    /// Marks all nodes as broken if an include is lost, which may declare a transition of any node.
    pub(super) fn withhold_lost(&mut self) {
        if self.lost_include.plain {
            for number in self.flow.nodes.ids() {
                self.flow.nodes[number].broken = true;
            }
        }
    }

    fn fill_node(&mut self, scope: ScopeId, number: NodeId, node: &ast::Node) {
        let kind = match node.kind {
            Some(NodeKind::Kind(kind)) => {
                self.flow.nodes[number].type_ = NodeType::Kind(kind);
                self.flow.nodes[number].ends_call = kind.ends_call();
                Some(kind)
            }
            Some(NodeKind::Generic { type_, ends }) => {
                self.set_type(scope, number, type_, ends);
                None
            }
            Some(NodeKind::Declared(word)) => {
                self.set_declared(scope, number, word);
                None
            }
            None => None,
        };
        let before = self.diagnostics.kept();
        let mut actions = Vec::with_capacity(1);
        // Options without an argument make the node's own action, too, unless it is in the block.
        if let Some(directive) = kind.and_then(Kind::directive) {
            let has_text = node
                .options
                .iter()
                .any(|option| matches!(option.kind, OptionKind::Media(_) | OptionKind::Text(_)));
            if node.argument.is_some() || has_text {
                actions.push(self.header_action(scope, directive.clone(), node));
                self.record_reads(number, 0);
            }
        }
        for statement in node.block.iter().flatten() {
            let number_of_action = actions.len();
            match statement {
                Statement::Action(action) => actions.extend(self.action(scope, action)),
                Statement::Set(set) => match self.assignment(scope, set) {
                    Some(action) => actions.push(action),
                    // It may have set any variable.
                    None => self.flow.nodes[number].broken = true,
                },
                Statement::Branch(_) => continue,
            }
            self.record_reads(number, number_of_action);
        }
        if let Some(declared) = self.flow.nodes[number].declared_kind() {
            let action = self.declared_action(scope, declared, node);
            self.record_reads(number, actions.len());
            actions.push(action);
        }
        let own = kind.and_then(Kind::directive);
        let header = actions.iter_mut().enumerate().find(|(_, action)| Some(&action.directive) == own);
        if let Some((at, own)) = header {
            self.set_header_retries(scope, own, node);
            self.set_header_fields(scope, own, node);
            self.set_header_input(scope, own, node);
            self.record_reads(number, at);
        }
        for action in &mut actions {
            self.set_default_waits(action);
        }
        if let Some(timed) = timed(own, &mut actions) {
            set_header_lasts(timed, node);
        }
        if kind == Some(Kind::Disconnect)
            && !actions.iter().any(|action| action.directive == Directive::Disconnect)
        {
            let mut action = action_of(Directive::Disconnect, node.name.span);
            self.set_header_fields(scope, &mut action, node);
            self.record_reads(number, actions.len());
            actions.push(action);
        }
        self.sort_reads(number);
        self.set_entered(number, &actions);
        let tags = node.options.iter().filter_map(|option| match option.kind {
            OptionKind::Tag(span) => Some(self.tag(span)),
            _ => None,
        });
        let tags = tags.collect();
        self.refuse_foreign_insertions(&actions, before);
        let row = &mut self.flow.nodes[number];
        row.actions = actions;
        row.tags = tags;
    }

    /// Makes foreign insertions in queues, mailboxes and URLs errors, among the findings since a count: no queue
    /// is called `$queue`.
    fn refuse_foreign_insertions(&mut self, actions: &[Action], since: usize) {
        if self.diagnostics.kept() == since {
            return;
        }
        let is_name = |action: &&Action| {
            matches!(action.directive, Directive::Route | Directive::Schedule | Directive::Record)
        };
        let names = actions.iter().filter(is_name).filter_map(|action| action.text.as_ref());
        let spoken = |action: &&Action| !matches!(action.directive, Directive::Other(_));
        let media = actions.iter().filter(spoken).filter_map(|action| action.media.as_ref());
        let literals: Vec<Span> = names.chain(media).map(|text| text.span).collect();
        for finding in self.diagnostics.iter_mut().skip(since) {
            let is_inside = |literal: &Span| finding.span.is_some_and(|span| literal.contains(span));
            if finding.code.id == codes::FOREIGN_INSERTION.id && literals.iter().any(is_inside) {
                finding.severity = Severity::Error;
            }
        }
    }

    fn retries(&mut self, scope: ScopeId, number: ast::Number, span: Span) -> Retries {
        let count = self.number(scope, number);
        self.record_number_givers(scope, span, number);
        Retries { count, span }
    }

    /// In `collect menu retries 2 { say "…"; collect "…" }`, the number applies to the prompt.
    fn set_header_retries(&mut self, scope: ScopeId, own: &mut Action, node: &ast::Node) {
        for option in &node.options {
            if let (None, OptionKind::Retries(number)) = (own.retries, &option.kind) {
                own.retries = Some(self.retries(scope, *number, option.span));
            }
        }
    }

    /// In `collect menu wait 5s { say "…"; collect "…" }`, the options apply to the prompt.
    fn set_header_input(&mut self, scope: ScopeId, own: &mut Action, node: &ast::Node) {
        for option in &node.options {
            self.set_input(scope, own, option);
        }
    }

    /// Sets what an option says about keys, unless another one has said so.
    fn set_input(&mut self, scope: ScopeId, action: &mut Action, option: &Opt) {
        let wait = |milliseconds| Wait { milliseconds, span: Some(option.span) };
        let input = || Box::<Input>::default();
        match option.kind {
            OptionKind::Wait(time) => {
                action.input.get_or_insert_with(input).wait.get_or_insert(wait(time));
            }
            OptionKind::Between(time) => {
                action.input.get_or_insert_with(input).between.get_or_insert(wait(time));
            }
            OptionKind::Digits(ast::Number::Other(number), None) if self.reports_dashed_range(number) => {
                action.input.get_or_insert_with(input).digits.get_or_insert(Digits {
                    least: None,
                    most: None,
                    span: option.span,
                });
            }
            OptionKind::Digits(least, most) if !action.takes_digits() => {
                self.record_number_givers(scope, option.span, least);
                let least = self.number(scope, least);
                let most = match most {
                    Some(most) => {
                        self.record_number_givers(scope, option.span, most);
                        self.number(scope, most)
                    }
                    None => least,
                };
                action.input.get_or_insert_with(input).digits =
                    Some(Digits { least, most, span: option.span });
            }
            OptionKind::End(text) if action.input.as_ref().is_none_or(|input| input.end.is_none()) => {
                let text = self.text_for(scope, text, Reader::Directive, &mut action.tags);
                action.input.get_or_insert_with(input).end =
                    Some(EndKey { key: text.value, span: text.span });
            }
            OptionKind::Into(name) if action.input.as_ref().is_none_or(|input| input.into.is_none()) => {
                let variable = self.set_variable(scope, name);
                let full = match variable {
                    Some(variable) => self.flow.variables[variable].name.clone(),
                    None => self.name(name).as_ref().into(),
                };
                action.input.get_or_insert_with(input).into =
                    Some(EntryVariable { variable, name: full, span: name.span });
            }
            _ => {}
        }
    }

    /// Records the variables that the entry at a node becomes. One that is unknown may be any.
    fn set_entered(&mut self, node: NodeId, actions: &[Action]) {
        let takes_keys = |action: &&Action| {
            matches!(action.directive, Directive::Collect | Directive::Other(_))
                && self.flow.nodes[node].declared.is_none()
        };
        let inputs = actions.iter().filter(takes_keys).filter_map(|action| action.input.as_deref());
        let entered: Vec<(&EntryVariable, bool)> =
            inputs.filter_map(|input| Some((input.into.as_ref()?, input.digits.is_some()))).collect();
        let set = |(one, has_digits): &(&EntryVariable, bool)| {
            // Without digits it should be another option's, which is reported.
            let outcomes = if *has_digits { vec![Outcome::Entered.word().into()] } else { Vec::new() };
            Some(NodeSet { variable: one.variable?, outcomes, span: one.span })
        };
        let sets: Vec<NodeSet> = entered.iter().filter_map(set).collect();
        self.flow.nodes[node].broken |= sets.len() < entered.len();
        if !sets.is_empty() {
            self.flow.nodes[node].sets = Some(self.flow.node_sets.push(sets));
        }
    }

    /// Reports `digits 4-6`. Returns whether it is that.
    fn reports_dashed_range(&mut self, number: Span) -> bool {
        let written = self.sources.text(number);
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let Some((least, most)) = written.split_once('-') else { return false };
        if !is_number(least) || !is_number(most) {
            return false;
        }
        let meant = format!("{least}..{most}");
        self.diagnostics.push(
            Diagnostic::new(
                &codes::NOT_AN_INTEGER,
                number,
                format!("{} is not a range of numbers", quote(written)),
            )
            .here("expected a number or a range here")
            .help(format!("write `{meant}`"))
            .fix(Fix::write(number, meant)),
        );
        true
    }

    /// Adds the times that the settings give prompts for keys that have none of their own.
    fn set_default_waits(&mut self, action: &mut Action) {
        let wait = |milliseconds| Wait { milliseconds, span: None };
        let (first, between) = (self.settings.wait.map(wait), self.settings.between.map(wait));
        if action.directive != Directive::Collect || first.is_none() && between.is_none() {
            return;
        }
        let input = action.input.get_or_insert_with(Box::default);
        input.wait = input.wait.or(first);
        input.between = input.between.or(between);
    }

    fn set_type(&mut self, scope: ScopeId, number: NodeId, type_: ast::Text, ends: bool) {
        let text = self.built_text_to_send(scope, type_, BuiltText::Type);
        let row = &mut self.flow.nodes[number];
        row.generic = true;
        row.kind_span = type_.span;
        match text.value {
            Some(word) => {
                let kind = Kind::from_word(&word);
                row.ends_call = ends || kind.is_some_and(Kind::ends_call);
                row.type_ = kind.map_or(NodeType::Other(word), NodeType::Kind);
            }
            // Without a known type, only `ends` can tell.
            None => {
                row.ends_call = ends;
                row.broken = true;
            }
        }
    }

    /// Makes a node one of a declared kind. One that only a file may declare that was not found is broken.
    fn set_declared(&mut self, scope: ScopeId, number: NodeId, word: Span) {
        let Some(&id) = self.kinds.get(self.sources.text(word)) else {
            self.flow.nodes[number].broken = true;
            return;
        };
        self.unused_kinds.remove(&id);
        self.record_use(NameTarget::Kind, word, self.flow.kinds[id].span);
        let sets = self.sets_of_kind(scope, id);
        let kind = &self.flow.kinds[id];
        let row = &mut self.flow.nodes[number];
        row.generic = true;
        let has_outcomes = !kind.outcomes.is_empty();
        row.declared = Some(DeclaredAs { kind: id, taken_for: kind.taken_for, has_outcomes });
        row.sets = sets;
        row.ends_call = kind.ends_call;
        row.broken |= kind.broken;
        row.type_ = NodeType::Other(kind.type_.clone().unwrap_or_default());
    }

    /// The action of a node of a declared kind. It comes after those of the node's block.
    fn declared_action(&mut self, scope: ScopeId, kind: KindId, node: &ast::Node) -> Action {
        let type_ = self.flow.kinds[kind].type_.clone().unwrap_or_default();
        let mut action = action_of(Directive::Other(type_), node.kind_span);
        self.set_options(scope, &mut action, &node.options, true);
        action.fields = self.fields_of_kind(scope, kind, node, &mut action.tags);
        action
    }

    /// The action made by a node's argument and options.
    fn header_action(&mut self, scope: ScopeId, directive: Directive, node: &ast::Node) -> Action {
        let span = node.argument.map_or(node.kind_span, |argument| argument.span);
        let mut action = action_of(directive, span);
        if let Some(argument) = node.argument {
            let text = self.text_with_tags(scope, argument, &mut action.tags);
            if action.directive == Directive::Play {
                action.media = Some(text)
            } else {
                action.text = Some(text)
            }
        }
        self.set_options(scope, &mut action, &node.options, true);
        action
    }

    fn action(&mut self, scope: ScopeId, written: &ast::Action) -> Option<Action> {
        let Some(directive) = written.verb.facts().directive.clone() else {
            let word = self.built_text(scope, written.argument?, BuiltText::Directive);
            // An unknown directive is already reported.
            let known = word.is_some();
            let mut action = action_of(Directive::from_word(word.unwrap_or_default()), written.span);
            self.set_options(scope, &mut action, &written.options, false);
            let fields = self.free_fields(scope, &written.fields, &mut action.tags);
            action.fields = fields;
            return known.then_some(action);
        };
        let mut action = action_of(directive, written.span);
        let argument =
            written.argument.map(|argument| self.text_with_tags(scope, argument, &mut action.tags));
        if written.verb == Verb::Play {
            action.media = argument
        } else {
            action.text = argument
        }
        self.set_options(scope, &mut action, &written.options, false);
        let fields = self.free_fields(scope, &written.fields, &mut action.tags);
        action.fields = fields;
        Some(action)
    }

    /// Sets an action's options. In a node's header, tags belong to the node.
    fn set_options(&mut self, scope: ScopeId, action: &mut Action, options: &[Opt], header: bool) {
        let reader = match action.directive {
            Directive::Other(_) => Reader::Directive,
            _ => Reader::Voice,
        };
        for option in options {
            match option.kind {
                OptionKind::Media(text) => {
                    let text = self.text_for(scope, text, reader, &mut action.tags);
                    action.media.get_or_insert(text);
                }
                OptionKind::Text(text) => {
                    let text = self.text_for(scope, text, reader, &mut action.tags);
                    action.text.get_or_insert(text);
                }
                OptionKind::Retries(number) => {
                    let retries = self.retries(scope, number, option.span);
                    action.retries.get_or_insert(retries);
                }
                OptionKind::Wait(_)
                | OptionKind::Between(_)
                | OptionKind::Digits(..)
                | OptionKind::End(_)
                | OptionKind::Into(_) => {
                    self.set_input(scope, action, option);
                }
                OptionKind::Tag(_) if header => {}
                OptionKind::Lasts(milliseconds) => action.lasts = Some(milliseconds),
                OptionKind::Tag(span) => action.tags.push(self.tag(span)),
            }
        }
    }

    fn text_with_tags(&mut self, scope: ScopeId, text: ast::Text, tags: &mut Vec<Tag>) -> Text {
        self.text_for(scope, text, Reader::Voice, tags)
    }

    pub(super) fn text_for(
        &mut self,
        scope: ScopeId,
        text: ast::Text,
        reader: Reader,
        tags: &mut Vec<Tag>,
    ) -> Text {
        let evaluated = self.text_read_by(scope, text, reader);
        tags.extend(evaluated.tags);
        self.step_variables.extend(evaluated.variables.into_iter().map(|variable| (variable, text.span)));
        evaluated.text
    }

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
        if self.broken_lines.may_declare_node(&text) {
            self.flow.possibly_declared.push(name.span);
            return Err(None);
        }
        if self.lost_include.may_declare(&text) {
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
        let help = match nearest {
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
            format!("{user} names {}, but there is no such node", quote(&text)),
        )
        .here("no such node")
        .help(help)
        .fix(exit.map(|exit| Fix::write(name.span, exit)))
        .fix(suggested)
        .fix(declared);
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
    fn is_transition_source(&mut self, name: Name) -> bool {
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

/// The action that a header's `lasts` applies to: the node's own if it is heard, or else the only heard one, or
/// else the only one.
fn timed<'a>(own: Option<&Directive>, actions: &'a mut [Action]) -> Option<&'a mut Action> {
    let is_heard = |action: &Action| matches!(action.directive, Directive::Play | Directive::Collect);
    let own = actions.iter().position(|action| is_heard(action) && Some(&action.directive) == own);
    let heard = actions.iter().filter(|action| is_heard(action)).count();
    let only_heard = || actions.iter().position(is_heard).filter(|_| heard == 1);
    let only = || (actions.len() == 1).then_some(0);
    let at = own.or_else(only_heard).or_else(only)?;
    actions.get_mut(at)
}

fn set_header_lasts(action: &mut Action, node: &ast::Node) {
    for option in &node.options {
        if let OptionKind::Lasts(milliseconds) = option.kind {
            action.lasts = action.lasts.or(Some(milliseconds));
        }
    }
}

pub(super) fn action_of(directive: Directive, span: Span) -> Action {
    Action {
        directive,
        media: None,
        text: None,
        retries: None,
        input: None,
        lasts: None,
        fields: Vec::new(),
        tags: Vec::new(),
        set: None,
        span,
    }
}

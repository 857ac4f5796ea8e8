//! Nodes: their names, types, actions and tags.

use compact_str::{CompactString, format_compact};

use super::built_texts::BuiltText;
use super::fields::is_prompt;
use super::placeholders::Reader;
use super::{DeclRef, NameTarget, Resolver, ScopeId, codes};
use crate::diagnostics::{Diagnostic, Severity, quote};
use crate::flow::{
    Action, DeclaredAs, Directive, Kind, KindId, Node, NodeId, NodeType, Retries, Tag, Text, Verb,
};
use crate::source::Span;
use crate::syntax::ast::{self, Declaration, Item, Name, NodeKind, Opt, OptionKind, Statement};
use thin_vec::ThinVec;

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
            disposition: None,
            ends_call: type_ == NodeType::Exit,
            type_,
            broken: false,
            kind_span,
            name_span: name.span,
            doc: item.doc,
            tags: ThinVec::new(),
            actions: Vec::new(),
            scripts: ThinVec::new(),
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
            self.node_speaker = self.speaker_around(decl);
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
        self.node_speaker = self.speaker_with(scope, self.node_speaker.clone(), &node.options);
        let kind = match node.kind {
            Some(NodeKind::Kind(kind)) => {
                self.flow.nodes[number].type_ = NodeType::Kind(kind);
                self.flow.nodes[number].ends_call = kind.ends_call();
                // It may have been meant for a declared kind of that word, which is reported there.
                self.flow.nodes[number].broken |= self.kinds.contains_key(kind.word());
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
            let has_text = node.options.iter().any(|option| option.kind.is_prompt());
            if node.argument.is_some() || has_text {
                actions.push(self.header_action(scope, directive.clone(), node));
                self.record_reads(number, 0);
            }
        }
        let (mut repeats, mut scripts) = (Vec::new(), Vec::new());
        for statement in node.block.iter().flatten() {
            let number_of_action = actions.len();
            match statement {
                Statement::Action(action) if action.verb.is_repeat() => {
                    repeats.push((number_of_action, action));
                    continue;
                }
                Statement::Action(action) if action.verb == Verb::Script => {
                    scripts.push(action);
                    continue;
                }
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
        for (before, written) in repeats {
            self.set_repeat(scope, number, &mut actions, before, written);
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
            self.set_speaker(action);
        }
        if let Some(timed) = timed(own, &mut actions) {
            set_header_lasts(timed, node);
        }
        if kind == Some(Kind::Disconnect)
            && !actions.iter().any(|action| action.directive == Directive::Disconnect)
        {
            let mut action = Action::new(Directive::Disconnect, node.name.span);
            self.set_header_fields(scope, &mut action, node);
            self.record_reads(number, actions.len());
            actions.push(action);
        }
        let scripts = self.scripts(scope, (number, actions.len()), &scripts);
        self.sort_reads(number);
        self.set_entered(number, &actions);
        let tags = node.options.iter().filter_map(|option| match option.kind {
            OptionKind::Tag(span) => Some(self.tag(span)),
            _ => None,
        });
        let tags = tags.collect();
        let disposition = self
            .disposition_of(&node.options)
            .or_else(|| self.misplaced_disposition(node.block.as_deref().unwrap_or_default()));
        self.refuse_foreign_insertions(&actions, before);
        let row = &mut self.flow.nodes[number];
        row.actions = actions;
        row.scripts = scripts;
        row.tags = tags;
        row.disposition = disposition;
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
        let media = actions
            .iter()
            .filter(spoken)
            .flat_map(|action| action.recordings().chain(action.library_recordings()));
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
            self.flow.lacks_kinds = true;
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
        let mut action = Action::new(Directive::Other(type_), node.kind_span);
        self.set_options(scope, &mut action, &node.options, true);
        action.fields = self.fields_of_kind(scope, kind, node, &mut action.tags);
        action
    }

    /// The action made by a node's argument and options.
    fn header_action(&mut self, scope: ScopeId, directive: Directive, node: &ast::Node) -> Action {
        let span = node.argument.map_or(node.kind_span, |argument| argument.span);
        let mut action = Action::new(directive, span);
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
            let mut action = Action::new(Directive::from_word(word.unwrap_or_default()), written.span);
            self.set_options(scope, &mut action, &written.options, false);
            let fields = self.free_fields(scope, &written.fields, is_prompt(&action), &mut action.tags);
            action.fields = fields;
            return known.then_some(action);
        };
        let mut action = Action::new(directive, written.span);
        let argument =
            written.argument.map(|argument| self.text_with_tags(scope, argument, &mut action.tags));
        if written.verb == Verb::Play {
            action.media = argument
        } else {
            action.text = argument
        }
        self.set_options(scope, &mut action, &written.options, false);
        let fields = self.free_fields(scope, &written.fields, is_prompt(&action), &mut action.tags);
        action.fields = fields;
        Some(action)
    }

    /// Sets an action's options. In a node's header, tags belong to the node.
    pub(super) fn set_options(&mut self, scope: ScopeId, action: &mut Action, options: &[Opt], header: bool) {
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
                OptionKind::Prompt(text) => {
                    let text = self.text_for(scope, text, reader, &mut action.tags);
                    action.prompt.get_or_insert(text);
                }
                OptionKind::Ssml(text) => {
                    let Action { text: spoken, tags, .. } = action;
                    let ssml = self.ssml(scope, spoken, tags, text, reader);
                    action.ssml = ssml.or(action.ssml.take());
                }
                OptionKind::Language(_) | OptionKind::Voice(_) => {}
                OptionKind::Tag(_) if header => {}
                // It is the node's, and is reported at an action.
                OptionKind::Disposition(name) if !header => self.mark_disposition(name),
                OptionKind::Disposition(_) => {}
                OptionKind::Lasts(milliseconds) => action.lasts = Some(milliseconds),
                OptionKind::Tag(span) => action.tags.push(self.tag(span)),
            }
        }
        if !header {
            action.speaker = self.speaker_with(scope, self.node_speaker.clone(), options);
        }
    }

    pub(super) fn text_with_tags(
        &mut self,
        scope: ScopeId,
        text: ast::Text,
        tags: &mut ThinVec<Tag>,
    ) -> Text {
        self.text_for(scope, text, Reader::Voice, tags)
    }

    pub(super) fn text_for(
        &mut self,
        scope: ScopeId,
        text: ast::Text,
        reader: Reader,
        tags: &mut ThinVec<Tag>,
    ) -> Text {
        let evaluated = self.text_read_by(scope, text, reader);
        tags.extend(evaluated.tags);
        let places = self.insertions_of(scope, text.span, &evaluated.variables);
        let reads = evaluated.variables.into_iter();
        self.step_variables
            .extend(reads.map(|variable| (variable, places.get(&variable).copied().unwrap_or(text.span))));
        evaluated.text
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

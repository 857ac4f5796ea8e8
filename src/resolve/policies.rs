//! The policies of all files, and which of them apply.

use std::collections::hash_map::Entry;

use rustc_hash::{FxHashMap, FxHashSet};

use super::built_texts::BuiltText;
use super::load::PolicyFiles;
use super::{DeclRef, NameTarget, PolicyChoice, Resolver, ScopeId, codes};
use crate::bundled;
use crate::diagnostics::suggest::did_you_mean;
use crate::diagnostics::{Diagnostic, Fix, Severity, Unless, list_of, quote};
use crate::flow::DeclaredName;
use crate::flow::policy::{Policy, known_tags};
use crate::resolve::codes::UNUSED;
use crate::source::Span;
use crate::syntax::ast::{self, Declaration, Item, Name};
use crate::syntax::codes::SYNTAX;
use crate::syntax::place::take_out;
use crate::table::Id;

/// A policy that some file declares.
pub(super) struct PolicyDecl {
    pub(super) policy: Policy,
    /// The scope in which it is known without a prefix.
    pub(super) scope: ScopeId,
    /// The index of its file among those that were read.
    file: u32,
    pub(super) applied: bool,
    /// The names of its rules that do not parse.
    lost_rules: Vec<Box<str>>,
}

/// The policies by name, in order of declaration.
#[derive(Default)]
pub(super) struct Policies {
    pub(super) list: Vec<PolicyDecl>,
    by_name: FxHashMap<Box<str>, usize>,
    /// Whether a line applies an unknown policy, and may have meant any of these.
    misnamed: bool,
}

impl Policies {
    pub(super) fn get(&self, index: usize) -> Option<&Policy> {
        self.list.get(index).map(|declared| &declared.policy)
    }

    /// The names of a policy's rules that do not parse.
    pub(super) fn lost_rules(&self, index: usize) -> &[Box<str>] {
        self.list.get(index).map_or(&[], |declared| &declared.lost_rules)
    }
}

impl Resolver<'_> {
    /// Adds the facts of all files, the policies that apply, and what is decided about them.
    pub(super) fn add_policies(&mut self, decls: &[DeclRef], files: &PolicyFiles) {
        self.flow.lock = self.settings.lock.clone();
        self.add_facts(decls);
        let mut policies = self.known_policies(decls, files);
        self.settle_conflicts(&mut policies);
        self.apply_policies(decls, files, &mut policies);
        self.add_decisions(decls, &policies);
        self.explain_rules_without_policy(&policies);
        self.add_policies_that_know_facts(&policies);
        self.add_tags_known_elsewhere(decls, &policies);
        self.report_idle_includes(files, &policies);
        self.report_unapplied(files, &policies);
        let in_root = policies.list.iter().filter(|known| known.file == 0);
        let declared = in_root.map(|known| DeclaredName {
            what: "policy",
            span: known.policy.name_span,
            used: known.applied || policies.misnamed,
        });
        self.declared_policies = declared.collect();
        self.flow.picked.sort_by_key(|picked| picked.span);
    }

    fn add_tags_known_elsewhere(&mut self, decls: &[DeclRef], policies: &Policies) {
        let idle = policies.list.iter().filter(|known| !known.applied);
        let mut tags: Vec<Box<str>> =
            idle.flat_map(|known| known_tags(&known.policy)).map(Box::from).collect();
        for item in decls.iter().filter_map(|&decl| self.item(decl)) {
            let Declaration::Every(every) = &item.declaration else { continue };
            for pick in &every.except {
                if let ast::Pick::Tag(span) = *pick {
                    tags.push(self.sources.text(span).into());
                }
            }
        }
        self.flow.tags_known_elsewhere.extend(tags);
    }

    /// Reports the includes of the root file whose policies do not apply.
    fn report_idle_includes(&mut self, files: &PolicyFiles, policies: &Policies) {
        if policies.misnamed || self.flow.is_library() || !self.lost_include.is_nothing() {
            return;
        }
        let mut applied: FxHashMap<u32, bool> = FxHashMap::default();
        for known in &policies.list {
            *applied.entry(known.file).or_default() |= known.applied;
        }
        for (&file, &span) in &files.included_at {
            let Some((_, ast)) = self.files.get(file).filter(|(_, ast)| !ast.broken) else { continue };
            let number = u32::try_from(file).unwrap_or(u32::MAX);
            if applied.get(&number) != Some(&false) || span.file.index() != 0 {
                continue;
            }
            // A flow may include the file for its other declarations.
            let is_policy = |item: &ast::Item| matches!(item.declaration, Declaration::Policy(_));
            let is_value = |item: &ast::Item| matches!(item.declaration, Declaration::Let(_));
            let (severity, here) = if ast.items.iter().all(is_policy) {
                (Severity::Warning, "contains nothing else")
            } else if ast.items.iter().all(|item| is_policy(item) || is_value(item)) {
                (Severity::Warning, "contains values, and a policy that does not apply")
            } else {
                (Severity::Note, "contains a policy that does not apply")
            };
            let names: Vec<&str> = policies
                .list
                .iter()
                .filter(|known| known.file == number)
                .map(|known| &*known.policy.name)
                .collect();
            let message = match names.as_slice() {
                [name] => format!("the included policy `{name}` does not apply"),
                _ => "none of the included policies applies".to_owned(),
            };
            let help = format!("write `apply {}`, or take the include out", names.first().unwrap_or(&"NAME"));
            self.diagnostics
                .push(Diagnostic::new(&UNUSED, span, message).severity(severity).here(here).help(help));
        }
    }

    /// Reports the policies of included files that do not apply: those of an instance that apply to another
    /// instance, and those of a file with nodes, which another flow may apply.
    fn report_unapplied(&mut self, files: &PolicyFiles, policies: &Policies) {
        if policies.misnamed
            || self.flow.is_library()
            || !self.flow.complete
            || !self.lost_include.is_nothing()
        {
            return;
        }
        let from_outside: FxHashSet<u32> =
            files.list.iter().map(|policies| u32::try_from(policies.file).unwrap_or(u32::MAX)).collect();
        let mut has_nodes: FxHashMap<u32, bool> = FxHashMap::default();
        let mut applied: FxHashMap<Span, &PolicyDecl> = FxHashMap::default();
        for known in policies.list.iter().filter(|known| known.applied) {
            applied.entry(known.policy.name_span).or_insert(known);
        }
        let mut reported: FxHashSet<Span> = FxHashSet::default();
        for known in policies.list.iter().filter(|known| !known.applied && known.file != 0) {
            let place = known.policy.name_span;
            if known.policy.bundled || from_outside.contains(&known.file) || !reported.insert(place) {
                continue;
            }
            let own = self.sources.text(place);
            if let Some(other) = applied.get(&place) {
                let applied_at = |policy: &Policy| {
                    self.flow.policies.iter().find(|applied| applied.name == policy.name)?.applied_at
                };
                let Some(applied_at) = applied_at(&other.policy) else { continue };
                let idle =
                    policies.list.iter().filter(|known| !known.applied && known.policy.name_span == place);
                let idle: Vec<&str> = idle.map(|known| &*known.policy.name).collect();
                let instances = shortened(idle.iter().map(|name| instance_of(name, own)));
                let lines = shortened(idle.iter().map(|name| format!("apply {name}")));
                let message = format!(
                    "the policy `{own}` applies to {}, and not to {instances}",
                    shortened([instance_of(&other.policy.name, own)].into_iter())
                );
                self.diagnostics.push(
                    Diagnostic::new(&UNUSED, applied_at, message)
                        .here("applies to one instance")
                        .label(place, "each instance of the file has this policy")
                        .help(format!("write {lines} as well")),
                );
                continue;
            }
            let is_node = |item: &Item| matches!(item.declaration, Declaration::Node(_));
            let of_file = |file: u32| self.files.get(file as usize).map(|(_, ast)| ast);
            let has = has_nodes.entry(known.file).or_insert_with(|| {
                of_file(known.file).is_some_and(|ast| !ast.broken && ast.items.iter().any(is_node))
            });
            if *has {
                let message = format!("the policy {} of an included file does not apply", quote(own));
                self.diagnostics.push(
                    Diagnostic::new(&UNUSED, place, message)
                        .here("none of its rules applies")
                        .help(format!(
                            "write `apply {}` in the flow, or take the policy out",
                            known.policy.name
                        ))
                        .unless(Unless::Needed),
                );
            }
        }
    }

    fn known_policies(&mut self, decls: &[DeclRef], files: &PolicyFiles) -> Policies {
        let bundled_file =
            |decl: &DeclRef| files.list.iter().find(|file| file.bundled && file.file == decl.file as usize);
        let mut policies = Policies::default();
        for &decl in decls {
            let Some(item) = self.item(decl) else { continue };
            let Declaration::Policy(written) = &item.declaration else { continue };
            let own = self.name(written.name);
            let name: Box<str> = format!("{}{own}", self.scopes[decl.scope].prefix).into();
            let bundled_file = bundled_file(&decl);
            let bundled = bundled_file.is_some();
            let when = written.when.as_ref().map(|when| self.fact_condition(decl.scope, when));
            let policy = Policy {
                name: name.clone(),
                title: written.title.and_then(|title| self.built_text(decl.scope, title, BuiltText::Title)),
                doc: item.doc,
                span: item.span,
                name_span: written.name.span,
                bundled,
                locked: bundled_file.and_then(|file| file.locked),
                applied_at: None,
                named_at: None,
                version: self.version(&written.about),
                covers: self.places(&written.about),
                covers_lines: self.lines_of_places(&written.about),
                covers_by: self.facts_of_places(&written.about),
                reviews: self.reviews(decl.scope, &written.about),
                conflicts: self.conflicts(decl.scope, &written.about),
                expects: self.expects(decl.scope, written),
                rules: self.rules(decl.scope, written, when.as_ref()),
                when,
            };
            self.record_use(NameTarget::Policy, written.name.span, written.name.span);
            if !bundled && bundled::find(&name).is_some() {
                self.report_bundled_name(written.name, item.span);
                continue;
            }
            let lost_rules = written.lost_rules.iter().map(|&name| self.name(name).as_ref().into()).collect();
            let known = PolicyDecl { policy, scope: decl.scope, file: decl.file, applied: false, lost_rules };
            match policies.by_name.get(&name).and_then(|&first| policies.list.get(first)) {
                Some(first) => self.report_duplicate("policy", written.name, first.policy.name_span),
                None => {
                    policies.by_name.insert(name, policies.list.len());
                    policies.list.push(known);
                }
            }
        }
        policies
    }

    fn report_bundled_name(&mut self, name: Name, whole: Span) {
        let text = self.sources.text(name.span);
        // Without a block, it was probably meant to be applied.
        let lacks_block = |finding: &&mut Diagnostic| {
            let at = finding.span.filter(|span| span.file == name.span.file).map(|span| span.start);
            finding.code.id == SYNTAX.id
                && at == Some(name.span.end)
                && finding.message.ends_with("has no block")
        };
        if let Some(finding) = self.diagnostics.iter_mut().find(lacks_block) {
            let apply = format!("apply {text}");
            finding.message = format!("`{text}` is a policy that comes with the compiler, and is applied");
            finding.help = Some(format!("write `{apply}`"));
            let header = Span { end: name.span.end, ..whole };
            finding.fixes = vec![Fix::write(header, apply)];
            return;
        }
        self.diagnostics.push(
            Diagnostic::new(
                &codes::DUPLICATE,
                name.span,
                format!("`{text}` is a policy that comes with the compiler"),
            )
            .here("this name is taken")
            .help(format!("give yours another name, such as `our_{text}`; a flow can apply both")),
        );
    }

    /// Applies `baseline`, the policies chosen from outside, and those that a line applies.
    fn apply_policies(&mut self, decls: &[DeclRef], files: &PolicyFiles, policies: &mut Policies) {
        // Each policy with the line that applies it and the place in the settings that names it.
        let mut order: Vec<(usize, Option<Span>, Option<Span>)> = Vec::new();
        order.extend(policies.by_name.get(bundled::BASELINE).map(|&index| (index, None, None)));
        let settings = self.settings;
        for choice in &settings.policies {
            let PolicyChoice::Name(name) = choice else { continue };
            match policies.by_name.get(name.as_str()) {
                Some(&index) => order.push((index, None, settings.policy_places.get(choice).copied())),
                None => self.report_unknown_choice(name, policies),
            }
        }
        order.extend(chosen(files, policies));
        let mut first: FxHashMap<(ScopeId, u32, usize), Span> = FxHashMap::default();
        for &decl in decls {
            let Some(item) = self.item(decl) else { continue };
            let Declaration::Apply(name) = &item.declaration else { continue };
            match self.policy_named(decl.scope, *name, policies) {
                Some(index) => {
                    order.push((index, Some(item.span), None));
                    match first.entry((decl.scope, decl.file, index)) {
                        Entry::Vacant(entry) => _ = entry.insert(item.span),
                        Entry::Occupied(entry) => self.report_applied_twice(*name, item, *entry.get()),
                    }
                }
                None => policies.misnamed = true,
            }
        }
        self.flow.lacks_policies |= policies.misnamed || !self.lost_include.is_nothing();
        for (index, applied_at, named_at) in order {
            let Some(known) = policies.list.get_mut(index) else { continue };
            if !std::mem::replace(&mut known.applied, true) {
                self.flow.policies.push(Policy { applied_at, named_at, ..known.policy.clone() });
            }
        }
        // A policy file that is checked on its own is checked as if its policies applied.
        if self.flow.is_library() {
            let is_of_file = |known: &&PolicyDecl| !known.applied && known.policy.span.file.index() == 0;
            let own = policies.list.iter().filter(is_of_file).map(|known| known.policy.clone());
            self.flow.policies.extend(own);
        }
        self.report_unlocked();
    }

    /// Reports a second `apply` of the same policy in a file, which may mean another policy.
    fn report_applied_twice(&mut self, name: Name, item: &Item, first: Span) {
        let message = format!("the policy {} is applied twice", quote(&self.name(name)));
        self.diagnostics.push(
            Diagnostic::new(&UNUSED, item.span, message)
                .here("has no effect")
                .label(first, "already applied here")
                .help("take it out, or name the policy that was meant")
                .fix(take_out("Take the `apply` out", self.sources, item)),
        );
    }

    /// The policy of a name in a scope, or else in one of the including scopes.
    pub(super) fn policy_in_scope<'p>(
        &self,
        scope: ScopeId,
        name: &str,
        policies: &'p Policies,
    ) -> Option<&'p Policy> {
        policies.get(self.index_in_scope(scope, name, policies)?)
    }

    fn index_in_scope(&self, scope: ScopeId, name: &str, policies: &Policies) -> Option<usize> {
        let mut next = Some(scope);
        while let Some(id) = next {
            let row = &self.scopes[id];
            if let Some(&index) = policies.by_name.get(format!("{}{name}", row.prefix).as_str()) {
                return Some(index);
            }
            next = row.parent;
        }
        None
    }

    /// The policy of a name in a scope, or else in one of the including scopes. Reports an unknown one.
    pub(super) fn policy_named(&mut self, scope: ScopeId, name: Name, policies: &Policies) -> Option<usize> {
        let text = self.name(name);
        if let Some(index) = self.index_in_scope(scope, &text, policies) {
            if let Some(known) = policies.list.get(index) {
                let (declared, scope) = (known.policy.name_span, known.scope);
                self.record_use(NameTarget::Policy, name.span, declared);
                self.record_instance_uses(name, scope, self.sources.text(declared));
            }
            return Some(index);
        }
        if self.lost_include.may_declare(&text) || self.broken_lines.may_declare_policy(&text) {
            return None;
        }
        // Unreadable settings may name the file that declares it.
        if self.settings.are_broken && bundled::find(&text).is_none() {
            return None;
        }
        let near = self.nearest_policy(&text, policies);
        if near.is_none() && self.lost_include.policies {
            return None;
        }
        self.diagnostics.push(
            Diagnostic::new(
                &codes::UNKNOWN_POLICY,
                name.span,
                format!("there is no policy {}", quote(&text)),
            )
            .here("no such policy")
            .help(help_for_policy(near.as_deref(), &text))
            .fix(near.map(|near| Fix::write(name.span, near))),
        );
        None
    }

    fn report_unknown_choice(&mut self, name: &str, policies: &Policies) {
        self.flow.lacks_policies = true;
        let near = self.nearest_policy(name, policies);
        // A lost policy file may declare it.
        if near.is_none() && self.lost_include.policies {
            return;
        }
        let help = help_for_policy(near.as_deref(), name);
        let choice = PolicyChoice::Name(name.to_owned());
        self.diagnostics.push(match self.settings.policy_places.get(&choice) {
            Some(&span) => {
                Diagnostic::new(&codes::UNKNOWN_POLICY, span, format!("there is no policy {}", quote(name)))
                    .here("no such policy")
                    .help(help)
                    .fix(near.map(|near| Fix::write(span, format!("\"{near}\""))))
            }
            None => {
                let message = format!("`--policy` names {}, but there is no such policy", quote(name));
                Diagnostic::unplaced(&codes::UNKNOWN_POLICY, message).help(help)
            }
        });
    }

    pub(super) fn nearest_policy(&mut self, name: &str, policies: &Policies) -> Option<String> {
        self.nearest_policy_of(name, || {
            let own = policies.list.iter().map(|known| known.policy.name.to_string());
            own.chain(bundled::ALL.iter().map(|policy| policy.name.to_owned())).collect()
        })
    }
}

/// The policies of the files chosen from outside, with where settings name them. A policy in a file that is also
/// included as an instance has several names, and applies under the shortest.
fn chosen(files: &PolicyFiles, policies: &Policies) -> Vec<(usize, Option<Span>, Option<Span>)> {
    let of_file: FxHashMap<usize, Option<Span>> =
        files.list.iter().filter(|file| !file.bundled).map(|file| (file.file, file.named_at)).collect();
    let mut chosen: Vec<(usize, Option<Span>, Option<Span>)> = Vec::new();
    let mut places: FxHashMap<Span, usize> = FxHashMap::default();
    for (index, known) in policies.list.iter().enumerate() {
        let Some(&named_at) = of_file.get(&(known.file as usize)) else { continue };
        let same = places.get(&known.policy.name_span).and_then(|&at| chosen.get_mut(at));
        match same {
            Some((other, ..)) => {
                let depth = |index: usize| {
                    policies.get(index).map_or(usize::MAX, |policy| policy.name.matches('.').count())
                };
                if depth(index) < depth(*other) {
                    *other = index;
                }
            }
            None => {
                places.insert(known.policy.name_span, chosen.len());
                chosen.push((index, None, named_at));
            }
        }
    }
    chosen
}

/// The instance that a policy belongs to; `own` is the policy's name in its file.
fn instance_of(name: &str, own: &str) -> String {
    match name.strip_suffix(own).and_then(|prefix| prefix.strip_suffix('.')) {
        Some(instance) => format!("the instance `{instance}`"),
        None => "the flow".to_owned(),
    }
}

/// The first few names, and how many more there are.
fn shortened(names: impl Iterator<Item = String>) -> String {
    const SHOWN: usize = 3;
    let mut names: Vec<String> = names
        .map(|name| if name.contains('`') || name == "the flow" { name } else { format!("`{name}`") })
        .collect();
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    list_of(&names, "and")
}

fn help_for_policy(near: Option<&str>, name: &str) -> String {
    match near {
        Some(near) => format!("did you mean `{near}`?"),
        // Among the few bundled policies, those that share words count as similar, too.
        None => did_you_mean(name, bundled::ALL.iter().map(|policy| policy.name)).unwrap_or_else(|| {
            "declare it, as in `policy NAME \"TITLE\" { … }`, or take one from `cxflowc policy list`"
                .to_owned()
        }),
    }
}

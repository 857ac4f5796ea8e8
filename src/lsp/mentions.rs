//! Finds mentions of a name in all flows of the workspace. Each flow is compiled, searched and dropped, so
//! that thousands need not fit into memory at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use gen_lsp_types::{Location, Position, Uri};
use rustc_hash::FxHashMap;

use super::analysis::Analysis;
use super::session::Session;
use crate::diagnostics::{Area, Severity};
use crate::resolve::NameTarget;
use crate::source::Span;
use crate::syntax::ast::Declaration;
use crate::syntax::text::name;

/// A byte range of a file, independent of flows. A bundled policy has no path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MentionRange {
    /// The file's canonical path.
    pub path: Option<PathBuf>,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl MentionRange {
    fn of(flow: &Analysis, span: Span) -> Self {
        Self { path: flow.path(span.file).cloned(), start: span.start, end: span.end }
    }

    /// The stand-in for the declaration of a tag, which has none and is the same in all files.
    fn of_tags() -> Self {
        Self { path: None, start: 0, end: 0 }
    }

    /// Whether another range is inside this one.
    pub fn holds(&self, other: &MentionRange) -> bool {
        self.path == other.path && self.start <= other.start && other.end <= self.end
    }
}

/// A declared thing: its place and its kind.
pub type DeclarationSite = (MentionRange, NameTarget);

/// A name that is mentioned at a place.
pub struct Mention {
    /// Where it is written.
    pub at: MentionRange,
    /// What it means.
    pub declared: DeclarationSite,
    /// Its spelling in the source.
    pub written: String,
    /// Its place for the editor.
    pub location: Option<Location>,
}

/// The mentions in one flow of names that end like the one that is searched for.
pub struct FlowMentions {
    /// The mentions.
    pub mentions: Vec<Mention>,
    /// Its errors: code and message.
    pub errors: Vec<(String, String)>,
    /// Which of its names mean the same.
    pub meanings: Vec<usize>,
}

/// Whether to search only for the declared thing, or also for everything that must be renamed with it: a
/// name in a file that several flows include may mean something different in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MentionExtent {
    /// The thing that the name at the place means.
    Same,
    /// Also all things that are mentioned in the same places.
    Together,
}

/// A search for all mentions of something.
#[derive(Default)]
pub struct MentionSearch {
    /// The name at the place, without backticks.
    pub name: String,
    /// Its last part, with which every name of the same thing ends.
    last: String,
    /// The flows that were searched.
    pub flows: BTreeMap<PathBuf, FlowMentions>,
    /// The things that are searched for.
    pub declared: BTreeSet<DeclarationSite>,
    /// Where they are mentioned.
    pub places: BTreeSet<MentionRange>,
    /// The texts of the files with such names.
    pub texts: FxHashMap<PathBuf, String>,
    /// The files with lines that cannot be read.
    pub broken: BTreeSet<PathBuf>,
    /// The files that are not entirely text, and why.
    garbled: BTreeMap<PathBuf, &'static str>,
    /// The flows whose settings have errors or cannot be read.
    unsettled: BTreeSet<PathBuf>,
    /// The params in settings whose names contain the name, each with a flow to which the settings apply.
    set_params: Vec<(PathBuf, String)>,
    /// The files that declare a policy, which settings may apply to any flow.
    with_policy: BTreeSet<PathBuf>,
}

impl MentionSearch {
    /// Searches for what the name at a place means; `None` if there is no name.
    pub fn at(
        session: &mut Session<'_>,
        document: &Uri,
        at: Position,
        extent: MentionExtent,
    ) -> Option<Self> {
        let path = session.path(document);
        let (flow, file) = session.workspace.flow_of(&path)?;
        let offset = flow.offset(file, at);
        let first = flow.uses_at(file, offset).first()?;
        let name = name(flow.written(first.span)).into_owned();
        let mut search = Self { last: last_piece(&name).to_owned(), name, ..Self::default() };
        let mut waiting: BTreeSet<PathBuf> = session.workspace.roots_of(&path).into_iter().collect();
        let mut searched: BTreeSet<PathBuf> = BTreeSet::from([path.clone()]);
        let mut is_everywhere = false;
        while !waiting.is_empty() {
            while let Some(root) = waiting.pop_first() {
                if !search.flows.contains_key(&root) {
                    let flow = session.workspace.recompiled(&root);
                    search.search_flow(&flow, &path, offset);
                }
            }
            search.gather(extent);
            let named = search.places.iter().chain(search.declared.iter().map(|(place, _)| place));
            let files: BTreeSet<PathBuf> = named.filter_map(|place| place.path.clone()).collect();
            // Settings apply policies to flows that do not include them, and a tag is the same everywhere.
            let of_policy = |named: &NameTarget| {
                matches!(named, NameTarget::Policy | NameTarget::Rule | NameTarget::Fact | NameTarget::Tag)
            };
            let anywhere = search.declared.iter().any(|(_, named)| of_policy(named))
                || files.iter().any(|file| search.with_policy.contains(file));
            if anywhere && !std::mem::replace(&mut is_everywhere, true) {
                waiting.extend(session.workspace.all_roots());
            }
            for file in files {
                if searched.insert(file.clone()) {
                    waiting.extend(session.workspace.roots_of(&file));
                }
            }
            waiting.retain(|root| !search.flows.contains_key(root));
        }
        Some(search)
    }

    /// Every mention that was found; a place occurs once for each of its meanings.
    pub fn mentions(&self) -> impl Iterator<Item = &Mention> {
        let all = self.flows.values().flat_map(|seen| &seen.mentions);
        all.filter(|mention| self.declared.contains(&mention.declared))
    }

    fn search_flow(&mut self, flow: &Analysis, path: &Path, offset: usize) {
        let declared = |span: Span, named: NameTarget| match named {
            NameTarget::Tag => (MentionRange::of_tags(), named),
            _ => (MentionRange::of(flow, span), named),
        };
        if let Some(file) = flow.file(path) {
            let here = flow.uses_at(file, offset).iter();
            self.declared.extend(here.map(|usage| declared(usage.declared, usage.named)));
        }
        let mut mentions = Vec::new();
        for usage in flow.uses() {
            let written = flow.written(usage.span);
            let is_match = match usage.named {
                // A dot in these names does not divide them.
                NameTarget::Tag | NameTarget::Instance => written == self.name,
                _ => last_piece(&name(written)) == self.last,
            };
            if !is_match {
                continue;
            }
            if let Some(path) = flow.path(usage.span.file) {
                self.texts.entry(path.clone()).or_insert_with(|| flow.text(usage.span.file).to_owned());
            }
            mentions.push(Mention {
                at: MentionRange::of(flow, usage.span),
                declared: declared(usage.declared, usage.named),
                written: written.to_owned(),
                location: flow.location(usage.span),
            });
        }
        for finding in flow.findings().filter(|finding| finding.severity == Severity::Error) {
            let span = finding.span.filter(|_| finding.code.area == Area::Syntax);
            let Some((span, path)) = span.and_then(|span| Some((span, flow.path(span.file)?))) else {
                continue;
            };
            self.texts.entry(path.clone()).or_insert_with(|| flow.text(span.file).to_owned());
            self.broken.insert(path.clone());
        }
        for (file, source) in flow.compiled.sources.iter() {
            let why = match source.not_utf8() {
                _ if source.too_large() => "it is too large",
                Some(found) if found.binary => "it is not UTF-8 text",
                Some(_) => "it has bytes that are not UTF-8",
                None => continue,
            };
            // An ASCII name is found even between such bytes, but such a file must not be edited.
            let may_hold =
                source.text().is_empty() || !self.name.is_ascii() || source.text().contains(&self.last);
            if let Some(path) = flow.path(file).filter(|_| may_hold) {
                self.garbled.insert(path.clone(), why);
            }
        }
        let holds = |param: &&String| param.split('.').any(|piece| piece == self.last);
        let set = flow.set_params.iter().filter(holds).map(|param| (flow.root.clone(), param.clone()));
        self.set_params.extend(set);
        if flow.has_unclear_settings() {
            self.unsettled.insert(flow.root.clone());
        }
        for (file, tree) in &flow.compiled.trees {
            let has_policy = tree.items.iter().any(|item| matches!(item.declaration, Declaration::Policy(_)));
            self.with_policy.extend(flow.path(*file).filter(|_| has_policy).cloned());
        }
        let errors = flow.errors().map(|(code, message)| (code.to_owned(), message.to_owned())).collect();
        let seen = FlowMentions { mentions, errors, meanings: flow.meanings() };
        self.flows.insert(flow.root.clone(), seen);
    }

    /// Collects the places of what is searched for, and what must be renamed with it.
    fn gather(&mut self, extent: MentionExtent) {
        loop {
            let before = (self.places.len(), self.declared.len());
            for mention in self.flows.values().flat_map(|seen| &seen.mentions) {
                if self.declared.contains(&mention.declared) {
                    self.places.insert(mention.at.clone());
                } else if extent == MentionExtent::Together && self.places.contains(&mention.at) {
                    self.declared.insert(mention.declared.clone());
                    self.places.insert(mention.at.clone());
                }
            }
            if (self.places.len(), self.declared.len()) == before {
                return;
            }
        }
    }

    /// A file that may contain the name where it cannot be found, and why.
    pub fn file_hiding_the_name(&self) -> Option<(&PathBuf, &'static str)> {
        self.garbled.iter().next().map(|(path, why)| (path, *why))
    }

    /// A param that settings set under this name, with a flow to which the settings apply.
    pub fn set_in_settings(&self) -> Option<(&PathBuf, &String)> {
        let (flow, param) = self.set_params.iter().find(|(root, param)| {
            let (instances, own) = param.rsplit_once('.').unwrap_or(("", param));
            let is_named = |named: NameTarget| {
                let mentions = self.flows.get(root).into_iter().flat_map(|seen| &seen.mentions);
                mentions
                    .into_iter()
                    .any(|mention| mention.declared.1 == named && self.declared.contains(&mention.declared))
            };
            own == self.name && is_named(NameTarget::Value)
                || is_named(NameTarget::Instance)
                    && format!(".{instances}.").contains(&format!(".{}.", self.name))
        })?;
        Some((flow, param))
    }

    /// A flow for which it is not known which policies apply.
    pub fn flow_with_unknown_policies(&self) -> Option<&PathBuf> {
        self.unsettled.iter().next()
    }

    /// A file with unreadable lines in which the name appears with unknown meaning.
    pub fn file_with_unreadable_mention(&self) -> Option<&PathBuf> {
        self.broken.iter().find(|path| {
            let mentions = self.flows.values().flat_map(|seen| &seen.mentions);
            let known = mentions.filter(|mention| mention.at.path.as_ref() == Some(*path));
            let known: BTreeSet<u32> = known.map(|mention| mention.at.end).collect();
            let text = self.texts.get(*path).map(String::as_str).unwrap_or_default();
            let is_part = |c: char| c.is_alphanumeric() || c == '_';
            text.match_indices(&self.last).any(|(at, found)| {
                let end = at + found.len();
                let before = text.get(..at).and_then(|text| text.chars().next_back());
                let after = text.get(end..).and_then(|text| text.chars().next());
                let is_word = !before.is_some_and(is_part) && !after.is_some_and(is_part);
                // A name in backquotes ends after the second one.
                let ends = [end, end + usize::from(after == Some('`'))];
                is_word && !ends.iter().any(|&end| u32::try_from(end).is_ok_and(|end| known.contains(&end)))
            })
        })
    }
}

/// The part of a name after its last dot or slash.
fn last_piece(name: &str) -> &str {
    name.rsplit(['.', '/']).next().unwrap_or(name)
}

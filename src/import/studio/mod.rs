//! Scripts of CXone Studio to text of the language: what `emit/studio` does, undone.
//!
//! `document.rs` reads the JSON, `phrases.rs` the statements that a flow has written into it. `nodes.rs` finds the
//! nodes that actions stand for, with `chain.rs`, `prompts.rs`, `input.rs`, `heard.rs`, `decide.rs` and `answer.rs`, and `text.rs` writes them. Then the text is
//! compiled and written as a script once more (`proof.rs`): what does not come out as it was read is read again as a node of
//! a declared kind that has it as it is (`kinds.rs`), until nothing differs.

mod answer;
mod chain;
mod decide;
mod document;
mod draft;
mod heard;
mod input;
mod kinds;
mod model;
mod names;
mod nodes;
mod phrases;
mod prompts;
mod proof;
mod reading;
mod same;
mod tenant;
mod text;

use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashMap;

pub use self::document::is_script;
use self::draft::Word;
use self::model::Script;
use self::nodes::Nodes;
use self::reading::Reading;
pub use self::same::canonical;
use self::text::Written;
use super::codes::{KEPT_ACTION, NOT_IN_FLOW};
use super::json::Document;
use crate::diagnostics::{Diagnostic, Diagnostics, counted, list_of, quote};
use crate::emit::studio::actions;
use crate::emit::studio::names::variable;
use crate::emit::studio::{Studio, StudioSettings};
use crate::source::{FileId, Source, Span};
use crate::{Compiled, Options, compile_with};

/// How often nodes are read again. Whatever does not come out the same by then is kept whole.
const ROUNDS: usize = 12;

/// A script as text.
#[derive(Debug)]
pub struct ScriptText {
    /// The flow, before its layout.
    pub text: String,
    /// The lines that `[studio]` needs for the script to come out as it is.
    pub settings: Vec<String>,
}

/// No file is included.
struct NoFiles;

impl crate::resolve::Files for NoFiles {
    fn read(&self, _: &Path) -> std::io::Result<Vec<u8>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

/// The text of the flow that a script was written from, or could have been. What is kept and what no flow can say goes to
/// `diagnostics`; where that has errors, there is no text.
pub fn read(
    document: &Document<'_>,
    file: FileId,
    settings: &StudioSettings,
    diagnostics: &mut Diagnostics,
) -> Option<ScriptText> {
    let script = document::read(document, file, diagnostics)?;
    let needed = tenant::needed(&script, settings);
    let phrases = phrases::read(&script);
    let names = names(&phrases);
    let mut kept = vec![false; script.actions.len()];
    let mut round = 0;
    let (nodes, written, difference) = loop {
        round += 1;
        let reading = Reading {
            script: &script,
            settings: &needed.settings,
            phrases: &phrases,
            names: &names,
            kept: &kept,
        };
        let mut nodes = nodes::read(reading);
        let strays = strays(&script, &nodes, &kept);
        if !strays.is_empty() && round <= ROUNDS {
            keep(&mut kept, &strays);
            continue;
        }
        let written = text::write(&needed.name, &script, &needed.settings, &mut nodes);
        let compiled = compile(&written.text, &needed.settings);
        let again = crate::emit::studio::script(&compiled.flow, &needed.settings);
        let difference = proof::compare(&script, &nodes, &written.ids, &compiled.flow, &again);
        let owners = owners(&script, &nodes);
        let mut more: Vec<usize> = Vec::new();
        for &action in &difference.actions {
            let draft = owners.get(action).copied().flatten().and_then(|owner| nodes.drafts.get(owner));
            match draft {
                Some(draft) => more.extend(&draft.actions),
                None => more.push(action),
            }
        }
        more.retain(|&one| one != script.begin && !kept.get(one).copied().unwrap_or(true));
        // Where what is kept differs, something that is not kept leads to it in another way.
        let differs = difference.actions.iter().any(|one| !needed.other_ids.contains(one));
        if more.is_empty() && differs && round < ROUNDS {
            more = (0..script.actions.len()).filter(|&one| !kept.get(one).copied().unwrap_or(true)).collect();
            more.retain(|&one| one != script.begin);
        }
        if more.is_empty() || round > ROUNDS + 1 {
            break (nodes, written, difference);
        }
        if round >= ROUNDS {
            more = (0..script.actions.len()).collect();
        }
        keep(&mut kept, &more);
    };
    let mut report = Report { script: &script, file, diagnostics };
    report.kept(&nodes, &written);
    report.different(&difference, &needed.other_ids);
    report.begin();
    report.lost_tags(&phrases, &needed.settings, &kept);
    Some(ScriptText { text: written.text, settings: needed.lines })
}

fn keep(kept: &mut [bool], actions: &[usize]) {
    for &action in actions {
        if let Some(kept) = kept.get_mut(action) {
            *kept = true;
        }
    }
}

fn compile(text: &str, settings: &StudioSettings) -> Compiled {
    let target = Arc::new(Studio(settings.clone()));
    let options = Options { target, as_is: true, ..Options::default() };
    compile_with(Source::new("script", "script", text.as_bytes().to_vec()), &NoFiles, &options)
}

/// The names of variables as phrases spell them, by those of the script.
fn names(phrases: &[Option<phrases::Statement>]) -> FxHashMap<String, String> {
    let mut names = FxHashMap::default();
    let mut add = |name: &str| {
        if name.contains(['.', '-']) {
            names.insert(variable(name), name.to_owned());
        }
    };
    for statement in phrases.iter().flatten() {
        let of_steps =
            statement.steps.iter().flat_map(|step| step.media.iter().chain(&step.prompt).chain(&step.text));
        let of_repeat =
            statement.repeat.iter().flat_map(|one| one.media.iter().chain(&one.prompt).chain(&one.text));
        for text in of_steps
            .chain(of_repeat)
            .filter(|text| text.placeholders)
            .filter_map(|text| text.value.as_deref())
        {
            for (at, _) in text.match_indices('{') {
                let name = text.get(at + 1..).and_then(|rest| rest.split_once('}')).map(|(name, _)| name);
                name.into_iter().for_each(&mut add);
            }
        }
        let inputs = statement.steps.iter().filter_map(|step| step.input.as_ref()?.into.as_ref());
        inputs.for_each(|into| add(&into.name));
    }
    names
}

/// The node that each action belongs to.
fn owners(script: &Script, nodes: &Nodes) -> Vec<Option<usize>> {
    let mut owners = vec![None; script.actions.len()];
    for (number, draft) in nodes.drafts.iter().enumerate() {
        for &action in &draft.actions {
            if let Some(owner) = owners.get_mut(action) {
                *owner = Some(number);
            }
        }
    }
    owners
}

/// The actions of nodes into whose middle something leads, and the bounds that no line can say.
fn strays(script: &Script, nodes: &Nodes, kept: &[bool]) -> Vec<usize> {
    let owners = owners(script, nodes);
    let mut strays = Vec::new();
    let mut is_node = |to: usize| {
        if nodes.heads.get(to).is_some_and(Option::is_some)
            || nodes.agains.get(to).is_some_and(Option::is_some)
        {
            return;
        }
        let owner = owners.get(to).copied().flatten().and_then(|owner| nodes.drafts.get(owner));
        strays.extend(owner.map_or_else(|| vec![to], |owner| owner.actions.clone()));
    };
    nodes.entry.into_iter().for_each(&mut is_node);
    nodes.drafts.iter().flat_map(|draft| &draft.exits).for_each(|exit| is_node(exit.to));
    for again in nodes.agains.iter().flatten() {
        is_node(again.to);
        is_node(again.otherwise);
    }
    if let Some(entry) = nodes.entry.filter(|&entry| nodes.agains.get(entry).is_some_and(Option::is_some)) {
        strays.push(entry);
    }
    for (index, again) in nodes.agains.iter().enumerate() {
        let leads_to_bound = again.is_some_and(|again| {
            [again.to, again.otherwise].iter().any(|&to| nodes.heads.get(to).is_none_or(Option::is_none))
        });
        if leads_to_bound {
            strays.push(index);
        }
    }
    strays.retain(|&one| !kept.get(one).copied().unwrap_or(true));
    strays
}

/// What is said of a script beside its text.
struct Report<'r> {
    script: &'r Script,
    file: FileId,
    diagnostics: &'r mut Diagnostics,
}

impl Report<'_> {
    fn at(&self, action: usize) -> Span {
        let place = self.script.actions.get(action).map(|one| one.place.clone()).unwrap_or_default();
        Span::new(self.file, place.start, place.end)
    }

    /// How messages call an action.
    fn name(&self, action: usize) -> String {
        let Some(one) = self.script.actions.get(action) else { return String::new() };
        let label = if one.label.is_empty() { String::new() } else { format!(" {}", quote(&one.label)) };
        format!("the action {}{label}", one.name)
    }

    fn left_out(&mut self, action: usize, message: String) {
        let span = self.at(action);
        self.diagnostics.push(Diagnostic::new(&NOT_IN_FLOW, span, message).here("not in the flow"));
    }

    /// The actions that no construct of the language stands for.
    fn kept(&mut self, nodes: &Nodes, written: &Written) {
        for ((draft, id), kind) in nodes.drafts.iter().zip(&written.ids).zip(&written.kinds) {
            let (Word::Kept(action), Some(kind)) = (draft.word, kind) else { continue };
            let message = format!(
                "{} is kept as it is, as the node {} of the declared kind {}",
                self.name(action),
                quote(id),
                quote(kind)
            );
            let span = self.at(action);
            self.diagnostics.push(Diagnostic::new(&KEPT_ACTION, span, message).here("kept"));
        }
    }

    /// What the beginning of a flow's script has otherwise.
    fn begin(&mut self) {
        let Some(begin) = self.script.actions.get(self.script.begin) else { return };
        let usual = actions::BEGIN.properties;
        let is_usual = |(name, value): &&(String, String)| usual.contains(&(name.as_str(), value.as_str()));
        let others: Vec<String> =
            begin.properties.iter().filter(|one| !is_usual(one)).map(|(name, _)| quote(name)).collect();
        if !others.is_empty() {
            let message =
                format!("the action BEGIN has {} otherwise than scripts of flows", list_of(&others, "and"));
            self.left_out(self.script.begin, message);
        }
    }

    /// The tags of steps whose words somebody has changed.
    fn lost_tags(
        &mut self,
        phrases: &[Option<phrases::Statement>],
        settings: &StudioSettings,
        kept: &[bool],
    ) {
        for (action, statement) in phrases.iter().enumerate() {
            let Some(statement) = statement.as_ref().filter(|_| !kept.get(action).copied().unwrap_or(true))
            else {
                continue;
            };
            let written = self.script.actions.get(action).map_or("", |one| one.property("Sequence"));
            if heard::says(statement, written, &settings.prompts) {
                continue;
            }
            let mut tags: Vec<String> = statement
                .steps
                .iter()
                .flat_map(|step| &step.tags)
                .map(|tag| quote(&format!("@{}", tag.name)))
                .collect();
            tags.dedup();
            if !tags.is_empty() {
                let lost = if tags.len() > 1 { "tags" } else { "tag" };
                let message = format!(
                    "{} says other words than its phrase, and loses the {lost} {}",
                    self.name(action),
                    list_of(&tags, "and")
                );
                self.left_out(action, message);
            }
        }
    }

    /// What comes out otherwise.
    fn different(&mut self, difference: &proof::Difference, other_ids: &[usize]) {
        for &action in &difference.actions {
            if other_ids.contains(&action) {
                continue;
            }
            let message = format!("{} does not come out as it is", self.name(action));
            self.left_out(action, message);
        }
        for &action in other_ids {
            let name = self.script.actions.get(action).map_or("", |one| &one.name);
            let message = format!(
                "{} has another library id than other actions {name}, and the settings have one for each name",
                self.name(action)
            );
            self.left_out(action, message);
        }
        for &action in &difference.wired {
            let message = format!(
                "{} has no branch `Timeout`, and comes out with one that leads where its default branch leads",
                self.name(action)
            );
            self.left_out(action, message);
        }
        if difference.chooses_voice {
            let message =
                "the script chooses no voice, and comes out with the one that `voices` of `[studio]` names";
            self.left_out(self.script.begin, message.to_owned());
        }
        if let Some((first, label)) = difference.labels.first() {
            let labels = counted(difference.labels.len(), "label");
            let message = format!(
                "{} gets the label {} when the script is written again: {labels} in all",
                self.name(*first),
                quote(label)
            );
            self.left_out(*first, message);
        }
    }
}

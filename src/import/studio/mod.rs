//! Scripts of CXone Studio to text of the language: what `emit/studio` does, undone.
//!
//! `document.rs` reads the JSON, `phrases.rs` the statements that a flow has written into it. `nodes.rs` finds the
//! nodes that actions stand for, with `chain.rs`, `prompts.rs`, `input.rs`, `heard.rs`, `decide.rs` and `answer.rs`, and `text.rs` writes them. Then the text is
//! compiled and written as a script once more (`proof.rs`): what does not come out as it was read is read again as a node of
//! a declared kind that has it as it is (`kinds.rs`, `fit.rs`), until nothing differs. `variables.rs` has the names of
//! variables, and `learn.rs` finds what sets those that no line sets.

mod answer;
mod chain;
mod counts_as;
mod decide;
mod document;
mod draft;
mod exits;
mod fit;
mod heard;
mod input;
mod keep;
mod kinds;
mod learn;
mod library;
mod model;
mod names;
mod nodes;
mod phrases;
mod prompts;
mod proof;
mod question;
mod reading;
mod same;
mod shared;
mod spellings;
mod tenant;
mod text;
mod unseen;
mod variables;
mod voices;

use std::sync::Arc;

pub use self::document::is_script;
use self::draft::Word;
use self::keep::Round;
use self::library::Libraries;
use self::model::Script;
use self::nodes::Nodes;
use self::reading::Reading;
pub use self::same::{canonical, differences};
use self::spellings::Spelling;
use self::text::Written;
use self::variables::Variables;
use super::codes::{KEPT_ACTION, NOT_IN_FLOW};
use super::json::Document;
use super::libraries::{Folder, Library};
use crate::diagnostics::{Diagnostic, Diagnostics, counted, list_of, quote};
use crate::emit::studio::actions;
use crate::emit::studio::keys::CHOICE;
use crate::emit::studio::{Studio, StudioSettings};
use crate::source::{FileId, Span};
use crate::{Compiled, Options};

/// How often nodes are read again. Whatever does not come out the same by then is kept whole.
const ROUNDS: usize = 24;

/// A script as text.
#[derive(Debug)]
pub struct ScriptText {
    /// The flow, before its layout.
    pub text: String,
    /// The lines that `[studio]` needs for the script to come out as it is.
    pub settings: Vec<String>,
    /// The settings with these lines.
    pub needed: StudioSettings,
    /// The actions that are kept as they are, each by its name and its label.
    pub kept: Vec<String>,
    /// The settings with which some of these would be a construct, and what rules do not see of these.
    pub advice: Vec<String>,
}

/// The text of the flow that a script was written from, or could have been. What is kept and what no flow can say goes to
/// `diagnostics`; where that has errors, there is no text.
pub fn read(
    document: &Document<'_>,
    file: FileId,
    folder: &Folder<'_>,
    library: &Library,
    diagnostics: &mut Diagnostics,
) -> Option<ScriptText> {
    let mut script = document::read(document, file, diagnostics)?;
    let spellings = spellings::unite(&mut script);
    let phrases = phrases::read(&script);
    let needed = tenant::needed(&script, &phrases, folder.studio);
    let mut variables = Variables::of(&script, &phrases, spellings.iter().flat_map(Spelling::pairs));
    let libraries = Libraries::of(library, &script);
    let mut kept = vec![false; script.actions.len()];
    // The platform writes into this variable as well.
    if script.actions.iter().any(|one| one.is(&actions::MENU)) {
        keep(&mut kept, &variables.give(&script, CHOICE).unwrap_or_default());
    }
    // What no kind of a library says.
    let mut own = vec![false; script.actions.len()];
    let mut round = 0;
    let (nodes, written, difference) = loop {
        round += 1;
        let reading = Reading {
            script: &script,
            settings: &needed.settings,
            phrases: &phrases,
            variables: &variables,
            kept: &kept,
        };
        let mut nodes = nodes::read(reading);
        let strays = Round { script: &script, nodes: &nodes, kept: &kept }.strays();
        if !strays.is_empty() && round <= ROUNDS {
            keep(&mut kept, &strays);
            continue;
        }
        let written = text::write(&needed, &script, &mut nodes, &variables, (&libraries, &own));
        let compiled = compile(&written.text, &needed.settings, folder);
        let again = crate::emit::studio::script(&compiled.flow, &needed.settings);
        let difference = proof::compare(&script, &nodes, &written.ids, &compiled.flow, &again);
        let round_of = Round { script: &script, nodes: &nodes, kept: &kept };
        let mut more = round_of.differing(&difference);
        // What is taken for a variable of the flow may be the cause of errors.
        if more.is_empty()
            && round < ROUNDS
            && let Some(others) = learn::learn(&mut variables, &script, &nodes, &written, &compiled.flow)
        {
            keep(&mut kept, &others);
            continue;
        }
        if more.is_empty() {
            more = round_of.broken(&written, &compiled.diagnostics);
        }
        if more.is_empty() {
            let unfit = round_of.unfit(&written, &difference, &compiled.diagnostics);
            if !unfit.is_empty() && round <= ROUNDS {
                keep(&mut own, &unfit);
                continue;
            }
        }
        // Where what is kept differs, something that is not kept leads to it in another way.
        let differs = difference.actions.iter().any(|one| !needed.other_ids.contains(one));
        if more.is_empty() && differs && round < ROUNDS {
            more = round_of.around(&difference);
        }
        if more.is_empty() || round > ROUNDS + 1 {
            break (nodes, written, difference);
        }
        if round >= ROUNDS {
            more = (0..script.actions.len()).collect();
            own.fill(true);
        }
        keep(&mut kept, &more);
    };
    let mut report = Report { script: &script, file, diagnostics };
    let names = report.kept(&nodes, &written);
    report.different(&difference, &needed.other_ids);
    report.begin();
    report.lost(&phrases, &needed.settings, &kept);
    report.own_phrases(&phrases, &kept);
    report.spellings(&spellings);
    let mut advice = advice(&script, &nodes);
    advice.extend(unseen::unseen(&script, &nodes, &written, &needed.settings));
    Some(ScriptText {
        text: written.text,
        settings: needed.lines,
        needed: needed.settings,
        kept: names,
        advice,
    })
}

fn keep(kept: &mut [bool], actions: &[usize]) {
    for &action in actions {
        if let Some(kept) = kept.get_mut(action) {
            *kept = true;
        }
    }
}

fn compile(text: &str, settings: &StudioSettings, folder: &Folder<'_>) -> Compiled {
    let target = Arc::new(Studio(settings.clone()));
    folder.compile(text, Options { target, ..Options::default() })
}

/// The settings that say what some kept actions stand for.
fn advice(script: &Script, nodes: &Nodes) -> Vec<String> {
    let (mut scripts, mut listens) = (Vec::new(), false);
    for draft in &nodes.drafts {
        let Word::Kept(action) = draft.word else { continue };
        let Some(action) = script.actions.get(action) else { continue };
        listens |= action.is(&actions::PLAYWITHCPA);
        let script = quote(action.property("Script"));
        if action.is(&actions::RUNSCRIPT) && action.branches.is_empty() && !scripts.contains(&script) {
            scripts.push(script);
        }
    }
    let mut advice = Vec::new();
    if !scripts.is_empty() {
        advice.push(format!(
            "if the script {} calls back or takes messages, `callback` or `voicemail` under `[studio]` can name it, and RUNSCRIPT is that construct then",
            list_of(&scripts, "or")
        ));
    }
    if listens {
        advice.push(
            "if `answer_branches` under `[studio]` says which branch of PLAYWITHCPA is `human`, `machine` and `unknown`, it is an `answer`".to_owned(),
        );
    }
    advice
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
        format!("the action {}", self.short_name(action))
    }

    /// The same in a list of actions.
    fn short_name(&self, action: usize) -> String {
        let Some(one) = self.script.actions.get(action) else { return String::new() };
        let label = if one.label.is_empty() { String::new() } else { format!(" {}", quote(&one.label)) };
        format!("{}{label}", one.name)
    }

    fn left_out(&mut self, action: usize, message: String) {
        let span = self.at(action);
        self.diagnostics.push(Diagnostic::new(&NOT_IN_FLOW, span, message).here("not in the flow"));
    }

    /// The actions that no construct of the language stands for, by their names.
    fn kept(&mut self, nodes: &Nodes, written: &Written) -> Vec<String> {
        let mut names = Vec::new();
        for ((draft, id), kind) in nodes.drafts.iter().zip(&written.ids).zip(&written.kinds) {
            let (Word::Kept(action), Some(kind)) = (draft.word, kind) else { continue };
            let name = self.short_name(action);
            let message = format!(
                "the action {name} is kept as it is, as the node {} of the declared kind {}",
                quote(id),
                quote(kind)
            );
            let span = self.at(action);
            self.diagnostics.push(Diagnostic::new(&KEPT_ACTION, span, message).here("kept"));
            names.push(name);
        }
        names
    }

    /// What the beginning of a flow's script has otherwise.
    fn begin(&mut self) {
        let Some(begin) = self.script.actions.get(self.script.begin) else { return };
        let usual = actions::BEGIN.properties;
        let is_usual = |(name, value): &&(String, String)| usual.contains(&(name.as_str(), value.as_str()));
        let others: Vec<String> =
            begin.properties.iter().filter(|one| !is_usual(one)).map(|(name, _)| quote(name)).collect();
        if !begin.label.eq_ignore_ascii_case("begin") {
            let message = format!(
                "the action BEGIN has the label {}, and in scripts of flows `Begin`",
                quote(&begin.label)
            );
            self.left_out(self.script.begin, message);
        }
        if !others.is_empty() {
            let message =
                format!("the action BEGIN has {} otherwise than scripts of flows", list_of(&others, "and"));
            self.left_out(self.script.begin, message);
        }
    }

    /// What steps say beside their words, where somebody has changed these.
    fn lost(&mut self, phrases: &[Option<phrases::Statement>], settings: &StudioSettings, kept: &[bool]) {
        for (action, statement) in phrases.iter().enumerate() {
            let Some(statement) = statement.as_ref().filter(|_| !kept.get(action).copied().unwrap_or(true))
            else {
                continue;
            };
            let written = self.script.actions.get(action).map_or("", |one| one.property("Sequence"));
            if heard::says(statement, written, &settings.prompts, |_, _| true) {
                continue;
            }
            let same =
                heard::segments(written).map(|all| heard::same_steps(statement, &all, &settings.prompts));
            let (before, after) = same.map_or((0, 0), |same| (same.before, same.after));
            let count = statement.steps.len().saturating_sub(before + after);
            let lost = statement.steps.iter().skip(before).take(count);
            let mut said: Vec<String> = lost
                .clone()
                .flat_map(|step| &step.tags)
                .map(|tag| quote(&format!("@{}", tag.name)))
                .collect();
            said.dedup();
            if lost.clone().any(|step| step.lasts.is_some()) {
                said.push(quote("lasts"));
            }
            if lost.clone().any(|step| step.media.is_some()) {
                said.push("the address of a recording".to_owned());
            }
            if !said.is_empty() {
                let message = format!(
                    "{} says other words than its phrase, and loses {}",
                    self.name(action),
                    list_of(&said, "and")
                );
                self.left_out(action, message);
            }
        }
    }

    /// The phrases that somebody has written.
    fn own_phrases(&mut self, phrases: &[Option<phrases::Statement>], kept: &[bool]) {
        let actions = self.script.actions.iter().zip(phrases).zip(kept).enumerate();
        let mut own = actions.filter(|(_, ((action, statement), kept))| {
            let plays = action.is(&actions::PLAY) || action.is(&actions::MENU);
            plays && !**kept && statement.is_none() && !action.property("Phrase").is_empty()
        });
        let Some((first, _)) = own.next() else { return };
        let more = match own.count() {
            0 => String::new(),
            more => format!(", and so do {} more", counted(more, "action")),
        };
        let message = format!(
            "{} has a phrase of somebody's own, and comes out with that of the node{more}",
            self.name(first)
        );
        self.left_out(first, message);
    }

    /// The variables that are spelled in several ways.
    fn spellings(&mut self, spellings: &[Spelling]) {
        for one in spellings {
            let others: Vec<String> = one.others.iter().map(|other| quote(other)).collect();
            let (others, name) = (list_of(&others, "and"), quote(&one.name));
            let message =
                format!("the variable {name} is called {others} as well, and comes out as {name} everywhere");
            self.left_out(one.at, message);
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
        for &action in &difference.doubled {
            let message =
                format!("{} is that of several agents, and each comes out with its own", self.name(action));
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

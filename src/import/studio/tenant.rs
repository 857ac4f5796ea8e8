//! What the settings have to say for a script to come out as it is.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::model::{Action, Script};
use super::phrases::Statement;
use super::voices;
use crate::emit::studio::script::When;
use crate::emit::studio::{AnswerBy, StudioSettings, actions};
use crate::flow::Kind;

/// The settings with which the script is written again, and its name.
#[derive(Debug)]
pub struct Needed {
    /// The settings that are there, with what they lack.
    pub settings: StudioSettings,
    /// The name of the flow.
    pub name: String,
    /// The lines to write under `[studio]`.
    pub lines: Vec<String>,
    /// The actions whose library id another action of the same name has otherwise, as indices.
    pub other_ids: Vec<usize>,
}

/// What a script needs of the settings.
pub fn needed(script: &Script, phrases: &[Option<Statement>], known: &StudioSettings) -> Needed {
    let mut settings = known.clone();
    let mut lines = Vec::new();
    if script.business_unit > 0 && script.business_unit != known.business_unit {
        settings.business_unit = script.business_unit;
        lines.push(format!("business_unit = {}", script.business_unit));
    }
    let folder = known.folder.trim_matches(['\\', '/']).replace('/', "\\");
    // `/` is the folder of all, and the name of a flow then has the folders.
    let is_top = folder.is_empty() && !known.folder.is_empty();
    let below = script
        .path
        .strip_prefix(&folder)
        .filter(|_| !folder.is_empty())
        .and_then(|rest| rest.strip_prefix('\\'));
    let name = match (below, script.path.rsplit_once('\\')) {
        (Some(name), _) if !name.is_empty() => name.to_owned(),
        (_, Some((folder, name))) if !is_top && !folder.is_empty() && !name.is_empty() => {
            folder.clone_into(&mut settings.folder);
            lines.push(format!("folder = {}", toml(folder)));
            name.to_owned()
        }
        _ => {
            if !folder.is_empty() {
                settings.folder = "/".to_owned();
                lines.push("folder = \"/\"".to_owned());
            }
            script.path.clone()
        }
    };
    let waits = script.actions.iter().filter(|one| one.is(&actions::REQAGENT)).filter_map(|one| {
        let music = script.actions.get(one.leads_on()?).filter(|one| one.is(&actions::MUSIC))?;
        Some(music.property("MusicFile"))
    });
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    waits.filter(|music| !music.is_empty()).for_each(|music| *counts.entry(music).or_default() += 1);
    // The one that most agents have: another one is kept.
    let most = counts.iter().max_by_key(|(_, count)| **count).map(|(music, _)| *music);
    if let Some(music) = most.filter(|_| !counts.contains_key(known.music.as_str())) {
        music.clone_into(&mut settings.music);
        lines.push(format!("music = {}", toml(music)));
    }
    if voices::add_missing(script, phrases, &mut settings) {
        let all = settings
            .voices
            .iter()
            .map(|(language, voice)| toml(&format!("{language}={}:{}", voice.vendor, voice.name)));
        lines.push(format!("voices = [{}]", all.collect::<Vec<_>>().join(", ")));
    }
    for (key, script) in handed_over(script, phrases) {
        let own = match key {
            Kind::Callback => &mut settings.callback,
            _ => &mut settings.voicemail,
        };
        if own.is_none() {
            lines.push(format!("{} = {}", key.word(), toml(&script)));
            *own = Some(script);
        }
    }
    (answered_by(script, &mut settings)).into_iter().for_each(|line| lines.push(line));
    let (mut added, mut other_ids) = (Vec::new(), Vec::new());
    let mut seen: FxHashSet<String> = FxHashSet::default();
    for (index, action) in script.actions.iter().enumerate() {
        let facts = actions::ALL.iter().find(|facts| action.is(facts)).copied();
        let own = settings.own_library_id(&action.name).or(facts.and_then(|facts| facts.library_id));
        if own.is_some_and(|own| own.eq_ignore_ascii_case(&action.library_id))
            || action.library_id.is_empty() && own.is_none()
        {
            seen.insert(action.name.to_lowercase());
            continue;
        }
        if !seen.insert(action.name.to_lowercase()) || action.library_id.is_empty() {
            other_ids.push(index);
            continue;
        }
        settings.library_ids.retain(|(name, _)| !name.eq_ignore_ascii_case(&action.name));
        settings.library_ids.push((action.name.clone(), action.library_id.clone()));
        added.push(action.name.clone());
    }
    if !added.is_empty() {
        let all = settings.library_ids.iter().map(|(name, id)| toml(&format!("{name}={id}")));
        lines.push(format!("library_ids = [{}]", all.collect::<Vec<_>>().join(", ")));
    }
    Needed { settings, name, lines, other_ids }
}

/// The scripts that take calls over, where the phrase of the same node says as what.
fn handed_over(script: &Script, phrases: &[Option<Statement>]) -> Vec<(Kind, String)> {
    let mut found = Vec::new();
    for action in script.actions.iter().filter(|one| one.is(&actions::RUNSCRIPT) && one.branches.is_empty()) {
        let (mut before, mut steps) = (action, 0);
        // What is said, and the queue.
        while let ([from], 0..=2) = (before.from.as_slice(), steps) {
            let word = phrases.get(*from).and_then(Option::as_ref).map(|one| one.word.as_str());
            let kind = word.and_then(Kind::from_word);
            if let Some(kind @ (Kind::Callback | Kind::Voicemail)) = kind {
                found.push((kind, action.property("Script").to_owned()));
                break;
            }
            let Some(next) = script.actions.get(*from) else { break };
            (before, steps) = (next, steps + 1);
        }
    }
    found
}

/// How a script learns who answered, where the settings do not say it and its actions do.
fn answered_by(script: &Script, settings: &mut StudioSettings) -> Option<String> {
    let listens = script.actions.iter().find(|one| one.is(&actions::PLAYWITHCPA));
    if settings.answer != AnswerBy::Detection {
        return None;
    }
    let Some(listens) = listens else {
        let first = script.actions.get(script.begin)?.default_to()?;
        let waits = script.actions.get(first)?;
        let is_event = |one: &Action| one.is(&actions::ONANSWER) || one.is(&actions::ONMACHINE);
        if !waits.is(&actions::WAIT)
            || waits.leads_on() != Some(first)
            || !script.actions.iter().any(is_event)
        {
            return None;
        }
        settings.answer = AnswerBy::Events;
        return Some(format!("answer = \"{}\"", AnswerBy::Events.word()));
    };
    if !settings.answer_branches.is_empty() {
        return None;
    }
    let mut named: Vec<(u32, String)> = Vec::new();
    for branch in &listens.branches {
        match &branch.when {
            When::Named(label, index) => {
                let word = label.to_lowercase();
                // Any other word might be somebody as well as something that answers.
                if !["human", "machine", "unknown"].contains(&word.as_str()) {
                    return None;
                }
                named.push((*index, format!("{word}={label}")));
            }
            _ => named.push((u32::MAX, "unknown=default".to_owned())),
        }
    }
    named.sort();
    let is_named = |word: &str| named.iter().any(|(_, pair)| pair.starts_with(word));
    if !is_named("human=") || !is_named("machine=") {
        return None;
    }
    let pairs = named.iter().filter_map(|(_, pair)| pair.split_once('='));
    settings.answer_branches = pairs.map(|(word, label)| (word.to_owned(), label.to_owned())).collect();
    let shown: Vec<String> = named.iter().map(|(_, pair)| toml(pair)).collect();
    Some(format!("answer_branches = [{}]", shown.join(", ")))
}

/// A text as TOML writes it.
fn toml(text: &str) -> String {
    let mut out = String::from("\"");
    for one in text.chars() {
        match one {
            '"' | '\\' => out.extend(['\\', one]),
            _ if one.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(one))),
            _ => out.push(one),
        }
    }
    out + "\""
}

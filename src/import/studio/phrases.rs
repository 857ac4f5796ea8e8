//! The phrases of a script that a flow has written: statements of the language, without the name of their node.

use crate::emit::studio::actions;
use crate::flow::{Action, Directive, Kind, Repeat, Tag};
use crate::source::Source;
use crate::{Options, compile_with};

use super::model::Script;

/// A statement that a phrase is.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The word of the node: `play`, `node`, or the word of a declared kind.
    pub word: String,
    /// The tags of the whole node.
    pub tags: Vec<Tag>,
    /// Its steps.
    pub steps: Vec<Action>,
    /// What is said at a further attempt, in place of steps.
    pub repeat: Option<Repeat>,
}

/// The statements of the phrases of all actions, each by the action's index. All of them are compiled at once.
pub fn read(script: &Script) -> Vec<Option<Statement>> {
    let mut text = String::from("flow \"Phrases\"\n");
    let mut names: Vec<(&str, bool)> = Vec::new();
    let mut lines = String::new();
    let mut written: Vec<Option<(String, String)>> = Vec::new();
    for (index, action) in script.actions.iter().enumerate() {
        let phrase = action.property("Phrase");
        let has_phrase = action.is(&actions::PLAY) || action.is(&actions::MENU);
        let statement = phrase.split_once(' ').filter(|(_, rest)| has_phrase && is_one_statement(rest));
        let Some((word, rest)) = statement.filter(|(word, _)| crate::spelling::is_name(word)) else {
            written.push(None);
            continue;
        };
        add_names(rest, &mut names);
        let id = format!("p{index}");
        lines.push_str(&match word {
            "retry" | "silence" => format!("collect {id} \"-\" retries 1 {{ {word} {rest} }}\n"),
            _ if Kind::from_word(word).is_some() => format!("{word} {id} {rest}\n"),
            // What a node of another kind says is what a `play` would say.
            _ => format!("play {id} {rest}\n"),
        });
        written.push(Some((id, word.to_owned())));
    }
    // A variable that something is entered into is none that is given before the call.
    names.sort_by_key(|(name, is_entered)| (*name, !is_entered));
    names.dedup_by_key(|(name, _)| *name);
    for (name, is_entered) in names {
        let word = if is_entered { "var" } else { "contact" };
        text.push_str(&format!("{word} {name}\n"));
    }
    text.push_str(&lines);
    let compiled = compile_with(
        Source::new("phrases", "phrases", text.into_bytes()),
        &crate::import::libraries::NoFiles,
        &Options::default(),
    );
    let flow = &compiled.flow;
    let rows: rustc_hash::FxHashMap<&str, _> =
        flow.nodes.rows().iter().map(|node| (node.id.as_str(), node)).collect();
    let statement = |(id, word): (String, String)| {
        let node = rows.get(id.as_str()).filter(|node| !node.broken)?;
        let repeat = match word.as_str() {
            "retry" | "silence" => {
                node.actions.iter().flat_map(Action::repeats).next().map(|(_, one)| one.clone())
            }
            _ => None,
        };
        let is_heard = |one: &&Action| matches!(one.directive, Directive::Play | Directive::Collect);
        let steps: Vec<Action> = match repeat {
            Some(_) => Vec::new(),
            None => node.actions.iter().filter(is_heard).cloned().collect(),
        };
        (repeat.is_some() || !steps.is_empty()).then(|| Statement {
            word,
            tags: node.tags.to_vec(),
            steps,
            repeat,
        })
    };
    written.into_iter().map(|one| one.and_then(statement)).collect()
}

/// Whether a text is the rest of one statement on one line: words, tags and strings, and at its end a block of such.
fn is_one_statement(rest: &str) -> bool {
    let (mut is_string, mut is_escaped, mut depth, mut is_closed, mut quotes) = (false, false, 0, false, 0);
    for one in rest.chars() {
        if one.is_control() || is_closed {
            return false;
        }
        if is_string {
            match one {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => is_string = false,
                _ => {}
            }
            quotes = if one == '"' { quotes + 1 } else { 0 };
            continue;
        }
        match one {
            // Three quotes would begin another kind of string.
            '"' if quotes > 0 => return false,
            '"' => is_string = true,
            '{' if depth == 0 => depth = 1,
            '}' if depth == 1 => (depth, is_closed) = (0, true),
            ';' if depth == 1 => {}
            ' ' | '@' | '_' | '.' | '-' => {}
            _ if one.is_ascii_alphanumeric() => {}
            _ => return false,
        }
        quotes = 0;
    }
    !is_string && depth == 0
}

/// Adds the names that a statement inserts, and the one that an entry is taken into.
fn add_names<'t>(rest: &'t str, names: &mut Vec<(&'t str, bool)>) {
    for (at, _) in rest.match_indices("${") {
        let name = rest.get(at + 2..).and_then(|after| after.split_once('}')).map(|(name, _)| name);
        if let Some(name) = name.filter(|name| crate::spelling::is_name(name)) {
            names.push((name, false));
        }
    }
    for (at, _) in rest.match_indices(" into ") {
        let after = rest.get(at + 6..).unwrap_or_default();
        let name = after.split([' ', ';']).next().unwrap_or_default();
        if crate::spelling::is_name(name) {
            names.push((name, true));
        }
    }
}

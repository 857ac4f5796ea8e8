//! What a prompt offers is what the menu takes.

use super::{Context, Rule};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Example, Severity, list_of};
use crate::flow::{EventKind, Kind, NodeId, Origin, Text, display_id};
use crate::source::Span;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX402",
    name: "key-not-offered",
    severity: Severity::Warning,
    what: "A prompt says \"press 3\" (or star, pound, \"3 for …\") and no branch takes that key; or it names other keys and not one that a branch takes.",
    why: "The caller presses what was said and hears that it is wrong, or never learns of a way out.",
    wrong: Example::Text(
        r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on, 2 for an agent" {
  on 1 | 3 -> bye
  on timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
    ),
    right: Example::Text(
        r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on" {
  on 1 -> bye
  on timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
    ),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    // For each `every` the prompts that do not offer its keys: one finding, where it is written.
    let mut unoffered_everys: Vec<Vec<(String, Span)>> = vec![Vec::new(); flow.everys.len()];
    for (id, node) in flow.nodes.iter().filter(|(_, node)| node.is(Kind::Collect) && !node.broken) {
        let texts: Vec<&Text> = node.actions.iter().filter_map(|action| action.text.as_ref()).collect();
        // A text that is not known, or that is played from a file, may offer anything.
        if texts.iter().any(|text| text.value.is_none()) || flow.out(id).is_empty() {
            continue;
        }
        let Some(prompt) = texts.last() else { continue };
        let mut offered: Vec<String> = texts.iter().filter_map(|text| text.value.as_deref()).flat_map(keys_offered).collect();
        offered.sort_unstable();
        offered.dedup();
        if offered.is_empty() {
            continue;
        }
        let taken = keys_taken(context, id);
        let name = display_id(&node.id);
        let not_taken: Vec<String> = offered.iter().filter(|key| !taken.iter().any(|(one, _)| one == *key)).map(|key| format!("`{key}`")).collect();
        let is_audio = node.actions.iter().any(|action| action.media.is_some());
        let not_offered = || taken.iter().filter(|(key, _)| !is_audio && !offered.iter().any(|one| one == key));
        let own: Vec<String> = not_offered().filter(|(_, origin)| *origin == Origin::Written).map(|(key, _)| format!("`{key}`")).collect();
        for (key, origin) in not_offered() {
            if let Origin::Every(number) = origin
                && let Some(prompts) = unoffered_everys.get_mut(*number as usize)
            {
                prompts.push((key.to_string(), prompt.span));
            }
        }
        let message = match (not_taken.is_empty(), own.is_empty()) {
            (true, true) => continue,
            (false, true) => format!("the prompt of `{name}` offers {}, and no branch takes it", list_of(&not_taken, "and")),
            (true, false) => format!("the prompt of `{name}` does not offer {}, which a branch takes", list_of(&own, "and")),
            (false, false) => format!("the prompt of `{name}` offers {}, which no branch takes, and not {}, which one does", list_of(&not_taken, "and"), list_of(&own, "and")),
        };
        let help = if not_taken.is_empty() { "say the key in the prompt, or take the branch out" } else { "add a branch for the key, or mend the prompt" };
        diagnostics.push(Diagnostic::new(&CODE, prompt.span, message).here("what the caller hears").help(help));
    }
    for (every, prompts) in flow.everys.iter().zip(unoffered_everys) {
        let Some((key, _)) = prompts.first() else { continue };
        let spans: Vec<Span> = prompts.iter().map(|(_, span)| *span).collect();
        diagnostics.push(
            Diagnostic::new(&CODE, every.condition_span, format!("prompts do not offer `{key}`, which this branch takes"))
                .here("no caller learns of it")
                .label_each(&spans, 3, "not said here")
                .help("say the key in these prompts"),
        );
    }
}

fn keys_taken<'a>(context: &Context<'a>, node: NodeId) -> Vec<(&'a str, Origin)> {
    let flow = context.flow;
    let mut taken = Vec::new();
    for transition in flow.out(node) {
        for alternative in flow.alternatives(transition) {
            let event = &flow.events[alternative.event];
            if event.kind == EventKind::Key {
                taken.push((event.word(), transition.origin));
            }
        }
    }
    taken
}

/// The keys that an English prompt offers: after "press", "dial", "enter" or "push" all keys of a
/// list (`press 1, 2 or 3`, `press 1 through 4`), and single keys before "for" (`2 for callback`) or, once a key was offered, "to" (`9 to stop`).
fn keys_offered(prompt: &str) -> Vec<String> {
    let is_break = |c: char| !(c.is_alphanumeric() || matches!(c, '*' | '#' | '\''));
    let words: Vec<String> = prompt.split(is_break).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let mut offered = Vec::new();
    let mut listing = false;
    let mut range_from: Option<u32> = None;
    for (index, word) in words.iter().enumerate() {
        let next = words.get(index + 1).map(String::as_str);
        let key = key(word);
        match (key, word.as_str()) {
            (Some(key), _) => {
                // "press 1 to 4" is a range, "press 1 to 4 times" is nobody's prompt.
                if let (Some(from), Ok(to)) = (range_from.take(), key.parse::<u32>()) {
                    offered.extend((from + 1..to).filter(|_| to < 100).map(|key| key.to_string()));
                }
                let single = key.chars().count() == 1;
                let before_key = words.get(index + 2).is_some_and(|word| self::key(word).is_some());
                // "Press 1 to go on, 9 to stop": once a key was offered, another may come with its purpose alone.
                let purpose = next == Some("for") || (next == Some("to") && !before_key && !offered.is_empty());
                if listing || (single && purpose) {
                    if matches!(next, Some("through" | "thru" | "to")) && before_key {
                        range_from = key.parse().ok();
                    }
                    offered.push(key);
                }
            }
            (None, "press" | "dial" | "push" | "pressing") => listing = true,
            (None, "or" | "and" | "the" | "number" | "key" | "digit" | "button" | "to" | "through" | "thru") => {}
            (None, _) => listing = false,
        }
    }
    offered
}

fn key(word: &str) -> Option<String> {
    let spelt = match word {
        "zero" => "0",
        "one" => "1",
        "two" => "2",
        "three" => "3",
        "four" => "4",
        "five" => "5",
        "six" => "6",
        "seven" => "7",
        "eight" => "8",
        "nine" => "9",
        "star" | "asterisk" => "*",
        "pound" | "hash" => "#",
        _ if word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'*' | b'#')) => word,
        _ => return None,
    };
    Some(spelt.to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_prompts_offer() {
        for (prompt, keys) in [
            ("Press 1 for agent, 2 for callback", vec!["1", "2"]),
            ("To talk to us, press the star key. To stop these calls, press nine.", vec!["*", "9"]),
            ("Press 1, 2 or 3 now", vec!["1", "2", "3"]),
            ("Rate us: press 1 through 4", vec!["1", "2", "3", "4"]),
            ("Press 1 to confirm or pound to go back", vec!["1", "#"]),
            ("Press 1 for an agent, 9 to stop these calls", vec!["1", "9"]),
            ("We are open from 9 to 5. Press 1 for an agent", vec!["1"]),
            ("Press 1 to confirm, press pound to go back", vec!["1", "#"]),
            ("Your balance is 40 dollars. Call 555 0100 for help", vec![]),
            ("Press any key", vec![]),
            ("Oprima 1", vec![]),
        ] {
            assert_eq!(super::keys_offered(prompt), keys, "{prompt}");
        }
    }
}

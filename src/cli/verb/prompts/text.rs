//! Prompts in words: a node a paragraph, a step a line.

use crate::prompts::Prompt;
use crate::spelling::{display_id, display_string};

/// The prompts in words; nothing where there are none.
pub fn text(prompts: &[Prompt]) -> String {
    let mut out = String::new();
    let mut node = None;
    for prompt in prompts {
        if node != Some(&prompt.node) {
            if node.is_some() {
                out.push('\n');
            }
            out.push_str(&format!("{}  {}:{}\n", display_id(&prompt.node), prompt.file, prompt.line));
            node = Some(&prompt.node);
        }
        let tags: String = prompt.tags.iter().map(|tag| format!("  @{tag}")).collect();
        let language = prompt.language.iter().map(|language| format!("  {language}")).collect::<String>();
        out.push_str(&format!("  {}  {}{language}{tags}\n", prompt.kind, seconds(prompt)));
        for words in prompt.media.iter().chain(&prompt.prompt_id).chain(&prompt.text) {
            out.push_str(&format!("    {}\n", display_string(words)));
        }
    }
    out
}

/// How long a prompt is heard.
fn seconds(prompt: &Prompt) -> String {
    let seconds = |milliseconds: u64| format!("{:.1}", milliseconds as f64 / 1000.0);
    match (prompt.least, prompt.most) {
        (Some(least), Some(most)) if least == most => format!("{} s", seconds(least)),
        (Some(least), Some(most)) => format!("{} to {} s", seconds(least), seconds(most)),
        (Some(least), None) => format!("at least {} s", seconds(least)),
        (None, _) => "of unknown length".to_owned(),
    }
}

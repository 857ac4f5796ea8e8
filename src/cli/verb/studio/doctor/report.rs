//! The report for an issue: what was found, without anything that belongs to the tenant.

use super::item::{Item, Topic, Verdict, count};
use crate::diagnostics::counted;

/// The report as Markdown.
pub fn markdown(items: &[Item], problem: Option<&str>) -> String {
    let mut out = format!(
        "# A tenant of CXone Studio beside the compiler's tables\n\n\
         `cxflowc studio doctor`, version {}. It has no names of skills, recordings, scripts and users, no numbers \
         and no addresses of the tenant. Library ids, and the names of properties and branches, are those of Studio's \
         actions.\n\n| what | | |\n|---|---|---|\n",
        env!("CARGO_PKG_VERSION")
    );
    for item in items {
        if let Some(public) = &item.public {
            out.push_str(&row(&item.name, item.verdict.word(), public));
        }
    }
    let counted = [
        (Topic::Skill, "skills"),
        (Topic::Prompt, "recordings"),
        (Topic::Script, "scripts"),
        (Topic::Action, "other actions"),
    ];
    for (topic, what) in counted {
        let is_counted = |item: &&Item| item.topic == topic && item.public.is_none();
        let of_topic: Vec<Item> = items.iter().filter(is_counted).cloned().collect();
        if of_topic.is_empty() {
            continue;
        }
        let [fits, unknown, differs] =
            [Verdict::Fits, Verdict::Unknown, Verdict::Differs].map(|verdict| count(&of_topic, verdict));
        let word = of_topic.iter().map(|item| item.verdict).max().unwrap_or(Verdict::Unknown).word();
        let text = match topic {
            Topic::Action => {
                format!("{fits} known, {differs} to be written into the settings, {unknown} unknown")
            }
            _ => format!("{fits} there, {differs} not there, {unknown} unknown"),
        };
        let of = if topic == Topic::Script { "settings" } else { "flows" };
        out.push_str(&row(&format!("{what} of the {of}"), word, &text));
    }
    if let Some(code) = problem {
        out.push_str(&row("the rest", "unknown", &format!("not asked after {code}")));
    }
    out
}

fn row(name: &str, word: &str, text: &str) -> String {
    let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
    format!("| {} | {word} | {} |\n", cell(name), cell(text))
}

/// The closing line.
pub fn closing(items: &[Item]) -> String {
    let [fits, differs, unknown] =
        [Verdict::Fits, Verdict::Differs, Verdict::Unknown].map(|verdict| count(items, verdict));
    let verb = |number: usize, one: &'static str, many: &'static str| if number == 1 { one } else { many };
    format!(
        "{} {}, {differs} {}, {unknown} unknown",
        counted(fits, "item"),
        verb(fits, "fits", "fit"),
        verb(differs, "differs", "differ"),
    )
}

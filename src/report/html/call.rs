//! What is heard.

use rustc_hash::FxHashSet;

use super::writer::{Cell, Html};
use crate::diagnostics::{counted, list_of};
use crate::prompts::Prompt;
use crate::report::Report;
use crate::report::sheet::prompts_by_node;

/// How many paths the page shows; the test sheet has all that are listed.
const SHOWN: usize = 50;

/// Each tag with the steps that bear it.
pub fn tags(html: &mut Html<'_>, report: &Report) {
    if report.tags.is_empty() {
        return html.paragraph("Nothing in the flow has a tag.");
    }
    html.paragraph("A policy knows what is said by its tag. Whether the words are what the tag claims, a person decides.");
    for tag in &report.tags {
        html.markup("<h3>");
        html.element("code", &format!("@{}", tag.name));
        html.markup("</h3>\n");
        for meaning in &tag.meaning {
            html.paragraph(meaning);
        }
        let rows = tag.steps.iter().map(|step| {
            let node =
                if step.whole_node { format!("{} (the whole node)", step.node) } else { step.node.clone() };
            vec![Cell::Lines(vec![node]), Cell::Words(&step.words), Cell::Lines(vec![step.place.to_string()])]
        });
        html.table(
            &format!("Words tagged @{}", tag.name),
            &["node", "what it says or does", "written in"],
            rows,
        );
    }
}

/// Every prompt.
pub fn prompts(html: &mut Html<'_>, report: &Report) {
    if report.prompts.is_empty() {
        html.paragraph("Nothing is heard.");
        return scripts(html, report);
    }
    let rows = report.prompts.iter().map(|prompt| {
        let (words, time) = (heard(prompt).collect(), seconds(prompt));
        let tags: Vec<String> = prompt.tags.iter().map(|tag| format!("@{tag}")).collect();
        vec![Cell::Code(&prompt.node), Cell::Lines(words), Cell::Lines(vec![time]), Cell::Lines(tags)]
    });
    html.table("Prompts", &["node", "words or recording", "seconds", "tags"], rows);
    scripts(html, report);
}

/// What agents say.
fn scripts(html: &mut Html<'_>, report: &Report) {
    if !report.unscripted.is_empty() {
        let nodes: Vec<String> = report.unscripted.iter().map(|node| format!("`{node}`")).collect();
        html.paragraph(&format!(
            "Somebody talks in {}, now or in a call back, and what is said there is not in the flow.",
            list_of(&nodes, "and")
        ));
    }
    if report.scripts.is_empty() {
        return;
    }
    html.paragraph("Agents say this when they take a call. The platform does not play it: that it is said is for those to see who lead the agents.");
    let rows = report.scripts.iter().map(|script| {
        let tags: Vec<String> = script.tags.iter().map(|tag| format!("@{tag}")).collect();
        vec![
            Cell::Code(&script.node),
            Cell::Lines(script.text.iter().flat_map(|text| text.lines()).map(str::to_owned).collect()),
            Cell::Lines(script.language.iter().cloned().collect()),
            Cell::Lines(tags),
        ]
    });
    html.table("What agents say", &["node", "words", "language", "tags"], rows);
}

/// What the agent of a node says to a call that ends there, or may say to one that goes on.
fn said<'r>(report: &'r Report, node: &'r str, ends: bool) -> impl Iterator<Item = String> + use<'r> {
    let lines = report.scripts.iter().filter(move |script| script.node == node);
    let who = if ends { "agent" } else { "agent, if one takes the call" };
    lines.map(move |line| format!("{who}: “{}”", line.text.as_deref().unwrap_or("…")))
}

/// The prompts without a certain time on which a verdict depends.
pub fn estimated(html: &mut Html, report: &Report) {
    let measured: FxHashSet<(&str, usize)> = report
        .rules()
        .flat_map(|(_, rule)| &rule.measured)
        .map(|(node, step)| (node.as_str(), *step))
        .collect();
    let open = report.prompts.iter().filter(|prompt| {
        (prompt.least.is_none() || prompt.least != prompt.most)
            && measured.contains(&(prompt.node.as_str(), prompt.step))
    });
    let rows = open.map(|prompt| {
        vec![
            Cell::Code(&prompt.node),
            Cell::Lines(heard(prompt).collect()),
            Cell::Lines(vec![seconds(prompt)]),
            Cell::Lines(vec![format!("{}:{}", prompt.file, prompt.line)]),
        ]
    });
    html.table("What to measure", &["node", "words or recording", "seconds", "written in"], rows);
}

/// How long a prompt is heard.
fn seconds(prompt: &Prompt) -> String {
    let seconds = |milliseconds: u64| format!("{:.1}", milliseconds as f64 / 1000.0);
    match (prompt.least, prompt.most) {
        (Some(least), Some(most)) if least == most => seconds(least),
        (Some(least), Some(most)) => format!("{} to {}", seconds(least), seconds(most)),
        (Some(least), None) => format!("{} or more", seconds(least)),
        _ => "not known".to_owned(),
    }
}

/// The lines of a prompt's text, and the address of its recording.
fn heard(prompt: &Prompt) -> impl Iterator<Item = String> {
    let lines = prompt.text.iter().flat_map(|text| text.lines());
    lines.chain(prompt.media.as_deref()).chain(prompt.prompt_id.as_deref()).map(str::to_owned)
}

/// The results of the tests.
pub fn tests(html: &mut Html<'_>, report: &Report) {
    let Some(run) = &report.tests else {
        return html.paragraph("They do not run in a flow with errors.");
    };
    if run.tests.is_empty() {
        return html.paragraph("The flow has none.");
    }
    let failed = run.tests.iter().filter(|test| !test.passed).count();
    html.paragraph(&format!(
        "{} passed, {failed} failed. Those that passed cover {} of {} and {} of {}.",
        counted(run.tests.len() - failed, "test"),
        run.nodes_covered,
        counted(run.nodes, "node"),
        run.transitions_covered,
        counted(run.transitions, "transition"),
    ));
    let rows = run.tests.iter().map(|test| {
        let path = [test.path.clone()].into_iter().chain(test.reason.clone()).collect();
        let verdict = if test.passed { "passed" } else { "failed" };
        vec![Cell::Verdict(verdict), Cell::Words(&test.name), Cell::Prose(path)]
    });
    html.table("Tests", &["result", "test", "call"], rows);
}

/// How calls are reported.
pub fn dispositions(html: &mut Html<'_>, report: &Report) {
    if report.dispositions.is_empty() {
        return html.paragraph("The flow declares no dispositions.");
    }
    html.paragraph("A call is reported by the last disposition that it passes. The paths are those that a call can take, and are not equally likely.");
    let rows = report.dispositions.iter().map(|one| {
        let name = one.disposition.as_deref().unwrap_or("none");
        let paths = one.paths.clone().unwrap_or_else(|| "not known".to_owned());
        vec![
            Cell::Code(name),
            Cell::Prose(one.meaning.clone()),
            Cell::Lines(vec![paths]),
            Cell::Lines(one.given.clone()),
        ]
    });
    html.table("Dispositions", &["disposition", "meaning", "paths", "where calls pass it last"], rows);
}

/// The paths as calls.
pub fn sheet(html: &mut Html<'_>, report: &Report) {
    let sheet = &report.sheet;
    if sheet.paths.is_empty() {
        return html.paragraph("There are none: no call can begin.");
    }
    let all = counted(sheet.paths.len(), "path");
    if sheet.is_whole {
        html.paragraph(&format!("Every path that a call can take: {all}."));
    } else {
        html.paragraph(&format!("{all} that together take every transition, of more than can be listed."));
    }
    if sheet.transitions_left_out > 0 {
        html.paragraph(&format!(
            "{} left out, because the list would be too long.",
            counted(sheet.transitions_left_out, "transition")
        ));
    }
    if sheet.paths.len() > SHOWN {
        html.paragraph(&format!(
            "The first {SHOWN} are here; `cxflowc report --format csv` writes all {}.",
            sheet.paths.len()
        ));
    }
    let by_node = prompts_by_node(&report.prompts);
    for (number, path) in sheet.paths.iter().enumerate().take(SHOWN) {
        html.markup("<details>\n<summary>");
        let events = path.events();
        let events = if events.is_empty() { "without a key".to_owned() } else { events };
        let reported = path.disposition.as_ref().map(|name| format!(", reported as {name}"));
        html.text(&format!("Path {}: {events}{}", number + 1, reported.unwrap_or_default()));
        html.markup("</summary>\n");
        let rows = path.steps.iter().enumerate().map(|(at, step)| {
            let last = at + 1 == path.steps.len();
            let then = match (&step.then, last) {
                (Some(then), _) => then.to_string(),
                (None, true) => "the path ends".to_owned(),
                (None, false) => "goes on".to_owned(),
            };
            let prompts = by_node.get(&*step.node).into_iter().flatten();
            let heard = prompts.flat_map(|prompt| heard(prompt));
            let heard = heard.chain(said(report, &step.node, last && step.then.is_none()));
            vec![
                Cell::Code(&step.node),
                Cell::Text(&step.kind),
                Cell::Lines(heard.collect()),
                Cell::Lines(vec![then]),
            ]
        });
        html.table(&format!("Path {}", number + 1), &["node", "kind", "what is heard", "then"], rows);
        html.markup("</details>\n");
    }
}

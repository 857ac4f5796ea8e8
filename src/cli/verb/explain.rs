//! `cxflowc explain`

use std::path::Path;

use crate::cli::args::ExplainArgs;
use crate::cli::console::locale;
use crate::cli::console::terminal::Terminal;
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::codes;
use crate::diagnostics::render::{self, Human};
use crate::diagnostics::{Cause, Code, Diagnostics, Example, Page, Severity, list_of};
use crate::settings;
use crate::source::Sources;

/// The line width of a page, in columns.
const WIDTH: usize = 96;

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";

pub fn run(args: &ExplainArgs, terminal: &mut Terminal) -> VerbResult {
    let Some(wanted) = &args.code else {
        let mut list = String::new();
        for code in codes::all() {
            list.push_str(&format!(
                "{BOLD}{}{PLAIN} {:<22}{DIM}{}{PLAIN}\n",
                code.id, code.name, code.severity
            ));
        }
        terminal.result(&list);
        return Ok(ExitStatus::Done);
    };
    let code = codes::find(wanted).map_err(|near| {
        let failure = Failure::new(format!("there is no diagnostic {wanted}"));
        let quoted: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
        match quoted.as_slice() {
            [_, ..] => failure.help(format!("did you mean {}?", list_of(&quoted, "or"))),
            [] => failure.help("`cxflowc explain` lists them"),
        }
    })?;
    terminal.result(&page(code, locale::is_ascii()));
    Ok(ExitStatus::Done)
}

fn page(code: &Code, ascii: bool) -> String {
    let default = match code.severity {
        Severity::Error => "an error".to_owned(),
        // Findings about the platform cannot be changed by options.
        Severity::Warning if crate::cxone::codes::ALL.contains(&code) => "a warning".to_owned(),
        Severity::Warning => {
            format!("a warning; `--allow {}` silences it, `--deny warnings` makes it an error", code.name)
        }
        Severity::Note => "a note, shown with `-v`".to_owned(),
    };
    let head = format!(
        "{BOLD}{code}{PLAIN}: {default}\n\n{}\n\n{}\n\n",
        filled(code.what, ""),
        filled(code.why, ""),
    );
    match code.page {
        Page::Flows { wrong, right } | Page::Settings { wrong, right } => format!(
            "{head}{BOLD}Wrong{PLAIN}\n\n{}\n{BOLD}What the compiler says{PLAIN}\n\n{}\n{BOLD}Right{PLAIN}\n\n{}",
            indented(&shown(wrong)),
            indented(compiler_output(code, wrong, ascii).trim_end()),
            indented(&shown(right)),
        ),
        Page::Causes { causes } => {
            let causes: Vec<String> = causes.iter().map(cause).collect();
            format!("{head}{BOLD}What you see, and what to do{PLAIN}\n\n{}", causes.join("\n"))
        }
    }
}

fn cause(Cause { sign, remedy }: &Cause) -> String {
    format!("{BOLD}{}{PLAIN}\n{}\n", filled(sign, "  "), filled(remedy, "    "))
}

/// A text in lines that are broken at blanks alone, so that addresses and names of files stay whole.
fn filled(text: &str, indent: &str) -> String {
    let options = textwrap::Options::new(WIDTH)
        .initial_indent(indent)
        .subsequent_indent(indent)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(&without_links(text), options)
}

/// A text whose links to other pages are their names: `[the table](studio.md#actions)` is `the table (studio.md#actions)`.
fn without_links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[') {
        out.push_str(before);
        let parts = link.split_once("](").and_then(|(name, after)| Some((name, after.split_once(')')?)));
        match parts.filter(|(name, _)| !name.contains(['[', ']', '`'])) {
            Some((name, (page, after))) => {
                match page.starts_with(name) {
                    true => out.push_str(page),
                    false => out.push_str(&format!("{name} ({page})")),
                }
                rest = after;
            }
            None => {
                out.push('[');
                rest = link;
            }
        }
    }
    out + rest
}

/// The compiler's real output for the wrong example.
fn compiler_output(code: &Code, wrong: Example, ascii: bool) -> String {
    let look = Human { width: WIDTH, ascii, ..Human::default() };
    if matches!(code.page, Page::Settings { .. }) {
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let (name, bytes) = (settings::NAME.to_owned(), wrong.bytes().to_vec());
        settings::read(name, Path::new(settings::NAME), bytes, &mut sources, &mut diagnostics);
        let own = diagnostics.iter().filter(|finding| finding.code == code);
        return own.map(|finding| render::human(&sources, finding, look)).collect();
    }
    let compiled = crate::compile("example.cxflow", wrong.bytes());
    let tests = compiled.run_tests();
    let found = compiled.diagnostics.iter().chain(tests.iter().flat_map(|run| run.findings()));
    let own = found.filter(|finding| finding.code == code);
    own.map(|finding| render::human(&compiled.sources, finding, look)).collect()
}

/// An example for display. Invalid bytes are shown as the replacement character.
fn shown(example: Example) -> String {
    let text = String::from_utf8_lossy(example.bytes());
    text.chars().map(|c| if crate::spelling::is_bidi_control(c) { '\u{FFFD}' } else { c }).collect()
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect()
}

/// `docs/diagnostics.md`: the same pages for a browser.
pub fn markdown() -> String {
    let mut out = String::from(
        "# Diagnostics\n\nEvery code with its meaning, why it matters, a flow that has it, what the compiler says, and the corrected flow. For the codes of `submit`: what you see and what to do.\n`cxflowc explain CODE` prints the same. This page is made from the rules' own texts; a test keeps it current.\n\n\
         | code | name | severity |\n|---|---|---|\n",
    );
    for code in codes::all() {
        let anchor = format!("{}-{}", code.id.to_lowercase(), code.name);
        out.push_str(&format!("| [{}](#{anchor}) | {} | {} |\n", code.id, code.name, code.severity));
    }
    for code in codes::all() {
        out.push_str(&format!("\n## {code}\n\n{}", markdown_page(code)));
    }
    out
}

/// A code's page without its heading.
pub fn markdown_page(code: &Code) -> String {
    let mut out = format!("{}\n\n{}\n\n", code.what, code.why);
    let language = if matches!(code.page, Page::Settings { .. }) { "toml" } else { "cxflow" };
    match code.page {
        Page::Flows { wrong, right } | Page::Settings { wrong, right } => out.push_str(&format!(
            "```{language}\n{}```\n\n```text\n{}\n```\n\nFixed:\n\n```{language}\n{}```\n",
            shown(wrong),
            compiler_output(code, wrong, false).trim_end(),
            shown(right),
        )),
        Page::Causes { causes } => {
            for Cause { sign, remedy } in causes {
                out.push_str(&format!("- **{sign}.** {remedy}\n"));
            }
        }
    }
    out
}

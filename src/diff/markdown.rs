//! The changes as Markdown, for the comment of a pull request.
//!
//! Whatever a flow says comes out as text in `<code>`, each sign of punctuation as a reference: no markup, no
//! link, no mention of anybody.

use super::FlowDiff;
use super::lines::{Item, Mark, Piece, Section, sections};

/// How many changes of a section are shown: comments have a limit, 65,536 characters on GitHub.
const SHOWN: usize = 60;

/// How many lines about one change are shown.
const DETAILS: usize = 20;

/// How many changes of a section are shown unfolded.
const UNFOLDED: usize = 12;

/// How much of one text is shown, in characters.
const LONGEST: usize = 600;

/// The changes as Markdown; nothing where there are none.
pub fn markdown(diff: &FlowDiff) -> String {
    sections(diff).iter().map(of_section).collect::<Vec<_>>().join("\n")
}

fn of_section(section: &Section) -> String {
    let count = section.items.len();
    let mut list: String = section.items.iter().take(SHOWN).map(of_item).collect();
    if count > SHOWN {
        list.push_str(&format!("- and {} more\n", count - SHOWN));
    }
    match count > UNFOLDED {
        true => {
            format!("<details><summary><b>{}</b>: {count}</summary>\n\n{list}\n</details>\n", section.title)
        }
        false => format!("**{}**\n\n{list}", section.title),
    }
}

fn of_item(item: &Item) -> String {
    let mut out = format!("- {} {}\n", word(item.mark), line(&item.line));
    for (mark, pieces) in item.details.iter().take(DETAILS) {
        let word = if *mark == item.mark { String::new() } else { format!("{} ", word(*mark)) };
        out.push_str(&format!("  - {word}{}\n", line(pieces)));
    }
    if item.details.len() > DETAILS {
        out.push_str(&format!("  - and {} more\n", item.details.len() - DETAILS));
    }
    out
}

fn word(mark: Mark) -> &'static str {
    match mark {
        Mark::Added => "new:",
        Mark::Removed => "gone:",
        Mark::Changed => "changed:",
    }
}

fn line(pieces: &[Piece]) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Plain(text) => out.push_str(&escaped(text)),
            Piece::Quoted(text) if text.is_empty() => {}
            Piece::Quoted(text) => out.push_str(&format!("<code>{}</code>", escaped(text))),
            Piece::Words(runs) => {
                out.push_str("<code>");
                for run in runs {
                    let text = escaped(&run.text);
                    match run.mark {
                        Some(Mark::Removed) => out.push_str(&format!("<del>{text}</del>")),
                        Some(Mark::Added) => out.push_str(&format!("<ins>{text}</ins>")),
                        Some(Mark::Changed) | None => out.push_str(&text),
                    }
                }
                out.push_str("</code>");
            }
        }
    }
    out.trim_end().to_owned()
}

/// A text that nothing reads as markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, c) in text.chars().enumerate() {
        if index == LONGEST {
            out.push('…');
            break;
        }
        match c {
            // What can neither begin nor end anything where it stands.
            ' ' | ',' | '"' | '\'' | '/' | '?' | ';' => out.push(c),
            c if c.is_ascii_punctuation() => out.push_str(&format!("&#{};", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

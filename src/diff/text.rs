//! The changes as plain text: `+` is new, `-` is gone, `~` has changed; `[-gone-]` and `{+new+}` are words.

use super::FlowDiff;
use super::lines::{Mark, Piece, Section, sections};

/// The changes in words; nothing where there are none.
pub fn text(diff: &FlowDiff) -> String {
    text_with(diff, &|_, text| text.to_owned())
}

/// The same, with colours: the first argument of `paint` is the sign of what is painted.
pub fn text_with(diff: &FlowDiff, paint: &dyn Fn(char, &str) -> String) -> String {
    let sections = sections(diff);
    sections.iter().map(|section| of_section(section, paint)).collect::<Vec<_>>().join("\n")
}

fn of_section(section: &Section, paint: &dyn Fn(char, &str) -> String) -> String {
    let mut out = format!("{}\n", section.title);
    for item in &section.items {
        out.push_str(&format!(
            "  {} {}\n",
            paint(sign(item.mark), &sign(item.mark).to_string()),
            line(&item.line, paint)
        ));
        for (mark, pieces) in &item.details {
            // What is said of something new is new as well.
            let sign = if *mark == item.mark { ' ' } else { sign(*mark) };
            out.push_str(&format!("      {} {}\n", paint(sign, &sign.to_string()), line(pieces, paint)));
        }
    }
    out
}

fn sign(mark: Mark) -> char {
    match mark {
        Mark::Added => '+',
        Mark::Removed => '-',
        Mark::Changed => '~',
    }
}

fn line(pieces: &[Piece], paint: &dyn Fn(char, &str) -> String) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Plain(text) | Piece::Quoted(text) => out.push_str(text),
            Piece::Words(runs) => {
                for run in runs {
                    match run.mark {
                        Some(Mark::Removed) => out.push_str(&paint('-', &format!("[-{}-]", run.text))),
                        Some(Mark::Added) => out.push_str(&paint('+', &format!("{{+{}+}}", run.text))),
                        Some(Mark::Changed) | None => out.push_str(&run.text),
                    }
                }
            }
        }
    }
    out.trim_end().to_owned()
}

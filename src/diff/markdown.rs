//! The changes as Markdown, for the comment of a pull request.
//!
//! Whatever a flow says comes out as text in `<code>`, with references for the signs that would be markup: no markup, no
//! link, no mention of anybody.

use std::borrow::Cow;

use super::lines::{Item, Mark, Piece, Section, sections};
use super::{Effect, FlowDiff};

/// How long a comment may be, in characters. GitHub takes 65,536.
const ROOM: usize = 59_000;

/// How many changes of a section that is not about compliance are shown.
const SHOWN: usize = 60;

/// How many lines about one change are shown.
const DETAILS: usize = 20;

/// How many changes of a section are shown unfolded.
const UNFOLDED: usize = 12;

/// How much of one text is shown, in characters. What has changed of compliance is shown whole.
const LONGEST: usize = 600;

/// How much the frame of a section and the count of what is left out take at most, in characters.
const FRAME: usize = 160;

/// What a comment says of one flow.
#[derive(Debug, Default)]
pub struct FlowComment<'a> {
    /// Its heading as Markdown, with its line break; nothing without one.
    pub heading: String,
    /// A remark below it as Markdown.
    pub remark: Option<String>,
    /// What has changed.
    pub diff: Option<&'a FlowDiff>,
}

/// The changes of one flow as Markdown; nothing where there are none.
pub fn markdown(diff: &FlowDiff) -> String {
    comment(&[FlowComment { diff: Some(diff), ..FlowComment::default() }])
}

/// A comment on flows that fits into a pull request: what is about compliance has room first, and what is left out is
/// counted.
pub fn comment(flows: &[FlowComment<'_>]) -> String {
    let sections: Vec<Vec<Section>> =
        flows.iter().map(|flow| flow.diff.map(sections).unwrap_or_default()).collect();
    let mut shown: Vec<Shown> = sections
        .iter()
        .map(|sections| Shown { is_named: false, items: vec![Vec::new(); sections.len()] })
        .collect();
    let mut room = ROOM;
    for effect in [Some(Effect::Weaker), Some(Effect::Changed), Some(Effect::Stricter), None] {
        for ((flow, sections), shown) in flows.iter().zip(&sections).zip(&mut shown) {
            if effect == Some(Effect::Changed) && (sections.is_empty() || flow.remark.is_some()) {
                shown.name(flow, 0, &mut room);
            }
            let of_effect = sections.iter().enumerate().filter(|(_, section)| section.effect == effect);
            for (index, section) in of_effect {
                let most = if effect.is_some() { usize::MAX } else { SHOWN };
                for item in section.items.iter().take(most) {
                    shown.add(flow, index, of_item(item, effect.is_some()), &mut room);
                }
            }
        }
    }
    let mut parts: Vec<String> = Vec::new();
    let mut left = Left::default();
    for ((flow, sections), shown) in flows.iter().zip(&sections).zip(&shown) {
        left.count(sections, shown);
        if !shown.is_named {
            continue;
        }
        let remark = flow.remark.as_ref().map(|remark| format!("{remark}\n"));
        let written =
            sections.iter().zip(&shown.items).filter_map(|(section, items)| of_section(section, items));
        let body: Vec<String> = remark.into_iter().chain(written).collect();
        let apart = if flow.heading.is_empty() || body.is_empty() { "" } else { "\n" };
        parts.push(format!("{}{apart}{}", flow.heading, body.join("\n")));
    }
    parts.extend(left.in_words());
    parts.join("\n")
}

/// What is shown of a flow.
struct Shown {
    is_named: bool,
    /// The changes of each section.
    items: Vec<Vec<String>>,
}

impl Shown {
    /// Takes the room for a flow's heading and for something below it, if there is enough.
    fn name(&mut self, flow: &FlowComment<'_>, more: usize, room: &mut usize) -> bool {
        let heading =
            flow.heading.chars().count() + flow.remark.as_ref().map_or(0, |one| one.chars().count()) + 4;
        let needed = more + if self.is_named { 0 } else { heading };
        let fits = needed <= *room;
        if fits {
            *room -= needed;
            self.is_named = true;
        }
        fits
    }

    /// Shows a change if there is room for it.
    fn add(&mut self, flow: &FlowComment<'_>, section: usize, item: String, room: &mut usize) {
        let is_first = self.items.get(section).is_none_or(Vec::is_empty);
        let needed = item.chars().count() + if is_first { FRAME } else { 0 };
        if self.name(flow, needed, room)
            && let Some(items) = self.items.get_mut(section)
        {
            items.push(item);
        }
    }
}

/// How many changes are not shown.
#[derive(Default)]
struct Left {
    changes: usize,
    weaker: usize,
}

impl Left {
    fn count(&mut self, sections: &[Section], shown: &Shown) {
        for (section, items) in sections.iter().zip(&shown.items) {
            let left = section.items.len() - items.len();
            self.changes += left;
            self.weaker += if section.effect == Some(Effect::Weaker) { left } else { 0 };
        }
    }

    fn in_words(&self) -> Option<String> {
        let weaker = match self.weaker {
            0 => String::new(),
            weaker => format!(", of which {weaker} weaken compliance"),
        };
        (self.changes > 0).then(|| {
            format!(
                "**Left out here**: {}{weaker}. `cxflowc diff` without `--format markdown` shows them all.\n",
                crate::diagnostics::counted(self.changes, "change")
            )
        })
    }
}

fn of_section(section: &Section, items: &[String]) -> Option<String> {
    let count = section.items.len();
    let mut list = items.concat();
    match count - items.len() {
        _ if items.is_empty() => return None,
        0 => {}
        left => list.push_str(&format!("- and {left} more\n")),
    }
    Some(match count > UNFOLDED {
        true => {
            format!("<details><summary><b>{}</b>: {count}</summary>\n\n{list}\n</details>\n", section.title)
        }
        false => format!("**{}**\n\n{list}", section.title),
    })
}

fn of_item(item: &Item, is_whole: bool) -> String {
    let mut out = format!("- {} {}\n", word(item.mark), line(&item.line, is_whole));
    let details = if is_whole { usize::MAX } else { DETAILS };
    for (mark, pieces) in item.details.iter().take(details) {
        let word = if *mark == item.mark { String::new() } else { format!("{} ", word(*mark)) };
        out.push_str(&format!("  - {word}{}\n", line(pieces, is_whole)));
    }
    if item.details.len() > details {
        out.push_str(&format!("  - and {} more\n", item.details.len() - details));
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

/// A line; as a whole, or with long texts cut.
fn line(pieces: &[Piece], is_whole: bool) -> String {
    let cut = |text| if is_whole { Cow::Borrowed(text) } else { shortened(text) };
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Plain(text) => out.push_str(&escaped(text)),
            Piece::Quoted(text) if text.is_empty() => {}
            Piece::Quoted(text) => out.push_str(&format!("<code>{}</code>", escaped(&cut(text)))),
            Piece::Words(runs) => {
                out.push_str("<code>");
                for run in runs {
                    match run.mark {
                        Some(Mark::Removed) => {
                            out.push_str(&format!("<del>{}</del>", escaped(&cut(&run.text))));
                        }
                        Some(Mark::Added) => {
                            out.push_str(&format!("<ins>{}</ins>", escaped(&cut(&run.text))))
                        }
                        Some(Mark::Changed) | None => out.push_str(&escaped(&shortened(&run.text))),
                    }
                }
                out.push_str("</code>");
            }
        }
    }
    out.trim_end().to_owned()
}

/// Both ends of a long text.
fn shortened(text: &str) -> Cow<'_, str> {
    let Some((start, _)) = text.char_indices().nth(LONGEST / 2) else { return Cow::Borrowed(text) };
    let Some((end, _)) = text.char_indices().rev().nth(LONGEST / 2 - 1).filter(|(end, _)| *end > start)
    else {
        return Cow::Borrowed(text);
    };
    let (head, tail) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    Cow::Owned(format!("{head}…{tail}"))
}

/// A text that nothing reads as markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = "";
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (_, after) = rest.split_at(c.len_utf8());
        if is_markup(before, c, after) {
            out.push_str(&format!("&#{};", u32::from(c)));
        } else {
            out.push(c);
        }
        before = text.get(..text.len() - after.len()).unwrap_or_default();
        rest = after;
    }
    out
}

/// Whether GitHub or GitLab would read a sign as markup where it stands.
fn is_markup(before: &str, c: char, after: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric();
    match c {
        '<' | '>' | '&' | '`' | '*' | '[' | ']' | '\\' | '~' | '|' | '$' | '@' | '#' => true,
        '_' => !(before.ends_with(is_word) && after.starts_with(is_word)),
        // An address, or an emoji.
        ':' => {
            let name = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "_+-".contains(c));
            after.starts_with("//") || name.len() < after.len() && name.starts_with(':')
        }
        '.' if before.is_char_boundary(before.len().saturating_sub(3))
            && before.len() >= 3
            && before.split_at(before.len() - 3).1.eq_ignore_ascii_case("www") =>
        {
            true
        }
        // A merge request, a milestone, an inline difference.
        '!' | '%' => after.starts_with(|c: char| c.is_ascii_digit() || c == '"'),
        '{' => after.starts_with(['+', '-']),
        // A list, a heading.
        '-' | '+' | '=' => before.is_empty(),
        '.' | ')' => !before.is_empty() && before.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

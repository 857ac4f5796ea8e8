//! The markers of an unfinished merge: the lines of a conflict and their sides.
//!
//! One side is read on, so that the rest of the file has its findings; what the other side declares
//! nobody knows.

use std::ops::Range;

/// How many signs a marker has at least.
const SIGNS: usize = 7;

/// A conflict, or what is left of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The marker lines in order, without their breaks.
    pub markers: Vec<Range<usize>>,
    /// What is not read, markers included.
    pub unread: Vec<Range<usize>>,
    /// Whether all of its markers are there.
    pub whole: bool,
}

/// The conflicts of a file. One inside a side of another belongs to that.
pub fn conflicts(text: &str) -> Vec<Conflict> {
    let mut found = Vec::new();
    // Most files have none.
    if !["<<<<<<<", ">>>>>>>", "======="].iter().any(|sign| text.contains(sign)) {
        return found;
    }
    let mut open: Vec<Open> = Vec::new();
    let mut in_text = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let whole = at..at + line.len();
        at = whole.end;
        // An editor may have indented it.
        let margin = line.len() - line.trim_start_matches([' ', '\t']).len();
        let written = whole.start + margin..whole.start + line.trim_end().len().max(margin);
        let inner = open.last().map(|open| open.signs);
        // Between longer markers stands a conflict of the versions that were merged.
        let found_marker = marker(line.get(margin..).unwrap_or_default(), inner.is_some())
            .filter(|&(_, signs)| inner.is_none_or(|own| signs <= own));
        match (found_marker.map(|(sign, _)| sign), open.last_mut()) {
            (Some(b'<'), _) => {
                let signs = found_marker.map_or(SIGNS, |(_, signs)| signs);
                open.push(Open { lines: vec![(b'<', written, whole)], inner: Vec::new(), in_text, signs });
            }
            (Some(b'>'), Some(_)) => {
                let Some(mut last) = open.pop() else { continue };
                last.lines.push((b'>', written, whole));
                match open.last_mut() {
                    Some(outer) => outer.inner.extend(last.closed()),
                    None => found.extend(last.closed()),
                }
            }
            (Some(sign), Some(open)) => open.lines.push((sign, written, whole)),
            // The rest of one that somebody began to take out.
            (Some(sign), None)
                if !in_text && (matches!(sign, b'>' | b'|') || sign == b'=' && written.len() == SIGNS) =>
            {
                found.push(Conflict { markers: vec![written], unread: vec![whole], whole: false });
            }
            _ => in_text ^= line.matches("\"\"\"").count() % 2 == 1,
        }
    }
    for mut one in open {
        found.append(&mut one.inner);
        found.extend(one.left());
    }
    found.sort_by_key(|one| one.markers.first().map(|line| line.start));
    found
}

/// A conflict that is being read: its marker lines, without and with their breaks.
struct Open {
    lines: Vec<(u8, Range<usize>, Range<usize>)>,
    /// The conflicts in its sides.
    inner: Vec<Conflict>,
    /// Whether it begins inside a text over several lines.
    in_text: bool,
    /// How many signs its first marker has.
    signs: usize,
}

impl Open {
    /// The conflict whose last marker was read.
    fn closed(mut self) -> Option<Conflict> {
        let end = self.lines.last()?.2.end;
        // Some tools write what changed in place of a side: of that nothing can be read.
        let second = self.lines.get(1).filter(|(sign, ..)| matches!(sign, b'=' | b'|'));
        if !self.lines.iter().any(|(sign, ..)| matches!(sign, b'=' | b'+' | b'%')) {
            return self.left();
        }
        let first = self.lines.first()?.2.clone();
        let unread = match second {
            Some((.., line)) if self.inner.is_empty() => vec![first, line.start..end],
            // Which of its sides is whole nobody knows.
            _ => std::iter::once(first.start..end).collect(),
        };
        let mut markers: Vec<Range<usize>> = self.lines.into_iter().map(|(_, line, _)| line).collect();
        markers.extend(self.inner.iter_mut().flat_map(|inner| std::mem::take(&mut inner.markers)));
        markers.sort_by_key(|line| line.start);
        Some(Conflict { markers, unread, whole: true })
    }

    /// What is left of a conflict without its last marker. In a text over several lines such
    /// characters may be meant.
    fn left(self) -> Option<Conflict> {
        (!self.in_text).then(|| {
            let (markers, unread) = self.lines.into_iter().map(|(_, line, whole)| (line, whole)).unzip();
            Conflict { markers, unread, whole: false }
        })
    }
}

/// The sign of a marker line, and how many there are: seven or more, then a blank or the line's end.
fn marker(line: &str, within: bool) -> Option<(u8, usize)> {
    let sign = *line.as_bytes().first()?;
    let signs = line.bytes().take_while(|&byte| byte == sign).count();
    let after = line.as_bytes().get(signs);
    let is_sign =
        matches!(sign, b'<' | b'>' | b'|' | b'=' | b'%' | b'+') || within && matches!(sign, b'-' | b'\\');
    let is_marker =
        is_sign && signs >= SIGNS && after.is_none_or(|byte| matches!(byte, b' ' | b'\r' | b'\n'));
    is_marker.then_some((sign, signs))
}

/// The text with blanks where nothing is read, so that every place stays where it is.
pub fn read_on(text: &str, conflicts: &[Conflict]) -> String {
    let mut read = String::with_capacity(text.len());
    let mut done = 0;
    for range in conflicts.iter().flat_map(|conflict| &conflict.unread) {
        read.push_str(text.get(done..range.start).unwrap_or_default());
        let unread = text.get(range.clone()).unwrap_or_default();
        read.extend(unread.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        done = range.end;
    }
    read.push_str(text.get(done..).unwrap_or_default());
    read
}

/// Whether a line that is not read begins with a word.
pub fn skips_word(text: &str, conflicts: &[Conflict], word: &str) -> bool {
    let unread = conflicts.iter().flat_map(|conflict| &conflict.unread);
    unread.filter_map(|range| text.get(range.clone())).flat_map(str::lines).any(|line| {
        let rest = line.trim_start().strip_prefix(word);
        rest.is_some_and(|rest| rest.starts_with([' ', '\t', '"']))
    })
}

//! The markers of an unfinished merge: the lines of a conflict and their sides.
//!
//! One side is read, so that the rest of the file is checked. The declarations of the other side are unknown.

use std::ops::Range;

/// The least number of signs in a marker.
const LEAST_SIGNS: usize = 7;

/// A conflict, or the rest of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The marker lines in order, without their line breaks.
    pub markers: Vec<Range<usize>>,
    /// The text that is not read, including the markers.
    pub unread: Vec<Range<usize>>,
    /// Whether it has all of its markers.
    pub whole: bool,
}

/// The conflicts of a file. A conflict inside another one belongs to that one.
pub fn conflicts(text: &str) -> Vec<Conflict> {
    let mut found = Vec::new();
    // Most files have none.
    if !["<<<<<<<", ">>>>>>>", "======="]
        .iter()
        .any(|sign| memchr::memmem::find(text.as_bytes(), sign.as_bytes()).is_some())
    {
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
        // Inside a conflict, longer markers belong to a conflict between the merged versions.
        let found_marker = marker(line.get(margin..).unwrap_or_default(), inner.is_some())
            .filter(|&(_, signs)| inner.is_none_or(|own| signs <= own));
        match (found_marker.map(|(sign, _)| sign), open.last_mut()) {
            (Some(b'<'), _) => {
                let signs = found_marker.map_or(LEAST_SIGNS, |(_, signs)| signs);
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
            // The rest of a conflict that somebody has begun to resolve.
            (Some(sign), None)
                if !in_text
                    && (matches!(sign, b'>' | b'|') || sign == b'=' && written.len() == LEAST_SIGNS) =>
            {
                found.push(Conflict { markers: vec![written], unread: vec![whole], whole: false });
            }
            _ => in_text ^= line.matches("\"\"\"").count() % 2 == 1,
        }
    }
    for mut conflict in open {
        found.append(&mut conflict.inner);
        found.extend(conflict.incomplete());
    }
    found.sort_by_key(|conflict| conflict.markers.first().map(|line| line.start));
    found
}

/// A conflict that is being read: its marker lines, without and with their line breaks.
struct Open {
    lines: Vec<(u8, Range<usize>, Range<usize>)>,
    /// The conflicts in its sides.
    inner: Vec<Conflict>,
    /// Whether it begins inside a multi-line string.
    in_text: bool,
    /// How many signs its first marker has.
    signs: usize,
}

impl Open {
    /// The conflict whose last marker was read.
    fn closed(mut self) -> Option<Conflict> {
        let end = self.lines.last()?.2.end;
        // Some tools write the changes in place of a side, which cannot be read.
        let second = self.lines.get(1).filter(|(sign, ..)| matches!(sign, b'=' | b'|'));
        if !self.lines.iter().any(|(sign, ..)| matches!(sign, b'=' | b'+' | b'%')) {
            return self.incomplete();
        }
        let first = self.lines.first()?.2.clone();
        let unread = match second {
            Some((.., line)) if self.inner.is_empty() => vec![first, line.start..end],
            // It is unclear which of its sides is complete.
            _ => std::iter::once(first.start..end).collect(),
        };
        let mut markers: Vec<Range<usize>> = self.lines.into_iter().map(|(_, line, _)| line).collect();
        markers.extend(self.inner.iter_mut().flat_map(|inner| std::mem::take(&mut inner.markers)));
        markers.sort_by_key(|line| line.start);
        Some(Conflict { markers, unread, whole: true })
    }

    /// A conflict without its last marker. `None` inside a multi-line string, where such characters may be
    /// intended.
    fn incomplete(self) -> Option<Conflict> {
        (!self.in_text).then(|| {
            let (markers, unread) = self.lines.into_iter().map(|(_, line, whole)| (line, whole)).unzip();
            Conflict { markers, unread, whole: false }
        })
    }
}

/// The sign of a marker line and its number: seven or more, followed by a blank or the line's end.
fn marker(line: &str, in_conflict: bool) -> Option<(u8, usize)> {
    let sign = *line.as_bytes().first()?;
    let signs = line.bytes().take_while(|&byte| byte == sign).count();
    let after = line.as_bytes().get(signs);
    let is_sign = matches!(sign, b'<' | b'>' | b'|' | b'=' | b'%' | b'+')
        || in_conflict && matches!(sign, b'-' | b'\\');
    let is_marker =
        is_sign && signs >= LEAST_SIGNS && after.is_none_or(|byte| matches!(byte, b' ' | b'\r' | b'\n'));
    is_marker.then_some((sign, signs))
}

/// The text with blanks in place of what is not read, so that no place changes.
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

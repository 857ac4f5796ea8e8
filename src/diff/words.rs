//! Which words of a text have changed.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// How many words are compared: beyond that a text is shown as a whole.
const MOST: usize = 4_000;

/// A run of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run<'a> {
    /// In both texts.
    Same(&'a str),
    /// Only in the text before.
    Removed(&'a str),
    /// Only in the text now.
    Added(&'a str),
}

/// The runs that make both texts.
pub fn runs<'a>(before: &'a str, after: &'a str) -> Vec<Run<'a>> {
    let (old, new) = (words(before), words(after));
    if old.len() > MOST || new.len() > MOST {
        return vec![Run::Removed(before), Run::Added(after)];
    }
    let part = |text: &'a str, words: &[&str], range: std::ops::Range<usize>| {
        let length =
            |words: Option<&[&str]>| words.unwrap_or_default().iter().map(|word| word.len()).sum::<usize>();
        let start = length(words.get(..range.start));
        text.get(start..start + length(words.get(range))).unwrap_or_default()
    };
    let mut changes: Vec<Span> = Vec::new();
    for change in capture_diff_slices(Algorithm::Patience, &old, &new) {
        let (gone, added) = (change.old_range(), change.new_range());
        let is_same = matches!(change, DiffOp::Equal { .. });
        changes.push((is_same, gone, added));
    }
    let mut runs = Vec::new();
    for (is_same, gone, added) in join_across_blanks(changes, &new) {
        if is_same {
            runs.push(Run::Same(part(after, &new, added)));
        } else {
            runs.extend([Run::Removed(part(before, &old, gone)), Run::Added(part(after, &new, added))]);
        }
    }
    runs.retain(|run| !matches!(run, Run::Removed("") | Run::Added("")));
    runs
}

/// Whether the words are in both texts, and where they are in each.
type Span = (bool, std::ops::Range<usize>, std::ops::Range<usize>);

/// Two changes with only blanks between them read better as one.
fn join_across_blanks(changes: Vec<Span>, new: &[&str]) -> Vec<Span> {
    let is_blank = |range: &std::ops::Range<usize>| {
        new.get(range.clone()).unwrap_or_default().iter().all(|word| word.trim().is_empty())
    };
    let last = changes.len().saturating_sub(1);
    let mut joined: Vec<Span> = Vec::new();
    for (index, (is_same, gone, added)) in changes.into_iter().enumerate() {
        let is_same = is_same && (index == 0 || index == last || !is_blank(&added));
        match joined.last_mut() {
            Some((false, old, new)) if !is_same => {
                old.end = gone.end;
                new.end = added.end;
            }
            _ => joined.push((is_same, gone, added)),
        }
    }
    joined
}

/// A text in words, blanks and single signs. A script without blanks is taken sign by sign.
fn words(text: &str) -> Vec<&str> {
    let is_letter = |c: char| c.is_alphanumeric() && !is_without_blanks(c) || c == '\'';
    // Names, days and addresses are one word: `front-desk`, `2027-01-31`, `cdn.example.com/a.wav`.
    let joins = |c: char| matches!(c, '-' | '_' | '.' | ':' | '/');
    let word_end = |text: &str| {
        let mut end = 0;
        for (at, c) in text.char_indices() {
            if is_letter(c) {
                end = at + c.len_utf8();
            } else if !joins(c) || end != at {
                break;
            }
        }
        end
    };
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            c if is_letter(c) => word_end(rest),
            c if c.is_whitespace() => rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (word, after) = rest.split_at(length);
        words.push(word);
        rest = after;
    }
    words
}

/// Whether a script writes words without blanks between them: Han, Kana, Thai, Lao, Khmer.
fn is_without_blanks(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

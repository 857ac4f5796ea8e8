//! Statements that are written on several lines: if a line does not parse but parses when joined with others,
//! only the break between them is reported.

use std::ops::Range;

use super::KnownKinds;
use super::continued::{lines_below, open_end};
use super::line::{reads_as_declared, reads_whole};
use super::near_miss;
use super::text_lines::{code, indentation, line_at};
use super::tokens::{Kind, tokens};
use super::words::LineContext;

/// The largest number of lines to join.
const MOST_LINES: usize = 8;
/// The largest length of joined lines in bytes.
const LONGEST: usize = 4096;

/// A line that does not parse.
#[derive(Debug, Clone, Copy)]
pub struct UnreadLine {
    /// Where the broken part begins.
    pub at: usize,
    /// The context in which it was read.
    pub place: LineContext,
}

/// A statement that is written on several lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedStatement {
    /// From its first to its last character.
    pub whole: Range<usize>,
    /// Its part on the second line.
    pub second: Range<usize>,
    /// The ranges that are read as blanks, with the text to write in their place.
    pub breaks: Vec<(Range<usize>, &'static str)>,
    /// Whether there are comments between its lines.
    pub has_comments: bool,
    /// The lines that lack only their indentation, if that is all.
    pub shallow: Vec<Range<usize>>,
    /// Where a `,`, an `and` or an `or` is missing at the end of each line but the last, if that is all.
    pub links: Vec<MissingLink>,
}

/// A line of a statement that lacks at its end with what it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingLink {
    /// `,`, `and` or `or`.
    pub link: &'static str,
    /// The end of the line's code.
    pub end: usize,
    /// The link at the beginning of the next line with the blanks behind it, or an empty range.
    pub moved: Range<usize>,
}

/// The statements that parse after their lines are joined.
pub fn joined(text: &str, unread: &[UnreadLine], kinds: KnownKinds<'_>) -> Vec<JoinedStatement> {
    let mut found: Vec<JoinedStatement> = Vec::new();
    let mut done = 0;
    let mut line_end = None;
    for (index, broken) in unread.iter().enumerate() {
        // Only the first broken part of a line counts.
        if broken.at < done || line_end.is_some_and(|end| broken.at <= end) {
            continue;
        }
        let line = line_at(text, broken.at);
        line_end = Some(line.end);
        let begins_block = text.get(broken.at..).is_some_and(|rest| rest.starts_with('{'));
        if begins_block || line.len() > LONGEST {
            continue;
        }
        let joined = unread.get(index..).and_then(|unread| join(text, done, unread, line, kinds));
        let Some(joined) = joined else { continue };
        done = joined.whole.end;
        found.push(joined);
    }
    found
}

/// Joins a line that does not parse with those around it.
fn join(
    text: &str,
    done: usize,
    unread: &[UnreadLine],
    line: Range<usize>,
    kinds: KnownKinds<'_>,
) -> Option<JoinedStatement> {
    let &UnreadLine { at, place } = unread.first()?;
    let here = code(text, at..line.end);
    // Text before it on the same line is a statement of its own.
    let begins_line = text.get(line.start..at).is_some_and(|before| before.trim().is_empty());
    let above = line_above(text, line.start).filter(|above| begins_line && above.start >= done);
    let below = |first: Range<usize>, from: Range<usize>, more: usize| {
        let mut pieces = vec![first];
        if from != *pieces.first()? {
            pieces.push(from.clone());
        }
        let mut end = from.end;
        for _ in 0..more {
            let next = next_line(text, end)?;
            end = next.end;
            pieces.push(next);
        }
        Some(pieces)
    };
    // Lines that end in a sign with which they go on.
    let continued = lines_below(text, &here, true).len();
    let open = (continued > 0).then_some((None, continued));
    let candidates = [(None, 1), (above.clone(), 0), (None, 2), (above.clone(), 1), (None, 3), (above, 2)];
    let mut joined = open.into_iter().chain(candidates).find_map(|(above, more)| {
        let pieces = below(above.unwrap_or_else(|| here.clone()), here.clone(), more)?;
        as_one(text, &pieces, place, kinds).map(|joined| (pieces, joined))
    });
    // Join further lines that do not parse alone either.
    while let Some((pieces, _)) = &joined {
        let next = pieces.last().and_then(|last| next_line(text, last.end));
        let Some(next) = next.filter(|_| pieces.len() < MOST_LINES) else { break };
        let is_unread =
            unread.iter().take_while(|broken| broken.at <= next.end).any(|broken| broken.at == next.start);
        if !is_unread {
            break;
        }
        let mut longer = pieces.clone();
        longer.push(next);
        let Some(statement) = as_one(text, &longer, place, kinds) else { break };
        joined = Some((longer, statement));
    }
    joined.map(|(_, joined)| joined)
}

/// Joins pieces of lines to one statement, if it parses.
fn as_one(
    text: &str,
    pieces: &[Range<usize>],
    place: LineContext,
    kinds: KnownKinds<'_>,
) -> Option<JoinedStatement> {
    let (first, second, last) = (pieces.first()?, pieces.get(1)?, pieces.last()?);
    let whole = first.start..last.end;
    let is_empty = |piece: &Range<usize>| piece.is_empty();
    // A `{` below its header has its own finding, a `}` is not part of a statement, and the content of a block
    // is not part of a line.
    let is_brace = text.get(second.clone()).is_some_and(|text| text.starts_with(['{', '}']));
    let opens = pieces
        .iter()
        .rev()
        .skip(1)
        .any(|piece| text.get(piece.clone()).is_some_and(|text| text.ends_with('{')));
    if whole.len() > LONGEST || is_brace || opens || pieces.iter().any(is_empty) {
        return None;
    }
    let mut breaks = Vec::new();
    for pair in pieces.windows(2) {
        let (above, below) = (pair.first()?, pair.get(1)?);
        breaks.push(between(text, above, below, place)?);
    }
    let mut line = String::with_capacity(whole.len());
    let mut done = whole.start;
    for (range, written) in &breaks {
        line.push_str(text.get(done..range.start)?);
        push_padded(&mut line, written, range.len());
        done = range.end;
    }
    line.push_str(text.get(done..whole.end)?);
    let second = second.clone();
    let has_comments =
        breaks.iter().any(|(range, _)| text.get(range.clone()).is_some_and(|between| between.contains("//")));
    let shallow = shallow(text, pieces);
    let links = missing_links(text, pieces);
    // A policy whose condition goes on has its block behind the last line.
    if line.ends_with('{') && links.iter().any(|one| one.link != ",") {
        line.push('}');
    }
    let reads = reads_whole(place, &line) || place == LineContext::File && reads_as_declared(kinds, &line);
    reads.then_some(JoinedStatement { whole, second, breaks, has_comments, shallow, links })
}

/// Where the links are missing behind which the lines of a statement go on, unless something else is wrong with one.
fn missing_links(text: &str, pieces: &[Range<usize>]) -> Vec<MissingLink> {
    let missing = |pair: &[Range<usize>]| {
        let [above, below] = pair else { return None };
        let (first, second) = (text.get(above.clone())?, text.get(below.clone())?);
        let at_beginning = [",", "and", "or"].into_iter().find_map(|link| {
            let behind = second.strip_prefix(link)?;
            let is_whole = link == "," || behind.starts_with([' ', '\t', '(']);
            is_whole.then(|| (link, behind.trim_start()))
        });
        let is_missing = at_beginning.is_some() || lacks_comma(first, second);
        let (link, behind) = at_beginning.unwrap_or((",", second));
        let moved = below.start..below.end - behind.len();
        let is_indented = indentation(text, below.start) > indentation(text, pieces.first()?.start);
        (is_missing && is_indented).then_some(MissingLink { link, end: above.end, moved })
    };
    pieces.windows(2).map(missing).collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// Whether a line goes on with the `with` of the line above, which lacks its `,`.
fn lacks_comma(above: &str, below: &str) -> bool {
    let is_open = above.ends_with(',') || above.ends_with("with");
    let has_with = || tokens(above).iter().any(|token| token.is("with"));
    let tokens = tokens(below);
    let is_binding = matches!(tokens.as_slice(),
        [name, sign, ..] if name.kind == Kind::Word && (sign.is("=") || sign.is("->")));
    is_binding && !is_open && has_with()
}

/// The lines that would continue a statement if they were indented deeper, unless one does not follow a sign with
/// which the line above goes on.
fn shallow(text: &str, pieces: &[Range<usize>]) -> Vec<Range<usize>> {
    let get = |range: Range<usize>| text.get(range).unwrap_or_default();
    let follows = |pair: &[Range<usize>]| match pair {
        [above, below] => {
            let lines: Vec<&str> = get(above.end..below.start).split('\n').collect();
            let between = lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default();
            let has_blank_line = between.iter().any(|line| line.trim().is_empty());
            open_end(get(above.clone())).is_some() && !has_blank_line
        }
        _ => false,
    };
    let Some(first) = pieces.first().filter(|_| pieces.windows(2).all(follows)) else { return Vec::new() };
    let margin = indentation(text, first.start);
    let below = pieces.iter().skip(1).map(|piece| line_at(text, piece.start));
    below.filter(|line| indentation(text, line.start) <= margin).collect()
}

/// The text between two pieces that should be read as blanks, with its replacement, if the pieces may belong
/// together.
fn between(
    text: &str,
    above: &Range<usize>,
    below: &Range<usize>,
    place: LineContext,
) -> Option<(Range<usize>, &'static str)> {
    let (first, second) = (text.get(above.clone())?, text.get(below.clone())?);
    let deeper = || indentation(text, below.start) > indentation(text, above.start);
    // The signs with which other languages continue a line.
    let open = first.strip_suffix('\\').map(str::trim_end);
    let strings = open.or_else(|| first.strip_suffix(['+', '.', '&']).map(str::trim_end)).unwrap_or(first);
    if strings.ends_with('"') && strings.len() > 1 && second.starts_with('"') && !second.starts_with("\"\"") {
        return Some((above.start + strings.len() - 1..below.start + 1, ""));
    }
    if let Some(open) = open {
        return Some((above.start + open.len()..below.start, " "));
    }
    // A tag on two lines.
    if first.ends_with('@') && second.starts_with(|letter: char| letter.is_alphabetic() || letter == '_') {
        return Some((above.end - 1..below.start, "@"));
    }
    // An arrow on two lines.
    if first.ends_with('-') && second.starts_with('>') {
        return Some((above.end - 1..below.start + 1, "->"));
    }
    if lacks_comma(first, second) && deeper() {
        return Some((above.end..below.start, ","));
    }
    // A comma before an arrow is part of the same mistake.
    if let Some(before) = first.strip_suffix(',').filter(|_| second.starts_with("->")) {
        return Some((above.start + before.trim_end().len()..below.start, " "));
    }
    let word = second.split([' ', '\t', '"']).next().unwrap_or_default();
    let begins_statement = !word.is_empty() && near_miss::meant(word, place) == Some(word);
    let is_open = tokens(first).last().is_some_and(|last| last.kind == Kind::OpenString);
    if is_open && begins_statement {
        // The second line is a statement of its own, not part of the text.
        return None;
    }
    // Lines that parse separately are joined only if the first one visibly continues.
    let continues = first.ends_with([',', '|', '=', '&', '(', ':', '/']) || first.ends_with("->");
    // A branch whose arrow is on the next line.
    let lacks_arrow = first.starts_with("on ") && !first.contains("->") && second.starts_with("->");
    let continues = continues || lacks_arrow;
    let is_apart = !continues && (begins_statement || reads_whole(place, second)) && !deeper();
    (!is_apart).then_some((above.end..below.start, " "))
}

/// How many blank lines and comments may be within a statement.
const MOST_BETWEEN: usize = 4;

/// The code on the next line below that has any.
fn next_line(text: &str, end: usize) -> Option<Range<usize>> {
    let mut line = line_at(text, end);
    for _ in 0..=MOST_BETWEEN {
        line = line_at(text, Some(line.end + 1).filter(|&start| start < text.len())?);
        let piece = code(text, line.clone());
        if !piece.is_empty() {
            return Some(piece);
        }
    }
    None
}

/// The code on the next line above that has any.
fn line_above(text: &str, start: usize) -> Option<Range<usize>> {
    let mut line = start..start;
    for _ in 0..=MOST_BETWEEN {
        line = line_at(text, line.start.checked_sub(1)?);
        let piece = code(text, line.clone());
        if !piece.is_empty() {
            return Some(piece);
        }
    }
    None
}

/// Adds a piece of text, padded with blanks to a length: before an `@`, since the tag's name must follow it
/// directly, or else after the piece.
fn push_padded(text: &mut String, piece: &str, length: usize) {
    let blanks = std::iter::repeat_n(' ', length.saturating_sub(piece.len()));
    if piece == "@" {
        text.extend(blanks);
        text.push_str(piece);
    } else {
        text.push_str(piece);
        text.extend(blanks);
    }
}

/// The text with blanks in place of the line breaks in statements, so that no place changes.
pub fn read_as_one(text: &str, joined: &[JoinedStatement]) -> String {
    let mut read = String::with_capacity(text.len());
    let mut done = 0;
    for (range, written) in joined.iter().flat_map(|statement| &statement.breaks) {
        read.push_str(text.get(done..range.start).unwrap_or_default());
        push_padded(&mut read, written, range.len());
        done = range.end;
    }
    read.push_str(text.get(done..).unwrap_or_default());
    read
}

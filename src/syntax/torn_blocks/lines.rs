//! Finds torn blocks and the lines that belong to them.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{TornBlock, write};
use crate::flow::is_key;
use crate::syntax::broken_lines::UnreadLine;
use crate::syntax::grammar::Rule;
use crate::syntax::line::{reads, reads_whole};
use crate::syntax::text_lines::{code, indentation, line_at};
use crate::syntax::tokens::{Token, tokens};
use crate::syntax::words::LineContext;

/// Words and signs that open a block in other languages, or look like `{`.
const OPENERS: [&str; 14] =
    ["(", "[", "<", ":", "｛", "（", "［", "【", "do", "begin", "then", "is", "=>", "="];
/// Signs that end a statement in other languages, in place of `{`.
const SEPARATORS: [&str; 2] = [",", ";"];
/// Words and signs that close a block in other languages.
const CLOSERS: [&str; 12] = ["}", ")", "]", ">", "｝", "）", "］", "】", "end", "done", "END", "End"];
/// How many lines a `"""` string in a header may have.
const MOST_LINES: usize = 200;

/// The lines of a text that do not parse.
struct BrokenText<'a> {
    text: &'a str,
    /// The context of each broken line, by the start of the line.
    contexts: FxHashMap<usize, LineContext>,
}

/// The torn blocks in order.
pub fn torn(text: &str, unread: &[UnreadLine]) -> Vec<TornBlock> {
    let mut lines = BrokenText { text, contexts: FxHashMap::default() };
    let mut starts = Vec::new();
    for broken in unread {
        let start = line_at(text, broken.at).start;
        if lines.contexts.insert(start, broken.place).is_none() {
            starts.push(start);
        }
    }
    let mut found: Vec<TornBlock> = Vec::new();
    let mut done = 0;
    for start in starts {
        let line = code(text, line_at(text, start));
        if start < done || line.is_empty() {
            continue;
        }
        let torn = match lines.contexts.get(&start) {
            Some(LineContext::File) => {
                lines.on_one_line(&line).or_else(|| lines.on_several_lines(&line, done))
            }
            Some(&place) => lines.with_wrong_closer(&line, place),
            None => None,
        };
        if let Some(torn) = torn {
            done = torn.body.end.max(torn.close.end);
            found.push(torn);
        }
    }
    found
}

impl BrokenText<'_> {
    fn get(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    /// `play hello ( say "Hi" )`: a block on one line.
    fn on_one_line(&self, line: &Range<usize>) -> Option<TornBlock> {
        let found = self.get(line.clone());
        let tokens = tokens(found);
        let close = tokens.last().filter(|last| CLOSERS.contains(&last.text))?;
        let is_open = |token: &&Token<'_>| token.is("{") || OPENERS.contains(&token.text);
        let open = tokens.iter().find(is_open)?;
        if open.range.end > close.range.start || open.is("{") && close.is("}") {
            return None;
        }
        let mut braced = found.as_bytes().to_vec();
        write(&mut braced, open.range.clone(), b'{');
        write(&mut braced, close.range.clone(), b'}');
        let braced = String::from_utf8(braced).ok()?;
        if !reads_whole(LineContext::File, &braced) {
            return None;
        }
        let at = |range: &Range<usize>| line.start + range.start..line.start + range.end;
        Some(TornBlock {
            header: Some(line.start..line.start + found.get(..open.range.start)?.trim_end().len()),
            open: at(&open.range),
            body: line.start + open.range.end..line.start + close.range.start,
            close: at(&close.range),
            place: LineContext::Block,
        })
    }

    /// A block on several lines, of which this is the first that does not parse.
    fn on_several_lines(&self, line: &Range<usize>, done: usize) -> Option<TornBlock> {
        let statement = self.statement(line);
        let above = || self.line_above(line.start).filter(|above| above.start >= done);
        let below = || self.line_below(statement.end);
        if let Some((header, open)) = self.header(&statement) {
            let body = self.body(&header, below()?)?;
            let is_block = !open.is_empty() || !body.close.is_empty() || self.is_deeper(&body.lines, &header);
            return is_block.then(|| body.of(Some(header), open));
        }
        if OPENERS.contains(&self.get(line.clone())) {
            let (header, _) = self.bare_header(above()?)?;
            let body = self.body(&header, below()?)?;
            return Some(body.of(Some(header), line.clone()));
        }
        self.place_of(line)?;
        if let Some((header, open)) = above().and_then(|above| self.bare_header(above)) {
            let body = self.body(&header, line.clone())?;
            let is_block = !body.close.is_empty() || self.is_deeper(&body.lines, &header);
            if is_block && self.may_contain(&header, &body) {
                return Some(body.of(Some(header), open));
            }
        }
        let body = self.body(&(line.start..line.start), line.clone())?;
        // A chain that continues below is not a block.
        let is_chain = self.get(line.clone()).starts_with("->");
        let is_block = !body.close.is_empty() || body.count > 1 && !is_chain;
        is_block.then(|| body.of(None, line.start..line.start))
    }

    /// `)` in place of `}` at the end of a block.
    fn with_wrong_closer(&self, line: &Range<usize>, place: LineContext) -> Option<TornBlock> {
        let found = self.get(line.clone());
        let tokens = tokens(found);
        let last = tokens.last().filter(|last| CLOSERS.contains(&last.text) && !last.is("}"))?;
        let before = found.get(..last.range.start)?.trim_end();
        let is_closed_below = self.line_below(line.end).is_some_and(|below| self.get(below).starts_with('}'));
        if is_closed_below || !(before.is_empty() || reads_whole(place, before)) {
            return None;
        }
        let close = line.start + last.range.start..line.start + last.range.end;
        Some(TornBlock {
            header: None,
            open: line.start..line.start,
            body: line.start..line.start,
            close,
            place,
        })
    }

    /// The intended header of a block, and the text in place of its `{`.
    fn header(&self, statement: &Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
        let found = self.get(statement.clone());
        let tokens = tokens(found);
        let last = tokens.last()?;
        let end = match OPENERS.contains(&last.text) || SEPARATORS.contains(&last.text) {
            true => found.get(..last.range.start)?.trim_end().len(),
            false => last.range.end,
        };
        if !opens_block(found.get(..end)?) {
            return None;
        }
        let header = statement.start..statement.start + end;
        let open = if end == last.range.end {
            header.end..header.end
        } else {
            statement.start + last.range.start..statement.start + last.range.end
        };
        Some((header, open))
    }

    /// A line that only lacks its `{`, and the text in place of that.
    fn bare_header(&self, line: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
        // A statement that continues below is not a header of the block.
        let statement = Some(self.statement(&line)).filter(|statement| statement.end == line.end)?;
        let all = self.get(statement.clone());
        let is_blank = |character: char| matches!(character, ' ' | '\t');
        let found = all.trim_end_matches(|character| matches!(character, ';' | ',') || is_blank(character));
        let before =
            tokens(found).into_iter().rev().find(|token| token.is(";")).map_or(0, |token| token.range.end);
        let header = found.get(before..)?;
        let end = statement.start + found.len();
        let header = header.trim_start();
        let sign = all.get(found.len()..)?.trim_start_matches(is_blank).len();
        let open = if sign == 0 { end..end } else { statement.end - sign..statement.end };
        opens_block(header).then_some((end - header.len()..end, open))
    }

    /// The lines of a block from its first on, and the text that closes it.
    fn body(&self, header: &Range<usize>, first: Range<usize>) -> Option<Body> {
        let margin = indentation(self.text, header.start);
        let mut body =
            Body { lines: first.start..first.start, count: 0, close: 0..0, place: LineContext::Block };
        let mut last_read = None;
        let mut next = Some(first);
        while let Some(line) = next {
            let found = self.get(line.clone());
            let closer = found.trim_end_matches([';', ',', ' ']);
            let is_unread = self.is_unread(&line);
            if is_unread && CLOSERS.contains(&closer) {
                body.close = line.start..line.start + closer.len();
                break;
            }
            let place = if is_unread { self.place_of(&line) } else { None };
            let is_deeper = indentation(self.text, line.start) > margin;
            match place {
                Some(place) if body.count == 0 => (body.place, body.count) = (place, 1),
                Some(place) if place == body.place => body.count += 1,
                // A line that is broken in itself.
                None if is_unread && is_deeper => {}
                _ => break,
            }
            if place.is_some() {
                last_read = Some((line.end, body.count));
            }
            body.lines.end = line.end;
            next = self.line_below(line.end);
        }
        if body.close.is_empty() {
            // Broken lines at the end may not belong to the block.
            let (end, count) = last_read?;
            (body.lines.end, body.count) = (end, count);
            body.close = end..end;
        }
        (body.count > 0 || header.end > header.start && body.lines.end > body.lines.start).then_some(body)
    }

    /// The context in which a line parses.
    fn place_of(&self, line: &Range<usize>) -> Option<LineContext> {
        let found = self.get(line.clone());
        let first = found.split(';').next().unwrap_or_default().trim_end();
        [LineContext::Block, LineContext::Policy].into_iter().find(|&place| reads_whole(place, first))
    }

    fn is_unread(&self, line: &Range<usize>) -> bool {
        self.contexts.get(&line_at(self.text, line.start).start) == Some(&LineContext::File)
    }

    fn is_deeper(&self, lines: &Range<usize>, header: &Range<usize>) -> bool {
        indentation(self.text, lines.start) > indentation(self.text, header.start)
    }

    /// The statement on a line, extended over the lines of a `"""` string that begins or ends there.
    fn statement(&self, line: &Range<usize>) -> Range<usize> {
        let quotes = |line: &Range<usize>| self.get(line.clone()).matches("\"\"\"").count();
        if quotes(line).is_multiple_of(2) {
            return line.clone();
        }
        let ends_here = self.get(line.clone()).starts_with("\"\"\"");
        let mut other = line_at(self.text, line.start);
        for _ in 0..MOST_LINES {
            let next = match ends_here {
                true => other.start.checked_sub(1).map(|end| line_at(self.text, end)),
                false => Some(line_at(self.text, line_at(self.text, other.end).end + 1)),
            };
            let Some(next) = next.filter(|next| next.end <= self.text.len()) else { break };
            other = next;
            if !quotes(&other).is_multiple_of(2) {
                let other = code(self.text, other);
                return line.start.min(other.start)..line.end.max(other.end);
            }
        }
        line.clone()
    }

    /// The code on the next line below that has any.
    fn line_below(&self, end: usize) -> Option<Range<usize>> {
        let mut line = line_at(self.text, end);
        loop {
            line = line_at(self.text, Some(line.end + 1).filter(|&start| start < self.text.len())?);
            let piece = code(self.text, line.clone());
            if !piece.is_empty() && !self.get(piece.clone()).starts_with("///") {
                return Some(piece);
            }
        }
    }

    /// The code on the next line above that has any.
    fn line_above(&self, start: usize) -> Option<Range<usize>> {
        let mut line = line_at(self.text, start);
        loop {
            line = line_at(self.text, line.start.checked_sub(1)?);
            let piece = code(self.text, line.clone());
            if !piece.is_empty() && !self.get(piece.clone()).starts_with("///") {
                return Some(piece);
            }
        }
    }

    /// Whether a header may have a block with such lines.
    fn may_contain(&self, header: &Range<usize>, body: &Body) -> bool {
        let kind = self.get(header.clone()).split([' ', '\t']).next().unwrap_or_default();
        let mut first = self.get(body.lines.clone()).split([' ', '\t', '\n']);
        let (word, condition) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
        match body.place {
            LineContext::Policy => kind == "policy",
            _ if kind == "policy" => false,
            _ if kind == "disconnect" => !matches!(word, "on" | "->"),
            _ => kind == "collect" || kind == "node" || word != "on" || !is_key(condition),
        }
    }
}

/// The lines of a block, and the text that closes it.
struct Body {
    lines: Range<usize>,
    /// How many of them parse.
    count: usize,
    close: Range<usize>,
    place: LineContext,
}

impl Body {
    fn of(self, header: Option<Range<usize>>, open: Range<usize>) -> TornBlock {
        TornBlock { header, open, body: self.lines, close: self.close, place: self.place }
    }
}

/// Whether a line parses as the header of a node or a policy with `{` at its end.
fn opens_block(line: &str) -> bool {
    reads(Rule::declaration_line, &format!("{line} {{"))
}

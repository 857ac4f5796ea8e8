//! Blocks of other languages outside any node, such as `if … { … } else { … }` and what YAML indents: one finding, at
//! their first line.

use std::ops::Range;

use super::Lower;
use crate::syntax::foreign_words::{Meaning, Place, meaning};
use crate::syntax::text_lines::{indentation, line_at};
use crate::syntax::tokens::{Kind, Token, tokens};

/// How many lines of a block are looked through for its end.
const LONGEST: usize = 1000;

/// A block of another language that is being read.
#[derive(Debug, Clone, Copy)]
pub(super) struct ForeignBlock {
    /// How far its first line is indented.
    margin: usize,
    /// The end of what is read of it.
    end: usize,
}

/// Whether a line branches as other languages do: `if balance > 100 {`, `switch (lang) {`.
pub(super) fn is_control(tokens: &[Token<'_>]) -> bool {
    match tokens {
        [first, second, ..] => {
            first.kind == Kind::Word
                && !second.is("->")
                && meaning(first.text, Place::Declaration) == Some(Meaning::Control)
        }
        _ => false,
    }
}

impl Lower<'_> {
    /// Notes that a broken line begins or continues a block of another language. Returns whether it continues one,
    /// whose first line is reported.
    pub(super) fn is_in_foreign_block(&mut self, header: Range<usize>, whole: Range<usize>) -> bool {
        let goes_on = self.foreign.is_some_and(|block| self.continues(block, header.start));
        let margin = indentation(self.source.text(), header.start);
        if goes_on {
            self.foreign = self.foreign.map(|block| ForeignBlock { end: whole.end, ..block });
        } else if self.begins_foreign(header) {
            self.foreign = Some(ForeignBlock { margin, end: whole.end });
        } else {
            self.foreign = None;
        }
        goes_on
    }

    fn continues(&self, block: ForeignBlock, start: usize) -> bool {
        let text = self.source.text();
        let Some(between) = text.get(block.end..start) else { return false };
        if !between.contains('\n') {
            return between.trim().is_empty();
        }
        let line = line_at(text, start);
        let is_deeper = |line: &str| depth(line) > block.margin;
        // The first of them is the rest of a line, and the last one the indentation of this line.
        let whole = between.lines().skip(1);
        let are_deeper = whole.clone().all(|line| line.trim().is_empty() || is_deeper(line));
        let written = text.get(line).unwrap_or_default();
        let word =
            written.trim_start().split(|sign: char| !sign.is_alphanumeric()).next().unwrap_or_default();
        let goes_on = matches!(word, "else" | "elif" | "elsif" | "elseif" | "case" | "default" | "otherwise");
        are_deeper && (is_deeper(written) || goes_on)
    }

    /// Whether a line begins a block: a control statement, or a line with `:` at its end above one of the form `WORD:`
    /// or `- …`.
    fn begins_foreign(&self, header: Range<usize>) -> bool {
        let line = self.source.slice(header.clone());
        let line = line.lines().next().unwrap_or_default();
        let all = tokens(line);
        if is_control(&all) {
            return true;
        }
        // A rule of a policy has a `:` behind its name.
        let is_policy = all.first().is_some_and(|first| first.is("policy"));
        if is_policy || !all.last().is_some_and(|last| last.is(":")) {
            return false;
        }
        let text = self.source.text();
        let below = text.get(line_at(text, header.start).end..).unwrap_or_default();
        let mut lines = below.lines().skip(1).filter(|line| !line.trim().is_empty());
        let margin = indentation(text, header.start);
        let Some(next) = lines.next().filter(|next| depth(next) > margin) else { return false };
        let next = tokens(next);
        let is_list = next.first().is_some_and(|first| first.is("-"));
        let is_named =
            matches!(next.as_slice(), [word, colon, ..] if word.kind == Kind::Word && colon.is(":"));
        // With a `}` below, only the `{` is another sign.
        let has_brace = || {
            let below = lines.take(LONGEST).find(|line| depth(line) <= margin);
            below.is_some_and(|line| line.trim_start().starts_with('}'))
        };
        (is_named || is_list) && !has_brace()
    }
}

/// How far a line is indented.
fn depth(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

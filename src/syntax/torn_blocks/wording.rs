//! Messages for torn blocks.

use std::ops::Range;

use super::TornBlock;
use crate::diagnostics::{Diagnostic, Edit, Fix, quote};
use crate::source::{FileId, Span};
use crate::syntax::codes;
use crate::syntax::text_lines::{code, indentation, line_at};
use crate::syntax::tokens::tokens;
use crate::syntax::words::LineContext;

impl TornBlock {
    /// The finding about the block.
    pub fn finding(&self, file: FileId, text: &str) -> Diagnostic {
        let span = |range: &Range<usize>| Span::new(file, range.start, range.end);
        let get = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
        let is_policy = self.place == LineContext::Policy;
        let (opens, closes) = (get(&self.open), get(&self.close));
        let Some(header) = &self.header else {
            if self.body.is_empty() {
                let close = span(&self.close);
                return Diagnostic::new(&codes::SYNTAX, close, "a block ends with `}`")
                    .here("this does not close the block")
                    .help("write `}`")
                    .fix(Fix::write(close, "}"));
            }
            let line = line_at(text, self.body.start);
            let first = code(text, self.body.start..line.end);
            let (message, help) = if is_policy {
                (
                    "these rules belong to no policy: its first line is missing",
                    "write the policy's first line above them, as in `policy NAME \"TITLE\" {`",
                )
            } else {
                (
                    "these lines belong to no node: its first line is missing",
                    "write the node's first line above them, as in `collect NAME \"TEXT\" {` or `play NAME {`",
                )
            };
            let finding = Diagnostic::new(&codes::SYNTAX, span(&first), message)
                .here("the block's first line should be above this one")
                .help(help);
            return match closes {
                "" => finding,
                _ => finding.label(span(&self.close), "the block ends here"),
            };
        };
        let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let margin = " ".repeat(indentation(text, header.start));
        let beside = !get(&(header.end..self.body.end)).contains('\n');
        let gap = header.end..if self.open.is_empty() { header.end } else { self.open.end };
        let mut edits = vec![Edit { span: span(&gap), text: " {".to_owned() }];
        match closes {
            "}" => {}
            "" => edits.push(Edit { span: span(&self.close), text: format!("{line_break}{margin}}}") }),
            _ => edits.push(Edit { span: span(&self.close), text: "}".to_owned() }),
        }
        let (place, here) = match opens {
            "" => (header.end..header.end, "expected `{` after this"),
            "{" => (self.close.clone(), "this does not close the block"),
            _ => (self.open.clone(), "this does not open a block"),
        };
        if opens == "{" {
            edits.remove(0);
        }
        let name =
            tokens(get(header)).get(1).map(|name| quote(name.text.trim_matches('`'))).unwrap_or_default();
        let message = match opens {
            "" => format!("the block of {name} has no `{{`"),
            _ => "a block is written between `{` and `}`".to_owned(),
        };
        let help = match (opens, closes) {
            ("{", _) => "write `}`",
            ("", "") => "write `{` at the end of this line, and `}` on a line below the block's last one",
            ("", "}") => "write `{` at the end of this line",
            ("", _) => "write `{` at the end of this line and `}` at the block's end",
            (_, "}") => "write `{`",
            (_, "") => "write `{`, and `}` on a line below the block's last one",
            _ => "write `{` here and `}` at the block's end",
        };
        let title = "Write the block between braces".to_owned();
        // A fix must not remove a comment.
        let fix = (!get(&gap).contains("//")).then_some(Fix { title, edits, when: Default::default() });
        let finding = Diagnostic::new(&codes::SYNTAX, span(&place), message).here(here).help(help).fix(fix);
        match closes {
            "" => finding,
            _ if opens == "{" => finding,
            "}" if beside => finding,
            "}" => finding.label(span(&self.close), "the block ends here"),
            _ => finding.label(span(&self.close), "this does not close it"),
        }
    }
}

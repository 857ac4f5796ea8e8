//! Where something is written.

use std::fmt;

use serde::Serialize;

use crate::Compiled;
use crate::source::Span;

/// A file and a line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file's name, as the command line names it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl Place {
    /// Where a span begins.
    pub fn of(compiled: &Compiled, span: Span) -> Self {
        let sources = &compiled.sources;
        Self { file: sources.get(span.file).name().to_owned(), line: sources.position(span).line }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

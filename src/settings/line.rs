//! The parts of a line of a settings file: strings and comment.

/// Whether a place in a line is inside a string.
pub fn is_quoted(line: &str, at: usize) -> bool {
    line.get(..at).is_some_and(|before| before.matches('"').count() % 2 == 1)
}

/// A line without its comment.
pub fn without_comment(line: &str) -> &str {
    let end = line.char_indices().find(|(at, c)| *c == '#' && !is_quoted(line, *at));
    end.and_then(|(at, _)| line.get(..at)).unwrap_or(line)
}

//! The name of whoever submits, for the audit log.
#![expect(clippy::disallowed_methods, reason = "pipelines provide the user's name in variables")]

use crate::cli::git;
use crate::spelling::is_invisible;

/// The maximum length of the name, in characters.
const MAX_LENGTH: usize = 200;

/// The pipeline's user, else git's, else the machine's.
pub fn actor() -> String {
    let variable = |name: &str| std::env::var(name).ok();
    let pipeline = ["GITHUB_ACTOR", "GITLAB_USER_LOGIN"].into_iter().map(variable);
    let git = std::iter::once_with(|| git::config("user.email"));
    let machine = ["USER", "USERNAME", "LOGNAME"].into_iter().map(variable);
    first_named(pipeline.chain(git).chain(machine))
}

/// The first name that is not empty, cleaned for one line of a log.
fn first_named(names: impl Iterator<Item = Option<String>>) -> String {
    let clean = |text: String| -> String {
        text.trim().chars().filter(|&c| !is_invisible(c)).take(MAX_LENGTH).collect()
    };
    names.flatten().map(clean).find(|name| !name.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(names: &[Option<&str>]) -> String {
        first_named(names.iter().map(|name| name.map(str::to_owned)))
    }

    #[test]
    fn the_first_name_that_is_not_empty_wins() {
        assert_eq!(first(&[None, Some(" \n"), Some("ann@example.com"), Some("root")]), "ann@example.com");
        assert_eq!(first(&[None]), "unknown");
    }

    #[test]
    fn a_name_is_short_and_on_one_line() {
        assert_eq!(first(&[Some("a\u{1b}[31m\u{202e}nn\nb")]), "a[31mnnb");
        assert_eq!(first(&[Some(&"x".repeat(5000))]).len(), MAX_LENGTH);
    }
}

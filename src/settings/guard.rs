//! The words of `require`: what an environment requires before a flow is submitted to it.

use std::fmt;

use crate::diagnostics::quote;
use crate::diagnostics::suggest::nearest;
use crate::spelling::is_invisible;

/// A word of `require`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// `clean`: everything that is submitted is committed.
    Clean,
    /// `branch:NAME`: it is on that branch.
    Branch(String),
    /// `tests`: the flow's tests pass.
    Tests,
}

/// Why a word is not a guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoGuard {
    /// What is wrong with it.
    pub message: String,
    /// What to write.
    pub help: String,
    /// The word that was probably meant.
    pub near: Option<&'static str>,
}

impl Guard {
    /// Reads a word.
    ///
    /// # Errors
    ///
    /// What is wrong with the word, and the words that are possible.
    pub fn parse(word: &str) -> Result<Self, NoGuard> {
        match word {
            "clean" => return Ok(Self::Clean),
            "tests" => return Ok(Self::Tests),
            _ => {}
        }
        let Some(name) = word.strip_prefix("branch:") else {
            let message = format!("{} is not a guard", quote(word));
            return Err(match nearest(word, ["clean", "tests", "branch"]) {
                Some("branch") => {
                    NoGuard { message, help: "name the branch: write `branch:main`".to_owned(), near: None }
                }
                Some(near) => NoGuard { message, help: format!("did you mean `{near}`?"), near: Some(near) },
                None => {
                    let help = "write `clean`, `branch:NAME` or `tests`".to_owned();
                    NoGuard { message, help, near: None }
                }
            });
        };
        // Characters that git does not allow in a name (git-check-ref-format), such as patterns.
        let refused = |c: char| c.is_whitespace() || is_invisible(c) || "~^:?*[\\".contains(c);
        if name.is_empty() || name.starts_with(['-', '/']) || name.contains("..") || name.contains(refused) {
            return Err(NoGuard {
                message: format!("{} does not name a branch", quote(word)),
                help: "write the whole name of one branch, as in `branch:main`".to_owned(),
                near: None,
            });
        }
        Ok(Self::Branch(name.to_owned()))
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clean => f.write_str("clean"),
            Self::Branch(name) => write!(f, "branch:{name}"),
            Self::Tests => f.write_str("tests"),
        }
    }
}

//! A diagnostic's code: its name, its severity and the page that explains it.

use std::fmt;

/// How much a finding matters.
///
/// ```
/// assert_eq!(cxflowc::Severity::Error.word(), "error");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The flow does not build.
    Error,
    /// The flow builds, but probably not as intended.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The word that every output format uses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A small file that has a finding, or the same file without it.
#[derive(Debug, Clone, Copy)]
pub enum Example {
    /// A file's text.
    Text(&'static str),
    /// A file's bytes, if they are not text.
    Bytes(&'static [u8]),
}

impl Example {
    /// The content of the file.
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// What a finding is about, which is also the first digit of a code's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Area {
    /// CX0: the text cannot be read.
    Syntax,
    /// CX1: declarations, names and insertions.
    Declaration,
    /// CX2: where the call goes.
    Branching,
    /// CX3: policies, facts and waivers.
    Policy,
    /// CX4: what is allowed but hardly intended.
    Lint,
    /// CX5: the flow's tests.
    Test,
    /// CX6: other formats of flows: what they are imported from, and what a target cannot say.
    OtherFormat,
    /// CX7: `cxflow.toml`, and which files may be read.
    Settings,
    /// CX9: the platform and the connection to it.
    Platform,
}

/// The examples or causes on a code's page.
#[derive(Debug, Clone, Copy)]
pub enum Page {
    /// The finding is about a flow's text.
    Flows {
        /// A file that has it.
        wrong: Example,
        /// The same file, fixed.
        right: Example,
    },
    /// The finding is about settings, `cxflow.toml`.
    Settings {
        /// A file that has it.
        wrong: Example,
        /// The same file, fixed.
        right: Example,
    },
    /// The finding is about something that no text shows: files, the platform, the connection to it.
    Causes {
        /// The usual causes, the likeliest first.
        causes: &'static [Cause],
    },
}

/// A possible cause of a finding that no text shows.
#[derive(Debug, Clone, Copy)]
pub struct Cause {
    /// The symptom, without a full stop.
    pub sign: &'static str,
    /// What to do about it, in whole sentences.
    pub remedy: &'static str,
}

/// A kind of finding. A code never changes its meaning.
///
/// ```
/// let compiled = cxflowc::compile("a.cxflow", "flow \"A\"\nentry bye\ndisconnect by\n");
/// let code = compiled.diagnostics.iter().next().unwrap().code;
/// assert_eq!((code.id, code.name), ("CX103", "unknown-node"));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Code {
    /// `CX201`.
    pub id: &'static str,
    /// What it is about.
    pub area: Area,
    /// `dead-end`.
    pub name: &'static str,
    /// Its severity unless a finding sets another one.
    pub severity: Severity,
    /// What it means, in a sentence or two of Markdown.
    pub what: &'static str,
    /// Why it matters on a call or in a deployment.
    pub why: &'static str,
    /// Its examples or causes.
    pub page: Page,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Code {}

impl fmt::Display for Code {
    /// `CX201 dead-end`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id, self.name)
    }
}

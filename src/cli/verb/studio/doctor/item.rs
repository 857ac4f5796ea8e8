//! What was looked at, one item each, and how a person or a program reads it.

use serde_json::{Value, json};

use crate::cli::verb::policy::look::{DIM, GREEN, PLAIN, YELLOW, lines, widest};
use crate::diagnostics::render::shown;

/// Whether something is as it is assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is.
    Fits,
    /// The tenant does not say.
    Unknown,
    /// It is otherwise.
    Differs,
}

impl Verdict {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fits => "fits",
            Self::Unknown => "unknown",
            Self::Differs => "differs",
        }
    }

    fn color(self) -> &'static str {
        match self {
            Self::Fits => GREEN,
            Self::Unknown => DIM,
            Self::Differs => YELLOW,
        }
    }
}

/// What an item is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    SignIn,
    Host,
    ApiVersion,
    BusinessUnit,
    Request,
    Action,
    Script,
    Skill,
    Prompt,
}

impl Topic {
    /// Its word, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Host => "host",
            Self::ApiVersion => "api_version",
            Self::BusinessUnit => "business_unit",
            Self::Request => "request",
            Self::Action => "action",
            Self::Script => "script",
            Self::Skill => "skill",
            Self::Prompt => "prompt",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone)]
pub struct Item {
    pub topic: Topic,
    /// What it is called: `PLAY`, `skill Sales`.
    pub name: String,
    pub verdict: Verdict,
    /// What was found, in words.
    pub text: String,
    /// The same without anything that belongs to the tenant; `None` if nothing of it may be shown.
    pub public: Option<String>,
}

impl Item {
    /// An item that shows nothing of the tenant's own.
    pub fn open(topic: Topic, name: &str, verdict: Verdict, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { topic, name: name.to_owned(), verdict, public: Some(text.clone()), text }
    }

    /// An item about something of the tenant's own, with what may be said of it.
    pub fn private(
        topic: Topic,
        name: &str,
        verdict: Verdict,
        text: impl Into<String>,
        public: Option<String>,
    ) -> Self {
        Self { topic, name: name.to_owned(), verdict, text: text.into(), public }
    }

    /// The item for programs.
    pub fn json(&self) -> Value {
        json!({
            "topic": self.topic.word(),
            "name": self.name,
            "verdict": self.verdict.word(),
            "text": self.text,
        })
    }
}

/// How many items have a verdict.
pub fn count(items: &[Item], verdict: Verdict) -> usize {
    items.iter().filter(|item| item.verdict == verdict).count()
}

/// The maximum width of the names; the text of a longer one goes below it.
const MAX_NAME_WIDTH: usize = 30;
/// The width of the widest verdict.
const VERDICT_WIDTH: usize = 7;

/// A row for each item: the verdict, the name, and the text beside them.
pub fn table(items: &[Item], width: usize) -> String {
    let names = widest(items.iter().map(|item| item.name.as_str())).min(MAX_NAME_WIDTH);
    let column = 2 + VERDICT_WIDTH + 2 + names + 2;
    let mut out = String::new();
    for item in items {
        let name = shown(&item.name);
        let (word, color) = (item.verdict.word(), item.verdict.color());
        out.push_str(&format!("  {color}{word:<VERDICT_WIDTH$}{PLAIN}  {name}"));
        let mut texts = lines(&item.text, column, width).into_iter();
        if name.chars().count() <= names
            && let Some(first) = texts.next()
        {
            out.push_str(&" ".repeat(names - name.chars().count() + 2));
            out.push_str(first.trim_start());
        }
        out.push('\n');
        texts.for_each(|line| out.push_str(&format!("{line}\n")));
    }
    out
}

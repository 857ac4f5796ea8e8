//! The files that `cxflowc new` can write.

use clap::ValueEnum;

/// Declares the templates, each with a file in this folder and a line below.
macro_rules! templates {
    ($($(#[$default:meta])? $name:ident $file:literal $what:literal;)*) => {
        /// What a new flow is for.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
        pub enum Template {
            $($(#[$default])? #[doc = $what] $name,)*
        }

        impl Template {
            /// The text of the template's file.
            pub fn text(self) -> &'static str {
                match self {
                    $(Self::$name => include_str!($file),)*
                }
            }
        }
    };
}

templates! {
    #[default] Menu "menu.cxflow" "An agent, a callback or no more calls";
    Reminder "reminder.cxflow" "An appointment: confirm it, move it, speak with the front desk";
    Survey "survey.cxflow" "Questions, and a callback for unhappy customers";
    Collections "collections.cxflow" "Debt collection: verification first, then payment, dispute or callback";
    Studio "studio.cxflow" "A reminder as a script of CXone Studio";
}

/// Where flows are checked after each change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ci {
    /// A workflow for GitHub, `.github/workflows/cxflow.yml`
    Github,
    /// A pipeline for GitLab, `.gitlab-ci.yml`
    Gitlab,
}

impl Ci {
    /// The file's path relative to the repository's top.
    pub fn path(self) -> &'static str {
        match self {
            Self::Github => ".github/workflows/cxflow.yml",
            Self::Gitlab => ".gitlab-ci.yml",
        }
    }

    /// The file's text, with this compiler's version.
    pub fn text(self) -> String {
        let text = match self {
            Self::Github => include_str!("github.yml"),
            Self::Gitlab => include_str!("gitlab.yml"),
        };
        text.replace("{{version}}", env!("CARGO_PKG_VERSION"))
            .replace("{{rust}}", env!("CARGO_PKG_RUST_VERSION"))
    }
}

impl Template {
    /// The settings beside a flow.
    pub fn settings(self) -> String {
        let common = include_str!("cxflow.toml");
        match self {
            Self::Studio => format!("{common}{}", include_str!("studio.toml")),
            _ => common.to_owned(),
        }
    }

    /// The option with which a flow is written as what it is for.
    pub fn target(self) -> &'static str {
        match self {
            Self::Studio => " --target studio",
            _ => "",
        }
    }
}

/// The `.gitignore` for a flow of this name: ignores its payload and files written by CI.
pub fn ignored(stem: &str) -> String {
    let mut payload = String::new();
    for letter in stem.chars() {
        // Escapes the special characters of patterns.
        if matches!(letter, '*' | '?' | '[' | '\\') {
            payload.push('\\');
        }
        payload.push(letter);
    }
    include_str!("gitignore").replace("{{payload}}", &format!("{payload}.json"))
}

//! `[env.NAME]`: the settings of one environment.

use std::path::PathBuf;

use super::Guard;

/// An environment's settings, combined from all files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// `NAME`: letters, digits, `-` and `_`.
    pub name: String,
    /// The params of its flows.
    pub params: Vec<(String, String)>,
    /// What flows are written as.
    pub target: Option<String>,
    /// The platform's address, as written.
    pub base_url: Option<String>,
    /// The address that is notified of changes to flows, as written.
    pub webhook_url: Option<String>,
    /// The audit log, relative to the folder where the search for settings began.
    pub audit: Option<PathBuf>,
    /// What must hold before a flow is submitted.
    pub require: Vec<Guard>,
    /// How a flow is updated in place, as written: `PUT /api/flows/{flow_id}`.
    pub update: Option<String>,
    /// The scopes to ask a token for.
    pub scopes: Option<Vec<String>>,
    /// How the client identifies itself when it requests a token.
    pub token_auth: TokenAuth,
    /// Whether flows may be judged as of another day than today when they are submitted.
    pub allow_as_of: bool,
    /// Whether warnings are errors.
    pub deny_warnings: bool,
    /// The API's paths, where this tenant's differ.
    pub paths: Paths,
}

/// How a client identifies itself when it requests a token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TokenAuth {
    /// In the header, both parts encoded as in a form (RFC 6749, section 2.3.1).
    #[default]
    Basic,
    /// In the header, both parts as they are.
    BasicRaw,
    /// In the form.
    Post,
}

impl TokenAuth {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Basic, Self::BasicRaw, Self::Post];

    /// The word in the settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::BasicRaw => "basic-raw",
            Self::Post => "post",
        }
    }

    /// The method with this word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.word() == word)
    }
}

/// The API's paths, where a tenant's differ: `[env.NAME.paths]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paths {
    /// Where tokens are issued; may be an address on another host.
    pub token: Option<String>,
    /// Where flows are created.
    pub flows: Option<String>,
    /// Where a job is polled, with `{id}`.
    pub jobs: Option<String>,
    /// Where subscriptions to events are made.
    pub subscriptions: Option<String>,
}

/// The name of the variable that holds an environment's value of something, such as `CXONE_PROD_CLIENT_ID`.
/// Without an environment, the plain name: `CXONE_CLIENT_ID`.
pub fn variable(environment: &str, kind: &str) -> String {
    if environment.is_empty() {
        return format!("CXONE_{kind}");
    }
    format!("CXONE_{}_{kind}", in_variable(environment))
}

/// An environment's name as part of a variable's name.
pub(super) fn in_variable(environment: &str) -> String {
    let capital = environment.chars().flat_map(char::to_uppercase);
    capital.map(|c| if c.is_alphanumeric() { c } else { '_' }).collect()
}

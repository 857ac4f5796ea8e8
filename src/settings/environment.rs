//! `[env.NAME]`: what differs from one environment to the next.

use std::path::PathBuf;

use super::Guard;

/// An environment's settings, from all files together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// `NAME`: letters, digits, `-` and `_`.
    pub name: String,
    /// The params of its flows.
    pub params: Vec<(String, String)>,
    /// The platform's address, as written.
    pub base_url: Option<String>,
    /// Who is told of changes to flows, as written.
    pub webhook_url: Option<String>,
    /// The audit log, seen from the folder where the settings were looked for.
    pub audit: Option<PathBuf>,
    /// What has to hold before a flow is submitted.
    pub require: Vec<Guard>,
    /// How a flow is updated in place, as written: `PUT /api/flows/{flow_id}`.
    pub update: Option<String>,
    /// The scopes to ask a token for.
    pub scopes: Option<Vec<String>>,
    /// How the client says who it is when it asks for a token.
    pub token_auth: TokenAuth,
    /// Whether flows may be judged at another day than today when they are submitted.
    pub allow_as_of: bool,
    /// Where this tenant's paths differ.
    pub paths: Paths,
}

/// How a client says who it is when it asks for a token.
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

    /// The one of this word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// The API's paths, as far as a tenant's differ: `[env.NAME.paths]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paths {
    /// Where tokens come from; may be an address on another host.
    pub token: Option<String>,
    /// Where flows are created.
    pub flows: Option<String>,
    /// Where a job is asked for, with `{id}`.
    pub jobs: Option<String>,
    /// Where events are subscribed to.
    pub subscriptions: Option<String>,
}

/// The variable that holds an environment's value of something: `CXONE_PROD_CLIENT_ID`. Without a
/// name, the plain one: `CXONE_CLIENT_ID`.
pub fn variable(environment: &str, what: &str) -> String {
    if environment.is_empty() {
        return format!("CXONE_{what}");
    }
    format!("CXONE_{}_{what}", in_variable(environment))
}

/// An environment's name as the names of its variables have it.
pub(super) fn in_variable(environment: &str) -> String {
    let capital = environment.chars().flat_map(char::to_uppercase);
    capital.map(|c| if c.is_alphanumeric() { c } else { '_' }).collect()
}

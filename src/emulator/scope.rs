//! What a token allows.

/// A scope, and what it allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Making, updating and deleting flows.
    FlowWrite,
    /// Reading flows and jobs.
    FlowRead,
    /// Nothing that the emulator has.
    FlowValidate,
    /// Nothing that the emulator has.
    CampaignWrite,
    /// Subscriptions.
    EventsWrite,
}

impl Scope {
    pub const ALL: [Self; 5] =
        [Self::FlowWrite, Self::FlowRead, Self::FlowValidate, Self::CampaignWrite, Self::EventsWrite];

    pub fn word(self) -> &'static str {
        match self {
            Self::FlowWrite => "flow:write",
            Self::FlowRead => "flow:read",
            Self::FlowValidate => "flow:validate",
            Self::CampaignWrite => "campaign:write",
            Self::EventsWrite => "events:write",
        }
    }

    /// The scopes of a list as RFC 6749, section 3.3 has it: words with spaces between. No word
    /// at all stands for every scope.
    ///
    /// # Errors
    ///
    /// For a word that is no scope.
    pub fn list(text: &str) -> Result<Vec<Self>, UnknownScope> {
        let mut scopes = Vec::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let scope = Self::ALL.into_iter().find(|scope| scope.word() == word).ok_or(UnknownScope)?;
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        Ok(if scopes.is_empty() { Self::ALL.to_vec() } else { scopes })
    }

    /// Scopes as a list with spaces between.
    pub fn words(scopes: &[Self]) -> String {
        scopes.iter().map(|scope| scope.word()).collect::<Vec<_>>().join(" ")
    }
}

/// A word that is no scope.
#[derive(Debug, Clone, Copy)]
pub struct UnknownScope;

//! What a token allows.

/// The scope of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Making, updating and deleting flows.
    FlowWrite,
    /// Reading flows and jobs.
    FlowRead,
    /// Not used by the emulator.
    FlowValidate,
    /// Not used by the emulator.
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

    /// Reads a list of scopes separated by spaces (RFC 6749, section 3.3). An empty list means every scope.
    ///
    /// # Errors
    ///
    /// If a word is not a scope.
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

    /// Scopes as a list, separated by spaces.
    pub fn words(scopes: &[Self]) -> String {
        scopes.iter().map(|scope| scope.word()).collect::<Vec<_>>().join(" ")
    }
}

/// A word that is not a scope.
#[derive(Debug, Clone, Copy)]
pub struct UnknownScope;

//! The token that all work shares.

use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::Problem;
use super::answer::GrantedToken;

/// How long before its end a token is renewed.
const MARGIN: Duration = Duration::from_secs(30);
/// How long a token lives that does not say so.
const USUAL_LIFE: Duration = Duration::from_secs(300);

/// A token in use.
#[derive(Debug, Clone)]
pub struct Token {
    /// What is sent.
    pub secret: SecretString,
    number: u64,
    renew: Instant,
}

/// Keeps one token, renewed by one at a time.
#[derive(Debug, Default)]
pub struct TokenCache {
    kept: Mutex<CachedToken>,
}

#[derive(Debug, Default)]
struct CachedToken {
    token: Option<Token>,
    number: u64,
}

impl TokenCache {
    /// The token, asked for where there is none that lives on. Who comes while it is asked for
    /// waits and shares it.
    ///
    /// # Errors
    ///
    /// Those of asking.
    pub async fn get(
        &self,
        ask: impl AsyncFnOnce() -> Result<GrantedToken, Problem>,
    ) -> Result<Token, Problem> {
        let mut kept = self.kept.lock().await;
        if let Some(token) = kept.token.as_ref().filter(|token| Instant::now() < token.renew) {
            return Ok(token.clone());
        }
        kept.token = None;
        let asked = Instant::now();
        let granted = ask().await?;
        let life = granted.life.unwrap_or(USUAL_LIFE).min(Duration::from_secs(24 * 60 * 60));
        kept.number += 1;
        // Of a token that hardly lives, half its life is used.
        let renew = asked + (life / 2).max(life.saturating_sub(MARGIN));
        let token = Token { secret: granted.token, number: kept.number, renew };
        kept.token = Some(token.clone());
        Ok(token)
    }

    /// Forgets a token that was refused, unless it was renewed already.
    pub async fn forget(&self, refused: &Token) {
        let mut kept = self.kept.lock().await;
        if kept.token.as_ref().is_some_and(|token| token.number == refused.number) {
            kept.token = None;
        }
    }
}

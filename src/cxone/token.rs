//! The token that all requests share.

use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::Problem;
use super::answer::GrantedToken;

/// How long before its expiry a token is renewed.
const MARGIN: Duration = Duration::from_secs(30);
/// The assumed lifetime of a token without a stated one.
const DEFAULT_LIFE: Duration = Duration::from_secs(300);

/// A token in use.
#[derive(Debug, Clone)]
pub struct Token {
    /// The token.
    pub secret: SecretString,
    number: u64,
    renew: Instant,
}

/// Caches one token; only one task renews it at a time.
#[derive(Debug, Default)]
pub struct TokenCache {
    cached: Mutex<CachedToken>,
}

#[derive(Debug, Default)]
struct CachedToken {
    token: Option<Token>,
    number: u64,
}

impl TokenCache {
    /// The cached token, or a new one if it is missing or expires soon. Concurrent callers wait for a renewal
    /// and share it.
    ///
    /// # Errors
    ///
    /// Those of `ask`.
    pub async fn get(
        &self,
        ask: impl AsyncFnOnce() -> Result<GrantedToken, Problem>,
    ) -> Result<Token, Problem> {
        let mut cached = self.cached.lock().await;
        if let Some(token) = cached.token.as_ref().filter(|token| Instant::now() < token.renew) {
            return Ok(token.clone());
        }
        cached.token = None;
        let asked = Instant::now();
        let granted = ask().await?;
        let life = granted.life.unwrap_or(DEFAULT_LIFE).min(Duration::from_secs(24 * 60 * 60));
        cached.number += 1;
        // Renew short-lived tokens after half their lifetime.
        let renew = asked + (life / 2).max(life.saturating_sub(MARGIN));
        let token = Token { secret: granted.token, number: cached.number, renew };
        cached.token = Some(token.clone());
        Ok(token)
    }

    /// Forgets a token that was refused, unless it was renewed already.
    pub async fn forget(&self, refused: &Token) {
        let mut cached = self.cached.lock().await;
        if cached.token.as_ref().is_some_and(|token| token.number == refused.number) {
            cached.token = None;
        }
    }
}

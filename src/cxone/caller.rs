//! Calls an API of a tenant: signs in, makes requests, and repeats them until they succeed or the time is up. Which API
//! it is, the client says that holds it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use secrecy::SecretString;

use super::answer::{self, GrantedToken, NoToken};
use super::fault::Unanswered;
use super::next_step::{self, NextStep, UnusableAnswer};
use super::progress::{Progress, ProgressListener};
use super::redactor::Redactor;
use super::request::{Authorization, Request};
use super::response::Response;
use super::retry_after;
use super::retry_loop::RetryLoop;
use super::token::TokenCache;
use super::transport::Transport;
use super::{Deadline, Problem, codes};

/// How a client gets a token.
pub trait SignIn: Sync {
    /// Asks for a token.
    fn ask(
        &self,
        caller: &Caller,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> impl Future<Output = Result<GrantedToken, Problem>> + Send;
}

/// The connections, the token and the secrets of one tenant, shared by all tasks.
#[derive(Debug)]
pub struct Caller {
    transport: Transport,
    tokens: TokenCache,
    /// Whether this platform has ever answered.
    has_answered: AtomicBool,
    /// The secrets that are never shown.
    redactor: Redactor,
}

impl Caller {
    /// A caller. `is_plain` is whether all addresses are on this machine and unencrypted. `secrets` are masked in every
    /// answer.
    ///
    /// # Errors
    ///
    /// CX907 if this machine has no certificates to trust.
    pub fn new(is_plain: bool, secrets: &[SecretString]) -> Result<Self, Problem> {
        let transport = Transport::new(is_plain).map_err(|reason| {
            Problem::new(
                &codes::UNREACHABLE,
                format!("this machine cannot make a connection: {reason}"),
                "install the system's certificates (package ca-certificates), or name a file of them in SSL_CERT_FILE",
            )
        })?;
        let caller = Self {
            transport,
            tokens: TokenCache::default(),
            has_answered: AtomicBool::new(false),
            redactor: Redactor::default(),
        };
        secrets.iter().for_each(|secret| caller.hide(secret));
        Ok(caller)
    }

    /// Masks a secret in every answer from now on.
    pub fn hide(&self, secret: &SecretString) {
        self.redactor.hide(secret);
    }

    /// Gets a token, which all later requests share.
    ///
    /// # Errors
    ///
    /// Those of `sign_in`.
    pub async fn sign_in(
        &self,
        sign_in: &impl SignIn,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<(), Problem> {
        self.tokens.get(async || sign_in.ask(self, deadline, listener).await).await.map(drop)
    }

    /// Makes a request with the shared token, which is renewed once if it is refused.
    ///
    /// # Errors
    ///
    /// CX901 to CX904, CX907, CX908, CX911, CX912, and those of `sign_in`.
    pub async fn call<T>(
        &self,
        sign_in: &impl SignIn,
        request: &Request,
        read: &(impl Fn(&Response) -> Result<T, UnusableAnswer> + Sync),
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<T, Problem> {
        let mut retries = RetryLoop::new(request, deadline, listener);
        let mut renewed = false;
        loop {
            listener.on_progress(&Progress::Requesting);
            let verdict = self.attempt(sign_in, request, read, &mut renewed, deadline, listener).await;
            match verdict.unwrap_or_else(NextStep::Stop) {
                NextStep::Done(answer) => return Ok(answer),
                NextStep::Renew => {}
                NextStep::Stop(problem) => return Err(retries.stop(problem)),
                NextStep::Again(reason) => retries.again(reason).await?,
            }
        }
    }

    /// Makes one try. After `Renew` the next try gets a new token.
    ///
    /// # Errors
    ///
    /// Those of `sign_in`, and CX901 if a new token is refused as well.
    pub async fn attempt<T>(
        &self,
        sign_in: &impl SignIn,
        request: &Request,
        read: &(impl Fn(&Response) -> Result<T, UnusableAnswer> + Sync),
        renewed: &mut bool,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<NextStep<T>, Problem> {
        let token = self.tokens.get(async || sign_in.ask(self, deadline, listener).await).await;
        // Without a token nothing is sent, and nothing is known about what the request names.
        let token = token.map_err(|problem| Problem { is_settled: true, is_absent: false, ..problem })?;
        let authorization = Authorization::Bearer(token.secret.clone());
        let outcome = self.transport.send(request, &authorization, deadline.left()).await;
        let (outcome, has_answered) = self.received(outcome);
        let verdict = next_step::judge(request, &authorization, outcome, read, has_answered);
        if let NextStep::Renew = verdict {
            if *renewed {
                return Err(next_step::still_unauthorized(request));
            }
            *renewed = true;
            self.tokens.forget(&token).await;
        }
        Ok(verdict)
    }

    /// Asks for a token. `read` reads it from the bytes of the answer, before secrets are masked in them.
    ///
    /// # Errors
    ///
    /// CX901, CX903, CX904, CX907, CX908.
    pub async fn ask_for_token<T: Send>(
        &self,
        request: &Request,
        authorization: &Authorization,
        read: fn(&[u8]) -> Result<T, NoToken>,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<T, Problem> {
        let mut retries = RetryLoop::new(request, deadline, listener);
        loop {
            let outcome = self.transport.send(request, authorization, deadline.left()).await;
            // The token is read before secrets are masked in the answer; everything else is read afterwards.
            let read_raw = match &outcome {
                Ok(response) if response.status < 300 => Some(read(&response.body)),
                _ => None,
            };
            let (outcome, has_answered) = self.received(outcome);
            let read = |response: &Response| match read_raw {
                Some(Ok(granted)) => Ok(granted),
                Some(Err(NoToken::Unread(reason))) => Err(UnusableAnswer::Odd(reason)),
                // The text of a refusal is shown, so it is read after secrets are masked.
                Some(Err(NoToken::Refused(..))) | None => match answer::token_error(&response.body) {
                    Some((error, description)) => Err(UnusableAnswer::NoToken(error, description)),
                    None => Err(UnusableAnswer::Odd("it has no `access_token`".to_owned())),
                },
            };
            match next_step::judge(request, authorization, outcome, read, has_answered) {
                NextStep::Done(granted) => return Ok(granted),
                NextStep::Stop(problem) => return Err(problem),
                NextStep::Again(reason) => retries.again(reason).await?,
                NextStep::Renew => return Err(next_step::still_unauthorized(request)),
            }
        }
    }

    /// Makes a request that needs no token.
    ///
    /// # Errors
    ///
    /// CX903, CX904, CX907, CX908.
    pub async fn ask_openly<T>(
        &self,
        request: &Request,
        read: &(impl Fn(&Response) -> Result<T, UnusableAnswer> + Sync),
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<T, Problem> {
        let mut retries = RetryLoop::new(request, deadline, listener);
        loop {
            let outcome = self.transport.send(request, &Authorization::Nobody, deadline.left()).await;
            let (outcome, has_answered) = self.received(outcome);
            match next_step::judge(request, &Authorization::Nobody, outcome, read, has_answered) {
                NextStep::Done(answer) => return Ok(answer),
                NextStep::Stop(problem) => return Err(problem),
                NextStep::Again(reason) => retries.again(reason).await?,
                NextStep::Renew => return Err(next_step::still_unauthorized(request)),
            }
        }
    }

    /// Masks secrets in an outcome, and returns whether the platform has ever answered.
    fn received(&self, outcome: Result<Response, Unanswered>) -> (Result<Response, Unanswered>, bool) {
        let outcome = outcome.map(|mut response| {
            response.wait =
                retry_after::wait(response.retry_after.as_deref(), response.date.as_deref(), now());
            self.redactor.redacted(response)
        });
        let has_answered = self.has_answered.fetch_or(outcome.is_ok(), Ordering::Relaxed) || outcome.is_ok();
        (outcome, has_answered)
    }
}

#[expect(clippy::disallowed_methods, reason = "`Retry-After` may be a date")]
fn now() -> SystemTime {
    SystemTime::now()
}

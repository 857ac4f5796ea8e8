//! The platform's client: makes requests and repeats them, until the work is done or its time is up.

mod flow_lookup;
mod jobs;
mod webhooks;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use hyper::body::Bytes;
use secrecy::SecretString;

use super::answer::{self, Job, NoJob, NoToken};
use super::fault::Unanswered;
use super::next_step::{self, NextStep, UnusableAnswer};
use super::progress::{Progress, ProgressListener};
use super::redactor::Redactor;
use super::request::{self, Authorization, Request};
use super::response::Response;
use super::retry_after;
use super::retry_loop::RetryLoop;
use super::tenant::Tenant;
use super::token::TokenCache;
use super::transport::Transport;
use super::{Deadline, Problem, codes};
use crate::settings::TokenAuth;

pub use self::flow_lookup::FlowLookup;
pub use self::webhooks::RegisteredWebhook;

/// How many pages of a list are asked for.
const MOST_PAGES: usize = 100;

/// A client of one tenant, shared by all work on it.
#[derive(Debug)]
pub struct Client {
    tenant: Tenant,
    transport: Transport,
    tokens: TokenCache,
    /// Whether this platform has ever answered.
    heard: AtomicBool,
    /// The secrets that are never shown.
    redactor: Redactor,
}

impl Client {
    /// A client. `secrets` are covered in every answer, as the credentials are.
    ///
    /// # Errors
    ///
    /// CX907 if this machine has no certificates to trust.
    pub fn new(tenant: Tenant, secrets: &[SecretString]) -> Result<Self, Problem> {
        let transport = Transport::new(tenant.endpoints.are_plain()).map_err(|why| {
            Problem::new(
                &codes::UNREACHABLE,
                format!("this machine cannot make a connection: {why}"),
                "install the system's certificates (package ca-certificates), or name a file of them in SSL_CERT_FILE",
            )
        })?;
        let client = Self {
            tenant,
            transport,
            tokens: TokenCache::default(),
            heard: AtomicBool::new(false),
            redactor: Redactor::default(),
        };
        client.redactor.hide(&client.tenant.credentials.secret);
        for how in TokenAuth::ALL {
            let header = Authorization::Client(client.tenant.credentials.clone(), how).header();
            header.iter().for_each(|header| client.redactor.hide(header));
        }
        secrets.iter().for_each(|secret| client.redactor.hide(secret));
        Ok(client)
    }

    /// The tenant.
    pub fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// Gets a token, which all further calls share.
    ///
    /// # Errors
    ///
    /// CX901, CX903, CX904, CX907, CX908.
    pub async fn sign_in(&self, deadline: Deadline, listener: &dyn ProgressListener) -> Result<(), Problem> {
        self.tokens.get(async || self.ask_for_token(deadline, listener).await).await.map(drop)
    }

    /// Sends a payload. `key` is its idempotency key; `replaces` is the flow to change if the tenant updates
    /// flows in place.
    ///
    /// # Errors
    ///
    /// CX901 to CX904, CX907, CX908.
    pub async fn create(
        &self,
        payload: &Bytes,
        key: &str,
        replaces: Option<&str>,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Job, Problem> {
        let request = request::create(&self.tenant, payload, key, replaces);
        let endpoints = &self.tenant.endpoints;
        let read = |response: &Response| {
            answer::created(response, endpoints)
                .map_err(|NoJob { why, flow }| UnusableAnswer::Unnamed(why, flow))
        };
        self.call(&request, &read, deadline, listener).await
    }

    /// Makes a request with the shared token, which is renewed once if it is refused.
    async fn call<T>(
        &self,
        request: &Request,
        read: &(impl Fn(&Response) -> Result<T, UnusableAnswer> + Sync),
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<T, Problem> {
        let mut trying = RetryLoop::new(request, deadline, listener);
        let mut renewed = false;
        loop {
            listener.on_progress(&Progress::Asks);
            let verdict = self.once(request, read, &mut renewed, deadline, listener).await;
            match verdict.unwrap_or_else(NextStep::Stop) {
                NextStep::Done(answer) => return Ok(answer),
                NextStep::Renew => {}
                NextStep::Stop(problem) => return Err(trying.stop(problem)),
                NextStep::Again(reason) => trying.again(reason).await?,
            }
        }
    }

    /// Makes one try. After `Renew` the next try gets a new token.
    async fn once<T>(
        &self,
        request: &Request,
        read: &(impl Fn(&Response) -> Result<T, UnusableAnswer> + Sync),
        renewed: &mut bool,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<NextStep<T>, Problem> {
        let token = self.tokens.get(async || self.ask_for_token(deadline, listener).await).await;
        // Without a token nothing is sent, and nothing is known about what the request names.
        let token = token.map_err(|problem| Problem { is_settled: true, is_absent: false, ..problem })?;
        let authorization = Authorization::Bearer(token.secret.clone());
        let outcome = self.transport.send(request, &authorization, deadline.left()).await;
        let (outcome, heard) = self.received(outcome);
        let verdict = next_step::judge(request, &authorization, outcome, read, heard);
        if let NextStep::Renew = verdict {
            if *renewed {
                return Err(next_step::still_unauthorized(request));
            }
            *renewed = true;
            self.tokens.forget(&token).await;
        }
        Ok(verdict)
    }

    async fn ask_for_token(
        &self,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<answer::GrantedToken, Problem> {
        let request = request::token(&self.tenant);
        let authorization = Authorization::Client(self.tenant.credentials.clone(), self.tenant.token_auth);
        let mut trying = RetryLoop::new(&request, deadline, listener);
        loop {
            let outcome = self.transport.send(&request, &authorization, deadline.left()).await;
            // A token is read from the answer before its secrets are covered; all else is done after.
            let read_raw = match &outcome {
                Ok(response) if response.status < 300 => Some(answer::token(&response.body)),
                _ => None,
            };
            let (outcome, heard) = self.received(outcome);
            let read = |response: &Response| match read_raw {
                Some(Ok(granted)) => Ok(granted),
                Some(Err(NoToken::Unread(why))) => Err(UnusableAnswer::Odd(why)),
                // The text of a refusal is shown, so it is read after its secrets are covered.
                Some(Err(NoToken::Refused(..))) | None => match answer::token_error(&response.body) {
                    Some((error, said)) => Err(UnusableAnswer::NoToken(error, said)),
                    None => Err(UnusableAnswer::Odd("it has no `access_token`".to_owned())),
                },
            };
            match next_step::judge(&request, &authorization, outcome, read, heard) {
                NextStep::Done(granted) => {
                    self.redactor.hide(&granted.token);
                    return Ok(granted);
                }
                NextStep::Stop(problem) => return Err(problem),
                NextStep::Again(reason) => trying.again(reason).await?,
                NextStep::Renew => return Err(next_step::still_unauthorized(&request)),
            }
        }
    }

    /// An outcome without secrets, and whether the platform has ever answered.
    fn received(&self, outcome: Result<Response, Unanswered>) -> (Result<Response, Unanswered>, bool) {
        let outcome = outcome.map(|mut response| {
            response.wait =
                retry_after::wait(response.retry_after.as_deref(), response.date.as_deref(), now());
            self.redactor.redacted(response)
        });
        let heard = self.heard.fetch_or(outcome.is_ok(), Ordering::Relaxed) || outcome.is_ok();
        (outcome, heard)
    }
}

#[expect(clippy::disallowed_methods, reason = "`Retry-After` may be a date")]
fn now() -> SystemTime {
    SystemTime::now()
}

//! The platform's client: requests made, answers judged, waits kept, until the work is done or
//! its time is up.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use backon::{BackoffBuilder, ExponentialBuilder};
use hyper::body::Bytes;
use secrecy::SecretString;

use super::answer::{self, Job, Standing, Subscription};
use super::hush::Hush;
use super::request::{self, Authorization, Request};
use super::tenant::{Tenant, Webhook};
use super::token::Keeper;
use super::transport::Transport;
use super::trying::Trying;
use super::verdict::{self, Circumstances, Verdict};
use super::wording::lasting;
use super::{Deadline, Problem, codes};
use crate::diagnostics::quote;

/// What happens meanwhile.
#[derive(Debug)]
pub enum Progress<'a> {
    /// A wait before another try: why, and how long.
    Waits(&'a str, Duration),
    /// How the job stands.
    Stands(&'a Job),
}

/// Who wants to hear what happens meanwhile.
pub trait Hears: Sync {
    /// Is told.
    fn hears(&self, progress: &Progress<'_>);
}

/// Nobody.
impl Hears for () {
    fn hears(&self, _: &Progress<'_>) {}
}

/// A client of one tenant, shared by all work on it.
#[derive(Debug)]
pub struct Client {
    tenant: Tenant,
    transport: Transport,
    tokens: Keeper,
    /// Whether this platform has ever answered.
    heard: AtomicBool,
    /// What never shows, whoever says it.
    hush: Hush,
}

impl Client {
    /// A client. `secrets` are those beside the credentials that no answer may bring to light.
    ///
    /// # Errors
    ///
    /// CX907 where this machine has no certificates to trust.
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
            tokens: Keeper::default(),
            heard: AtomicBool::new(false),
            hush: Hush::default(),
        };
        client.hush.hide(&client.tenant.credentials.secret);
        client.hush.hide(&Authorization::Basic(client.tenant.credentials.clone()).header());
        secrets.iter().for_each(|secret| client.hush.hide(secret));
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
    pub async fn sign_in(&self, deadline: Deadline, hears: &dyn Hears) -> Result<(), Problem> {
        self.tokens.get(async || self.ask_for_token(deadline, hears).await).await.map(drop)
    }

    /// Hands over a payload. `key` makes a repetition harmless; `replaces` is the flow that is
    /// updated where the tenant updates in place.
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
        hears: &dyn Hears,
    ) -> Result<Job, Problem> {
        let request = request::create(&self.tenant, payload, key, replaces);
        self.call(&request, answer::job, deadline, hears).await
    }

    /// Asks how a job stands.
    ///
    /// # Errors
    ///
    /// CX901, CX903, CX904, CX907, CX908.
    pub async fn job(&self, id: &str, deadline: Deadline, hears: &dyn Hears) -> Result<Job, Problem> {
        self.call(&request::job(&self.tenant, id), answer::job, deadline, hears).await
    }

    /// Follows a job until the flow is in place.
    ///
    /// # Errors
    ///
    /// CX905 where the platform gives it up, CX906 where the time is up, CX908 where it completes
    /// without a flow, and those of [`Self::job`].
    pub async fn follow(&self, mut job: Job, deadline: Deadline, hears: &dyn Hears) -> Result<Job, Problem> {
        let id = job.id.clone();
        let mut pauses = ExponentialBuilder::new()
            .with_min_delay(Duration::from_secs(1))
            .with_factor(1.5)
            .with_max_delay(Duration::from_secs(15))
            .without_max_times()
            .build();
        let mut request = request::job(&self.tenant, &id);
        request.may_lag = true;
        loop {
            hears.hears(&Progress::Stands(&job));
            match job.standing() {
                Standing::Completed if job.flow_id.is_some() => return Ok(job),
                Standing::Completed => return Err(without_flow(&job)),
                Standing::Failed => return Err(failed(&job)),
                Standing::Running => {}
            }
            let waited = deadline.wait(pauses.next().unwrap_or(Duration::from_secs(15))).await;
            // In less time nobody answers, and it would look like the platform's silence.
            if !waited || deadline.left() < Duration::from_millis(200) {
                return Err(timed_out(&job, deadline));
            }
            job = self
                .call(&request, answer::job, deadline, hears)
                .await
                .map_err(|problem| problem.job(&id))?;
            // It may call itself something else from now on, but this is what was asked for.
            job.id.clone_from(&id);
            request.may_lag = false;
        }
    }

    /// Registers a webhook.
    ///
    /// # Errors
    ///
    /// Those of [`Self::job`].
    pub async fn subscribe(
        &self,
        webhook: &Webhook,
        deadline: Deadline,
        hears: &dyn Hears,
    ) -> Result<Subscription, Problem> {
        self.hush.hide(&webhook.secret);
        self.call(&request::subscribe(&self.tenant, webhook), answer::subscription, deadline, hears).await
    }

    /// The registered webhooks.
    ///
    /// # Errors
    ///
    /// Those of [`Self::job`].
    pub async fn subscriptions(
        &self,
        deadline: Deadline,
        hears: &dyn Hears,
    ) -> Result<Vec<Subscription>, Problem> {
        self.call(&request::subscriptions(&self.tenant), answer::subscriptions, deadline, hears).await
    }

    /// Removes a webhook.
    ///
    /// # Errors
    ///
    /// Those of [`Self::job`].
    pub async fn unsubscribe(&self, id: &str, deadline: Deadline, hears: &dyn Hears) -> Result<(), Problem> {
        self.call(&request::unsubscribe(&self.tenant, id), answer::nothing, deadline, hears).await
    }

    /// Makes a request with the shared token, which is renewed once where it is refused.
    async fn call<T>(
        &self,
        request: &Request,
        read: fn(&[u8]) -> Result<T, String>,
        deadline: Deadline,
        hears: &dyn Hears,
    ) -> Result<T, Problem> {
        let mut trying = Trying::new(request, deadline, hears);
        let mut renewed = false;
        loop {
            let token = self.tokens.get(async || self.ask_for_token(deadline, hears).await).await?;
            let authorization = Authorization::Bearer(token.secret.clone());
            match self.attempt(request, &authorization, read, deadline).await {
                Verdict::Done(answer) => return Ok(answer),
                Verdict::Stop(problem) => return Err(problem),
                Verdict::Again(reason) => trying.again(reason).await?,
                Verdict::Renew if renewed => return Err(verdict::still_unauthorized(request)),
                Verdict::Renew => {
                    renewed = true;
                    self.tokens.forget(&token).await;
                }
            }
        }
    }

    async fn ask_for_token(&self, deadline: Deadline, hears: &dyn Hears) -> Result<answer::Granted, Problem> {
        let request = request::token(&self.tenant);
        let authorization = Authorization::Basic(self.tenant.credentials.clone());
        let mut trying = Trying::new(&request, deadline, hears);
        loop {
            match self.attempt(&request, &authorization, answer::token, deadline).await {
                Verdict::Done(granted) => {
                    self.hush.hide(&granted.token);
                    return Ok(granted);
                }
                Verdict::Stop(problem) => return Err(problem),
                Verdict::Again(reason) => trying.again(reason).await?,
                Verdict::Renew => return Err(verdict::still_unauthorized(&request)),
            }
        }
    }

    async fn attempt<T>(
        &self,
        request: &Request,
        authorization: &Authorization,
        read: fn(&[u8]) -> Result<T, String>,
        deadline: Deadline,
    ) -> Verdict<T> {
        let outcome = self.transport.send(request, authorization, deadline.left()).await;
        // A token is read from the answer as it came; whatever else is done with one is done without
        // what it must not say.
        let granted = match (authorization, &outcome) {
            (Authorization::Basic(_), Ok(response)) if response.status < 300 => Some(read(&response.body)),
            _ => None,
        };
        let outcome = outcome.map(|response| self.hush.without_secrets(response));
        let heard = self.heard.fetch_or(outcome.is_ok(), Ordering::Relaxed);
        let circumstances = Circumstances { heard: heard || outcome.is_ok(), now: now() };
        let read = |body: &[u8]| granted.unwrap_or_else(|| read(body));
        verdict::judge(request, authorization, outcome, read, circumstances)
    }
}

fn failed(job: &Job) -> Problem {
    let said = if job.message.is_empty() { String::new() } else { format!(": {}", job.message) };
    Problem::new(
        &codes::JOB_FAILED,
        format!("the platform gave job {} up{said}", job.id),
        "correct what the platform names, and submit again",
    )
    .with(job.complaints.clone())
}

fn without_flow(job: &Job) -> Problem {
    Problem::new(
        &codes::UNEXPECTED_ANSWER,
        format!("job {} is completed, but it does not name a flow", job.id),
        "look for the flow on the platform; ask its support why the job has no `flow_id`",
    )
    .job(&job.id)
}

fn timed_out(job: &Job, deadline: Deadline) -> Problem {
    let known = if job.is_known() { "" } else { ", a state that this version does not know" };
    Problem::new(
        &codes::JOB_TIMEOUT,
        format!(
            "job {} was not done after {}; it was {}{known}",
            job.id,
            lasting(deadline.whole()),
            quote(&job.status)
        ),
        "the platform continues the job",
    )
    .job(&job.id)
}

#[expect(clippy::disallowed_methods, reason = "`Retry-After` may be a date")]
fn now() -> SystemTime {
    SystemTime::now()
}

//! The platform's client: requests made, answers judged, waits kept, until the work is done or
//! its time is up.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use backon::{BackoffBuilder, ExponentialBuilder};
use hyper::body::Bytes;
use secrecy::SecretString;

use super::answer::{self, Job, JobState, NoJob, NoToken, Subscription};
use super::fault::Unanswered;
use super::flows::{self, Listed};
use super::next_step::{self, LOCKED, NextStep, UnusableAnswer};
use super::progress::{Progress, ProgressListener};
use super::redactor::Redactor;
use super::request::{self, Authorization, Request};
use super::response::Response;
use super::retry_after;
use super::retry_loop::RetryLoop;
use super::tenant::{Tenant, Webhook};
use super::token::TokenCache;
use super::transport::Transport;
use super::wording::lasting;
use super::{Deadline, Problem, codes};
use crate::diagnostics::quote;
use crate::settings::TokenAuth;

/// How many pages of a list are asked for.
const MOST_PAGES: usize = 100;

/// A webhook that the platform tells of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredWebhook {
    /// What the platform calls it, if it says so.
    pub id: Option<String>,
    /// Which events, as far as the platform says.
    pub events: Vec<String>,
    /// Whether it was registered before.
    pub was_there: bool,
}

/// A flow that the platform was asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum FlowLookup {
    /// It is there; its payload, as far as the platform shows it.
    Shown(Option<serde_json::Value>),
    /// It is not there.
    Absent,
    /// The platform does not show flows.
    NotShown,
}

/// A client of one tenant, shared by all work on it.
#[derive(Debug)]
pub struct Client {
    tenant: Tenant,
    transport: Transport,
    tokens: TokenCache,
    /// Whether this platform has ever answered.
    heard: AtomicBool,
    /// What never shows, whoever says it.
    redactor: Redactor,
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

    /// Asks how a job stands.
    ///
    /// # Errors
    ///
    /// CX901, CX903, CX904, CX907, CX908.
    pub async fn job(
        &self,
        id: &str,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Job, Problem> {
        self.call(&request::job(&self.tenant, id), &asked_for(id), deadline, listener).await
    }

    /// Asks for a flow that is in place. Not every platform shows them: one that does not list
    /// flows either is not taken at its word that this one is not there.
    ///
    /// # Errors
    ///
    /// Those of [`Self::job`].
    pub async fn flow(
        &self,
        id: &str,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<FlowLookup, Problem> {
        let shown = |response: &Response| Ok(flows::flow(&response.body, id)?);
        match self.call(&request::flow(&self.tenant, id), &shown, deadline, listener).await {
            Ok(payload) => return Ok(FlowLookup::Shown(payload)),
            Err(problem) if !problem.is_absent => return Err(problem),
            Err(_) => {}
        }
        let mut seen = 0;
        for _ in 0..MOST_PAGES {
            let listed = |response: &Response| Ok(flows::listed(&response.body, id, seen)?);
            match self.call(&request::flows(&self.tenant, seen), &listed, deadline, listener).await {
                Ok(Listed::Found) => return Ok(FlowLookup::Shown(None)),
                Ok(Listed::Missing) => return Ok(FlowLookup::Absent),
                Ok(Listed::Unsure) => return Ok(FlowLookup::NotShown),
                Ok(Listed::NotYet(length)) => seen += length,
                Err(problem) if problem.is_absent => return Ok(FlowLookup::NotShown),
                Err(problem) => return Err(problem),
            }
        }
        Ok(FlowLookup::NotShown)
    }

    /// Follows a job until the flow is in place.
    ///
    /// # Errors
    ///
    /// CX905 where the platform gives it up, CX906 where the time is up, CX908 where it completes
    /// without a flow, and those of [`Self::job`].
    pub async fn follow(
        &self,
        mut job: Job,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Job, Problem> {
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
            listener.on_progress(&Progress::Stands(&job));
            match job.state() {
                JobState::Completed if job.flow_id.is_some() => return Ok(job),
                JobState::Completed => return Err(without_flow(&job)),
                JobState::Failed => return Err(failed(&job)),
                JobState::Running => {}
            }
            let pause = pauses.next().unwrap_or(Duration::from_secs(15));
            let pause = job.wait.filter(|asked| !asked.is_zero()).unwrap_or(pause);
            if job.wait.is_some_and(|asked| asked > deadline.left()) {
                return Err(timed_out(&job, deadline));
            }
            let waited = deadline.wait(pause).await;
            // In less time nobody answers, and it would look like the platform's silence.
            if !waited || deadline.left() < Duration::from_millis(200) {
                return Err(timed_out(&job, deadline));
            }
            job = self
                .call(&request, &asked_for(&id), deadline, listener)
                .await
                .map_err(|problem| problem.job(&id))?;
            request.may_lag = false;
        }
    }

    /// Registers a webhook, unless the platform has it. It is never sent a second time while it is
    /// not known what became of the first.
    ///
    /// # Errors
    ///
    /// Those of [`Self::job`].
    pub async fn subscribe(
        &self,
        webhook: &Webhook,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<RegisteredWebhook, Problem> {
        self.redactor.hide(&webhook.secret);
        let request = request::subscribe(&self.tenant, webhook);
        let endpoints = &self.tenant.endpoints;
        let read = |response: &Response| {
            answer::subscribed(response, endpoints).map_err(|why| UnusableAnswer::Unnamed(why, None))
        };
        let mut trying = RetryLoop::new(&request, deadline, listener);
        let mut renewed = false;
        loop {
            let listed = self.registered(webhook, deadline, listener).await?;
            if let WebhookLookup::Found(there) = listed {
                return Ok(RegisteredWebhook { was_there: true, ..there });
            }
            match self.once(&request, &read, &mut renewed, deadline, listener).await? {
                NextStep::Done(made) => {
                    return Ok(RegisteredWebhook { id: made.id, events: made.events, was_there: false });
                }
                // It is registered; what it is called may stand in the list.
                NextStep::Stop(problem) if *problem.code == codes::SENT_UNKNOWN => {
                    let unnamed = RegisteredWebhook { id: None, events: Vec::new(), was_there: false };
                    return Ok(match self.registered(webhook, deadline, listener).await {
                        Ok(WebhookLookup::Found(there)) => there,
                        _ => unnamed,
                    });
                }
                NextStep::Stop(problem) if *problem.code == codes::CONFLICT => {
                    return self.there_or(problem, webhook, deadline, listener).await;
                }
                NextStep::Again(reason) if *reason.code == codes::CONFLICT => {
                    let problem = reason.into_problem(&request, 1, Duration::ZERO);
                    return self.there_or(problem, webhook, deadline, listener).await;
                }
                NextStep::Stop(problem) => return Err(problem),
                NextStep::Renew => {}
                NextStep::Again(reason) => {
                    // Without a list nobody can tell whether this one was carried out.
                    let is_safe =
                        matches!(listed, WebhookLookup::Missing) || *reason.code == codes::RATE_LIMITED;
                    if !is_safe {
                        return Err(reason.into_problem(&request, 1, Duration::ZERO));
                    }
                    trying.again(reason).await?;
                }
            }
        }
    }

    /// A webhook that the platform refuses as one that is there, if its list has it.
    async fn there_or(
        &self,
        problem: Problem,
        webhook: &Webhook,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<RegisteredWebhook, Problem> {
        match self.registered(webhook, deadline, listener).await {
            Ok(WebhookLookup::Found(there)) => Ok(RegisteredWebhook { was_there: true, ..there }),
            _ => Err(problem),
        }
    }

    /// Whether the platform has a webhook already.
    async fn registered(
        &self,
        webhook: &Webhook,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<WebhookLookup, Problem> {
        let list = match self.subscriptions(deadline, listener).await {
            Ok(list) => list,
            Err(problem) if problem.is_absent => return Ok(WebhookLookup::NoList),
            Err(problem) => return Err(problem),
        };
        let tells_all = |one: &Subscription| {
            one.events.is_empty()
                || request::EVENTS.iter().all(|event| one.events.iter().any(|one| one == event))
        };
        let same = |one: &Subscription| one.url.parse().is_ok_and(|url: url::Url| url == webhook.url);
        let found = list.into_iter().find(|one| same(one) && tells_all(one));
        Ok(found.map_or(WebhookLookup::Missing, |one| {
            WebhookLookup::Found(RegisteredWebhook { id: one.id, events: one.events, was_there: false })
        }))
    }

    /// The registered webhooks, of all pages.
    ///
    /// # Errors
    ///
    /// Those of [`Self::job`].
    pub async fn subscriptions(
        &self,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Vec<Subscription>, Problem> {
        let mut all = Vec::new();
        let mut seen = 0;
        for _ in 0..MOST_PAGES {
            let request = request::subscriptions(&self.tenant, seen);
            let read = |response: &Response| Ok(answer::subscriptions(&response.body)?);
            let page = self.call(&request, &read, deadline, listener).await?;
            seen += page.length;
            all.extend(page.subscriptions);
            if page.length == 0 || page.total.is_none_or(|total| total <= seen) {
                break;
            }
        }
        Ok(all)
    }

    /// Removes a webhook.
    ///
    /// # Errors
    ///
    /// Those of [`Self::job`].
    pub async fn unsubscribe(
        &self,
        id: &str,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<(), Problem> {
        self.call(&request::unsubscribe(&self.tenant, id), &|_: &Response| Ok(()), deadline, listener).await
    }

    /// Makes a request with the shared token, which is renewed once where it is refused.
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

    /// One try. `Renew` says that the token was forgotten and the next try has a new one.
    async fn once<T>(
        &self,
        request: &Request,
        read: &(impl Fn(&Response) -> Result<T, UnusableAnswer> + Sync),
        renewed: &mut bool,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<NextStep<T>, Problem> {
        let token = self.tokens.get(async || self.ask_for_token(deadline, listener).await).await;
        // Without a token nothing is sent, and nothing is learnt of what the request names.
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
            // A token is read from the answer as it came; whatever else is done with one is done
            // without what it must not say.
            let read_raw = match &outcome {
                Ok(response) if response.status < 300 => Some(answer::token(&response.body)),
                _ => None,
            };
            let (outcome, heard) = self.received(outcome);
            let read = |response: &Response| match read_raw {
                Some(Ok(granted)) => Ok(granted),
                Some(Err(NoToken::Unread(why))) => Err(UnusableAnswer::Odd(why)),
                // What a refusal says is shown.
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

/// What a list of webhooks says of one.
enum WebhookLookup {
    Found(RegisteredWebhook),
    Missing,
    /// The platform lists none.
    NoList,
}

/// Reads the job that was asked for.
fn asked_for(id: &str) -> impl Fn(&Response) -> Result<Job, UnusableAnswer> + Sync + use<'_> {
    move |response| Ok(answer::job_asked(response, id)?)
}

fn failed(job: &Job) -> Problem {
    let help = match job.refusal.is_about_lock() {
        true => LOCKED,
        false => "correct what the platform names, and submit again",
    };
    let message = format!("the platform gave job {} up{}", job.id, job.refusal.why());
    Problem::new(&codes::JOB_FAILED, message, help).refused(job.refusal.clone())
}

fn without_flow(job: &Job) -> Problem {
    let problem = Problem::new(
        &codes::UNEXPECTED_ANSWER,
        format!("job {} is completed, but it does not name a flow", job.id),
        "nothing is sent again: look for the flow on the platform, and note it with `cxflowc submit FILE --adopt FLOW_ID`; if it is not there, --send-again sends it once more",
    );
    Problem { has_ended: true, ..problem.job(&job.id) }
}

fn timed_out(job: &Job, deadline: Deadline) -> Problem {
    let known = if job.is_known() { "" } else { ", a state that this version does not know" };
    let asks = job.wait.filter(|asked| *asked > deadline.left());
    let asks =
        asks.map(|asked| format!(", and the platform asks to wait {}", lasting(asked))).unwrap_or_default();
    Problem::new(
        &codes::JOB_TIMEOUT,
        format!(
            "job {} was not done after {}; it was {}{known}{asks}",
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

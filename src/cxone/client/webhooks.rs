//! Webhooks: registered once, listed and removed.

use std::time::Duration;

use super::{Client, MOST_PAGES};
use crate::cxone::answer::{self, Subscription};
use crate::cxone::next_step::{NextStep, UnusableAnswer};
use crate::cxone::progress::ProgressListener;
use crate::cxone::request;
use crate::cxone::response::Response;
use crate::cxone::retry_loop::RetryLoop;
use crate::cxone::tenant::Webhook;
use crate::cxone::{Deadline, Problem, codes};

/// A webhook that the platform tells of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredWebhook {
    /// Its id, if the platform names one.
    pub id: Option<String>,
    /// Its events, as far as the platform names them.
    pub events: Vec<String>,
    /// Whether it was registered before.
    pub was_there: bool,
}

impl Client {
    /// Registers a webhook, unless the platform has it. It is not sent again while nobody can tell whether
    /// the first request was carried out.
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
                // It is registered, and the list may have its id.
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
                    // Without a list nobody can tell whether the request was carried out.
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

    /// The registered webhook, if the platform refuses a new one and its list has the same.
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
}

/// Whether the list of webhooks has a certain one.
enum WebhookLookup {
    Found(RegisteredWebhook),
    Missing,
    /// The platform has no list.
    NoList,
}

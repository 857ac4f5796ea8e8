//! Registers, lists and removes webhooks.

use std::time::Duration;

use super::{Client, MAX_PAGES};
use crate::cxone::answer::{self, Subscription};
use crate::cxone::next_step::{NextStep, UnusableAnswer};
use crate::cxone::progress::ProgressListener;
use crate::cxone::request;
use crate::cxone::response::Response;
use crate::cxone::retry_loop::RetryLoop;
use crate::cxone::tenant::Webhook;
use crate::cxone::{Deadline, Problem, codes};

/// A webhook that the platform notifies of changes.
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
    /// Registers a webhook, unless the platform has it. The request is not repeated while it is unclear
    /// whether the first one was carried out.
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
        self.caller.hide(&webhook.secret);
        let request = request::subscribe(&self.tenant, webhook);
        let endpoints = &self.tenant.endpoints;
        let read = |response: &Response| {
            answer::subscribed(response, endpoints).map_err(|reason| UnusableAnswer::Unnamed(reason, None))
        };
        let mut retries = RetryLoop::new(&request, deadline, listener);
        let mut renewed = false;
        loop {
            let listed = self.find_registered(webhook, deadline, listener).await?;
            if let WebhookLookup::Found(existing) = listed {
                return Ok(RegisteredWebhook { was_there: true, ..existing });
            }
            let next =
                self.caller.attempt(&self.tenant, &request, &read, &mut renewed, deadline, listener).await?;
            match next {
                NextStep::Done(created) => {
                    return Ok(RegisteredWebhook {
                        id: created.id,
                        events: created.events,
                        was_there: false,
                    });
                }
                // It is registered, and the list may have its id.
                NextStep::Stop(problem) if *problem.code == codes::SENT_UNKNOWN => {
                    let unnamed = RegisteredWebhook { id: None, events: Vec::new(), was_there: false };
                    return Ok(match self.find_registered(webhook, deadline, listener).await {
                        Ok(WebhookLookup::Found(existing)) => existing,
                        _ => unnamed,
                    });
                }
                NextStep::Stop(problem) if *problem.code == codes::CONFLICT => {
                    return self.existing_or(problem, webhook, deadline, listener).await;
                }
                NextStep::Again(reason) if *reason.code == codes::CONFLICT => {
                    let problem = reason.into_problem(&request, 1, Duration::ZERO);
                    return self.existing_or(problem, webhook, deadline, listener).await;
                }
                NextStep::Stop(problem) => return Err(problem),
                NextStep::Renew => {}
                NextStep::Again(reason) => {
                    // Without a list it is unclear whether the request was carried out.
                    let is_safe =
                        matches!(listed, WebhookLookup::Missing) || *reason.code == codes::RATE_LIMITED;
                    if !is_safe {
                        return Err(reason.into_problem(&request, 1, Duration::ZERO));
                    }
                    retries.again(reason).await?;
                }
            }
        }
    }

    /// The registered webhook, if the platform refuses a new one and its list has the same.
    async fn existing_or(
        &self,
        problem: Problem,
        webhook: &Webhook,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<RegisteredWebhook, Problem> {
        match self.find_registered(webhook, deadline, listener).await {
            Ok(WebhookLookup::Found(existing)) => Ok(RegisteredWebhook { was_there: true, ..existing }),
            _ => Err(problem),
        }
    }

    /// Looks for the webhook in the platform's list.
    async fn find_registered(
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
        let has_all_events = |subscription: &Subscription| {
            subscription.events.is_empty()
                || request::EVENTS.iter().all(|event| subscription.events.iter().any(|own| own == event))
        };
        let is_same = |subscription: &Subscription| {
            subscription.url.parse().is_ok_and(|url: url::Url| url == webhook.url)
        };
        let found =
            list.into_iter().find(|subscription| is_same(subscription) && has_all_events(subscription));
        Ok(found.map_or(WebhookLookup::Missing, |subscription| {
            WebhookLookup::Found(RegisteredWebhook {
                id: subscription.id,
                events: subscription.events,
                was_there: false,
            })
        }))
    }

    /// The registered webhooks on all pages.
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
        for _ in 0..MAX_PAGES {
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

/// The result of looking for a webhook in the list.
enum WebhookLookup {
    Found(RegisteredWebhook),
    Missing,
    /// The platform has no list.
    NoList,
}

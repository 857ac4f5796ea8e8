//! Registered webhooks.

use serde_json::Value;

use super::fields::{json, layers, named};
use crate::cxone::id;
use crate::cxone::refusal::LONGEST_TEXT;
use crate::cxone::response::Response;
use crate::cxone::tenant::Endpoints;
use crate::cxone::wording::clean;

/// How many subscriptions of one answer are read.
const MOST_SUBSCRIPTIONS: usize = 1000;

/// A registered webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id, if it is fit to be shown and sent.
    pub id: Option<String>,
    /// Where its events go.
    pub url: String,
    /// Which events.
    pub events: Vec<String>,
}

/// Reads a registered webhook. Its id may be in `Location` only.
///
/// # Errors
///
/// What is missing.
pub fn subscribed(response: &Response, endpoints: &Endpoints) -> Result<Subscription, String> {
    let value = match &response.fault {
        None => json(&response.body),
        Some(fault) => Err(format!("its body {}", fault.of_body())),
    };
    let read = value
        .as_ref()
        .ok()
        .and_then(|value| layers(value).into_iter().map(one_subscription).find(|one| one.id.is_some()));
    let located = || {
        let id = endpoints.subscription_at(response.location.as_deref()?)?;
        Some(Subscription { id: Some(id), url: String::new(), events: Vec::new() })
    };
    read.or_else(located).ok_or_else(|| match value {
        Ok(_) => "it has no subscription `id`".to_owned(),
        Err(why) => why,
    })
}

/// A page of the registered webhooks.
#[derive(Debug)]
pub struct WebhookPage {
    /// All of them, also those without a usable id or address.
    pub subscriptions: Vec<Subscription>,
    /// How many the page has in all.
    pub length: usize,
    /// How many there are, if the answer says so.
    pub total: Option<usize>,
}

/// Reads registered webhooks: a list, or an object that holds one.
///
/// # Errors
///
/// That there is no list.
pub fn subscriptions(body: &[u8]) -> Result<WebhookPage, String> {
    let value = json(body)?;
    let inside = ["subscriptions", "items", "data", "results", "webhooks"];
    let list = value.as_array().or_else(|| inside.iter().find_map(|key| named(&value, &[key])?.as_array()));
    let list = list.ok_or("it is not a list of subscriptions")?;
    let total = named(&value, &["total", "totalcount"]).and_then(Value::as_u64);
    Ok(WebhookPage {
        subscriptions: list.iter().take(MOST_SUBSCRIPTIONS).map(one_subscription).collect(),
        length: list.len(),
        total: total.and_then(|total| usize::try_from(total).ok()),
    })
}

fn one_subscription(value: &Value) -> Subscription {
    let events = named(value, &["eventtypes", "events"]).and_then(Value::as_array);
    let events = events.map(Vec::as_slice).unwrap_or_default();
    let url = named(value, &["url", "callbackurl", "targeturl", "endpoint"]).and_then(Value::as_str);
    Subscription {
        id: named(value, &["id", "subscriptionid"]).and_then(id::of),
        url: url.map(|url| clean(url, LONGEST_TEXT)).unwrap_or_default(),
        events: events.iter().take(50).filter_map(|event| Some(clean(event.as_str()?, 60))).collect(),
    }
}

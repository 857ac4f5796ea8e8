//! `cxflowc webhook`

use serde_json::json;

use crate::cli::args::{ResultFormat, WebhookVerb};
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::connection;
use crate::cli::deployment::platform::{self, PlatformContext};
use crate::cli::deployment::reached::{HandoverListener, StageTracker, SubmissionStage};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::cxone::answer::Subscription;
use crate::cxone::{Client, Deadline, Problem, RegisteredWebhook, Webhook};

pub fn run(verb: &WebhookVerb, terminal: &mut Terminal) -> VerbResult {
    let terminal = &*terminal;
    let common = match verb {
        WebhookVerb::Register { common, .. }
        | WebhookVerb::List { common, .. }
        | WebhookVerb::Delete { common, .. } => common,
    };
    // Errors of the command line come before what the environment lacks.
    let url = match verb {
        WebhookVerb::Register { url, .. } => Some(connection::webhook_url(url, "webhook register")?),
        _ => None,
    };
    let platform_context = match PlatformContext::new(common, terminal)? {
        Ok(platform_context) => platform_context,
        Err(status) => return Ok(status),
    };
    let webhook = match url {
        Some(url) => {
            Some(Webhook { url, secret: connection::webhook_secret(platform_context.environment.as_ref())? })
        }
        None => None,
    };
    let deadline = Deadline::after(common.time.timeout);
    let reached = StageTracker::default();
    let work = async {
        let client = match platform_context.client() {
            Ok(client) => client,
            Err(problem) => return Ok(Err(problem)),
        };
        match (verb, &webhook) {
            (WebhookVerb::Register { format, .. }, Some(webhook)) => {
                reached.advance_to(SubmissionStage::UnderWay);
                let listener = HandoverListener { listener: &(), reached: &reached, sent_before: true };
                let registered = client.subscribe(webhook, deadline, &listener).await;
                register(registered, &platform_context, webhook, *format, terminal)
            }
            (WebhookVerb::Delete { id, .. }, _) => {
                reached.advance_to(SubmissionStage::UnderWay);
                delete(&client, &platform_context, id, deadline, terminal).await
            }
            (WebhookVerb::List { format, .. }, _) => Ok(list(&client, *format, deadline, terminal).await),
            (WebhookVerb::Register { .. }, None) => Ok(Ok(ExitStatus::Done)),
        }
    };
    let outcome =
        platform::run(terminal, &common.messages, &reached, work, |problem| vec![problem.finding()]);
    if let Ok(ExitStatus::Interrupted) = outcome {
        let unknown = match verb {
            WebhookVerb::Register { .. } => "it is not known whether the webhook was registered:  ",
            WebhookVerb::Delete { .. } => "it is not known whether the webhook was removed:  ",
            WebhookVerb::List { .. } => "",
        };
        terminal.error(&format!("interrupted; {unknown}`cxflowc webhook list` asks the platform\n"));
    }
    outcome
}

type WebhookResult = Result<Result<ExitStatus, Problem>, Failure>;

fn register(
    registered: Result<RegisteredWebhook, Problem>,
    platform_context: &PlatformContext,
    webhook: &Webhook,
    format: ResultFormat,
    terminal: &Terminal,
) -> WebhookResult {
    let RegisteredWebhook { id, events, was_there } = match registered {
        Ok(registered) => registered,
        Err(problem) => return Ok(Err(problem)),
    };
    let (platform, url) = (platform_context.tenant.name(), webhook.url.as_str());
    // Recorded so that the next submission does not register it again.
    if platform_context.lock.exists() {
        platform_context.lock.change(|record| record.add_webhook(platform, url, id.as_deref()))?;
    }
    if was_there {
        terminal.closing("it was already registered");
    }
    print_webhook(id.as_deref(), url, &events, format, terminal);
    Ok(Ok(ExitStatus::Done))
}

async fn delete(
    client: &Client,
    platform_context: &PlatformContext,
    id: &str,
    deadline: Deadline,
    terminal: &Terminal,
) -> WebhookResult {
    if let Err(problem) = client.unsubscribe(id, deadline, &()).await {
        return Ok(Err(problem));
    }
    if platform_context.lock.exists() {
        platform_context.lock.change(|record| record.remove_webhook(platform_context.tenant.name(), id))?;
    }
    terminal.closing(&format!("{id}: removed"));
    Ok(Ok(ExitStatus::Done))
}

async fn list(
    client: &Client,
    format: ResultFormat,
    deadline: Deadline,
    terminal: &Terminal,
) -> Result<ExitStatus, Problem> {
    let subscriptions = client.subscriptions(deadline, &()).await?;
    if subscriptions.is_empty() {
        terminal.closing("no webhooks");
    }
    let text_or = |text: &Option<String>, instead: &str| text.clone().unwrap_or_else(|| instead.to_owned());
    for Subscription { id, url, events } in &subscriptions {
        match format {
            ResultFormat::Text => {
                let id = text_or(id, "(its id is missing or cannot be shown)");
                let url = text_or(&Some(url.clone()).filter(|url| !url.is_empty()), "(no address)");
                print_webhook(Some(&id), &url, events, format, terminal);
            }
            ResultFormat::Json => print_webhook(id.as_deref(), url, events, format, terminal),
        }
    }
    Ok(ExitStatus::Done)
}

fn print_webhook(id: Option<&str>, url: &str, events: &[String], format: ResultFormat, terminal: &Terminal) {
    let line = match format {
        ResultFormat::Text => {
            let id = id.unwrap_or("registered, without an id in the answer");
            let events = if events.is_empty() { String::new() } else { format!("  {}", events.join(", ")) };
            format!("{id}  {url}{events}")
        }
        ResultFormat::Json => json!({ "id": id, "url": url, "event_types": events }).to_string(),
    };
    terminal.result(&format!("{line}\n"));
}

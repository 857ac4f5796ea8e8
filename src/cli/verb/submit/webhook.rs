//! The webhook of a submission: registered once for each platform.

use std::sync::Arc;

use tokio::time::Instant;

use super::ResultReporter;
use super::deliver::{Run, Submission};
use super::prepare::locks;
use super::run_log::{self, milliseconds};
use crate::audit::Action;
use crate::cli::Failure;
use crate::cli::deployment::reached::{HandoverListener, StageTracker, SubmissionStage};
use crate::cli::process::runtime::Stop;
use crate::cxone::{Client, Deadline, Problem, RegisteredWebhook, Webhook, codes};
use crate::metrics::Stage;

/// Registers the webhook unless the lock has it. If that fails, the flows are in place nonetheless.
pub async fn register(
    run: &Run,
    client: &Client,
    submissions: &[Arc<Submission>],
    webhook: &Webhook,
    results: &mut ResultReporter<'_>,
    stop: &Stop,
) -> Result<(), Failure> {
    let locks = locks(submissions.iter().map(|submission| &**submission));
    let platform = client.tenant().name();
    let url = webhook.url.as_str();
    let mut is_known = !locks.is_empty();
    for lock in &locks {
        is_known &= lock.read()?.has_webhook(platform, url);
    }
    let Some(first) = submissions.first().filter(|_| !is_known) else { return Ok(()) };
    let began = Instant::now();
    let reached = StageTracker::default();
    reached.advance_to(SubmissionStage::UnderWay);
    let listener = HandoverListener { listener: &(), reached: &reached, sent_before: true };
    let registered = tokio::select! {
        biased;
        registered = client.subscribe(webhook, Deadline::after(run.timeout), &listener) => registered,
        () = reached.until_interruptible(stop, &()) => {
            results.interruption(&format!(
                "the webhook {url}: interrupted before the platform answered; the next submission checks whether it is registered"
            ));
            return Ok(());
        }
    };
    let took = began.elapsed();
    run.run_log.record_time(Stage::Webhook, took);
    // It is not about a flow, and so not about policies.
    let context = first.context.about_no_flow();
    let line = run_log::plain(&Arc::new(context), Action::Webhook, registered.is_ok())
        .metric("latency_ms", milliseconds(took));
    match registered {
        Ok(RegisteredWebhook { id, was_there, .. }) => {
            let with_id = id
                .as_ref()
                .map_or_else(|| ", without an id in the answer".to_owned(), |id| format!(" as {id}"));
            let before = if was_there { ", registered before" } else { "" };
            run.run_log.write(&line.detail(format!("{url}{with_id}{before}")), first.lock.as_ref())?;
            for lock in locks {
                lock.change(|record| record.add_webhook(platform, url, id.as_deref()))?;
            }
        }
        Err(problem) => {
            run.run_log.write(
                &line.code(codes::WEBHOOK_FAILED.id).detail(problem.log_text()),
                first.lock.as_ref(),
            )?;
            results.warning(&Problem::new(
                &codes::WEBHOOK_FAILED,
                format!("the webhook {url} is not registered: {}", problem.message),
                format!("{}; the next submission tries again", problem.help),
            ))?;
        }
    }
    Ok(())
}

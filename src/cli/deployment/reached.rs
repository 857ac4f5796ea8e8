//! Tracks how far a submission has got, so that an interruption can wait for the right moment.

use std::time::Duration;

use tokio::sync::watch;

use crate::cli::process::runtime::Stop;
use crate::cxone::{Progress, ProgressListener};

/// How long to wait for the answer to a request when the command is asked to end.
const GRACE: Duration = Duration::from_secs(3);

/// How far the submission of a payload has got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubmissionStage {
    /// Nothing was sent.
    Nothing,
    /// A request is under way, and its answer is pending.
    UnderWay,
    /// It was sent, but not answered.
    Unanswered,
    /// The platform accepted it as this job.
    Job(String),
}

/// The current stage of a submission.
pub struct StageTracker(watch::Sender<SubmissionStage>);

impl Default for StageTracker {
    fn default() -> Self {
        Self(watch::Sender::new(SubmissionStage::Nothing))
    }
}

impl StageTracker {
    /// Sets the stage.
    pub fn advance_to(&self, reached: SubmissionStage) {
        self.0.send_replace(reached);
    }

    /// The current stage.
    pub fn now(&self) -> SubmissionStage {
        self.0.borrow().clone()
    }

    /// Resolves when the work may be interrupted: somebody asked for that, and no answer is expected in the
    /// next moment that would tell the result.
    pub async fn until_interruptible(&self, stop: &Stop, listener: &dyn ProgressListener) {
        stop.requested(1).await;
        if self.now() != SubmissionStage::UnderWay {
            return;
        }
        listener.on_progress(&Progress::Note(
            "waiting up to 3 s for the platform's answer; press Ctrl-C again to end at once",
        ));
        let mut reached = self.0.subscribe();
        tokio::select! {
            _ = reached.wait_for(|reached| *reached != SubmissionStage::UnderWay) => {}
            () = stop.requested(2) => {}
            () = tokio::time::sleep(GRACE) => {}
        }
    }
}

/// Tracks the stage of a payload that is being submitted, and passes progress on.
pub struct HandoverListener<'a> {
    pub listener: &'a dyn ProgressListener,
    pub reached: &'a StageTracker,
    /// Whether an earlier run may have submitted it.
    pub sent_before: bool,
}

impl ProgressListener for HandoverListener<'_> {
    fn on_progress(&self, progress: &Progress<'_>) {
        match progress {
            Progress::Requesting => self.reached.advance_to(SubmissionStage::UnderWay),
            // A failed try gets no other answer.
            Progress::Waiting { is_settled: true, .. } if !self.sent_before => {
                self.reached.advance_to(SubmissionStage::Nothing)
            }
            Progress::Waiting { .. } => self.reached.advance_to(SubmissionStage::Unanswered),
            Progress::JobStatus(_) | Progress::Note(_) => {}
        }
        self.listener.on_progress(progress);
    }
}

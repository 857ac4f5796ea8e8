//! How far something got that is handed over, for whoever ends the command.

use std::time::Duration;

use tokio::sync::watch;

use crate::cli::process::runtime::Stop;
use crate::cxone::{Progress, ProgressListener};

/// How long the answer to what was just sent is waited for when the command is asked to end.
const GRACE: Duration = Duration::from_secs(3);

/// How far a payload got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubmissionStage {
    /// Nothing of it was sent.
    Nothing,
    /// It is being handed over, and the answer is to come.
    UnderWay,
    /// It was sent, and not answered.
    Unanswered,
    /// The platform has it under this job.
    Job(String),
}

/// How far a payload got up to now.
pub struct StageTracker(watch::Sender<SubmissionStage>);

impl Default for StageTracker {
    fn default() -> Self {
        Self(watch::Sender::new(SubmissionStage::Nothing))
    }
}

impl StageTracker {
    /// It got so far.
    pub fn advance_to(&self, reached: SubmissionStage) {
        self.0.send_replace(reached);
    }

    /// How far it is.
    pub fn now(&self) -> SubmissionStage {
        self.0.borrow().clone()
    }

    /// Ends when the work on it may be cut: somebody asked for that, and no answer is to come in the next
    /// moment that says what became of it.
    pub async fn until_interruptible(&self, stop: &Stop, listener: &dyn ProgressListener) {
        stop.asked(1).await;
        if self.now() != SubmissionStage::UnderWay {
            return;
        }
        listener.on_progress(&Progress::Notes(
            "the platform's answer is waited for, 3 s at most; ask again to end at once",
        ));
        let mut reached = self.0.subscribe();
        tokio::select! {
            _ = reached.wait_for(|reached| *reached != SubmissionStage::UnderWay) => {}
            () = stop.asked(2) => {}
            () = tokio::time::sleep(GRACE) => {}
        }
    }
}

/// ProgressListener of a payload that is being handed over.
pub struct HandoverListener<'a> {
    pub listener: &'a dyn ProgressListener,
    pub reached: &'a StageTracker,
    /// Whether it may have been taken in an earlier run.
    pub sent_before: bool,
}

impl ProgressListener for HandoverListener<'_> {
    fn on_progress(&self, progress: &Progress<'_>) {
        match progress {
            Progress::Asks => self.reached.advance_to(SubmissionStage::UnderWay),
            // A try that failed is answered by nothing more.
            Progress::Waits { is_settled: true, .. } if !self.sent_before => {
                self.reached.advance_to(SubmissionStage::Nothing)
            }
            Progress::Waits { .. } => self.reached.advance_to(SubmissionStage::Unanswered),
            Progress::Stands(_) | Progress::Notes(_) => {}
        }
        self.listener.on_progress(progress);
    }
}

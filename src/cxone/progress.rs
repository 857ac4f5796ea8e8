//! Progress of requests that are under way.

use std::time::Duration;

use super::answer::Job;

/// A step of the work.
#[derive(Debug)]
pub enum Progress<'a> {
    /// A request is about to be made.
    Requesting,
    /// A wait before another try.
    Waiting {
        /// Why.
        reason: &'a str,
        /// How long.
        time: Duration,
        /// Whether it is certain that none of the tries was carried out.
        is_settled: bool,
    },
    /// The state of the job.
    JobStatus(&'a Job),
    /// Something that users should know although nothing is wrong.
    Note(&'a str),
}

/// Receives progress.
pub trait ProgressListener: Sync {
    /// Receives a step.
    fn on_progress(&self, progress: &Progress<'_>);
}

/// Ignores progress.
impl ProgressListener for () {
    fn on_progress(&self, _: &Progress<'_>) {}
}

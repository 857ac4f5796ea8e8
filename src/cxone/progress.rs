//! What is told while a request is under way.

use std::time::Duration;

use super::answer::Job;

/// What happens meanwhile.
#[derive(Debug)]
pub enum Progress<'a> {
    /// A request is about to be made.
    Asks,
    /// A wait before another try.
    Waits {
        /// Why.
        why: &'a str,
        /// How long.
        time: Duration,
        /// Whether it is certain that none of the tries was carried out.
        is_settled: bool,
    },
    /// How the job stands.
    Stands(&'a Job),
    /// Something that people should know although nothing is wrong.
    Notes(&'a str),
}

/// Who wants to hear what happens meanwhile.
pub trait ProgressListener: Sync {
    /// Is told.
    fn on_progress(&self, progress: &Progress<'_>);
}

/// Nobody.
impl ProgressListener for () {
    fn on_progress(&self, _: &Progress<'_>) {}
}

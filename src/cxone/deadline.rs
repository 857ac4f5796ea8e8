//! The time limit of the work.

use std::time::Duration;

use tokio::time::Instant;

/// A point in time that bounds every wait and every request.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    until: Instant,
    whole: Duration,
}

impl Deadline {
    /// A deadline after this time; a year at most.
    pub fn after(whole: Duration) -> Self {
        let whole = whole.min(Duration::from_secs(365 * 24 * 60 * 60));
        Self { until: Instant::now() + whole, whole }
    }

    /// The time that is left.
    pub fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// The time that it had at the beginning.
    pub fn whole(&self) -> Duration {
        self.whole
    }

    /// Waits, but not past the deadline. Returns whether the whole wait fitted.
    pub async fn wait(&self, wanted: Duration) -> bool {
        let left = self.left();
        tokio::time::sleep(wanted.min(left)).await;
        wanted <= left
    }
}

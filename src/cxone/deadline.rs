//! Until when the work may take.

use std::time::Duration;

use tokio::time::Instant;

/// A point in time that bounds every wait and every request.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    until: Instant,
    whole: Duration,
}

impl Deadline {
    /// So long from now on; a year at most.
    pub fn after(whole: Duration) -> Self {
        let whole = whole.min(Duration::from_secs(365 * 24 * 60 * 60));
        Self { until: Instant::now() + whole, whole }
    }

    /// How much time is left.
    pub fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// How long it was from the beginning.
    pub fn whole(&self) -> Duration {
        self.whole
    }

    /// Waits, but not past the end. Whether the whole wait fitted in.
    pub async fn wait(&self, wanted: Duration) -> bool {
        let left = self.left();
        tokio::time::sleep(wanted.min(left)).await;
        wanted <= left
    }
}

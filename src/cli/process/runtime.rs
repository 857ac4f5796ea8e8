//! Runs the verbs that connect to a platform until they are done or interrupted.

use tokio::sync::watch;

use crate::cli::Failure;
use crate::cli::process::signals::{self, EndSignals};
use crate::cli::process::threads;

/// How the work ended.
pub enum WorkEnd<T> {
    /// It finished.
    Done(T),
    /// Somebody pressed Ctrl-C, or the system asked the process to end.
    Interrupted,
}

/// Counts how often somebody pressed Ctrl-C or the system asked the process to end.
#[derive(Clone)]
pub struct Stop(watch::Receiver<u32>);

impl Stop {
    /// Whether the work was asked to end.
    pub fn is_requested(&self) -> bool {
        *self.0.borrow() > 0
    }

    /// Resolves once the work was asked to end this many times.
    pub async fn requested(&self, times: u32) {
        let mut requests = self.0.clone();
        if requests.wait_for(|count| *count >= times).await.is_err() {
            // Nobody listens for signals, so none will come.
            std::future::pending::<()>().await;
        }
    }
}

/// Runs `work`, which opens up to `connections` connections at once, until it is done or interrupted. It is
/// only interrupted at an await point.
pub fn run<T>(connections: usize, work: impl Future<Output = T>) -> Result<WorkEnd<T>, Failure> {
    drive(connections, async |stop: Stop| {
        tokio::select! {
            biased;
            done = work => WorkEnd::Done(done),
            () = stop.requested(1) => WorkEnd::Interrupted,
        }
    })
}

/// Runs `work`, which opens up to `connections` connections at once and ends by itself on request.
pub fn drive<T>(connections: usize, work: impl AsyncFnOnce(Stop) -> T) -> Result<T, Failure> {
    threads::check_thread_and_file_limits(connections)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot start: {error}")))?;
    let before = signals::ends();
    let done = runtime.block_on(work(Stop(signals::requests())));
    signals::end(if before == EndSignals::ByDefault { before } else { EndSignals::Soon });
    // A pending name lookup must not keep the process alive.
    runtime.shutdown_background();
    Ok(done)
}

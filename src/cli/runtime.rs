//! What runs the verbs that speak to a platform, until they are done or somebody stops them.

use super::Failure;

/// Whether the work ended by itself.
pub enum Ended<T> {
    /// It did.
    Done(T),
    /// Somebody pressed Ctrl-C, or the system asked to end.
    Interrupted,
}

/// Runs `work` until it is done or interrupted.
pub fn run<T>(work: impl Future<Output = T>) -> Result<Ended<T>, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot start: {error}")))?;
    let ended = runtime.block_on(async {
        tokio::select! {
            done = work => Ended::Done(done),
            () = interruption() => Ended::Interrupted,
        }
    });
    // What still looks up a name must not keep the command.
    runtime.shutdown_background();
    Ok(ended)
}

/// Ends when somebody presses Ctrl-C, or the system asks to end.
async fn interruption() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

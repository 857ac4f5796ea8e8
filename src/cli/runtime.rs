//! What runs the verbs that speak to a platform, until they are done or somebody stops them.

use super::temporary::EndsByItself;
#[cfg(unix)]
use super::temporary::is_ignored;
use super::{Failure, threads};

/// SIGHUP.
#[cfg(unix)]
const HANG_UP: i32 = 1;

/// Whether the work ended by itself.
pub enum Ended<T> {
    /// It did.
    Done(T),
    /// Somebody pressed Ctrl-C, or the system asked to end.
    Interrupted,
}

/// Runs `work`, which has so many connections at once, until it is done or interrupted.
pub fn run<T>(connections: usize, work: impl Future<Output = T>) -> Result<Ended<T>, Failure> {
    threads::spare(connections)?;
    // From here on the work ends by itself.
    let _ends = EndsByItself::begin();
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
        // A terminal that is closed hangs up, unless that is to be ignored, as with `nohup`.
        let hangs_up = !is_ignored(HANG_UP);
        if let (Ok(mut terminate), Ok(mut hang_up)) =
            (signal(SignalKind::terminate()), hangs_up.then(|| signal(SignalKind::hangup())).transpose())
        {
            let hung_up = async {
                match &mut hang_up {
                    Some(hang_up) => drop(hang_up.recv().await),
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
                () = hung_up => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

//! Runs the verbs that connect to a platform until they are done or interrupted.

use tokio::sync::watch;

use crate::cli::Failure;
#[cfg(unix)]
use crate::cli::process::signals::is_ignored;
use crate::cli::process::signals::{self, EndSignals};
use crate::cli::process::threads;

/// SIGHUP.
#[cfg(unix)]
const HANG_UP: i32 = 1;

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
    let done = runtime.block_on(async {
        let (requests, stop) = watch::channel(0);
        if let Ok(mut interruptions) = Interruptions::new() {
            // From now on the work handles requests to end.
            signals::end(EndSignals::ByItself);
            tokio::spawn(async move {
                loop {
                    interruptions.next().await;
                    requests.send_modify(|count| *count += 1);
                }
            });
        } else {
            signals::end(EndSignals::Saying("interrupted; run the same command to resume"));
        }
        work(Stop(stop)).await
    });
    signals::end(if before == EndSignals::ByDefault { before } else { EndSignals::Soon });
    // A pending name lookup must not keep the process alive.
    runtime.shutdown_background();
    Ok(done)
}

/// Ctrl-C, and the system's requests to end.
#[cfg(unix)]
struct Interruptions {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    /// Sent when the terminal closes; `None` if it is ignored, as with `nohup`.
    hang_up: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Interruptions {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let heeds_hang_up = !is_ignored(HANG_UP);
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: heeds_hang_up.then(|| signal(SignalKind::hangup())).transpose()?,
        })
    }

    async fn next(&mut self) {
        let Self { interrupt, terminate, hang_up } = self;
        let hung_up = async {
            match hang_up {
                Some(hang_up) => drop(hang_up.recv().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            () = hung_up => {}
        }
    }
}

/// Ctrl-C, Ctrl-Break, and the closing of the console.
#[cfg(windows)]
struct Interruptions {
    interrupt: tokio::signal::windows::CtrlC,
    terminate: tokio::signal::windows::CtrlBreak,
    hang_up: tokio::signal::windows::CtrlClose,
}

#[cfg(windows)]
impl Interruptions {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close};
        Ok(Self { interrupt: ctrl_c()?, terminate: ctrl_break()?, hang_up: ctrl_close()? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}

//! What runs the verbs that speak to a platform, until they are done or somebody stops them.

use tokio::sync::watch;

use crate::cli::Failure;
#[cfg(unix)]
use crate::cli::process::signals::is_ignored;
use crate::cli::process::signals::{self, EndSignals};
use crate::cli::process::threads;

/// SIGHUP.
#[cfg(unix)]
const HANG_UP: i32 = 1;

/// Whether the work ended by itself.
pub enum WorkEnd<T> {
    /// It did.
    Done(T),
    /// Somebody pressed Ctrl-C, or the system asked to end.
    Interrupted,
}

/// Whether somebody pressed Ctrl-C or the system asked to end, and how often.
#[derive(Clone)]
pub struct Stop(watch::Receiver<u32>);

impl Stop {
    /// Whether the work was asked to end.
    pub fn is_asked(&self) -> bool {
        *self.0.borrow() > 0
    }

    /// Ends once the work was asked to end so often.
    pub async fn asked(&self, times: u32) {
        let mut asked = self.0.clone();
        if asked.wait_for(|asked| *asked >= times).await.is_err() {
            // Nobody listens for signals, so that none comes.
            std::future::pending::<()>().await;
        }
    }
}

/// Runs `work`, which has so many connections at once, until it is done or interrupted. What it does between
/// two waits is done to its end.
pub fn run<T>(connections: usize, work: impl Future<Output = T>) -> Result<WorkEnd<T>, Failure> {
    drive(connections, async |stop: Stop| {
        tokio::select! {
            biased;
            done = work => WorkEnd::Done(done),
            () = stop.asked(1) => WorkEnd::Interrupted,
        }
    })
}

/// Runs `work`, which has so many connections at once, and ends by itself when it is asked to.
pub fn drive<T>(connections: usize, work: impl AsyncFnOnce(Stop) -> T) -> Result<T, Failure> {
    threads::check_thread_and_file_limits(connections)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot start: {error}")))?;
    let before = signals::ends();
    let done = runtime.block_on(async {
        let (tell, stop) = watch::channel(0);
        if let Ok(mut interruptions) = Interruptions::new() {
            // From here on the work ends by itself.
            signals::end(EndSignals::ByItself);
            tokio::spawn(async move {
                loop {
                    interruptions.next().await;
                    tell.send_modify(|asked| *asked += 1);
                }
            });
        } else {
            signals::end(EndSignals::Saying("interrupted; the same command goes on from here"));
        }
        work(Stop(stop)).await
    });
    signals::end(if before == EndSignals::Usually { before } else { EndSignals::Soon });
    // What still looks up a name must not keep the command.
    runtime.shutdown_background();
    Ok(done)
}

/// Ctrl-C, and the system's requests to end.
#[cfg(unix)]
struct Interruptions {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    /// A terminal that is closed hangs up, unless that is to be ignored, as with `nohup`.
    hang_up: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Interruptions {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let hangs_up = !is_ignored(HANG_UP);
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: hangs_up.then(|| signal(SignalKind::hangup())).transpose()?,
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

/// Ctrl-C, Ctrl-Break, and the end of the console.
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

//! Deals with limits on threads and open files.

use std::fs::File;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::cli::Failure;

/// Threads for name lookups, timers and signals, in addition to one per connection.
const EXTRA_THREADS: usize = 6;

/// Runs `work`, which handles several files at once, on as many threads as the system provides, at worst on
/// this one.
///
/// Does not use rayon's global pool, which panics for good if its threads cannot be created once.
pub fn run_on_many_threads<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let build = || ThreadPoolBuilder::new().build().ok();
    match POOL.get_or_init(build) {
        Some(pool) => pool.install(work),
        // This needs no new thread. It fails on a thread that belongs to a pool, where `work` can run
        // directly.
        None => match ThreadPoolBuilder::new().num_threads(1).use_current_thread().build() {
            Ok(pool) => pool.install(work),
            Err(_) => work(),
        },
    }
}

/// Fails if too few threads or open files are left for `connections` at once, so that work does not fail or
/// stall halfway.
pub fn check_thread_and_file_limits(connections: usize) -> Result<(), Failure> {
    let too_few = |resource: &str, limit: &str, error: &std::io::Error| {
        Failure::new(format!("too few {resource} are left: {error}"))
            .help(format!("see what `ulimit {limit}` says, and raise it"))
    };
    let files = 24 + 3 * connections;
    let mut held = Vec::new();
    for _ in 0..files {
        held.push(open_null_device().map_err(|error| too_few("open files", "-n", &error))?);
    }
    drop(held);
    let gate = Arc::new(Mutex::new(()));
    let closed = gate.lock().unwrap_or_else(PoisonError::into_inner);
    let mut threads = Vec::new();
    let mut failed = None;
    for _ in 0..EXTRA_THREADS + connections {
        let gate = Arc::clone(&gate);
        match thread::Builder::new().spawn(move || drop(gate.lock())) {
            Ok(thread) => threads.push(thread),
            Err(error) => {
                failed = Some(too_few("threads", "-u", &error));
                break;
            }
        }
    }
    drop(closed);
    for thread in threads {
        // The thread does nothing that can fail.
        let _ = thread.join();
    }
    failed.map_or(Ok(()), Err)
}

#[expect(clippy::disallowed_methods, reason = "tests whether a file can be opened at all")]
fn open_null_device() -> std::io::Result<File> {
    if cfg!(windows) { File::open("NUL") } else { File::open("/dev/null") }
}

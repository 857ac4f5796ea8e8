//! Threads and open files, of which there may be few left.

use std::fs::File;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::cli::Failure;

/// Threads that look up names, count time and wait for signals, besides one for each connection.
const BESIDES: usize = 6;

/// Does what works on several files at once, on as many threads as can be had; at worst on this one.
///
/// Not on rayon's own threads: where those cannot be made once, it panics for good.
pub fn run_on_many_threads<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let several = || ThreadPoolBuilder::new().build().ok();
    match POOL.get_or_init(several) {
        Some(pool) => pool.install(work),
        // This needs no thread. It fails on a thread that is such a pool already, and then is not needed.
        None => match ThreadPoolBuilder::new().num_threads(1).use_current_thread().build() {
            Ok(pool) => pool.install(work),
            Err(_) => work(),
        },
    }
}

/// Fails where there are too few threads or open files left for what begins now, which would end or wait in
/// the middle of it: `connections` at once, each with its files.
pub fn check_thread_and_file_limits(connections: usize) -> Result<(), Failure> {
    let too_few = |what: &str, limit: &str, error: &std::io::Error| {
        Failure::new(format!("too few {what} are left: {error}"))
            .help(format!("see what `ulimit {limit}` says, and raise it"))
    };
    let files = 24 + 3 * connections;
    let mut held = Vec::new();
    for _ in 0..files {
        held.push(file().map_err(|error| too_few("open files", "-n", &error))?);
    }
    drop(held);
    let gate = Arc::new(Mutex::new(()));
    let closed = gate.lock().unwrap_or_else(PoisonError::into_inner);
    let mut threads = Vec::new();
    let mut failed = None;
    for _ in 0..BESIDES + connections {
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
        // It does nothing that could fail.
        let _ = thread.join();
    }
    failed.map_or(Ok(()), Err)
}

#[expect(clippy::disallowed_methods, reason = "whether a file can be opened at all")]
fn file() -> std::io::Result<File> {
    if cfg!(windows) { File::open("NUL") } else { File::open("/dev/null") }
}

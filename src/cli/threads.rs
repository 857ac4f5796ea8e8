//! Threads and open files, of which there may be few left.

use std::fs::File;
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::thread;

use super::Failure;

/// Threads that look up names, count time and wait for signals, besides one for each connection.
const BESIDES: usize = 6;

/// Makes the threads that work on several files at once; where none can be had, this thread does all of it.
pub fn ready() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if rayon::ThreadPoolBuilder::new().build_global().is_err() {
            // Nothing is to be done where even that fails: no thread is needed for it.
            let _ = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global();
        }
    });
}

/// Fails where there are too few threads or open files left for what begins now, which would end or wait in
/// the middle of it: `connections` at once, each with its files.
pub fn spare(connections: usize) -> Result<(), Failure> {
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

//! Whether the process was started with its standard output closed.
//!
//! Rust's standard library opens `/dev/null` in place of streams that are closed, before `main`: afterwards
//! a payload that goes nowhere looks like one that was written. It opens it to read and write, as Python's
//! `subprocess.DEVNULL` does, so that in `main` nothing tells the one from the other.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

static OUTPUT_WAS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Fails if the process was started with its standard output closed: nobody can have a result.
pub fn check_output() -> io::Result<()> {
    if OUTPUT_WAS_CLOSED.load(Ordering::Relaxed) { Err(io::Error::other("it is closed")) } else { Ok(()) }
}

// Before `main` there is one thread, and nothing of the standard library is used but an atomic.
#[cfg(unix)]
ctor::declarative::ctor! {
    #[ctor(unsafe)]
    fn look_before_main() {
        let is_closed = rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err();
        OUTPUT_WAS_CLOSED.store(is_closed, Ordering::Relaxed);
    }
}

//! Whether the process was started with its standard output closed.
//!
//! Before `main`, Rust's standard library opens `/dev/null` in place of closed streams, so a payload that
//! goes nowhere would look written. It opens it for reading and writing, as Python's `subprocess.DEVNULL`
//! does, so `main` cannot tell the two apart.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

static OUTPUT_WAS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Fails if the process was started with its standard output closed, since its result would be lost.
pub fn check_output() -> io::Result<()> {
    if OUTPUT_WAS_CLOSED.load(Ordering::Relaxed) { Err(io::Error::other("it is closed")) } else { Ok(()) }
}

// Before `main` there is one thread, and of the standard library only an atomic is used.
#[cfg(unix)]
ctor::declarative::ctor! {
    #[ctor(unsafe)]
    fn look_before_main() {
        let is_closed = rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err();
        OUTPUT_WAS_CLOSED.store(is_closed, Ordering::Relaxed);
    }
}

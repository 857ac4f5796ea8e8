//! The operating system's lock on a log, with a limit on the wait.

use std::fs::{File, TryLockError};
use std::io;
use std::time::Duration;

/// How long to sleep between two tries.
const PAUSE: Duration = Duration::from_millis(5);
/// How often to try: for a minute. A holder of the lock only writes a few lines and syncs them.
const TRIES: u32 = 12_000;

/// Waits until no other process has the log locked.
pub fn exclusive(file: &File) -> io::Result<()> {
    wait(|| file.try_lock())
}

/// Waits until no process writes to the log.
pub fn shared(file: &File) -> io::Result<()> {
    wait(|| file.try_lock_shared())
}

fn wait(mut attempt: impl FnMut() -> Result<(), TryLockError>) -> io::Result<()> {
    for _ in 0..TRIES {
        match attempt() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::TimedOut, "another process has held its lock for a minute"))
}

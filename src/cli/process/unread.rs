//! Ends a verb that goes on, once nobody reads what it prints.
//!
//! Other verbs end soon by themselves, and their next write to a closed pipe is passed over. This one may not
//! write anything for hours.

#[cfg(unix)]
use std::time::Duration;

/// How often to look.
#[cfg(unix)]
const INTERVAL: Duration = Duration::from_millis(500);

/// Ends the process, quietly, when the pipe that is its standard output has no reader any more. Only the first
/// call counts. If no thread can be started, the process goes on.
#[cfg(unix)]
pub fn end_when_unread() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| drop(std::thread::Builder::new().name("unread".to_owned()).spawn(wait_and_end)));
}

/// Windows does not say whether a pipe has a reader.
#[cfg(windows)]
pub fn end_when_unread() {}

#[cfg(unix)]
fn wait_and_end() {
    while let Some(is_read) = has_reader() {
        if !is_read {
            // Held until the process ends, so that no new file is created.
            let _guard = crate::cli::files::being_written::remove_all();
            std::process::exit(0);
        }
        std::thread::sleep(INTERVAL);
    }
}

/// Whether somebody can read the standard output; `None` if it is no pipe. A terminal that is closed sends a
/// signal, which `nohup` ignores.
#[cfg(unix)]
fn has_reader() -> Option<bool> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::fs::{FileType, fstat};

    let output = rustix::stdio::stdout();
    let kind = FileType::from_raw_mode(fstat(output).ok()?.st_mode);
    if !matches!(kind, FileType::Fifo | FileType::Socket) {
        return None;
    }
    // macOS reports a closed pipe only if it is asked for an event.
    let mut polled = [PollFd::from_borrowed_fd(output, PollFlags::OUT)];
    let answer = poll(&mut polled, Some(&Timespec::default()));
    let [output] = polled;
    let is_closed = answer.is_ok() && output.revents().intersects(PollFlags::ERR | PollFlags::HUP);
    Some(!is_closed)
}

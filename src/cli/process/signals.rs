//! What signals do while a verb runs: what was being written goes away, and the process ends, in the verb's
//! own way where it has one.

use std::sync::mpsc::Sender;
use std::sync::{Mutex, Once, PoisonError};

/// How the process ends when it is asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndSignals {
    /// As any program does: by the signal.
    Usually,
    /// At once, with this line and status 130.
    Saying(&'static str),
    /// The work sees to it. Whoever asks a third time does not want to wait for it.
    ByItself,
    /// The work is done, and what is left takes a moment. Whoever asks a second time does not want to wait.
    Soon,
}

struct State {
    ends: EndSignals,
    /// How often the process was asked to end since that is so.
    asked: u32,
}

static STATE: Mutex<State> = Mutex::new(State { ends: EndSignals::Usually, asked: 0 });

/// Ends the process in this way from now on.
pub fn end(ends: EndSignals) {
    watch();
    *STATE.lock().unwrap_or_else(PoisonError::into_inner) = State { ends, asked: 0 };
}

/// How the process ends now.
pub fn ends() -> EndSignals {
    STATE.lock().unwrap_or_else(PoisonError::into_inner).ends
}

/// Begins to wait for signals, once. If that fails, signals do what they usually do, and the next run clears
/// the files of this one.
pub fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let (ready, is_ready) = std::sync::mpsc::channel();
        // The thread is there before a signal loses its effect.
        if std::thread::Builder::new().name("signals".to_owned()).spawn(move || listen(&ready)).is_ok() {
            let _ = is_ready.recv();
        }
    });
}

/// Listens for signals, and says when it has begun to.
#[cfg(unix)]
fn listen(ready: &Sender<()>) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    // What is ignored, as with `nohup`, stays so. A file that grows too large is an error where it is written.
    let wanted = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXFSZ];
    let wanted: Vec<i32> = wanted.into_iter().filter(|signal| !is_ignored(*signal)).collect();
    let Ok(mut signals) = Signals::new(wanted) else { return };
    let _ = ready.send(());
    for signal in signals.forever().filter(|signal| *signal != SIGXFSZ) {
        came(signal == SIGQUIT, || drop(emulate_default_handler(signal)));
    }
}

/// Listens for Ctrl-C, Ctrl-Break and the end of the console, and says when it has begun to.
#[cfg(windows)]
fn listen(ready: &Sender<()>) {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close};

    /// The status of a program that Ctrl-C ended (`STATUS_CONTROL_C_EXIT`, 0xC000013A).
    const ENDED: i32 = -1_073_741_510;

    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { return };
    runtime.block_on(async {
        let (Ok(mut interrupt), Ok(mut end), Ok(mut close)) = (ctrl_c(), ctrl_break(), ctrl_close()) else {
            return;
        };
        let _ = ready.send(());
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = end.recv() => {}
                _ = close.recv() => {}
            }
            came(false, || std::process::exit(ENDED));
        }
    });
}

/// Does what a signal asks for; `usually` is what the signal does to other programs, and an `urgent` one does
/// so to this program, too.
fn came(urgent: bool, usually: impl FnOnce()) {
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    state.asked += 1;
    let (ends, asked) = (state.ends, state.asked);
    drop(state);
    let line = match ends {
        _ if urgent => None,
        EndSignals::Usually => None,
        EndSignals::Saying(line) => Some(line),
        EndSignals::ByItself if asked < 3 => return,
        EndSignals::Soon if asked < 2 => return,
        EndSignals::ByItself | EndSignals::Soon => Some(""),
    };
    // Held to the end, so that nothing new is made.
    let _there = crate::cli::files::being_written::take_away();
    match line {
        None => usually(),
        Some(line) => {
            if !line.is_empty() {
                write_error(&format!("cxflowc: {line}\n"));
            }
            std::process::exit(130);
        }
    }
}

/// Writes to standard error without its lock, which the work that is ended here may hold.
#[cfg(unix)]
fn write_error(text: &str) {
    let _ = rustix::io::write(rustix::stdio::stderr(), text.as_bytes());
}

/// Writes to standard error without its lock, which the work that is ended here may hold.
#[cfg(windows)]
fn write_error(text: &str) {
    use std::io::Write;
    use std::os::windows::io::AsHandle;

    if let Ok(handle) = std::io::stderr().as_handle().try_clone_to_owned() {
        let _ = std::fs::File::from(handle).write_all(text.as_bytes());
    }
}

/// Whether this process was started to ignore a signal.
#[cfg(target_os = "linux")]
#[expect(clippy::disallowed_methods, reason = "the system says it in a file")]
pub fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    mask & (1 << (signal - 1)) != 0
}

#[cfg(all(unix, not(target_os = "linux")))]
pub fn is_ignored(_: i32) -> bool {
    false
}

//! Handles signals while a verb runs: files that are being written are removed, and the process ends, in the
//! verb's own way if it has one.

use std::sync::{Mutex, PoisonError};

/// How the process ends when it is asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndSignals {
    /// By the signal's default action.
    ByDefault,
    /// Immediately, with this line and status 130.
    Saying(&'static str),
    /// The work handles it. A third request ends the process immediately.
    ByItself,
    /// The work is done, and cleaning up takes a moment. A second request ends the process immediately.
    Soon,
}

struct State {
    ends: EndSignals,
    /// How often the process was asked to end since `ends` was set.
    asked: u32,
}

static STATE: Mutex<State> = Mutex::new(State { ends: EndSignals::ByDefault, asked: 0 });

/// Sets how the process ends from now on.
pub fn end(ends: EndSignals) {
    watch();
    *STATE.lock().unwrap_or_else(PoisonError::into_inner) = State { ends, asked: 0 };
}

/// How the process ends at present.
pub fn ends() -> EndSignals {
    STATE.lock().unwrap_or_else(PoisonError::into_inner).ends
}

/// Starts the signal thread, once. If no thread can be started, signals keep their default action, and the
/// next run removes the files of this one.
#[cfg(unix)]
pub fn watch() {
    use std::sync::Once;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};
    use signal_hook::iterator::Signals;

    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Ignored signals stay ignored, as with `nohup`. SIGXFSZ is caught so that a write beyond the file
        // size limit fails with an error.
        let wanted = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXFSZ];
        let wanted: Vec<i32> = wanted.into_iter().filter(|signal| !is_ignored(*signal)).collect();
        let (ready, wait_until_ready) = std::sync::mpsc::channel();
        // The thread runs before a signal loses its default action.
        let wait = move || {
            let Ok(mut signals) = Signals::new(wanted) else { return };
            let _ = ready.send(());
            signals.forever().filter(|signal| *signal != SIGXFSZ).for_each(handle);
        };
        if std::thread::Builder::new().name("signals".to_owned()).spawn(wait).is_ok() {
            let _ = wait_until_ready.recv();
        }
    });
}

#[cfg(not(unix))]
pub fn watch() {}

/// Reacts to a signal.
#[cfg(unix)]
fn handle(signal: i32) {
    use signal_hook::consts::SIGQUIT;
    use signal_hook::low_level::emulate_default_handler;

    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    state.asked += 1;
    let (ends, asked) = (state.ends, state.asked);
    drop(state);
    let line = match ends {
        _ if signal == SIGQUIT => None,
        EndSignals::ByDefault => None,
        EndSignals::Saying(line) => Some(line),
        EndSignals::ByItself if asked < 3 => return,
        EndSignals::Soon if asked < 2 => return,
        EndSignals::ByItself | EndSignals::Soon => Some(""),
    };
    // Held until the process ends, so that no new file is created.
    let _guard = crate::cli::files::being_written::remove_all();
    match line {
        None => {
            let _ = emulate_default_handler(signal);
        }
        Some(line) => {
            if !line.is_empty() {
                // Bypasses the lock of standard error, which the interrupted code may hold.
                let _ = rustix::io::write(rustix::stdio::stderr(), format!("cxflowc: {line}\n").as_bytes());
            }
            std::process::exit(130);
        }
    }
}

/// Whether this process was started to ignore a signal.
#[cfg(target_os = "linux")]
#[expect(clippy::disallowed_methods, reason = "Linux provides the mask in a file")]
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

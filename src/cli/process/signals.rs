//! What signals do while a verb runs: what was being written goes away, and the process ends, in the verb's
//! own way where it has one.

use std::sync::{Mutex, PoisonError};

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

/// Begins to wait for signals, once. Where no thread can be had for it, they do what they usually do, and files
/// of this run are cleared by the next.
#[cfg(unix)]
pub fn watch() {
    use std::sync::Once;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};
    use signal_hook::iterator::Signals;

    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // What is ignored, as with `nohup`, stays so. A file that grows too large is an error where it is written.
        let wanted = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXFSZ];
        let wanted: Vec<i32> = wanted.into_iter().filter(|signal| !is_ignored(*signal)).collect();
        let (ready, is_ready) = std::sync::mpsc::channel();
        // The thread is there before a signal loses its effect.
        let wait = move || {
            let Ok(mut signals) = Signals::new(wanted) else { return };
            let _ = ready.send(());
            signals.forever().filter(|signal| *signal != SIGXFSZ).for_each(came);
        };
        if std::thread::Builder::new().name("signals".to_owned()).spawn(wait).is_ok() {
            let _ = is_ready.recv();
        }
    });
}

#[cfg(not(unix))]
pub fn watch() {}

/// Does what a signal asks for.
#[cfg(unix)]
fn came(signal: i32) {
    use signal_hook::consts::SIGQUIT;
    use signal_hook::low_level::emulate_default_handler;

    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    state.asked += 1;
    let (ends, asked) = (state.ends, state.asked);
    drop(state);
    let line = match ends {
        _ if signal == SIGQUIT => None,
        EndSignals::Usually => None,
        EndSignals::Saying(line) => Some(line),
        EndSignals::ByItself if asked < 3 => return,
        EndSignals::Soon if asked < 2 => return,
        EndSignals::ByItself | EndSignals::Soon => Some(""),
    };
    // Held to the end, so that nothing new is made.
    let _there = crate::cli::files::being_written::take_away();
    match line {
        None => {
            let _ = emulate_default_handler(signal);
        }
        Some(line) => {
            if !line.is_empty() {
                // Past the lock of standard error, which may be held by what is ended here.
                let _ = rustix::io::write(rustix::stdio::stderr(), format!("cxflowc: {line}\n").as_bytes());
            }
            std::process::exit(130);
        }
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

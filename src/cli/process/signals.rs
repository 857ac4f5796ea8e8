//! Handles signals while a verb runs: files that are being written are removed, and the process ends, in the
//! verb's own way if it has one.

use std::sync::mpsc::Sender;
use std::sync::{Mutex, Once, PoisonError};

use tokio::sync::watch;

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
    /// Where the work reads `asked`, if it handles the requests.
    work: Option<watch::Sender<u32>>,
}

static STATE: Mutex<State> = Mutex::new(State { ends: EndSignals::ByDefault, asked: 0, work: None });

/// Sets how the process ends from now on.
pub fn end(ends: EndSignals) {
    watch();
    *STATE.lock().unwrap_or_else(PoisonError::into_inner) = State { ends, asked: 0, work: None };
}

/// Leaves it to the work how the process ends ([`EndSignals::ByItself`]). The result says how often the
/// process was asked to end.
///
/// Each request is taken once, by the thread that listens: a request that ended the work would otherwise be
/// handled again under whatever [`end`] sets afterwards.
pub fn requests() -> watch::Receiver<u32> {
    watch();
    let (sender, receiver) = watch::channel(0);
    *STATE.lock().unwrap_or_else(PoisonError::into_inner) =
        State { ends: EndSignals::ByItself, asked: 0, work: Some(sender) };
    receiver
}

/// How the process ends at present.
pub fn ends() -> EndSignals {
    STATE.lock().unwrap_or_else(PoisonError::into_inner).ends
}

/// Starts the signal thread, once. If no thread can be started, signals keep their default action, and the
/// next run removes the files of this one.
pub fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let (ready, wait_until_ready) = std::sync::mpsc::channel();
        // The thread runs before a signal loses its default action.
        if std::thread::Builder::new().name("signals".to_owned()).spawn(move || listen(&ready)).is_ok() {
            let _ = wait_until_ready.recv();
        }
    });
}

/// Listens for signals. Sends on `ready` once it has started.
#[cfg(unix)]
fn listen(ready: &Sender<()>) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    // Ignored signals stay ignored, as with `nohup`. SIGXFSZ is caught so that a write beyond the file size
    // limit fails with an error.
    let wanted = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXFSZ];
    let wanted: Vec<i32> = wanted.into_iter().filter(|signal| !is_ignored(*signal)).collect();
    let Ok(mut signals) = Signals::new(wanted) else { return };
    let _ = ready.send(());
    for signal in signals.forever().filter(|signal| *signal != SIGXFSZ) {
        handle(signal == SIGQUIT, || drop(emulate_default_handler(signal)));
    }
}

/// Listens for Ctrl-C, Ctrl-Break and the closing of the console. Sends on `ready` once it has started.
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
            handle(false, || std::process::exit(ENDED));
        }
    });
}

/// Reacts to a signal. `default_action` is what the signal does by default, and what an `urgent` one always
/// does.
fn handle(urgent: bool, default_action: impl FnOnce()) {
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    state.asked += 1;
    let (ends, asked) = (state.ends, state.asked);
    if let Some(work) = &state.work {
        work.send_replace(asked);
    }
    drop(state);
    let line = match ends {
        _ if urgent => None,
        EndSignals::ByDefault => None,
        EndSignals::Saying(line) => Some(line),
        EndSignals::ByItself if asked < 3 => return,
        EndSignals::Soon if asked < 2 => return,
        EndSignals::ByItself | EndSignals::Soon => Some(""),
    };
    // Held until the process ends, so that no new file is created.
    let _guard = crate::cli::files::being_written::remove_all();
    match line {
        None => default_action(),
        Some(line) => {
            if !line.is_empty() {
                write_error(&format!("cxflowc: {line}\n"));
            }
            std::process::exit(130);
        }
    }
}

/// Writes to standard error without its lock, which the interrupted code may hold.
#[cfg(unix)]
fn write_error(text: &str) {
    let _ = rustix::io::write(rustix::stdio::stderr(), text.as_bytes());
}

/// Writes to standard error without its lock, which the interrupted code may hold.
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

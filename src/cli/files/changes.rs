//! Waits until something that a run has read has changed.
//!
//! The system's events only say when to look: what counts is whether a file holds something else. Some file
//! systems send no events, so it also looks by itself from time to time.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, SystemTime};

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::cli::files::disk::read_regular;
use crate::cli::files::read_log::ReadLog;

/// How often to look where events come.
const LOOK_INTERVAL: Duration = Duration::from_secs(2);
/// How often to look where none come.
const LOOK_INTERVAL_WITHOUT_EVENTS: Duration = Duration::from_millis(500);
/// How long nothing may change before a change counts as complete.
const QUIET_TIME: Duration = Duration::from_millis(50);
/// The same if a file is empty or gone, since an editor may be about to write it.
const QUIET_TIME_OF_LOST_FILE: Duration = Duration::from_millis(300);
/// How often to wait for quiet, so that a file that never stops changing is read all the same.
const MAX_QUIET_WAITS: usize = 20;

/// Waits until a file or folder of the log holds something else, and the change is complete.
pub fn wait_for_change(log: &ReadLog) {
    wait(log, true);
}

/// `has_events` is whether the system is asked for events.
fn wait(log: &ReadLog, has_events: bool) {
    loop {
        // Before looking, so that no change goes unnoticed.
        let (sender, events) = sync_channel(1);
        let watcher = if has_events { watcher(log, sender) } else { None };
        let stamps = stamps(log);
        if !log.now(read_regular).is_same(log) {
            let settled = settled(log);
            if !settled.is_same(log) {
                return;
            }
        }
        wait_for_sign(log, &stamps, watcher.as_ref().map(|_| &events));
    }
}

/// Waits for an event, or for a file that looks different.
fn wait_for_sign(log: &ReadLog, before: &[Stamp], events: Option<&Receiver<()>>) {
    loop {
        match events {
            Some(events) => match events.recv_timeout(LOOK_INTERVAL) {
                Ok(()) => {
                    // An editor that saves causes many events.
                    thread::sleep(QUIET_TIME);
                    return;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return thread::sleep(LOOK_INTERVAL_WITHOUT_EVENTS),
            },
            None => thread::sleep(LOOK_INTERVAL_WITHOUT_EVENTS),
        }
        if stamps(log) != before {
            return;
        }
    }
}

/// What the files hold once they have stopped changing.
fn settled(log: &ReadLog) -> ReadLog {
    let mut before = log.now(read_regular);
    for _ in 0..MAX_QUIET_WAITS {
        let is_lost = before.lost_content_since(log);
        thread::sleep(if is_lost { QUIET_TIME_OF_LOST_FILE } else { QUIET_TIME });
        let now = log.now(read_regular);
        if now.is_same(&before) {
            break;
        }
        before = now;
    }
    before
}

/// Sends on a channel whenever something may have changed; `None` if the system cannot say.
fn watcher(log: &ReadLog, sender: SyncSender<()>) -> Option<RecommendedWatcher> {
    // The crate does not say that its thread could not be started, and panics when such a watcher is dropped.
    thread::Builder::new().spawn(|| ()).ok()?.join().ok()?;
    let handle = move |event: notify::Result<Event>| {
        // Reading a file is an event, too, and this process reads them all.
        let is_read = event.is_ok_and(|event| match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
            EventKind::Access(_) => true,
            _ => false,
        });
        if !is_read {
            // If it is full, the receiver knows already.
            let _ = sender.try_send(());
        }
    };
    let mut watcher = notify::recommended_watcher(handle).ok()?;
    for folder in watched_folders(log) {
        watcher.watch(&folder, RecursiveMode::NonRecursive).ok()?;
    }
    Some(watcher)
}

/// The folders in which the files are, or will be. A folder is watched and not the file, which editors
/// replace.
fn watched_folders(log: &ReadLog) -> BTreeSet<PathBuf> {
    let mut folders = BTreeSet::new();
    for path in log.files() {
        folders.extend(existing_folder(path.parent()));
        // The target of a link may be changed where it is.
        folders.extend(path.canonicalize().ok().and_then(|real| existing_folder(real.parent())));
    }
    for path in log.folders() {
        folders.extend(existing_folder(Some(path)));
        folders.extend(existing_folder(path.parent()));
    }
    folders
}

/// The nearest folder that exists.
fn existing_folder(folder: Option<&Path>) -> Option<PathBuf> {
    folder?.ancestors().find_map(|folder| {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        folder.canonicalize().ok().filter(|folder| folder.is_dir())
    })
}

/// What a file looks like from outside: its size and when it was changed; `None` if it does not exist.
type Stamp = Option<(u64, Option<SystemTime>)>;

fn stamps(log: &ReadLog) -> Vec<Stamp> {
    let stamp =
        |path: &Path| fs::metadata(path).ok().map(|metadata| (metadata.len(), metadata.modified().ok()));
    log.files().chain(log.folders()).map(stamp).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]

    use std::sync::mpsc::channel;

    use super::*;

    /// How long a change may take to be noticed on a busy machine.
    const LIMIT: Duration = Duration::from_secs(60);

    fn check(has_events: bool) {
        let folder = tempfile::tempdir().unwrap();
        let (there, missing) = (folder.path().join("a.cxflow"), folder.path().join("parts/b.cxflow"));
        fs::write(&there, "one").unwrap();
        let log = ReadLog::of_files(&[&there, &missing], read_regular);
        assert_eq!((log.readable(), log.files().count()), (1, 2));
        // A change before it waits counts as well.
        fs::write(&there, "two").unwrap();
        wait(&log, has_events);

        let log = log.now(read_regular);
        let (sender, changed) = channel();
        thread::spawn(move || {
            wait(&log, has_events);
            sender.send(()).unwrap();
        });
        fs::write(folder.path().join("other.txt"), "nobody reads it").unwrap();
        fs::write(&there, "two").unwrap();
        assert!(changed.recv_timeout(Duration::from_secs(3)).is_err(), "nothing has changed");
        fs::create_dir(folder.path().join("parts")).unwrap();
        fs::write(&missing, "it is there now").unwrap();
        changed.recv_timeout(LIMIT).unwrap();
    }

    #[test]
    fn a_change_is_noticed_where_the_system_sends_events() {
        check(true);
    }

    #[test]
    fn a_change_is_noticed_where_no_events_come() {
        check(false);
    }
}

//! Which connections could be closed to make room: those that wait for their client, and since when.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::wire::Line;

/// What a connection waits for its client to send. The first goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Awaited {
    /// A request.
    Head,
    /// The rest of a body.
    Body,
}

/// How long a connection is a new one, whose first bytes may be on their way.
const NEW: Duration = Duration::from_millis(100);

type Key = (Awaited, Instant, u64);

/// The connections that wait for their clients.
#[derive(Default)]
pub struct Crowd {
    waiting: Mutex<BTreeMap<Key, Line>>,
    next: AtomicU64,
}

impl Crowd {
    /// Closes the connection that has waited for its client the longest. Those that carry a
    /// request out stay, and so do those that have only just come: how long to wait for them.
    pub fn make_room(&self) -> Duration {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let mut patience = NEW;
        for awaited in [Awaited::Head, Awaited::Body] {
            let Some(key) = oldest(&waiting, awaited) else { continue };
            let age = key.1.elapsed();
            if age < NEW {
                patience = patience.min(NEW - age);
            } else if let Some(line) = waiting.remove(&key) {
                line.close();
                break;
            }
        }
        patience
    }
}

fn oldest(waiting: &BTreeMap<Key, Line>, awaited: Awaited) -> Option<Key> {
    match awaited {
        Awaited::Head => waiting.first_key_value().map(|(key, _)| *key).filter(|key| key.0 == awaited),
        // Those that wait for a body stand behind the others, the oldest first.
        Awaited::Body => waiting.keys().rev().take_while(|key| key.0 == awaited).last().copied(),
    }
}

/// One connection's place in the crowd.
#[derive(Clone)]
pub struct Seat(Arc<Inner>);

struct Inner {
    crowd: Arc<Crowd>,
    id: u64,
    line: Line,
    key: Mutex<Option<Key>>,
}

impl Seat {
    /// A connection that waits for its first request.
    pub fn take(crowd: &Arc<Crowd>, line: &Line) -> Self {
        let id = crowd.next.fetch_add(1, Ordering::Relaxed);
        let inner = Inner { crowd: Arc::clone(crowd), id, line: line.clone(), key: Mutex::new(None) };
        let seat = Self(Arc::new(inner));
        seat.waits_for(Awaited::Head);
        seat
    }

    /// The client has to send something, from now on.
    pub fn waits_for(&self, awaited: Awaited) {
        self.0.put(Some((awaited, Instant::now(), self.0.id)));
    }

    /// The client has to send nothing now.
    pub fn serves(&self) {
        self.0.put(None);
    }
}

impl Inner {
    fn put(&self, key: Option<Key>) {
        let mut held = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        let mut waiting = self.crowd.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some((before, ..)), Some((awaited, ..))) = (&*held, &key)
            && before == awaited
        {
            return;
        }
        if let Some(before) = held.take() {
            waiting.remove(&before);
        }
        if let Some(key) = key {
            waiting.insert(key, self.line.clone());
        }
        *held = key;
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.put(None);
    }
}

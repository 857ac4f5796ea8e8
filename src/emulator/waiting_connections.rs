//! Which connections could be closed to make room: those that wait for their client, and since when.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::wire::ConnectionHandle;

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

type WaitingKey = (Awaited, Instant, u64);

/// The connections that wait for their clients.
#[derive(Default)]
pub struct WaitingConnections {
    waiting: Mutex<BTreeMap<WaitingKey, ConnectionHandle>>,
    next: AtomicU64,
}

impl WaitingConnections {
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

fn oldest(waiting: &BTreeMap<WaitingKey, ConnectionHandle>, awaited: Awaited) -> Option<WaitingKey> {
    match awaited {
        Awaited::Head => waiting.first_key_value().map(|(key, _)| *key).filter(|key| key.0 == awaited),
        // Those that wait for a body stand behind the others, the oldest first.
        Awaited::Body => waiting.keys().rev().take_while(|key| key.0 == awaited).last().copied(),
    }
}

/// One connection's place in the crowd.
#[derive(Clone)]
pub struct ConnectionSlot(Arc<SlotState>);

struct SlotState {
    waiting_connections: Arc<WaitingConnections>,
    id: u64,
    line: ConnectionHandle,
    key: Mutex<Option<WaitingKey>>,
}

impl ConnectionSlot {
    /// A connection that waits for its first request.
    pub fn take(waiting_connections: &Arc<WaitingConnections>, line: &ConnectionHandle) -> Self {
        let id = waiting_connections.next.fetch_add(1, Ordering::Relaxed);
        let inner = SlotState {
            waiting_connections: Arc::clone(waiting_connections),
            id,
            line: line.clone(),
            key: Mutex::new(None),
        };
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

impl SlotState {
    fn put(&self, key: Option<WaitingKey>) {
        let mut held = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        let mut waiting = self.waiting_connections.waiting.lock().unwrap_or_else(PoisonError::into_inner);
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

impl Drop for SlotState {
    fn drop(&mut self) {
        self.put(None);
    }
}

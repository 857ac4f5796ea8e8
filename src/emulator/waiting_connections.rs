//! Tracks which connections wait for their clients, and since when, so that they can be closed to make
//! room.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::wire::ConnectionHandle;

/// What a connection waits for. Those that wait for the first kind are closed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Awaited {
    /// A request.
    Head,
    /// The rest of a body.
    Body,
}

/// How long a connection counts as new, since its first bytes may still be on their way.
const NEW: Duration = Duration::from_millis(100);

type WaitingKey = (Awaited, Instant, u64);

/// The connections that wait for their clients.
#[derive(Default)]
pub struct WaitingConnections {
    waiting: Mutex<BTreeMap<WaitingKey, ConnectionHandle>>,
    next: AtomicU64,
}

impl WaitingConnections {
    /// Closes the connection that has waited for its client the longest. Connections that are processing a
    /// request or are new stay; returns how long to wait for the new ones.
    pub fn make_room(&self) -> Duration {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let mut wait = NEW;
        for awaited in [Awaited::Head, Awaited::Body] {
            let Some(key) = oldest(&waiting, awaited) else { continue };
            let age = key.1.elapsed();
            if age < NEW {
                wait = wait.min(NEW - age);
            } else if let Some(handle) = waiting.remove(&key) {
                handle.close();
                break;
            }
        }
        wait
    }
}

fn oldest(waiting: &BTreeMap<WaitingKey, ConnectionHandle>, awaited: Awaited) -> Option<WaitingKey> {
    match awaited {
        Awaited::Head => waiting.first_key_value().map(|(key, _)| *key).filter(|key| key.0 == awaited),
        // Those that wait for a body come after the others, the oldest first.
        Awaited::Body => waiting.keys().rev().take_while(|key| key.0 == awaited).last().copied(),
    }
}

/// The entry of one connection.
#[derive(Clone)]
pub struct ConnectionSlot(Arc<SlotState>);

struct SlotState {
    waiting_connections: Arc<WaitingConnections>,
    id: u64,
    handle: ConnectionHandle,
    key: Mutex<Option<WaitingKey>>,
}

impl ConnectionSlot {
    /// A connection that waits for its first request.
    pub fn new(waiting_connections: &Arc<WaitingConnections>, handle: &ConnectionHandle) -> Self {
        let id = waiting_connections.next.fetch_add(1, Ordering::Relaxed);
        let inner = SlotState {
            waiting_connections: Arc::clone(waiting_connections),
            id,
            handle: handle.clone(),
            key: Mutex::new(None),
        };
        let slot = Self(Arc::new(inner));
        slot.waits_for(Awaited::Head);
        slot
    }

    /// Records that the connection now waits for its client.
    pub fn waits_for(&self, awaited: Awaited) {
        self.0.put(Some((awaited, Instant::now(), self.0.id)));
    }

    /// Records that the connection is processing a request.
    pub fn serves(&self) {
        self.0.put(None);
    }
}

impl SlotState {
    fn put(&self, key: Option<WaitingKey>) {
        let mut current = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        let mut waiting = self.waiting_connections.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some((before, ..)), Some((awaited, ..))) = (&*current, &key)
            && before == awaited
        {
            return;
        }
        if let Some(before) = current.take() {
            waiting.remove(&before);
        }
        if let Some(key) = key {
            waiting.insert(key, self.handle.clone());
        }
        *current = key;
    }
}

impl Drop for SlotState {
    fn drop(&mut self) {
        self.put(None);
    }
}

//! A store by id with a maximum size: the oldest entry is dropped first.

use std::collections::{BTreeMap, HashMap};

struct StoredItem<T> {
    id: String,
    bytes: usize,
    thing: T,
}

/// Things in the order in which they came, found by id.
pub struct BoundedStore<T> {
    most: usize,
    most_bytes: usize,
    bytes: usize,
    next: u64,
    by_age: BTreeMap<u64, StoredItem<T>>,
    by_id: HashMap<String, u64>,
}

impl<T> BoundedStore<T> {
    /// Room for so many things, and so many bytes of what they weigh.
    pub fn new(most: usize, most_bytes: usize) -> Self {
        Self { most, most_bytes, bytes: 0, next: 0, by_age: BTreeMap::new(), by_id: HashMap::new() }
    }

    /// Puts a thing there as the newest one; what is there under its id goes.
    pub fn put(&mut self, id: String, bytes: usize, thing: T) {
        self.remove(&id);
        self.by_id.insert(id.clone(), self.next);
        self.by_age.insert(self.next, StoredItem { id, bytes, thing });
        self.next += 1;
        self.bytes += bytes;
        self.make_room();
    }

    fn make_room(&mut self) {
        // The newest stays, however much it weighs.
        while self.by_age.len() > 1 && (self.by_age.len() > self.most || self.bytes > self.most_bytes) {
            let Some((_, oldest)) = self.by_age.pop_first() else { return };
            self.by_id.remove(&oldest.id);
            self.bytes -= oldest.bytes;
        }
    }

    pub fn get(&self, id: &str) -> Option<&T> {
        let age = self.by_id.get(id)?;
        self.by_age.get(age).map(|entry| &entry.thing)
    }

    pub fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        let age = self.by_id.get(id)?;
        self.by_age.get_mut(age).map(|entry| &mut entry.thing)
    }

    /// Says that a thing weighs something else now.
    pub fn weigh(&mut self, id: &str, bytes: usize) {
        let entry = self.by_id.get(id).and_then(|age| self.by_age.get_mut(age));
        if let Some(entry) = entry {
            self.bytes = self.bytes - entry.bytes + bytes;
            entry.bytes = bytes;
        }
        self.make_room();
    }

    pub fn remove(&mut self, id: &str) -> Option<T> {
        let age = self.by_id.remove(id)?;
        let entry = self.by_age.remove(&age)?;
        self.bytes -= entry.bytes;
        Some(entry.thing)
    }

    pub fn len(&self) -> usize {
        self.by_age.len()
    }

    /// Everything, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.by_age.values().map(|entry| (entry.id.as_str(), &entry.thing))
    }
}

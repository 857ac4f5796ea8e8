//! A store by id with a maximum size: the oldest entry is dropped first.

use std::collections::{BTreeMap, HashMap};

struct StoredItem<T> {
    id: String,
    bytes: usize,
    item: T,
}

/// Items by id, in the order of insertion.
pub struct BoundedStore<T> {
    most: usize,
    most_bytes: usize,
    bytes: usize,
    next: u64,
    by_age: BTreeMap<u64, StoredItem<T>>,
    by_id: HashMap<String, u64>,
}

impl<T> BoundedStore<T> {
    /// A store for at most `most` items with at most `most_bytes` bytes in all.
    pub fn new(most: usize, most_bytes: usize) -> Self {
        Self { most, most_bytes, bytes: 0, next: 0, by_age: BTreeMap::new(), by_id: HashMap::new() }
    }

    /// Adds an item as the newest one, replacing the one with the same id.
    pub fn put(&mut self, id: String, bytes: usize, item: T) {
        self.remove(&id);
        self.by_id.insert(id.clone(), self.next);
        self.by_age.insert(self.next, StoredItem { id, bytes, item });
        self.next += 1;
        self.bytes += bytes;
        self.make_room();
    }

    fn make_room(&mut self) {
        // The newest item stays, whatever its size.
        while self.by_age.len() > 1 && (self.by_age.len() > self.most || self.bytes > self.most_bytes) {
            let Some((_, oldest)) = self.by_age.pop_first() else { return };
            self.by_id.remove(&oldest.id);
            self.bytes -= oldest.bytes;
        }
    }

    pub fn get(&self, id: &str) -> Option<&T> {
        let age = self.by_id.get(id)?;
        self.by_age.get(age).map(|entry| &entry.item)
    }

    pub fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        let age = self.by_id.get(id)?;
        self.by_age.get_mut(age).map(|entry| &mut entry.item)
    }

    /// Changes the size of an item.
    pub fn resize(&mut self, id: &str, bytes: usize) {
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
        Some(entry.item)
    }

    pub fn len(&self) -> usize {
        self.by_age.len()
    }

    /// All items, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.by_age.values().map(|entry| (entry.id.as_str(), &entry.item))
    }
}

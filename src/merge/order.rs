//! The order of the merged statements.

use rustc_hash::{FxHashMap, FxHashSet};

use super::key::Key;
use super::pieces::Block;

/// The keys of all statements that are in one of the versions, in the order of the result. If one version keeps
/// the order of the base, the order is that of the other, and ours otherwise. What only the other has comes
/// after what stands before it there.
pub fn order(base: &Block<'_>, ours: &Block<'_>, theirs: &Block<'_>) -> Vec<Key> {
    let [of_base, of_ours, of_theirs] = [base, ours, theirs].map(keys);
    let (first, second) = if moves(&of_base, &of_ours) || !moves(&of_base, &of_theirs) {
        (&of_ours, &of_theirs)
    } else {
        (&of_theirs, &of_ours)
    };
    let known: FxHashSet<&Key> = of_base.iter().copied().collect();
    let merged = insert(first.clone(), second, &known);
    // What both have removed is left out later; what one has removed may be a conflict, and needs a place.
    insert(merged, &of_base, &known).into_iter().cloned().collect()
}

fn keys<'b>(block: &'b Block<'_>) -> Vec<&'b Key> {
    block.pieces.iter().map(|piece| &piece.key).collect()
}

/// Whether a version has put statements of the base into another order.
fn moves(base: &[&Key], version: &[&Key]) -> bool {
    let places: FxHashMap<&Key, usize> = base.iter().enumerate().map(|(place, key)| (*key, place)).collect();
    !version.iter().filter_map(|key| places.get(key)).is_sorted()
}

/// Inserts into one order what only another one has: each key after the one that precedes it there, and after
/// what the first order has newly added at that place.
fn insert<'k>(first: Vec<&'k Key>, second: &[&'k Key], base: &FxHashSet<&Key>) -> Vec<&'k Key> {
    let have: FxHashSet<&Key> = first.iter().copied().collect();
    // What is inserted after each key of the first order; `None` is its beginning.
    let mut after: FxHashMap<Option<&Key>, Vec<&'k Key>> = FxHashMap::default();
    let mut place = None;
    for key in second {
        if have.contains(key) {
            place = Some(*key);
        } else {
            after.entry(place).or_default().push(key);
        }
    }
    let mut merged = Vec::with_capacity(first.len() + second.len());
    let mut waiting = after.remove(&None).unwrap_or_default();
    for key in first {
        if base.contains(key) {
            merged.append(&mut waiting);
        }
        merged.push(key);
        waiting.extend(after.remove(&Some(key)).unwrap_or_default());
    }
    merged.append(&mut waiting);
    merged
}

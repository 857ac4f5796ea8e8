//! Work on many things at once, on as many threads as there are processors.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How many nodes a flow has for which another thread is worth its start.
pub(crate) const MANY_NODES: usize = 2_500;

/// Does two things, on two threads where there are two processors.
pub(crate) fn both<A, B: Send + Sync>(first: impl FnOnce() -> A, second: impl Fn() -> B + Sync) -> (A, B) {
    let done = OnceLock::new();
    let first = thread::scope(|scope| {
        if thread::available_parallelism().is_ok_and(|processors| processors.get() > 1) {
            // If no thread can be had, the second thing comes after the first.
            let _ = thread::Builder::new().spawn_scoped(scope, || {
                done.get_or_init(&second);
            });
        }
        first()
    });
    (first, done.into_inner().unwrap_or_else(second))
}

/// What `work` makes of each item, in the order of the items.
///
/// The thread that calls this works, too; further ones help. Where there are no threads, or none can be had, it does
/// everything itself. (Rayon's global pool would panic there.)
///
/// ```
/// assert_eq!(cxflowc::threads::map(&[1, 2, 3], |number| number * 2), [2, 4, 6]);
/// ```
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let helpers = thread::available_parallelism().map_or(1, NonZero::get).min(items.len()).saturating_sub(1);
    if helpers == 0 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(items.len()));
    let take_turns = || {
        let take = || next.fetch_add(1, Ordering::Relaxed);
        let own: Vec<(usize, R)> =
            core::iter::from_fn(|| Some(take()).and_then(|at| Some((at, work(items.get(at)?))))).collect();
        done.lock().unwrap_or_else(PoisonError::into_inner).extend(own);
    };
    thread::scope(|scope| {
        for _ in 0..helpers {
            // What no helper takes is left for this thread.
            let _ = thread::Builder::new().spawn_scoped(scope, take_turns);
        }
        take_turns();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_things_are_done_once() {
        let count = AtomicUsize::new(0);
        let second = || count.fetch_add(1, Ordering::Relaxed) + 10;
        assert_eq!(both(|| 1, second), (1, 10));
        assert_eq!(count.into_inner(), 1);
    }
}

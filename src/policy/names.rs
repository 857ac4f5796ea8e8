//! Lists of names, short enough to read.

use crate::diagnostics::list_of;

/// The first five names, and how many more there are.
pub fn shortened(names: &[String]) -> String {
    const SHOWN: usize = 5;
    match names.len().saturating_sub(SHOWN) {
        0 => list_of(names, "and"),
        more => {
            format!("{} and {more} more", names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", "))
        }
    }
}

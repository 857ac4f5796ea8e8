//! Lists of names, short enough to read.

use crate::diagnostics::list_of;

/// Names, at a length that people read.
pub fn shortened(names: &[String]) -> String {
    const SHOWN: usize = 5;
    match names.len().saturating_sub(SHOWN) {
        0 => list_of(names, "and"),
        more => {
            format!("{} and {more} more", names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", "))
        }
    }
}

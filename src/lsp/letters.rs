//! How editors look for a name by some of its letters.

/// Whether a name contains these letters in this order, ignoring case.
pub fn has_letters(name: &str, wanted: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    wanted.chars().flat_map(char::to_lowercase).all(|wanted| letters.any(|letter| letter == wanted))
}

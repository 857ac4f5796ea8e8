//! Did you mean …?

use strsim::damerau_levenshtein;

/// The candidate nearest to `word`, if it is near enough to be a slip: one edit for every three
/// letters, a different case or another separator at no cost. Ties go to the first.
///
/// ```
/// use cxflowc::diagnostics::suggest::nearest;
/// assert_eq!(nearest("colect", ["callback", "collect"]), Some("collect"));
/// assert_eq!(nearest("Route-Agent", ["route_agent"]), Some("route_agent"));
/// assert_eq!(nearest("xyz", ["abc"]), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', '.', ' '], "_");
    let word = plain(word);
    let length = word.chars().count();
    // A word of a thousand letters is no slip, and comparing it with all others takes for ever.
    if length > 100 {
        return None;
    }
    let mut best = None;
    let mut limit = (length.max(2) / 3).max(1) + 1;
    for candidate in candidates {
        // The distance is at least the difference in length.
        if candidate.len() > 4 * (length + limit) || candidate.chars().count().abs_diff(length) >= limit {
            continue;
        }
        let distance = damerau_levenshtein(&word, &plain(candidate));
        let shared = length.min(candidate.chars().count());
        if distance < limit && distance < shared {
            best = Some(candidate);
            limit = distance;
        }
    }
    best
}

//! "Did you mean …?": finds the known name that an unknown one may have meant.

use std::hash::Hasher;
use std::sync::OnceLock;

use rustc_hash::{FxHashSet, FxHasher};
use strsim::damerau_levenshtein;

use super::look_alikes::{caseless_skeleton, difference};

/// The longest word that may be a typo of another one.
const LONGEST: usize = 100;
/// Up to how many candidates are compared with a word one by one.
const FEW: usize = 64;

/// The candidate nearest to `word`, if `word` may be a typo of it: one edit for every three letters. A different
/// case, another separator, or characters that look the same cost nothing. Ties go to the first.
///
/// For many words and many candidates, build an [`Index`] once.
///
/// ```
/// use cxflowc::diagnostics::suggest::nearest;
/// assert_eq!(nearest("colect", ["callback", "collect"]), Some("collect"));
/// assert_eq!(nearest("Route-Agent", ["route_agent"]), Some("route_agent"));
/// assert_eq!(nearest("cafe\u{301}", ["caf\u{E9}"]), Some("caf\u{E9}"));
/// assert_eq!(nearest("xyz", ["abc"]), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut search = NearestSearch::new(word)?;
    let mut best = None;
    for candidate in candidates {
        // Cheaper than computing the candidate's normalized form.
        let may_be_near = !candidate.is_ascii() || search.is_near_in_length(candidate.len());
        if may_be_near && search.is_nearer(&normalized(candidate)) {
            best = Some(candidate);
        }
    }
    best
}

/// The form of a word for comparisons: its skeleton, without case, and with one kind of separator.
fn normalized(text: &str) -> String {
    caseless_skeleton(text).replace(['-', '.', ' '], "_")
}

/// The search for the candidate nearest to a word.
struct NearestSearch {
    /// The word in its normalized form.
    word: String,
    /// Its length in characters.
    length: usize,
    /// Its letters as bits.
    letters: u64,
    /// A candidate must be nearer than this.
    limit: usize,
}

impl NearestSearch {
    fn new(word: &str) -> Option<Self> {
        let word = normalized(word);
        let length = word.chars().count();
        let limit = (length.max(2) / 3).max(1) + 1;
        (length <= LONGEST).then(|| Self { letters: letters(&word), word, length, limit })
    }

    /// Whether a candidate of a length may be near: the distance is at least the difference in length.
    fn is_near_in_length(&self, length: usize) -> bool {
        length.abs_diff(self.length) < self.limit
    }

    /// Whether a candidate, in its normalized form, is nearer than all before it.
    fn is_nearer(&mut self, candidate: &str) -> bool {
        let length = candidate.chars().count();
        // An edit removes at most one letter of the word.
        let missing = (self.letters & !letters(candidate)).count_ones() as usize;
        if !self.is_near_in_length(length) || missing >= self.limit {
            return false;
        }
        let distance = damerau_levenshtein(&self.word, candidate);
        let nearer = distance < self.limit && distance < self.length.min(length);
        if nearer {
            self.limit = distance;
        }
        nearer
    }
}

/// The shortest word in which one wrong letter counts as a typo.
const SHORTEST_TYPO: usize = 4;
/// Whether a word is one typo away from another one: other capitals, separators or blanks, or one different
/// letter. Numbered names such as `step1` and `step2` are not typos of each other.
///
/// ```
/// use cxflowc::diagnostics::suggest::is_one_typo;
/// assert!(is_one_typo("verifed", "verified") && is_one_typo("Voice-Mail ", "voice_mail"));
/// assert!(!is_one_typo("verified", "verified") && !is_one_typo("step1", "step2") && !is_one_typo("dob", "dot"));
/// ```
pub fn is_one_typo(word: &str, other: &str) -> bool {
    if word == other || word.len().max(other.len()) > LONGEST {
        return false;
    }
    let (word, other) = (normalized(word.trim()), normalized(other.trim()));
    if word == other {
        return true;
    }
    let without_digits = |text: &str| text.replace(|letter: char| letter.is_numeric(), "");
    word.chars().count().min(other.chars().count()) >= SHORTEST_TYPO
        && damerau_levenshtein(&word, &other) == 1
        && without_digits(&word) != without_digits(&other)
}

/// A bit for each letter of a word. Some letters share a bit.
fn letters(word: &str) -> u64 {
    word.chars().fold(0, |bits, letter| bits | 1 << (u32::from(letter) % 64))
}

/// An index of candidates, to compare many words with.
///
/// Building it and searching in it takes linear time. With up to `FEW` candidates, the result is that of
/// [`nearest`]. With more, a candidate that is one edit away is always found. A farther one is searched among
/// those that share the rarest pieces with the word, so the result depends only on the word and the candidates.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// The candidates in their normalized form.
    normalized: Vec<String>,
    /// The candidates that are searched for, which do not include repeated ones.
    searched: Vec<u32>,
    /// These by their hash, and by the hashes of the texts without one of their letters.
    without_a_letter: ByHash,
    /// These by their pieces of three letters, once they are needed.
    by_piece: OnceLock<ByHash>,
}

/// Numbers of candidates by hashes, in order.
#[derive(Debug, Clone, Default)]
struct ByHash(Vec<(u64, u32)>);

impl ByHash {
    fn new(mut pairs: Vec<(u64, u32)>) -> Self {
        pairs.sort_unstable();
        Self(pairs)
    }

    /// The candidates of a hash.
    fn of(&self, hash: u64) -> &[(u64, u32)] {
        let start = self.0.partition_point(|(other, _)| *other < hash);
        let from = self.0.get(start..).unwrap_or_default();
        from.get(..from.partition_point(|(other, _)| *other == hash)).unwrap_or_default()
    }
}

impl Index {
    /// An index of candidates. Results are their numbers.
    pub fn new<'a>(candidates: impl IntoIterator<Item = &'a str>) -> Self {
        let normalized = candidates.into_iter().map(normalized).collect();
        let mut index = Self { normalized, ..Self::default() };
        if index.normalized.len() <= FEW {
            return index;
        }
        let mut seen = FxHashSet::default();
        for (number, candidate) in index.normalized.iter().enumerate() {
            // No searched word is near to a longer candidate, and ties go to the first.
            let length = candidate.chars().count();
            if length > LONGEST + LONGEST / 3 || !seen.insert(candidate.as_str()) {
                continue;
            }
            index.searched.push(u32::try_from(number).unwrap_or(u32::MAX));
        }
        index.without_a_letter = ByHash::new(index.by(without_a_letter));
        index
    }

    /// The searched candidates, each with the hashes of what is made of it.
    fn by<H: IntoIterator<Item = u64>>(&self, hashes: impl Fn(&str) -> H) -> Vec<(u64, u32)> {
        let mut pairs = Vec::new();
        for &number in &self.searched {
            let candidate = self.normalized.get(number as usize).map_or("", String::as_str);
            pairs.extend(hashes(candidate).into_iter().map(|hash| (hash, number)));
        }
        pairs
    }

    /// The number of the candidate that is nearest to a word, and its distance.
    pub fn nearest(&self, word: &str) -> Option<(usize, usize)> {
        self.nearest_of(word, |_| true)
    }

    /// The same among the candidates that are wanted.
    pub fn nearest_of(&self, word: &str, is_wanted: impl Fn(usize) -> bool) -> Option<(usize, usize)> {
        let mut search = NearestSearch::new(word)?;
        let mut best = None;
        let mut compare = |search: &mut NearestSearch, number: usize| {
            if !is_wanted(number) {
                return;
            }
            if self.normalized.get(number).is_some_and(|candidate| search.is_nearer(candidate)) {
                best = Some((number, search.limit));
            }
        };
        if self.normalized.len() <= FEW {
            (0..self.normalized.len()).for_each(|number| compare(&mut search, number));
            return best;
        }
        for number in in_order(self.one_edit_away(&search.word)) {
            compare(&mut search, number);
        }
        // All other candidates are farther than one edit.
        if search.limit > 1 {
            for number in in_order(self.sharing_pieces(&search.word)) {
                compare(&mut search, number);
            }
        }
        best
    }

    /// All candidates that are one edit away, and some others.
    fn one_edit_away(&self, word: &str) -> Vec<u32> {
        let alike = without_a_letter(word).into_iter().flat_map(|hash| self.without_a_letter.of(hash));
        // Each list has the candidates with one letter more than a text, so it is short.
        alike.map(|(_, number)| *number).collect()
    }

    /// Some candidates that share pieces with a word, those with the rarest pieces first.
    fn sharing_pieces(&self, word: &str) -> Vec<u32> {
        let by_piece = self.by_piece.get_or_init(|| ByHash::new(self.by(pieces)));
        let lists = pieces(word).into_iter().map(|piece| by_piece.of(piece));
        let mut lists: Vec<&[(u64, u32)]> = lists.filter(|list| !list.is_empty()).collect();
        lists.sort_by_key(|list| (list.len(), list.first().map(|(_, number)| *number)));
        lists.into_iter().flatten().map(|(_, number)| *number).take(FEW).collect()
    }
}

fn in_order(mut numbers: Vec<u32>) -> impl Iterator<Item = usize> {
    numbers.sort_unstable();
    numbers.dedup();
    numbers.into_iter().map(|number| number as usize)
}

/// The hashes of a text and of the texts without one of its letters, each once.
fn without_a_letter(text: &str) -> Vec<u64> {
    let letters: Vec<char> = text.chars().collect();
    let mut hashes = Vec::with_capacity(letters.len() + 1);
    let mut before = FxHasher::default();
    for (at, letter) in letters.iter().enumerate() {
        let mut without = before.clone();
        letters.iter().skip(at + 1).for_each(|letter| without.write_u32(u32::from(*letter)));
        hashes.push(without.finish());
        before.write_u32(u32::from(*letter));
    }
    hashes.push(before.finish());
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// The hashes of a text's pieces of three letters. Its ends count as letters.
fn pieces(text: &str) -> FxHashSet<u64> {
    let letters: Vec<char> = ['\0'].into_iter().chain(text.chars()).chain(['\0']).collect();
    letters.windows(3).map(|piece| hash(piece.iter().copied())).collect()
}

fn hash(letters: impl Iterator<Item = char>) -> u64 {
    let mut hasher = FxHasher::default();
    letters.for_each(|letter| hasher.write_u32(u32::from(letter)));
    hasher.finish()
}

/// How many names to suggest at most.
const MOST: usize = 4;

/// "Did you mean …?" for a name made of words: the nearest candidate, or else those that contain each of its
/// words, abbreviated or with one typo. `us_hipaa` matches `us_hipaa_voicemail`, and `tcpa` any name with that
/// word.
///
/// ```
/// use cxflowc::diagnostics::suggest::did_you_mean;
/// let names = ["us_tcpa_abandon", "us_tcpa_prerecorded", "us_tsr"];
/// assert_eq!(did_you_mean("us_tsrr", names).as_deref(), Some("did you mean `us_tsr`?"));
/// let both = "did you mean `us_tcpa_abandon` or `us_tcpa_prerecorded`?";
/// assert_eq!(did_you_mean("us_tpca", names).as_deref(), Some(both));
/// assert_eq!(did_you_mean("xyz", names), None);
/// ```
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    let meant = similar(word, candidates);
    if meant.is_empty() {
        return None;
    }
    let quoted: Vec<String> = meant.iter().map(|name| format!("`{name}`")).collect();
    let question = format!("did you mean {}?", super::list_of(&quoted, "or"));
    Some(match meant.iter().find_map(|name| difference(word, name)) {
        Some(difference) => format!("{question} ({difference})"),
        None => question,
    })
}

/// The candidates that may be meant: a near one, or a few with the same words.
pub fn similar<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> Vec<&'a str> {
    if let Some(near) = nearest(word, candidates.clone()) {
        return vec![near];
    }
    if word.len() > 100 {
        return Vec::new();
    }
    let parts = |text: &str| -> Vec<String> {
        let lower = text.to_lowercase();
        lower
            .split(|c: char| !c.is_alphanumeric())
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let wanted = parts(word);
    // Words of one or two letters match too much.
    if !wanted.iter().any(|part| part.chars().count() > 2) {
        return Vec::new();
    }
    let matches = |part: &str, other: &str| {
        part == other
            || (part.len() > 2 && other.starts_with(part))
            || (part.chars().count() > 3 && damerau_levenshtein(part, other) <= 1)
    };
    let fits = |candidate: &&str| {
        let own = parts(candidate);
        candidate.len() <= 200 && wanted.iter().all(|part| own.iter().any(|other| matches(part, other)))
    };
    let found: Vec<&str> = candidates.into_iter().filter(fits).take(MOST + 1).collect();
    if found.len() > MOST { Vec::new() } else { found }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn equals_a_plain_search_among_a_few_names(
            word in "[abc_]{1,9}",
            names in proptest::collection::vec("[abc_]{1,9}", 0..FEW),
        ) {
            let each = nearest(&word, names.iter().map(String::as_str));
            let index = Index::new(names.iter().map(String::as_str));
            let indexed = index.nearest(&word).map(|(number, _)| names[number].as_str());
            prop_assert_eq!(each, indexed);
        }

        #[test]
        fn finds_every_name_one_edit_away_among_many(
            word in "[abc_]{3,7}",
            names in proptest::collection::vec("[abc_]{3,7}", FEW + 1..300),
        ) {
            let index = Index::new(names.iter().map(String::as_str));
            let indexed = index.nearest(&word);
            let distance = |name: &str| damerau_levenshtein(&word, name);
            let each = nearest(&word, names.iter().map(String::as_str));
            match each {
                Some(name) if distance(name) <= 1 => {
                    prop_assert_eq!(indexed.map(|(number, _)| names[number].as_str()), Some(name));
                }
                // Farther names may be missed, but the distance of a result is right.
                _ => prop_assert!(indexed.is_none_or(|(number, far)| distance(&names[number]) == far && far > 1)),
            }
        }
    }

    #[test]
    fn finds_one_of_many_names_two_edits_away() {
        let names: Vec<String> = (0..1000).map(|number| format!("branch_{number}_queue")).collect();
        let index = Index::new(names.iter().map(String::as_str));
        let found = index.nearest("brnch_731_quue").map(|(number, _)| names[number].as_str());
        assert_eq!(found, Some("branch_731_queue"));
    }
}

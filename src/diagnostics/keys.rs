//! Short lists of keys for messages.

use super::list_of;

/// How many keys and ranges of keys are shown.
const SHOWN: usize = 6;

/// A list of keys: consecutive numbers are shown as a range, and only the first few in all.
///
/// ```
/// use cxflowc::diagnostics::list_of_keys;
/// assert_eq!(list_of_keys(&["#", "*", "0", "1", "2", "3", "7"]), "`0..3`, `7`, `*` and `#`");
/// assert_eq!(list_of_keys(&["1", "2"]), "`1` and `2`");
/// ```
pub fn list_of_keys(keys: &[&str]) -> String {
    list_of(&keys_in_words(keys), "and")
}

/// The same as single words, to join with others.
pub fn keys_in_words(keys: &[&str]) -> Vec<String> {
    let mut numbers: Vec<(usize, u64, &str)> = Vec::new();
    let mut others: Vec<&str> = Vec::new();
    for &key in keys {
        match key.parse::<u64>() {
            Ok(number) if key.bytes().all(|byte| byte.is_ascii_digit()) => {
                numbers.push((key.len(), number, key));
            }
            _ => others.push(key),
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    // The order of a telephone's keypad: the star is left of the zero, the pound sign right of it.
    others.sort_unstable_by_key(|key| (key.len(), key.starts_with('#'), *key));
    others.dedup();
    let follows =
        |a: &(usize, u64, &str), b: &(usize, u64, &str)| a.0 == b.0 && a.1.checked_add(1) == Some(b.1);
    // Each word with the number of keys that it stands for.
    let mut named: Vec<(usize, String)> = Vec::new();
    for run in numbers.chunk_by(follows) {
        match run {
            [first, _, .., last] => named.push((run.len(), format!("`{}..{}`", first.2, last.2))),
            _ => named.extend(run.iter().map(|(.., key)| (1, format!("`{key}`")))),
        }
    }
    named.extend(others.into_iter().map(|key| (1, format!("`{key}`"))));
    let mut words = named;
    let mut more = 0;
    // "and 1 more" would be no shorter than the key.
    if words.len() > SHOWN + 1 {
        more = words.drain(SHOWN..).map(|(count, _)| count).sum();
    }
    let mut words: Vec<String> = words.into_iter().map(|(_, word)| word).collect();
    if more > 0 {
        words.push(format!("{more} more"));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::list_of_keys;

    #[test]
    fn shortens_lists_of_keys() {
        let all: Vec<String> = (0..100).map(|key| format!("{key:02}")).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let even: Vec<String> = (0..50).map(|key| (key * 2).to_string()).collect();
        let even: Vec<&str> = even.iter().map(String::as_str).collect();
        for (keys, words) in [
            (vec![], ""),
            (vec!["1"], "`1`"),
            (vec!["2", "1"], "`1` and `2`"),
            (vec!["1", "2", "3"], "`1..3`"),
            (vec!["9", "10", "11", "12"], "`9` and `10..12`"),
            (vec!["0", "2", "3", "4", "5", "6", "7", "8", "9"], "`0` and `2..9`"),
            (vec!["01", "02", "03", "1", "2"], "`1`, `2` and `01..03`"),
            (vec!["#", "*"], "`*` and `#`"),
            (vec!["#", "*", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], "`0..9`, `*` and `#`"),
            (vec!["*1", "1", "1#"], "`1`, `*1` and `1#`"),
            (all, "`00..99`"),
            (even, "`0`, `2`, `4`, `6`, `8`, `10` and 44 more"),
            (vec!["1", "3", "5", "7", "9", "*", "#"], "`1`, `3`, `5`, `7`, `9`, `*` and `#`"),
            (vec!["99999999999999999999999", "1"], "`1` and `99999999999999999999999`"),
            (
                vec!["18446744073709551614", "18446744073709551615"],
                "`18446744073709551614` and `18446744073709551615`",
            ),
        ] {
            assert_eq!(list_of_keys(&keys), words, "{keys:?}");
        }
    }
}

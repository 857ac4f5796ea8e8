//! Which keys an English prompt speaks of.

use std::collections::BTreeSet;

/// The keys that a prompt speaks of.
#[derive(Default)]
pub struct SpokenKeys {
    /// Those that it tells the caller to press: after "press" all keys of a list (`press 1, 2 or 3`,
    /// `press 1 through 4`), and single ones before "for" where a clause begins (`, 2 for callback`).
    pub offered: BTreeSet<String>,
    /// All that it may be speaking of.
    pub mentioned: BTreeSet<String>,
    /// Whether it may speak of others: in another language, or as of "any other key".
    pub more: bool,
}

/// A word of a prompt, and what stands between the one before it and it.
struct Word<'a> {
    gap: &'a str,
    text: String,
}

impl SpokenKeys {
    /// What the texts of one prompt speak of.
    pub fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut spoken = Self::default();
        texts.for_each(|text| spoken.read(&words(text)));
        spoken
    }

    fn read(&mut self, words: &[Word<'_>]) {
        let mut offered: Vec<String> = Vec::new();
        // Where the list of keys after a "press" begins.
        let mut list: Option<usize> = None;
        for (index, word) in words.iter().enumerate() {
            let before = |back: usize| {
                index
                    .checked_sub(back)
                    .and_then(|index| words.get(index))
                    .map_or("", |word| word.text.as_str())
            };
            let Some(key) = key(&word.text) else {
                self.more |= OTHER_LANGUAGES.contains(&word.text.as_str());
                self.more |= matches!(word.text.as_str(), "key" | "keys" | "number" | "digit" | "button")
                    && matches!(before(1), "any" | "other" | "another");
                match word.text.as_str() {
                    "press" | "dial" | "push" | "pressing" => list = Some(offered.len()),
                    "or" | "and" | "the" | "number" | "key" | "digit" | "button" | "option" | "either"
                    | "say" | "to" | "through" | "thru" => {}
                    _ => list = None,
                }
                continue;
            };
            let run = range(words, index);
            let single = key.chars().count() == 1;
            let begins_clause = index == 0
                || word.gap.contains([',', '.', ';', ':', '!', '?', '\n', '–', '—'])
                || matches!(before(1), "or" | "and");
            let next = words.get(index + 1).map_or("", |word| word.text.as_str());
            match list {
                // "dial 911", "dial 1-800-555-0100": the whole of it is a telephone number.
                Some(start) if key.len() > 2 => {
                    offered.truncate(start);
                    list = None;
                }
                Some(_) => offered.extend(run.iter().cloned().chain([key.clone()])),
                None if single && next == "for" && begins_clause => offered.push(key.clone()),
                None => {}
            }
            self.mentioned.extend(run);
            self.mentioned.insert(key);
        }
        self.offered.extend(offered);
    }
}

/// "Press" in other languages, of which the keys are not understood.
const OTHER_LANGUAGES: &[&str] = &[
    "oprima",
    "oprime",
    "presione",
    "presiona",
    "pulse",
    "pulsa",
    "marque",
    "marca",
    "appuyez",
    "composez",
    "tapez",
    "faites",
    "drücken",
    "wählen",
    "premi",
    "prema",
    "premere",
    "pressione",
    "aperte",
    "tecle",
    "digite",
    "druk",
    "toets",
];

fn words(text: &str) -> Vec<Word<'_>> {
    let in_word = |c: char| c.is_alphanumeric() || matches!(c, '*' | '#' | '\'');
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(in_word) {
        let (gap, from) = rest.split_at_checked(start).unwrap_or_default();
        let (word, after) =
            from.split_at_checked(from.find(|c| !in_word(c)).unwrap_or(from.len())).unwrap_or_default();
        words.push(Word { gap, text: word.trim_matches('\'').to_lowercase() });
        rest = after;
    }
    words
}

/// The keys between the one here and the one before it: "1 through 4", "1-4", "between 1 and 4".
fn range(words: &[Word<'_>], index: usize) -> Vec<String> {
    let word = |back: usize| {
        index.checked_sub(back).and_then(|index| words.get(index)).map_or("", |word| word.text.as_str())
    };
    let dash = words.get(index).is_some_and(|word| matches!(word.gap.trim(), "-" | "–" | "—"));
    let from = match word(1) {
        before if dash => before,
        "through" | "thru" | "to" => word(2),
        "and" if word(3) == "between" => word(2),
        _ => return Vec::new(),
    };
    let number = |word: &str| key(word).and_then(|key| key.parse::<u32>().ok());
    match (number(from), number(word(0))) {
        (Some(from), Some(to)) if to < 100 => (from + 1..to).map(|key| key.to_string()).collect(),
        _ => Vec::new(),
    }
}

fn key(word: &str) -> Option<String> {
    let spelt = match word {
        "zero" => "0",
        "one" => "1",
        "two" => "2",
        "three" => "3",
        "four" => "4",
        "five" => "5",
        "six" => "6",
        "seven" => "7",
        "eight" => "8",
        "nine" => "9",
        "star" | "asterisk" => "*",
        "pound" | "hash" => "#",
        _ => match word.strip_prefix('#') {
            // "number 1"
            Some(number) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => number,
            _ if !word.is_empty()
                && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'*' | b'#')) =>
            {
                word
            }
            _ => return None,
        },
    };
    Some(spelt.to_owned())
}

#[cfg(test)]
mod tests {
    use super::SpokenKeys;

    #[test]
    fn what_prompts_offer() {
        for (prompt, keys) in [
            ("Press 1 for agent, 2 for callback", vec!["1", "2"]),
            ("To talk to us, press the star key. To stop these calls, press nine.", vec!["*", "9"]),
            ("Press 1, 2 or 3 now", vec!["1", "2", "3"]),
            ("Rate us: press 1 through 4", vec!["1", "2", "3", "4"]),
            ("Rate us: press 1-4", vec!["1", "2", "3", "4"]),
            ("Press 1 to confirm or pound to go back", vec!["1"]),
            ("Press 1 to confirm, press pound to go back", vec!["#", "1"]),
            ("Your balance is 40 dollars. Call 555 0100 for help", vec![]),
            ("In an emergency dial 911, or call 1-800-555-0100", vec![]),
            ("Open 9 to 5 for you", vec![]),
            ("Press any key", vec![]),
            ("Oprima 1", vec![]),
        ] {
            assert_eq!(
                SpokenKeys::of([prompt].into_iter()).offered.into_iter().collect::<Vec<_>>(),
                keys,
                "{prompt}"
            );
        }
    }

    #[test]
    fn what_prompts_mention() {
        let of = |prompt| SpokenKeys::of([prompt].into_iter());
        assert!(of("Press 1 to confirm or pound to go back").mentioned.contains("#"));
        assert!(of("From 1 to 5, how was it?").mentioned.contains("3"));
        assert!(of("Choose between one and five").mentioned.contains("2"));
        assert!(of("Press 1, or any other key to end").more);
        assert!(of("Press 1. Para español, oprima el dos.").more);
    }
}

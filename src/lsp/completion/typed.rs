//! The word that is being typed, and what it can still become.

use super::item::{Item, Rank};
use crate::lsp::letters::has_letters;

/// How many items a list has: more than anybody reads, but not thousands with each key.
pub const MOST: usize = 200;

/// The beginning of a word.
#[derive(Debug, Clone, Copy, Default)]
pub struct Typed<'t> {
    letters: &'t str,
}

/// How a label fits what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It begins with it.
    Begins,
    /// It has its letters in this order, as editors look for them.
    HasLetters,
}

/// The sign before a name or a text, which a label may lack or have in addition.
const SIGNS: [char; 4] = ['`', '"', '@', '='];

impl<'t> Typed<'t> {
    /// A word as far as it is typed.
    pub fn new(word: &'t str) -> Self {
        Self { letters: word.trim_start_matches(SIGNS) }
    }

    /// How a label fits; `None` if the word cannot become it. Ignores case.
    pub fn fit(self, label: &str) -> Option<Fit> {
        let label = label.trim_start_matches(SIGNS);
        let begins = |start: &str| start.eq_ignore_ascii_case(self.letters);
        if label.get(..self.letters.len()).is_some_and(begins) {
            return Some(Fit::Begins);
        }
        has_letters(label, self.letters).then_some(Fit::HasLetters)
    }

    /// The items that the word can become, best first, and whether there are more of them.
    pub fn best(self, items: Vec<Item>) -> (Vec<Item>, bool) {
        let mut fitting: Vec<(Fit, Rank, Item)> =
            items.into_iter().filter_map(|item| Some((self.fit(&item.label)?, item.rank, item))).collect();
        fitting.sort_by_key(|(fit, rank, _)| (*fit, *rank));
        let has_more = fitting.len() > MOST;
        (fitting.into_iter().take(MOST).map(|(.., item)| item).collect(), has_more)
    }

    /// The numbers of the best of many names, each with its rank: one more than a list has, so that it is known that
    /// there are more.
    pub fn best_names<'n>(self, names: impl Iterator<Item = (&'n str, Rank)>) -> Vec<(Rank, usize)> {
        let fits = |(number, (name, rank)): (usize, (&str, Rank))| Some((self.fit(name)?, rank, number));
        let mut fitting: Vec<(Fit, Rank, usize)> = names.enumerate().filter_map(fits).collect();
        if fitting.len() > MOST + 1 {
            fitting.select_nth_unstable(MOST);
            fitting.truncate(MOST + 1);
        }
        fitting.sort_unstable();
        fitting.into_iter().map(|(_, rank, number)| (rank, number)).collect()
    }
}

#[cfg(test)]
mod tests {
    use gen_lsp_types::CompletionItemKind;

    use super::*;

    #[test]
    fn a_word_can_become_what_has_its_letters_in_order() {
        for (word, label, fit) in [
            ("", "menu", Some(Fit::Begins)),
            ("me", "menu", Some(Fit::Begins)),
            ("ME", "menu", Some(Fit::Begins)),
            ("mu", "menu", Some(Fit::HasLetters)),
            ("nem", "menu", None),
            ("menus", "menu", None),
            ("`me", "`menu 2`", Some(Fit::Begins)),
            ("`me", "menu", Some(Fit::Begins)),
            ("@op", "@optout", Some(Fit::Begins)),
            ("me", "=menu", Some(Fit::Begins)),
            ("é", "Été", Some(Fit::HasLetters)),
            ("t|i", "timeout | invalid", Some(Fit::HasLetters)),
        ] {
            assert_eq!(Typed::new(word).fit(label), fit, "{word} {label}");
        }
    }

    #[test]
    fn what_begins_so_comes_first_then_what_is_wanted() {
        let item = |label: &str, rank| Item::plain(CompletionItemKind::Function, label).rank(rank);
        let items = vec![
            item("came", Rank::Wanted),
            item("again", Rank::Possible),
            item("arm", Rank::Fits),
            item("bye", Rank::Wanted),
        ];
        let (best, has_more) = Typed::new("a").best(items);
        let labels: Vec<String> = best.into_iter().map(|item| item.label).collect();
        assert_eq!((labels, has_more), (["arm", "again", "came"].map(str::to_owned).to_vec(), false));
    }

    #[test]
    fn a_list_has_its_bound_and_says_so() {
        let names: Vec<String> = (0..1000).map(|number| format!("n{number}")).collect();
        let ranked = |wanted: usize| {
            names.iter().enumerate().map(move |(number, name)| {
                (name.as_str(), if number == wanted { Rank::Wanted } else { Rank::Fits })
            })
        };
        let best = Typed::new("n").best_names(ranked(900));
        assert_eq!((best.len(), best.first()), (MOST + 1, Some(&(Rank::Wanted, 900))));
        assert_eq!(best.get(1), Some(&(Rank::Fits, 0)));
        let numbers = Typed::new("n99").best_names(ranked(0)).into_iter().map(|(_, number)| number);
        let begin_so: Vec<usize> = [99].into_iter().chain(990..1000).collect();
        assert_eq!(numbers.take(11).collect::<Vec<_>>(), begin_so);
    }
}

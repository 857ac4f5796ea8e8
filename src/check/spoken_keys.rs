//! Which keys a prompt names, in English, Spanish, French and German.

use compact_str::{CompactString, ToCompactString};

use super::spoken_counts::{COUNTED, Subject, counts, joins_to_key, subject};
use super::spoken_words::{OR, SpokenWord, Tongue, is_break, key_of, words};

/// The keys that a prompt names, each list in order and without repetition.
#[derive(Default)]
pub struct SpokenKeys {
    /// Keys that it tells the called party to press: all keys of a list after "press" (`press 1, 2 or 3`,
    /// `press 1 through 4`), and single ones before "for" at the beginning of a clause (`, 2 for callback`).
    pub offered: Vec<CompactString>,
    /// All keys that it may be naming.
    pub mentioned: Vec<CompactString>,
    /// Those that it says end what is entered: "end with pound", "press pound when you are done".
    pub ends: Vec<CompactString>,
    /// Whether it may name further keys: in another language, or as "any other key".
    pub more: bool,
}

/// The keys that follow a word for "press".
struct List {
    /// How many keys were offered before it.
    start: usize,
    /// Whether the word also has other objects: "choose one", "enter your number".
    weak: bool,
    /// The word's language.
    tongue: Tongue,
    /// Whether that is not the language of the prompt, so that the keys may have names unknown to this file.
    foreign: bool,
    /// Whether the called party is the word's subject: "you can choose 5".
    has_subject: bool,
}

impl SpokenKeys {
    /// The keys in the texts of one prompt, each with its language if that is known.
    pub fn of<'a>(texts: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> Self {
        let mut spoken = Self::default();
        for (text, language) in texts {
            let tongue = language.and_then(Tongue::of);
            // Its words are not known.
            spoken.more |= language.is_some() && tongue.is_none();
            spoken.read(&words(text), tongue);
        }
        for keys in [&mut spoken.offered, &mut spoken.mentioned, &mut spoken.ends] {
            keys.sort_unstable();
            keys.dedup();
        }
        spoken
    }

    /// Whether it may be naming a key.
    pub fn mentions(&self, key: &str) -> bool {
        self.mentioned.iter().any(|mentioned| mentioned == key)
    }

    /// Reads a text. Where its language is known, a word for a key counts in that language, or in that of the word for
    /// "press" before it: "For English, press 1. Para español, oprima el dos."
    fn read(&mut self, words: &[SpokenWord<'_>], own: Option<Tongue>) {
        let mut offered: Vec<CompactString> = Vec::new();
        let mut list: Option<List> = None;
        for (index, word) in words.iter().enumerate() {
            // Nearly all words are like this.
            if word.means_nothing() {
                self.end(list.take(), offered.len());
                continue;
            }
            let at = |index: usize| words.get(index).map_or("", |word| &*word.text);
            let before = |back: usize| index.checked_sub(back).map_or("", at);
            let (text, meaning) = (&*word.text, word.meaning);
            let of_list = list.as_ref().map(|list| list.tongue);
            let is_read = |of: &[Tongue]| {
                own.is_none_or(|own| {
                    of.is_empty() || of.contains(&own) || of_list.is_some_and(|list| of.contains(&list))
                })
            };
            let named = word.key();
            if let Some(key) = named.filter(|_| !is_read(&meaning.tongues)) {
                self.mentioned.push(key.into());
            }
            let Some(key) = named.filter(|_| is_read(&meaning.tongues)) else {
                self.more |= meaning.is_foreign_press;
                self.more |= meaning.is_any_key && ANY.contains(&before(1));
                let is_other = own.is_some_and(|own| own.has_other_meaning(text));
                let verb = meaning.press(text, before(1), is_break(word.gap)).filter(|_| !is_other);
                if let Some((weak, tongue)) = verb {
                    let foreign = tongue != own.unwrap_or(Tongue::English);
                    // "Bitte die 1 oder die 2 drücken."
                    let keys = if list.is_none() && is_at_end(text) {
                        keys_before(words, index)
                    } else {
                        Vec::new()
                    };
                    self.end(list.take(), offered.len());
                    if !keys.is_empty() {
                        offered.extend(keys);
                        continue;
                    }
                    // "We choose 5", "they hit 2": no instruction to press anything.
                    list = match subject(words, index).filter(|_| weak) {
                        Some(Subject::Other) => None,
                        subject => Some(List {
                            start: offered.len(),
                            weak,
                            tongue,
                            foreign,
                            has_subject: subject.is_some(),
                        }),
                    };
                } else if !meaning.joins {
                    self.end(list.take(), offered.len());
                }
                continue;
            };
            let run = range(words, index);
            let (single, key) = (key.len() == 1, CompactString::from(key));
            let begins_clause = index == 0 || is_break(word.gap) || OR.contains(&before(1));
            let next = at(index + 1);
            let ends_clause = words.get(index + 1).is_none_or(|next| is_break(next.gap));
            // "1 of our agents", "4 digits", "one moment".
            let is_weak = list.as_ref().is_some_and(|list| list.weak);
            let has_subject = list.as_ref().is_some_and(|list| list.has_subject);
            let counts = || {
                !ends_clause && (COUNTED.contains(&next) || is_weak && next == "star")
                    || is_weak && counts(words, index, has_subject)
            };
            match &list {
                // "dial 911", "dial 9 1 1", "dial 1-800-555-0100": a telephone number.
                Some(current) if key.len() > 2 || is_spelt_out(words, index) => {
                    offered.truncate(current.start);
                    list = None;
                }
                Some(current)
                    if counts()
                        || (current.weak
                            && ARTICLES.contains(&text)
                            && !ARTICLES_OF_KEYS.contains(&before(1))) =>
                {
                    // "Choose 2 or 3 pizzas": the number before it counts too.
                    if counts() && current.weak && joins_to_key(words, index) {
                        offered.truncate(current.start);
                    }
                    list = None;
                }
                Some(_) => offered.extend(run.iter().cloned().chain([key.clone()])),
                None if single && FOR.contains(&next) && begins_clause => offered.push(key.clone()),
                // "For sales, it is 3."
                None if single && ends_clause && it_is(before(1), before(2)) => offered.push(key.clone()),
                // "For sales, option 3."
                None if single
                    && ends_clause
                    && before(1) == "option"
                    && index
                        .checked_sub(1)
                        .and_then(|at| words.get(at))
                        .is_some_and(|word| is_break(word.gap)) =>
                {
                    offered.push(key.clone());
                }
                None => {}
            }
            if matches!(&*key, "*" | "#") && ends_entry(words, index) {
                self.ends.push(key.clone());
            }
            self.mentioned.extend(run);
            self.mentioned.push(key);
        }
        self.end(list, offered.len());
        self.offered.extend(offered);
    }

    /// Ends a list. If a foreign word for "press" is followed by no known key, the prompt may name more.
    fn end(&mut self, list: Option<List>, offered: usize) {
        self.more |= list.is_some_and(|list| list.foreign && list.start == offered);
    }
}

/// Whether the key at an index ends what is entered: "end with pound", "followed by the hash key", "termine con la
/// tecla numeral", "suivi de dièse", "beenden Sie mit Raute"; "pound when you are done", "Raute, wenn Sie fertig sind".
fn ends_entry(words: &[SpokenWord<'_>], index: usize) -> bool {
    let text = |word: &SpokenWord<'_>, of: &[&str]| of.contains(&&*word.text);
    // Up to four words back stands what joins the key to a verb, and the verb up to four words before that.
    let mut back = words.get(..=index).unwrap_or_default().iter().rev().peekable();
    let mut has_break = back.next().is_some_and(|word| is_break(word.gap));
    // "End with a pound of apples."
    if back.peek().is_some_and(|word| word.text == "a") {
        return false;
    }
    let mut joins = false;
    for word in back.take(8) {
        if has_break {
            break;
        }
        has_break = is_break(word.gap);
        joins |= text(word, WITH);
        if joins && text(word, END) {
            return true;
        }
    }
    let after = words.get(index + 1..).unwrap_or_default();
    let ending: Vec<&SpokenWord<'_>> =
        after.iter().skip_while(|word| text(word, &["key", "taste"])).take(7).collect();
    match ending.split_first() {
        Some((first, rest)) if text(first, WHEN) => {
            let of_clause = rest.iter().take_while(|word| !is_break(word.gap));
            of_clause.into_iter().any(|word| text(word, DONE))
        }
        _ => false,
    }
}

/// Words that join a key to a verb for "end".
const WITH: &[&str] = &["with", "by", "con", "de", "del", "por", "par", "du", "d'un", "mit", "von"];

/// Verbs for "end", and participles for "followed".
const END: &[&str] = &[
    "end",
    "ending",
    "ended",
    "finish",
    "finishing",
    "finished",
    "terminate",
    "terminated",
    "complete",
    "conclude",
    "followed",
    "termine",
    "terminar",
    "terminado",
    "terminando",
    "finalice",
    "finalizar",
    "finalizado",
    "seguido",
    "seguida",
    "seguidos",
    "terminez",
    "terminer",
    "terminé",
    "finissez",
    "suivi",
    "suivie",
    "suivis",
    "beenden",
    "beende",
    "beendet",
    "abschließen",
    "schließen",
    "schliessen",
    "gefolgt",
    "bestätigen",
];

/// Words for "when".
const WHEN: &[&str] =
    &["when", "once", "after", "cuando", "quand", "lorsque", "une", "sobald", "wenn", "nachdem", "as"];

/// Words for "done".
const DONE: &[&str] = &[
    "done",
    "finished",
    "finish",
    "complete",
    "completed",
    "termine",
    "terminado",
    "termina",
    "acabe",
    "haya",
    "terminé",
    "termine",
    "fini",
    "finissez",
    "fertig",
    "beendet",
    "eingegeben",
];

/// Whether a verb may come after its keys: "die 2 drücken".
fn is_at_end(verb: &str) -> bool {
    matches!(
        verb,
        "drücken" | "druecken" | "tippen" | "betätigen" | "betaetigen" | "wählen" | "waehlen" | "eingeben"
    )
}

/// The keys in front of a verb: "die 1 oder die 2 drücken".
fn keys_before(words: &[SpokenWord<'_>], verb: usize) -> Vec<CompactString> {
    let mut keys = Vec::new();
    let mut has_article = false;
    let back = words.get(..=verb).unwrap_or_default();
    let gaps = back.iter().rev().map(|word| word.gap);
    for (word, gap) in back.iter().rev().skip(1).zip(gaps) {
        // Another clause begins here.
        if is_break(gap) {
            break;
        }
        match word.key() {
            Some(key) => keys.push(key.into()),
            None if word.meaning.joins => has_article |= ARTICLES_OF_KEYS.contains(&&*word.text),
            None => break,
        }
    }
    if has_article { keys } else { Vec::new() }
}

/// Whether a key is at least the third in a row, as in "dial 9 1 1" and "9-1-1".
fn is_spelt_out(words: &[SpokenWord<'_>], index: usize) -> bool {
    let close = |at: usize| words.get(at).is_some_and(|word| matches!(word.gap.trim(), "" | "-" | "–"));
    let is_key = |at: usize| words.get(at).is_some_and(|word| word.key().is_some());
    index >= 2 && close(index) && close(index - 1) && is_key(index - 1) && is_key(index - 2)
}

const FOR: &[&str] = &["for", "para", "pour", "für"];

const ANY: &[&str] =
    &["any", "other", "another", "cualquier", "otra", "otro", "autre", "quelle", "beliebige", "andere"];

/// Words for "one" that are also articles.
const ARTICLES: &[&str] = &["one", "un", "uno", "una", "une", "ein", "eine", "einen"];

/// Words after which an article names a key.
const ARTICLES_OF_KEYS: &[&str] = &[
    "number", "key", "the", "el", "tecla", "número", "le", "touche", "chiffre", "die", "taste", "ziffer",
    "sur",
];

/// "it is", "it's", "es el", "c'est le".
fn it_is(last: &str, before: &str) -> bool {
    matches!((before, last), ("it", "is") | (_, "it's") | ("es", "el") | ("c'est", "le") | ("ist", "die"))
}

/// The keys between the key at an index and the one before it: "1 through 4", "1-4", "between 1 and 4".
fn range(words: &[SpokenWord<'_>], index: usize) -> Vec<CompactString> {
    let word = |back: usize| {
        index.checked_sub(back).and_then(|index| words.get(index)).map_or("", |word| &*word.text)
    };
    let dash = words.get(index).is_some_and(|word| matches!(word.gap.trim(), "-" | "–" | "—"));
    let from = match word(1) {
        before if dash => before,
        "through" | "thru" | "to" | "a" | "al" | "hasta" | "à" | "bis" => word(2),
        "and" | "y" | "et" | "und" if matches!(word(3), "between" | "entre" | "zwischen") => word(2),
        _ => return Vec::new(),
    };
    let number = |word: &str| key_of(word).and_then(|key| key.parse::<u32>().ok());
    match (number(from), number(word(0))) {
        (Some(from), Some(to)) if to < 100 => (from + 1..to).map(|key| key.to_compact_string()).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::SpokenKeys;

    #[test]
    fn finds_the_keys_that_prompts_offer() {
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
            ("Oprima 1", vec!["1"]),
            ("Oprima 7 para hablar con un agente", vec!["7"]),
            ("Para ventas, marque el 2. Para español, oprima el dos o la tecla numeral.", vec!["#", "2"]),
            ("Presione la tecla asterisco, o pulse nueve", vec!["*", "9"]),
            ("Marque del 1 al 4", vec![]),
            ("Oprima 1 al 4", vec!["1", "2", "3", "4"]),
            ("Llame al 5551234, o marque el 555 1234", vec![]),
            ("Appuyez sur le 3 pour les ventes, 4 pour le service", vec!["3", "4"]),
            ("Pour un agent, tapez 1. Tapez dièse, ou appuyez sur étoile.", vec!["#", "*", "1"]),
            ("Composez le neuf", vec!["9"]),
            ("Faites un choix. Choisissez une option.", vec![]),
            ("Drücken Sie die 2", vec!["2"]),
            ("Wählen Sie die Eins, oder drücken Sie die Raute-Taste", vec!["#", "1"]),
            ("Für Hilfe bitte die 5 drücken", vec!["5"]),
            ("Drücken Sie Stern", vec!["*"]),
            ("Hit 2 to go on, or choose 5", vec!["2", "5"]),
            ("Select 3. Enter 4. Touch 5. Push 6. Tap 7.", vec!["3", "4", "5", "6", "7"]),
            ("Say or press 1", vec!["1"]),
            ("For sales, it is 3. For support it's 4.", vec!["3", "4"]),
            ("Choose one of our agents, or enter your number", vec![]),
            ("Enter 4 digits, or enter the 5-digit code", vec![]),
            ("1 of our agents is here for you. Select one.", vec![]),
            ("It is 3 days late", vec![]),
            ("Press 1 to 4", vec!["1", "2", "3", "4"]),
            // French.
            ("Appuyez sur 1. Appuyez sur 7.", vec!["1", "7"]),
            ("Appuyez sur 1. Tapez 7.", vec!["1", "7"]),
            ("Faites le 1. Faites le 7.", vec!["1", "7"]),
            ("Appuyez sur 1. Appuyez sur le sept.", vec!["1", "7"]),
            ("Appuyez sur 1. Appuyez sur étoile.", vec!["*", "1"]),
            ("Appuyez sur la touche 1, ou sur la touche dièse.", vec!["#", "1"]),
            ("Appuyez sur 1. Choisissez 7. Sélectionnez 8. Pressez 9.", vec!["1", "7", "8", "9"]),
            ("Pour les ventes, composez le 2. Saisissez 3.", vec!["2", "3"]),
            ("Faites le un pour les ventes, 2 pour le service.", vec!["1", "2"]),
            ("Composez votre numéro de 8 chiffres", vec![]),
            ("Vous avez 3 messages. Faites votre choix.", vec![]),
            // German.
            ("Drücken Sie die Eins. Drücken Sie die Sieben.", vec!["1", "7"]),
            ("Wählen Sie die 1. Wählen Sie die 7.", vec!["1", "7"]),
            ("Drücken Sie 1. Betätigen Sie die Taste 7.", vec!["1", "7"]),
            ("Drücken Sie bitte die 1. Drücken Sie bitte jetzt die 7.", vec!["1", "7"]),
            ("Geben Sie 7 ein", vec!["7"]),
            ("Drück die 1, drück die 7.", vec!["1", "7"]),
            ("Bitte die 1 oder die 2 drücken", vec!["1", "2"]),
            ("Für den Verkauf bitte die Drei wählen.", vec!["3"]),
            ("Geben Sie Ihre Kundennummer ein", vec![]),
            ("Geben Sie die 4 Ziffern Ihrer PIN ein", vec![]),
            ("Wir sind in 2 Minuten für Sie da", vec![]),
            // Spanish.
            ("Para ventas, pulsar 2. Puede marcar 3.", vec!["2", "3"]),
            ("Digita 4. Elige 5. Oprima por favor el 6.", vec!["4", "5", "6"]),
            ("Marque el número uno", vec!["1"]),
            ("Tiene 2 mensajes nuevos", vec![]),
            ("Marque su número de 10 dígitos", vec![]),
            ("Espere 3 minutos", vec![]),
            // English.
            ("Press 1. Key in 4.", vec!["1", "4"]),
            ("Press 1. Pick 5.", vec!["1", "5"]),
            ("Press 1. Type 2.", vec!["1", "2"]),
            ("Press 1. Punch in 3.", vec!["1", "3"]),
            ("Please press now 1", vec!["1"]),
            ("For sales, option 3. For support, option four.", vec!["3", "4"]),
            ("By pressing 6 you agree", vec!["6"]),
            ("If you have type 2 diabetes, press 1", vec!["1"]),
            ("In an emergency dial 9 1 1", vec![]),
            ("In an emergency dial 9-1-1", vec![]),
            ("Dial nine one one", vec![]),
            ("Choose our 5 star service", vec![]),
            ("Choose 5 star service", vec![]),
            ("Press 1 in 3 seconds", vec!["1"]),
            ("Press 1 within the next 5 minutes", vec!["1"]),
            ("We have option 3 for you", vec![]),
            ("There are 2 people before you. Your wait is 4 minutes.", vec![]),
            ("Your visit is on May 3 at 5.", vec![]),
            ("Enter the last 4 of your number", vec![]),
            // Numbers that count something are not keys.
            ("We choose 5 winners. Press 1.", vec!["1"]),
            ("Press 1 to choose 5 pizzas", vec!["1"]),
            ("Press 1, and we hit 2 million customers", vec!["1"]),
            ("Press 1. Today we'll select 3 of you.", vec!["1"]),
            ("Press 1. They have picked well, and they always choose 4.", vec!["1"]),
            ("Press 1. Those who select 5 win.", vec!["1"]),
            ("Press 1. You can choose 5 different gifts.", vec!["1"]),
            ("Press 1. You can choose 5 free upgrades.", vec!["1"]),
            ("Press 1 and pick 3 lucky winners", vec!["1"]),
            ("Press 1 to choose 2 or 3 pizzas", vec!["1"]),
            ("Press 1 to choose 2 to 4 pizzas", vec!["1"]),
            ("Press 1 to enter 2 people", vec!["1"]),
            ("Press 1 before we hit $2 a share", vec!["1"]),
            ("Press 1 to choose 5% off", vec!["1"]),
            ("Press 1 to hit 2.5 million", vec!["1"]),
            ("Press 1 to select 9 am", vec!["1"]),
            ("Oprima 1 para elegir. Elija 5 pizzas.", vec!["1"]),
            ("Appuyez sur 1. Choisissez 5 pizzas.", vec!["1"]),
            // These are keys.
            ("Hit 2", vec!["2"]),
            ("Choose 5 for sales", vec!["5"]),
            ("Choose 5.", vec!["5"]),
            ("Choose 5 plus pound", vec!["5"]),
            ("Select 2 or 3 for sales, 4 for returns", vec!["2", "3", "4"]),
            ("You can choose 5 for sales", vec!["5"]),
            ("For sales, you can choose 5", vec!["5"]),
            ("If you choose 2 you agree", vec!["2"]),
            ("To hear what we offer, choose 3", vec!["3"]),
            ("So that we can help you, hit 2 now", vec!["2"]),
            ("Choosing 2 connects you to sales", vec!["2"]),
            ("Select 2 press 3", vec!["2", "3"]),
            ("Select 1,2 or 3", vec!["1", "2", "3"]),
            ("Elija 2 para ventas. Elija 3 gracias.", vec!["2", "3"]),
            ("Choisissez 1 puis dièse", vec!["1"]),
        ] {
            assert_eq!(
                SpokenKeys::of([(prompt, None)].into_iter()).offered.into_iter().collect::<Vec<_>>(),
                keys,
                "{prompt}"
            );
        }
    }

    #[test]
    fn finds_the_keys_that_prompts_mention() {
        let of = |prompt| SpokenKeys::of([(prompt, None)].into_iter());
        assert!(of("Press 1 to confirm or pound to go back").mentions("#"));
        assert!(of("From 1 to 5, how was it?").mentions("3"));
        assert!(of("Choose between one and five").mentions("2"));
        assert!(of("Press 1, or any other key to end").more);
        assert!(of("Press 1. Voor Nederlands, druk twee.").more);
        assert!(of("Press 1. Em português, marque dois.").more);
        assert!(!of("Press 1. Para español, oprima el dos.").more);
    }

    #[test]
    fn reads_keys_in_the_language_of_a_prompt() {
        for (prompt, language, keys) in [
            ("Para ventas, oprima uno. Para otra consulta, marque el dos.", "es-US", vec!["1", "2"]),
            ("Para ventas, presione 1; para cobros, pulse 2.", "es", vec!["1", "2"]),
            ("Appuyez sur le 1 ou tapez deux.", "fr-CA", vec!["1", "2"]),
            ("Composez le neuf", "fr", vec!["9"]),
            ("Drücken Sie die 1 oder wählen Sie die Zwei", "de-DE", vec!["1", "2"]),
            ("For English, press 1. Para español, oprima el dos.", "en-US", vec!["1", "2"]),
            ("Para español, oprima el uno. For English, press two.", "es-US", vec!["1", "2"]),
            // A German "diese" is no French "dièse", and a French "marque" no Spanish verb.
            ("Drücken Sie diese Taste", "de", vec![]),
            ("Notre marque 2 étoiles", "fr", vec![]),
            ("Press the stern button", "en", vec![]),
        ] {
            let spoken = SpokenKeys::of([(prompt, Some(language))].into_iter());
            assert_eq!(spoken.offered.into_iter().collect::<Vec<_>>(), keys, "{prompt}");
        }
    }

    #[test]
    fn knows_of_further_keys_only_in_languages_that_it_does_not_read() {
        let of = |prompt, language| SpokenKeys::of([(prompt, Some(language))].into_iter()).more;
        assert!(!of("Oprima 1. Marque su extensión.", "es"));
        assert!(of("Oprima 1. Marque su extensión.", "en"));
        assert!(of("Pressione 1.", "pt-BR"));
    }
}

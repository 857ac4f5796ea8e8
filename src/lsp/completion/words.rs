//! The keywords of the language, each with its purpose and the places to fill in.

use gen_lsp_types::CompletionItemKind as Shown;

use super::item::{Item, Rank};
use crate::flow::{Comparator, Kind, Verb, WEEKDAYS};
use crate::syntax::grammar::Rule;
use crate::syntax::words::DECLARATION_FACTS;

/// A word, its snippet with places to fill in, and its purpose.
struct WordItem(&'static str, &'static str, &'static str);

const FORMS: &[WordItem] = &[
    WordItem("require", "require ${1:disclosure} before ${2:agent}", "What every path must have."),
    WordItem("forbid", "forbid ${1:collect} after ${2:@optout}", "What must not happen."),
    WordItem("limit", "limit ${1:retries 3}", "How often, how deep or how long at most."),
    WordItem(
        "oblige",
        "oblige \"${1:TEXT}\"",
        "A duty that the graph cannot show. It is listed, never checked.",
    ),
    WordItem("expects", "expects @${1:tag} \"${2:MEANING}\"", "A tag or a fact that the rules use."),
    WordItem("warn", "warn ", "Makes breaking the rule a warning."),
    WordItem("version", "version ${1:1}", "Which edition of the policy it is."),
    WordItem("covers", "covers \"${1:us-ca}\"", "The places whose calls the policy is for."),
    WordItem("reviewed", "reviewed by \"${1:WHO}\" on ${2:2027-01-15}", "Who has read the policy, and when."),
    WordItem(
        "conflicts",
        "conflicts with ${1:POLICY} because \"${2:WHAT TO DO}\"",
        "A policy that can hardly be kept beside this one.",
    ),
];

/// What follows a keyword, if that is always the same.
const AFTER: &[(&str, &str)] = &[
    ("retries", "retries ${1:2}"),
    ("again", "again ${1:2} else ${2:NODE}"),
    ("else", "else ${1:NODE}"),
    ("lasts", "lasts ${1:2s}"),
    ("wait", "wait ${1:5s}"),
    ("between", "between ${1:3s}"),
    ("digits", "digits ${1:6..10}"),
    ("end", "end \"${1:#}\""),
    ("into", "into ${1:NAME}"),
    ("language", "language \"${1:en-US}\""),
    ("voice", "voice \"${1:NAME}\""),
    ("prompt", "prompt \"${1:ID}\""),
    ("ssml", "ssml \"<speak>${1:TEXT}</speak>\""),
    ("disposition", "disposition ${1:NAME}"),
    ("media", "media \"${1:https://}\""),
    ("text", "text \"${1:TEXT}\""),
    ("type", "type \"${1:TYPE}\""),
    ("because", "because \"${1:WHY}\""),
    ("by", "by \"${1:NAME}\""),
    ("reachable", "reachable from "),
    ("every", "every path"),
    ("depth", "depth ${1:45}"),
    ("within", "within ${1:1} keys"),
    ("exempt", "exempt when ${1:FACT} = ${2:VALUE} because \"${3:WHY}\""),
];

/// The words that can begin a line of a file.
pub fn declarations() -> Vec<Item> {
    let kinds = Kind::ALL.iter().map(|kind| {
        let facts = kind.facts();
        Item::snippet(Shown::Keyword, facts.word, facts.snippet).detail("node").about(facts.about)
    });
    let words = DECLARATION_FACTS
        .iter()
        .map(|facts| Item::snippet(Shown::Keyword, facts.word, facts.snippet).about(facts.about));
    kinds.chain(words).collect()
}

/// The kinds of nodes as bare words.
pub fn kinds() -> impl Iterator<Item = Item> {
    Kind::ALL.iter().map(|kind| Item::plain(Shown::Keyword, kind.word()).about(kind.facts().about))
}

/// The statements that fit into the block of a node of a kind; `None` means a node of any type.
pub fn statements(kind: Option<Kind>) -> Vec<Item> {
    let fits = |own: Option<Kind>| match kind {
        None => true,
        Some(Kind::Answer) => false,
        Some(kind) => own.is_none_or(|own| own == kind),
    };
    if kind == Some(Kind::Decide) {
        return vec![
            Item::snippet(Shown::Keyword, "when", "when ${1:NAME} = ${2:VALUE} -> ${3:NODE}")
                .about("Where the call goes if that is so. The first that is so counts."),
            Item::snippet(Shown::Keyword, "when open", "when open ${1:HOURS} -> ${2:NODE}")
                .about("Where the call goes while the hours are open; `when closed` asks the opposite."),
            Item::snippet(Shown::Keyword, "else", "else -> ${1:NODE}")
                .about("Where the call goes if no `when` is so. It comes last."),
        ];
    }
    let mut items = vec![
        Item::snippet(Shown::Keyword, "on", "on ${1:CONDITION} -> ${2:NODE}")
            .about("Where the call goes then."),
        Item::plain(Shown::Operator, "->").about("Where the call goes, whatever happens."),
    ];
    // The verb for any directive is only for nodes of any type.
    let verbs = Verb::ALL.iter().filter(|verb| fits(verb.kind()) && (**verb != Verb::Any || kind.is_none()));
    items.extend(verbs.map(|verb| {
        let facts = verb.facts();
        Item::snippet(Shown::Keyword, facts.word, facts.snippet).about(facts.about)
    }));
    items.push(
        Item::snippet(Shown::Keyword, "set", "set ${1:NAME} = ${2:VALUE}")
            .about("Gives a variable its value."),
    );
    items
}

/// Languages that many flows have, by their tags.
const LANGUAGES: [(&str, &str); 24] = [
    ("en-US", "English, United States"),
    ("es-US", "Spanish, United States"),
    ("en-GB", "English, United Kingdom"),
    ("en-CA", "English, Canada"),
    ("en-AU", "English, Australia"),
    ("en-IN", "English, India"),
    ("es-MX", "Spanish, Mexico"),
    ("es-ES", "Spanish, Spain"),
    ("fr-CA", "French, Canada"),
    ("fr-FR", "French, France"),
    ("de-DE", "German, Germany"),
    ("de-AT", "German, Austria"),
    ("de-CH", "German, Switzerland"),
    ("it-IT", "Italian, Italy"),
    ("pt-BR", "Portuguese, Brazil"),
    ("pt-PT", "Portuguese, Portugal"),
    ("nl-NL", "Dutch, Netherlands"),
    ("pl-PL", "Polish, Poland"),
    ("ja-JP", "Japanese, Japan"),
    ("ko-KR", "Korean, South Korea"),
    ("cmn-CN", "Mandarin Chinese, China"),
    ("yue-CN", "Cantonese, China"),
    ("ar", "Arabic"),
    ("hi-IN", "Hindi, India"),
];

/// The languages that texts may have: those of the flow first.
pub fn languages<'f>(of_flow: impl Iterator<Item = &'f str>) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for tag in of_flow {
        if items.iter().all(|known| known.label != tag) {
            items.push(Item::plain(Shown::Value, tag).detail("in this flow"));
        }
    }
    let others = LANGUAGES.iter().filter(|(tag, _)| items.iter().all(|known| known.label != *tag));
    let others: Vec<Item> = others
        .map(|(tag, about)| Item::plain(Shown::Value, *tag).detail(*about).rank(Rank::Possible))
        .collect();
    items.extend(others);
    items
}

/// What can come next in a line of opening hours.
pub fn hours(before: &str) -> Vec<Item> {
    let before = before.trim_end();
    let continues = before.ends_with("..") || before.ends_with(',');
    let is_of_week = !before.contains(|c: char| c.is_ascii_digit());
    let mut items: Vec<Item> = Vec::new();
    if before.is_empty() || is_of_week && continues {
        items.extend(WEEKDAYS.iter().map(|day| Item::plain(Shown::Value, *day)));
    }
    let each_year = before.split_whitespace().nth(1) == Some("every");
    if each_year && (continues || before.ends_with("every")) {
        let what = "A day of each year, the month first, or the last one of a range.";
        items.push(Item::snippet(Shown::Value, "12-25", "${1:12-25}").about(what));
    } else if before == "closed" || before == "open" {
        items.push(Item::plain(Shown::Keyword, "every").about("On days of each year."));
    }
    if before.starts_with("closed ") && continues && !each_year {
        let what = "A day on which it is closed, or the last one of a range.";
        items.push(Item::snippet(Shown::Value, "2026-12-31", "${1:2026-12-31}").about(what));
    }
    if before.is_empty() {
        items.push(
            Item::snippet(Shown::Keyword, "open", "open ${1:2026-12-24} ${2:9:00..12:00}")
                .about("The hours of one day, in place of those of its weekday."),
        );
        items.push(
            Item::snippet(Shown::Keyword, "closed", "closed ${1:2026-12-25}")
                .about("A day on which it is closed."),
        );
        items.push(
            Item::snippet(Shown::Keyword, "closed every", "closed every ${1:12-25}")
                .about("A day of each year on which it is closed."),
        );
    }
    items
}

/// The words that can begin a rule.
pub fn rules() -> Vec<Item> {
    let item = |WordItem(word, snippet, about): &WordItem| {
        Item::snippet(Shown::Keyword, *word, *snippet).about(*about)
    };
    FORMS.iter().map(item).collect()
}

/// The keyword that a rule of the grammar stands for, if any: each keyword is a rule named after it.
pub fn keyword(rule: Rule) -> Option<Item> {
    let name = format!("{rule:?}");
    let word = match rule {
        Rule::ends => "ends",
        Rule::any => "any",
        Rule::kw_keys => "keys",
        _ => name.strip_prefix("kw_")?,
    };
    if let Some(WordItem(_, _, about)) = FORMS.iter().find(|WordItem(form, ..)| *form == word) {
        return rules().into_iter().find(|item| item.label == word).map(|item| item.about(*about));
    }
    let snippet = AFTER.iter().find(|(first, _)| *first == word);
    Some(match snippet {
        Some((_, snippet)) => Item::snippet(Shown::Keyword, word, *snippet),
        None => Item::plain(Shown::Keyword, word),
    })
}

/// A word of a selector that a name follows.
pub fn selector_word(word: &'static str) -> Option<Item> {
    let about = match word {
        "set" => "What gives a variable its value.",
        "with" => "Each step that sends a field.",
        "disposition" => "The nodes and transitions with a disposition.",
        "kind" => "The nodes of a declared kind.",
        _ => return None,
    };
    let item = Item::snippet(Shown::Keyword, word, format!("{word} ${{1:NAME}}"));
    Some(item.about(about).rank(Rank::Possible))
}

/// The sign that a rule of the grammar stands for, if people type it.
pub fn sign(rule: Rule) -> Option<Item> {
    let (sign, about) = match rule {
        Rule::arrow => ("->", "Where the call goes."),
        Rule::bar => ("|", "Or."),
        Rule::and => ("&", "And."),
        Rule::slash => ("/", "The rule of the policy."),
        Rule::equals => ("=", ""),
        Rule::open => {
            return Some(
                Item::snippet(Shown::Operator, "{", "{\n  $0\n}")
                    .about("What it does, and where the call goes.")
                    .rank(Rank::Possible),
            );
        }
        _ => return None,
    };
    Some(Item::plain(Shown::Operator, sign).about(about).rank(Rank::Possible))
}

/// The operators that compare values.
pub fn operators() -> impl Iterator<Item = Item> {
    ["=", "!=", "<", "<=", ">", ">="].into_iter().map(|sign| Item::plain(Shown::Operator, sign))
}

/// The comparators of a `decide`.
pub fn comparators() -> impl Iterator<Item = Item> {
    Comparator::ALL.iter().map(|comparator| Item::plain(Shown::Operator, comparator.word()))
}

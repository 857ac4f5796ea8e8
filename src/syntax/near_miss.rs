//! What people write when they mean something that the language spells otherwise: each near miss
//! is a function, the list of them is [`NEAR_MISSES`], and the first that knows the line words it.

use std::ops::Range;

use super::grammar::Rule;
use super::tokens::{Kind, Token};
use super::words::{DECLARATIONS, OPTIONS, STATEMENTS};
use crate::diagnostics::quote;
use crate::diagnostics::suggest::nearest;
use crate::flow;

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Among the declarations of a file.
    File,
    /// Among the statements of a block.
    Block,
}

/// A line that did not parse.
pub struct Broken<'a> {
    /// Its text.
    pub line: &'a str,
    /// Its tokens.
    pub tokens: &'a [Token<'a>],
    /// How far the grammar got.
    pub at: usize,
    /// The token that the grammar did not want; `None` where the line ends.
    pub found: Option<&'a Token<'a>>,
    /// Where the line stands.
    pub place: Place,
    /// What the grammar wanted.
    pub expected: &'a [Rule],
}

/// How a near miss is worded.
pub struct Mend {
    /// The piece of the line that is meant.
    pub range: Range<usize>,
    /// What happened.
    pub message: String,
    /// What that piece shows.
    pub label: String,
    /// What to write instead.
    pub help: String,
}

type NearMiss = fn(&Broken<'_>) -> Option<Mend>;

/// In the order in which they are asked.
const NEAR_MISSES: &[NearMiss] = &[
    odd_character,
    foreign_comment,
    stray_brace,
    equals_after_keyword,
    misspelt_word,
    missing_on,
    catch_all,
    statement_outside_block,
    transition_inside_block,
    missing_name,
    condition_before_arrow,
    other_arrow,
    comma_for_bar,
    colon,
    raw_among_alternatives,
    with_without_prefix,
    option_value_sign,
    misspelt_option,
    unquoted_text,
];

/// Finds the near miss that a line is.
pub fn find(broken: &Broken<'_>) -> Option<Mend> {
    NEAR_MISSES.iter().find_map(|near_miss| near_miss(broken))
}

impl<'a> Broken<'a> {
    fn token(&self, index: usize) -> Option<&'a Token<'a>> {
        self.tokens.get(index)
    }

    fn first(&self) -> Option<&'a Token<'a>> {
        self.token(0)
    }

    fn expects(&self, rule: Rule) -> bool {
        self.expected.contains(&rule)
    }
}

fn mend(token: &Token<'_>, message: impl Into<String>, label: impl Into<String>, help: impl Into<String>) -> Option<Mend> {
    Some(Mend { range: token.range.clone(), message: message.into(), label: label.into(), help: help.into() })
}

fn odd_character(broken: &Broken<'_>) -> Option<Mend> {
    let odd = broken.tokens.iter().find(|token| token.kind == Kind::Odd && token.range.end > broken.at)?;
    let character = odd.text.chars().next()?;
    match character {
        '“' | '”' | '„' | '«' | '»' | '‘' | '’' => {
            mend(odd, format!("{} is no quotation mark of the language", quote(odd.text)), "a typographic quote", "write `\"`")
        }
        '\'' => mend(odd, "a string stands between `\"`, not `'`", "a single quote", "write `\"…\"`"),
        '→' | '⇒' | '⟶' | '➔' => mend(odd, "an arrow is written with two signs", "not an arrow of the language", "write `->`"),
        '–' | '—' => mend(odd, "this dash is no hyphen", "a typographic dash", "write `->` for an arrow, `-` in a name"),
        '`' => mend(odd, "the name has no closing backtick", "opened here", "close it with a second backtick on the same line"),
        _ if character.is_whitespace() => {
            mend(odd, "this white space is no space", format!("the character U+{:04X}", u32::from(character)), "put an ordinary space here")
        }
        _ => mend(
            odd,
            format!("{} has no meaning here", quote(odd.text)),
            format!("the character U+{:04X}", u32::from(character)),
            "take it out; a platform id with such characters stands between backticks, a text between quotes",
        ),
    }
}

fn foreign_comment(broken: &Broken<'_>) -> Option<Mend> {
    let first = broken.first()?;
    let comment = broken.line.starts_with('#') || broken.line.starts_with("--") || broken.line.starts_with("/*");
    let range = first.range.start..broken.line.lines().next()?.trim_end().len();
    comment.then(|| Mend {
        range,
        message: "a comment begins with `//`".into(),
        label: "not a comment".into(),
        help: "write `// …` on each line of the comment".into(),
    })
}

fn stray_brace(broken: &Broken<'_>) -> Option<Mend> {
    let first = broken.first().filter(|token| broken.place == Place::File && matches!(token.text, "}" | "{"))?;
    if first.is("{") {
        return mend(first, "this `{` opens the block of nothing", "no node before it", "put `{` at the end of the node's line");
    }
    mend(first, "this `}` closes nothing", "no block is open here", "take it out, or look for the block that was closed too early")
}

fn equals_after_keyword(broken: &Broken<'_>) -> Option<Mend> {
    let first = broken.first().filter(|token| broken.place == Place::File && matches!(token.text, "flow" | "description" | "entry"))?;
    let sign = broken.token(1).filter(|token| token.is("=") || token.is(":"))?;
    mend(sign, format!("`{}` takes no `{}`", first.text, sign.text), "too much", format!("write `{} …`", first.text))
}

/// `colect menu "…"`, `plya "…"`.
fn misspelt_word(broken: &Broken<'_>) -> Option<Mend> {
    let first = broken.first().filter(|token| token.kind == Kind::Word)?;
    let second = broken.token(1);
    let follows = second.is_some_and(|token| matches!(token.kind, Kind::Word | Kind::String | Kind::Quoted | Kind::Number));
    if !follows || is_known(first.text, broken.place) {
        return None;
    }
    let (words, what): (Vec<&str>, &str) = match broken.place {
        Place::File => (kinds().chain(DECLARATIONS.iter().copied()).collect(), "no kind of node and no declaration"),
        Place::Block => (STATEMENTS.to_vec(), "no action and no branch"),
    };
    let word = quote(first.text);
    if let Some(near) = foreign_word(first.text).or_else(|| nearest(first.text, words.iter().copied())) {
        return mend(first, format!("{word} is {what}"), "unknown word", format!("did you mean `{near}`?"));
    }
    // `start to menu` and `goto menu` are transitions that were meant.
    if broken.place == Place::File && second.is_some_and(|token| matches!(token.text, "to" | "then" | "goes" | "goto")) {
        let name = first.text;
        return mend(first, "a transition is written with an arrow", "from this node", format!("write `{name} -> …`"));
    }
    let help = match broken.place {
        Place::File => format!("a line begins with a kind of node ({}), with {}, or is a transition `A -> B`", kinds().collect::<Vec<_>>().join(", "), DECLARATIONS.join(", ")),
        Place::Block => format!("a block holds actions ({}) and branches `on 1 -> NODE`", STATEMENTS.get(1..).unwrap_or_default().join(", ")),
    };
    mend(first, format!("{word} is {what}"), "unknown word", help)
}

fn kinds() -> impl Iterator<Item = &'static str> {
    flow::Kind::ALL.iter().map(|kind| kind.word())
}

fn is_known(word: &str, place: Place) -> bool {
    match place {
        Place::File => DECLARATIONS.contains(&word) || kinds().any(|kind| kind == word) || STATEMENTS.contains(&word),
        Place::Block => STATEMENTS.contains(&word),
    }
}

/// Words of other tools for what the language has under another name.
fn foreign_word(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "menu" | "gather" | "prompt" | "input" => "collect",
        "queue" | "transfer" => "agent",
        "hangup" | "end" | "exit" => "disconnect",
        "const" | "var" | "set" => "let",
        "parameter" => "param",
        "import" | "use" => "include",
        "start" => "entry",
        "amd" => "answer",
        "speak" | "tts" => "say",
        "when" | "if" | "case" | "key" => "on",
        _ => return None,
    })
}

/// `1 -> sales` in a block.
fn missing_on(broken: &Broken<'_>) -> Option<Mend> {
    let first = broken.first().filter(|_| broken.place == Place::Block)?;
    let outcome = flow::Outcome::from_word(first.text).is_some();
    let arrow = broken.tokens.iter().any(|token| token.is("->"));
    ((first.kind == Kind::Number || outcome) && arrow).then_some(())?;
    mend(first, "a branch begins with `on`", "`on` is missing", format!("write `on {}`", broken.line.trim()))
}

/// `on else -> bye`, `default -> bye`.
fn catch_all(broken: &Broken<'_>) -> Option<Mend> {
    let word = broken.tokens.iter().take(2).find(|token| matches!(token.text, "else" | "default" | "otherwise" | "*:" ))?;
    (broken.place == Place::Block).then_some(())?;
    mend(
        word,
        format!("there is no {}", quote(word.text)),
        "no condition of the language",
        "name what is left, as in `on timeout | invalid -> NODE`, or write `-> NODE` alone where nothing else branches",
    )
}

/// `on 1 -> sales` among the declarations.
fn statement_outside_block(broken: &Broken<'_>) -> Option<Mend> {
    let first = broken.first().filter(|token| broken.place == Place::File && STATEMENTS.contains(&token.text))?;
    let second = broken.token(1);
    if first.is("on") {
        let help = "put it into the node's block, or write `NODE -> TARGET on 1`";
        return mend(first, "a branch stands in a node's block", "which node branches here?", help);
    }
    let only_action = !kinds().any(|kind| kind == first.text);
    (only_action && second.is_none_or(|token| token.kind == Kind::String)).then_some(())?;
    mend(first, format!("`{}` is an action: it stands in a node's block", first.text), "which node does this?", format!("write `play NAME {{ {} }}`", broken.line.lines().next().unwrap_or_default().trim()))
}

/// `menu -> sales on 1` inside a block.
fn transition_inside_block(broken: &Broken<'_>) -> Option<Mend> {
    let first = broken.first().filter(|token| broken.place == Place::Block && matches!(token.kind, Kind::Word | Kind::Quoted))?;
    broken.token(1).filter(|token| token.is("->"))?;
    mend(
        first,
        "a branch leaves the block's own node and does not name it",
        "another name before the arrow",
        "write `-> NODE` or `on 1 -> NODE` here; a transition from another node stands outside the block",
    )
}

/// `play "https://…"` among the declarations.
fn missing_name(broken: &Broken<'_>) -> Option<Mend> {
    let first = broken.first().filter(|token| broken.place == Place::File && (kinds().any(|kind| kind == token.text) || token.is("node")))?;
    match broken.token(1) {
        None => mend(first, format!("the `{}` node has no name", first.text), "a name is due after this", super::words::form(Some(first.text), broken.place).unwrap_or_default()),
        Some(second) if second.kind == Kind::String => {
            mend(second, format!("the `{}` node has no name", first.text), "a name is due before this", format!("write `{} NAME {}`", first.text, second.text))
        }
        Some(second) if second.kind == Kind::Number => mend(
            second,
            "a name begins with a letter or `_`",
            "begins with a digit",
            "begin it with a letter, or put a platform id between backticks",
        ),
        Some(second) if second.is("->") || !broken.tokens.iter().any(|token| token.is("->")) => None,
        // `collect menu -> sales`
        Some(second) => {
            let arrow = broken.token(2).filter(|token| token.is("->"))?;
            mend(
                arrow,
                "a node's transitions do not stand on its line",
                "not here",
                format!("write `{} -> …` on a line of its own, or `{{ -> … }}`", second.text),
            )
        }
    }
}

/// `menu on 1 -> sales`.
fn condition_before_arrow(broken: &Broken<'_>) -> Option<Mend> {
    let [first, on, .., arrow, target] = broken.tokens else { return None };
    (broken.place == Place::File && on.is("on") && arrow.is("->") && first.kind == Kind::Word).then_some(())?;
    let condition = broken.line.get(on.range.start..arrow.range.start)?.trim();
    mend(on, "outside a block the condition comes last", "before the arrow", format!("write `{} -> {} {condition}`", first.text, target.text))
}

fn other_arrow(broken: &Broken<'_>) -> Option<Mend> {
    let found = broken.found.filter(|token| token.kind == Kind::Signs)?;
    let arrow = matches!(found.text, "=>" | "-->" | "==>" | "~>" | "->>" | ">" | ">>" | "=->" | "-" | "--" | "->->" | "-=>");
    (broken.expects(Rule::arrow) && arrow).then_some(())?;
    mend(found, format!("{} is no arrow", quote(found.text)), "not an arrow of the language", "write `->`")
}

fn comma_for_bar(broken: &Broken<'_>) -> Option<Mend> {
    let found = broken.found.filter(|token| matches!(token.text, "," | "||" | "or" | "/" | "+" | "&" | "&&"))?;
    broken.expects(Rule::bar).then_some(())?;
    mend(found, "alternatives are separated by `|`", "not a separator", "write `|`, as in `on timeout | invalid -> NODE`")
}

fn colon(broken: &Broken<'_>) -> Option<Mend> {
    let found = broken.found.filter(|token| token.is(":") || token.is(":-") || token.is(":->"))?;
    if broken.expects(Rule::arrow) {
        return mend(found, "after a condition comes an arrow", "not an arrow", "write `->`");
    }
    mend(found, "`:` has no meaning here", "too much", "take it out")
}

fn raw_among_alternatives(broken: &Broken<'_>) -> Option<Mend> {
    let after_bar = |token: &Token<'_>| broken.line.get(..token.range.start).is_some_and(|before| before.trim_end().ends_with('|'));
    let raw = broken.tokens.iter().find(|token| token.kind == Kind::String && token.range.end >= broken.at)?;
    let before = broken.found.is_some_and(|token| token.is("|")) && !broken.expects(Rule::bar);
    (before || (broken.expects(Rule::key) && after_bar(raw))).then_some(())?;
    mend(raw, "a quoted condition stands alone", "quoted", "put all of the condition between the quotes, as in `on \"timeout|vendor_code\" -> NODE`")
}

fn with_without_prefix(broken: &Broken<'_>) -> Option<Mend> {
    broken.first().filter(|token| token.is("include"))?;
    let found = broken.found.filter(|token| token.is("with"))?;
    mend(found, "`with` sets the params of an instance", "an instance of which name?", "write `include \"PATH\" as PREFIX with NAME = \"VALUE\"`")
}

/// `retries = 2`, `retries: 2`.
fn option_value_sign(broken: &Broken<'_>) -> Option<Mend> {
    let found = broken.found.filter(|token| token.is("=") || token.is(":"))?;
    let before = broken.tokens.iter().rev().find(|token| token.range.end <= found.range.start)?;
    OPTIONS.contains(&before.text).then_some(())?;
    mend(found, format!("`{}` takes no `{}`", before.text, found.text), "too much", format!("write the value after a space: `{} …`", before.text))
}

fn misspelt_option(broken: &Broken<'_>) -> Option<Mend> {
    let found = broken.found.filter(|token| token.kind == Kind::Word && broken.expects(Rule::retries))?;
    let near = match found.text {
        "max_retries" | "retry" | "attempts" | "tries" => Some("retries"),
        "url" | "audio" | "media_url" | "file" => Some("media"),
        "duration" | "length" | "for" => Some("lasts"),
        "prompt" | "say" | "tts" => Some("text"),
        "queue" | "tag" | "tags" => None,
        word => nearest(word, OPTIONS.iter().copied()),
    };
    if matches!(found.text, "tag" | "tags") {
        return mend(found, "a tag is written with `@`", "no option", "write `@name`");
    }
    mend(found, format!("{} is no option", quote(found.text)), "unknown option", format!("did you mean `{}`?", near?))
}

/// `agent sales primary_queue`.
fn unquoted_text(broken: &Broken<'_>) -> Option<Mend> {
    let found = broken.found.filter(|token| matches!(token.kind, Kind::Word | Kind::Number) && broken.expects(Rule::string))?;
    if DECLARATIONS.contains(&found.text) || OPTIONS.contains(&found.text) {
        return None;
    }
    let line_end = broken.line.find('\n').unwrap_or(broken.line.len());
    let rest = broken.line.get(found.range.start..line_end)?.trim_end_matches(['{', ' ', '\t', '\r']);
    let range = found.range.start..found.range.start + rest.len();
    let help = if rest.len() <= 60 { format!("write `\"{rest}\"`") } else { "put it between `\"`".to_owned() };
    Some(Mend { range, message: "a text stands in quotes".into(), label: "no quotes around this".into(), help })
}

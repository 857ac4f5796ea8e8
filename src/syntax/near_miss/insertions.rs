//! Insertions outside texts: `${queue}` without quotes, and texts joined by `+`.

use std::ops::Range;

use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::spelling::is_name;
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::{LineContext, STATEMENTS};

/// What to write in place of an insertion without quotes.
enum InsertionKind {
    /// `"${queue}"`
    Text,
    /// `tries`, the name alone.
    Number,
    /// The name of a node, or of something else that is declared.
    Name,
    /// A condition, a test's event.
    Condition,
}

/// `agent sales ${queue}`, `say $greeting`, `play intro ${cdn}/intro.wav`, `retries ${tries}`.
pub fn insertion(broken: &BrokenLine<'_>) -> Option<Wording> {
    let sign = broken.tokens.iter().find(|token| token.range.end > broken.at)?;
    let before = broken.line.get(..sign.range.start)?;
    let is_apart = before.ends_with([' ', '\t', '=', ',', '|', '>']);
    if !is_apart {
        return None;
    }
    let (range, meant) = piece(broken, sign)?;
    let written = broken.line.get(range.clone())?;
    let wording = |message: String, label: &str, help: String| Wording {
        range: range.clone(),
        message,
        label: label.into(),
        help,
        instead: Vec::new(),
    };
    if broken.first().is_some_and(|first| first.is("include")) {
        let help = "write the file's path itself, in quotes, as in `include \"menus.cxflow\"`";
        return Some(wording(
            "nothing can be inserted into the path of an include".into(),
            "expected a path here",
            help.into(),
        ));
    }
    let name = meant.strip_prefix("${").and_then(|name| name.strip_suffix('}')).filter(|name| is_name(name));
    if let Some(name) = name
        && broken.place == LineContext::Block
        && broken.first().is_some_and(|first| first.is("set"))
    {
        let message = "a `set` copies the value of a name, which is written without `${` and `}`".to_owned();
        return wording(message, "an insertion", format!("write `{name}`")).instead_of(range.clone(), name);
    }
    let Some(kind) = expected_kind(broken) else {
        let help = match broken.place {
            LineContext::Policy => "write the name or number itself: nothing can be inserted into a rule",
            _ => "insert values only into a text in quotes, as in `say \"Hello ${first_name}\"`",
        };
        return Some(wording(
            format!("nothing can be inserted here: {}", quote(written)),
            "not a text",
            help.into(),
        ));
    };
    match kind {
        InsertionKind::Text => {
            let text = format!("\"{meant}\"");
            let message = "a value is inserted into a text, and a text needs quotes".to_owned();
            wording(message, "this has no quotes", format!("write `{text}`")).instead_of(range, text)
        }
        InsertionKind::Number => {
            let name = meant.strip_prefix("${").and_then(|name| name.strip_suffix('}')).unwrap_or("NAME");
            let message = "write the name of a number without `${` and `}`".to_owned();
            let wording = wording(message, "an insertion", format!("write `{name}`"));
            if is_name(name) { wording.instead_of(range, name) } else { Some(wording) }
        }
        InsertionKind::Name => {
            let help = "write the name itself; between environments only texts can differ, such as a queue";
            Some(wording(
                format!("a name cannot be inserted: {}", quote(written)),
                "expected a name here",
                help.into(),
            ))
        }
        InsertionKind::Condition => {
            let help = "write a key or an outcome, as in `on 1` or `on timeout`";
            Some(wording(
                format!("a condition cannot be inserted: {}", quote(written)),
                "expected a condition here",
                help.into(),
            ))
        }
    }
}

/// What the grammar expected where it stopped.
fn expected_kind(broken: &BrokenLine<'_>) -> Option<InsertionKind> {
    let expects = |rule| broken.expects(rule);
    if broken.place == LineContext::Policy {
        return None;
    }
    if expects(Rule::not_integer)
        || (expects(Rule::integer) && !expects(Rule::string) && !expects(Rule::value))
    {
        Some(InsertionKind::Number)
    } else if expects(Rule::condition) || expects(Rule::key) || expects(Rule::range) || expects(Rule::outcome)
    {
        Some(InsertionKind::Condition)
    } else if expects(Rule::string) || expects(Rule::value) {
        Some(InsertionKind::Text)
    } else if expects(Rule::name) || expects(Rule::quoted_name) {
        Some(InsertionKind::Name)
    } else {
        None
    }
}

/// A piece of a line that inserts something, up to the next blank, and its spelling inside a text.
fn piece(broken: &BrokenLine<'_>, sign: &Token<'_>) -> Option<(Range<usize>, String)> {
    let start = sign.range.start;
    let rest = broken.line.get(start..)?;
    let (name, length) = inserted(rest)?;
    let after = rest.get(length..)?;
    let tail = after.get(..after.find([' ', '\t', ';', '{', '}', '"']).unwrap_or(after.len()))?;
    // `//` begins a comment here, not the rest of a URL.
    let tail = if tail.starts_with("//") { "" } else { tail };
    let is_plain = !tail.contains(['$', '\\', '|', '>', ',']);
    is_plain.then(|| (start..start + length + tail.len(), format!("${{{name}}}{tail}")))
}

/// The name that is inserted at the start of a text, and the length of the insertion.
fn inserted(text: &str) -> Option<(&str, usize)> {
    const BRACKETS: [(&str, &str); 6] =
        [("${", "}"), ("$(", ")"), ("#{", "}"), ("{{", "}}"), ("%", "%"), ("<", ">")];
    for (open, close) in BRACKETS {
        let Some(inside) = text.strip_prefix(open) else { continue };
        // The `}` may be missing at the end of the line.
        let end = inside.find(close).or_else(|| open.ends_with('{').then_some(inside.len()))?;
        let name = inside.get(..end)?.trim();
        let length = (open.len() + end + close.len()).min(text.len());
        return is_name(name).then_some((name, length));
    }
    let word = text.strip_prefix('$')?;
    let end = word.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(word.len());
    let name = word.get(..end).filter(|name| is_name(name))?;
    Some((name, 1 + end))
}

/// `agent sales {queue}`, `agent sales {{queue}}`: a block that contains only a name.
pub fn alone_in_block(broken: &BrokenLine<'_>) -> Option<Wording> {
    let name = match broken.tokens {
        [name] => name,
        [open, name, ..] if open.is("{") => name,
        _ => return None,
    };
    let is_name_alone =
        broken.place == LineContext::Block && name.kind == Kind::Word && !STATEMENTS.contains(&name.text);
    if !(is_name_alone && broken.tokens.len() <= 4) {
        return None;
    }
    let help = format!(
        "a block holds actions such as `say \"TEXT\"` and branches such as `on 1 -> NODE`; the value of a param or a let is written `\"${{{0}}}\"`, without a block",
        name.text
    );
    fix(name, format!("{} is neither an action nor a branch", quote(name.text)), "alone inside a block", help)
}

/// `say "Hello " + first_name`.
pub fn joined(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| matches!(found.text, "+" | "++" | "&" | "."))?;
    let before = broken.before_found().filter(|before| before.kind == Kind::String)?;
    let mut tokens = broken.tokens.iter().filter(|token| token.range.start >= before.range.start).peekable();
    let mut joined = String::new();
    let mut end = before.range.end;
    loop {
        let part = tokens.next()?;
        end = end.max(part.range.end);
        match part.kind {
            _ if matches!(part.text, "$" | "{" | "%" | "<") => {
                let (range, meant) = piece(broken, part)?;
                joined.push_str(&meant);
                end = range.end;
                while tokens.next_if(|token| token.range.start < end).is_some() {}
            }
            Kind::String if !part.text.starts_with("\"\"\"") => {
                joined.push_str(part.text.strip_prefix('"')?.strip_suffix('"')?);
            }
            Kind::Word if is_name(part.text) => joined.push_str(&format!("${{{}}}", part.text)),
            Kind::Number => joined.push_str(part.text),
            _ => return None,
        }
        match tokens.next() {
            Some(sign) if sign.text == found.text => {}
            _ => break,
        }
    }
    let help = if joined.len() <= 60 {
        format!("write one text: `\"{joined}\"`")
    } else {
        "write one text, with `${NAME}` where a value goes".to_owned()
    };
    fix(
        found,
        format!("texts are not joined with {}", quote(found.text)),
        "not a sign of the language",
        help,
    )?
    .instead_of(before.range.start..end, format!("\"{joined}\""))
}

//! Signs and values of a comparison as other languages write them: patterns, numbers in groups, signs in two.

use super::decide_words::is_in_decide;
use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::flow::Comparator;
use crate::syntax::grammar::Rule;
use crate::syntax::line::reads;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// `when balance > 1,000 -> x`: a number has no signs between its digits.
pub fn grouped_number(broken: &BrokenLine<'_>, values: &[&Token<'_>]) -> Option<Wording> {
    let is_group = |token: &Token<'_>| token.kind == Kind::Number && token.text.len() == 3;
    let begins = |token: &Token<'_>| token.kind == Kind::Number && token.text.len() <= 3;
    let at = values.windows(3).position(|three| {
        matches!(three, [first, comma, group] if begins(first) && comma.is(",") && is_group(group)
            && first.range.end == comma.range.start && comma.range.end == group.range.start)
    });
    let Some(at) = at else { return blank_in_number(broken, values) };
    let rest = values.get(at..)?;
    let groups = rest.get(1..)?.chunks(2).take_while(|pair| {
        matches!(pair, [comma, group] if comma.is(",") && is_group(group) && comma.range.end == group.range.start)
    });
    let last = rest.get(2 * groups.count())?;
    let range = rest.first()?.range.start..last.range.end;
    let written = broken.line.get(range.clone())?;
    let number = written.replace([',', ' '], "");
    Some(Wording {
        range,
        message: format!("{} is a number in groups", quote(written)),
        label: "without `,`".to_owned(),
        help: format!("write `{number}`"),
        instead: Vec::new(),
    })?
    .instead(number)
}

/// `when balance > 1 250 -> x`.
fn blank_in_number(broken: &BrokenLine<'_>, values: &[&Token<'_>]) -> Option<Wording> {
    let is_number = |token: &&Token<'_>| token.kind == Kind::Number;
    let groups: Vec<&&Token<'_>> = values.iter().take_while(|token| is_number(token)).collect();
    let (first, rest) = groups.split_first()?;
    if rest.is_empty() {
        return None;
    }
    let range = first.range.start..rest.last()?.range.end;
    let written = broken.line.get(range.clone())?;
    let wording = Wording {
        range,
        message: format!("{} is a number in groups", quote(written)),
        label: "with a blank in it".to_owned(),
        help: format!("write `{}`; several values have `|` between them", written.replace(' ', "")),
        instead: Vec::new(),
    };
    if first.text.len() <= 3 && rest.iter().all(|group| group.text.len() == 3) {
        return wording.instead(written.replace(' ', ""));
    }
    Some(wording)
}

/// `when balance > 1_000 -> x`, `when balance > 1e3 -> x`, `when balance > 10k -> x`, `set tries = 1,000`: a number as other
/// languages write it.
pub fn odd_number(broken: &BrokenLine<'_>) -> Option<Wording> {
    let sets = broken.place == LineContext::Block && broken.first()?.is("set");
    let gives = broken.place == LineContext::File && broken.first()?.is("test");
    if !(sets || gives || is_in_decide(broken)) {
        return None;
    }
    let begins = |token: &Token<'_>| token.is("|") || super::decide_words::comparator(token).is_some();
    let numbers = broken.tokens.windows(2).filter_map(|pair| match pair {
        [sign, number] if begins(sign) && number.kind == Kind::Number => {
            let rest = broken.line.get(number.range.start..)?;
            let end = rest.find([' ', '\t', '|', ';', '}']).unwrap_or(rest.len());
            let written = rest.get(..end)?.trim_end_matches(',');
            // Between the values of a comparison, a `,` has its own finding.
            if written.contains(',') && !(sets || gives) {
                return None;
            }
            Some((number.range.start, written, plain_number(written)?))
        }
        _ => None,
    });
    let numbers: Vec<(usize, &str, (String, bool))> = numbers.collect();
    let (start, written, (number, is_certain)) = numbers.first()?;
    let wording = Wording {
        range: *start..start + written.len(),
        message: match written.contains(['_', ',', '\'']) {
            true => format!("{} is a number in groups", quote(written)),
            false => format!("{} is no number: a number has digits alone", quote(written)),
        },
        label: "not only digits".to_owned(),
        help: match is_certain {
            true => format!("write `{number}`"),
            false => format!("write `{number}` if that is meant"),
        },
        instead: Vec::new(),
    };
    if !numbers.iter().all(|(.., (_, is_certain))| *is_certain) {
        return Some(wording);
    }
    let wording = numbers.iter().try_fold(wording, |wording, (start, written, (number, _))| {
        wording.instead_of(*start..start + written.len(), number)
    })?;
    let first = broken.first()?;
    match sets || gives || first.is("when") {
        true => Some(wording),
        false => wording.instead_of(first.range.start..first.range.start, "when "),
    }
}

/// The digits of a number that has something else between or behind them, and whether it can be no other number.
fn plain_number(written: &str) -> Option<(String, bool)> {
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    for sign in ['_', '\'', ','] {
        let mut groups = written.split(sign);
        let first = groups.next().filter(|first| are_digits(first) && first.len() <= 3);
        let rest: Vec<&str> = groups.collect();
        let are_groups = !rest.is_empty() && rest.iter().all(|group| are_digits(group) && group.len() == 3);
        if first.is_some_and(|first| first != "0") && are_groups {
            return Some((written.replace(sign, ""), true));
        }
    }
    let lower = written.to_ascii_lowercase();
    if let Some((number, exponent)) = lower.split_once('e').filter(|(number, _)| are_digits(number)) {
        let zeros: usize = exponent.parse().ok().filter(|zeros| *zeros <= 12)?;
        return Some((format!("{number}{}", "0".repeat(zeros)), true));
    }
    let (number, zeros) = match (lower.strip_suffix('k'), lower.strip_suffix('m')) {
        (Some(number), _) => (number, "000"),
        (None, Some(number)) => (number, "000000"),
        (None, None) => return None,
    };
    are_digits(number).then(|| (format!("{number}{zeros}"), false))
}

/// `when lang like "e%" -> x`, `when code matches "^a.*" -> x`: there are no patterns.
pub fn pattern(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.first().filter(|_| is_in_decide(broken))?;
    let is_sign = |token: &&Token<'_>| {
        matches!(
            token.text.to_ascii_lowercase().as_str(),
            "like" | "ilike" | "matches" | "match" | "regex" | "regexp" | "=~" | "~" | "rlike"
        )
    };
    let sign = broken.tokens.iter().find(is_sign)?;
    let message = format!("{} is not part of a comparison: there are no patterns", quote(sign.text));
    let help = "write `starts \"TEXT\"` for how a text begins, or `contains \"TEXT\"` for what it has in it";
    let wording = fix(sign, message, "not here", help)?;
    let value = broken.after(sign).filter(|value| value.kind == Kind::String);
    let meant = value.and_then(|value| Some((value, plain_pattern(value.text)?)));
    let Some((value, (comparator, text))) = meant else { return Some(wording) };
    let mut line = broken.line.to_owned();
    let range = sign.range.start..value.range.end;
    let written = format!("{} \"{text}\"", comparator.word());
    line.replace_range(range.clone(), &written);
    if !reads(Rule::statement_line, &line) {
        return Some(wording);
    }
    Wording { help: format!("write `{written}`"), ..wording }.instead_of(range, written)
}

/// What a pattern of SQL or a regular expression asks for, if a comparison can ask the same.
fn plain_pattern(quoted: &str) -> Option<(Comparator, &str)> {
    let pattern = quoted.strip_prefix('"')?.strip_suffix('"')?;
    let open_end = ["%", ".*"].iter().find_map(|any| pattern.strip_suffix(any));
    let open_start = |text: &'_ str| -> bool { text.starts_with('%') || text.starts_with(".*") };
    let (comparator, text) = match (pattern.strip_prefix('^'), open_end) {
        (Some(rest), _) => (Comparator::Starts, rest.strip_suffix(".*").unwrap_or(rest)),
        (None, Some(rest)) if open_start(rest) => {
            (Comparator::Contains, rest.trim_start_matches('%').trim_start_matches(".*"))
        }
        (None, Some(rest)) if pattern.ends_with('%') => (Comparator::Starts, rest),
        _ => return None,
    };
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
    (!text.is_empty() && text.chars().all(is_plain)).then_some((comparator, text))
}

/// `when balance > = 100 -> x`, `when balance = < 100 -> x`, `when lang = ! "es" -> x`: one sign in two.
pub fn parted_sign(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.first().filter(|_| is_in_decide(broken))?;
    let one_sign = |first: &str, second: &str| {
        Some(match (first, second) {
            ("<", "=") | ("=", "<") | ("!", ">") => "<=",
            (">", "=") | ("=", ">") | ("!", "<") => ">=",
            ("!", "=") | ("=", "!") => "!=",
            _ => return None,
        })
    };
    let mut pairs = broken.tokens.windows(2).filter_map(|pair| match pair {
        [first, second] => Some((first, second, one_sign(first.text, second.text)?)),
        _ => None,
    });
    let (first, second, meant) = pairs.next()?;
    let range = first.range.start..second.range.end;
    let mut line = broken.line.to_owned();
    line.replace_range(range.clone(), meant);
    if !reads(Rule::statement_line, &line) {
        return None;
    }
    fix(second, format!("`{meant}` is one sign, without a blank in it"), "apart", format!("write `{meant}`"))?
        .instead_of(range, meant)
}

/// `when balance > - 100 -> x`: the sign of a number stands directly before it.
pub fn parted_minus(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.first().filter(|_| is_in_decide(broken))?;
    let mut pairs = broken.tokens.windows(2).filter_map(|pair| match pair {
        [minus, number] if minus.is("-") && number.kind == Kind::Number => Some((minus, number)),
        _ => None,
    });
    let (minus, number) = pairs.next()?;
    let meant = format!("-{}", number.text);
    let help = format!("write `{meant}` if the number is below 0");
    let range = minus.range.start..number.range.end;
    let mut line = broken.line.to_owned();
    line.replace_range(range.clone(), &meant);
    let wording =
        fix(minus, "the sign of a number stands directly before it", "apart from its number", help)?;
    if reads(Rule::statement_line, &line) { wording.instead_of(range, meant) } else { Some(wording) }
}

/// `when balance is greater than 100 -> x`, `when lang is not "es" -> x`, `when balance = 100 or more -> x`: the comparator
/// that the words behind a sign stand for, and the values that are left. `None` where they are not understood.
pub fn in_words<'v, 't>(
    comparator: Comparator,
    values: &'v [&'t Token<'t>],
) -> Option<(Comparator, &'v [&'t Token<'t>])> {
    let word = |at: usize| values.get(at).map_or("", |token| token.text);
    let than = |at: usize| at + usize::from(matches!(word(at), "than" | "to" | "as"));
    let begins = match (word(0), word(1)) {
        ("not", "equal") => Some((Comparator::NotEqual, than(2))),
        ("not", _) => Some((Comparator::NotEqual, 1)),
        ("greater" | "more" | "larger" | "bigger" | "higher" | "above" | "over", _) => {
            Some((Comparator::More, than(1)))
        }
        ("less" | "fewer" | "smaller" | "lower" | "below" | "under", _) => Some((Comparator::Less, than(1))),
        ("at", "least") => Some((Comparator::AtLeast, 2)),
        ("at", "most") => Some((Comparator::AtMost, 2)),
        ("equal", _) => Some((Comparator::Equal, than(1))),
        _ => None,
    };
    if let Some((meant, count)) = begins {
        return (comparator == Comparator::Equal).then_some((meant, values.get(count..)?));
    }
    if let [value, joined, last] = values
        && value.kind == Kind::Number
        && comparator == Comparator::Equal
        && matches!(joined.text, "or" | "and")
    {
        let meant = match last.text {
            "more" | "up" | "above" | "higher" | "greater" | "over" => Comparator::AtLeast,
            "less" | "fewer" | "below" | "lower" | "under" | "down" => Comparator::AtMost,
            _ => return None,
        };
        return Some((meant, values.get(..1)?));
    }
    // A word beside other values is no value.
    let is_word = |token: &&&Token<'_>| {
        token.kind == Kind::Word && !matches!(token.text, "or" | "with" | "than" | "by")
    };
    (values.len() < 2 || values.iter().filter(is_word).count() == 0).then_some((comparator, values))
}

/// `when plan <= 1.5 -> x`: only whole numbers are compared.
pub fn decimal(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.first().filter(|first| first.is("when") && broken.place == LineContext::Block)?;
    let (name, sign) = (broken.token(1)?.text, broken.token(2)?);
    // `>-` is written without a blank.
    let comparator = Comparator::from_word(sign.text.trim_end_matches('-'))?;
    let behind = broken.line.get(sign.range.start..)?;
    let start = sign.range.start + behind.find(|letter: char| letter.is_ascii_digit() || letter == '-')?;
    let written = decimal_at(broken.line.get(start..)?)?;
    let whole: i64 = written.trim_start_matches('-').split('.').next()?.parse().ok()?;
    let below = if written.starts_with('-') { -whole - 1 } else { whole };
    let meant = match comparator {
        Comparator::Less | Comparator::AtMost => format!("{name} <= {below}"),
        Comparator::More | Comparator::AtLeast => format!("{name} >= {}", below.saturating_add(1)),
        _ => format!("{name} {} \"{written}\"", comparator.word()),
    };
    let help = format!(
        "write `{meant}`, or keep the value in a smaller unit, such as cents: a call compares whole numbers and texts"
    );
    Some(Wording {
        range: start..start + written.len(),
        message: format!("{} is not a whole number", quote(written)),
        label: "not a whole number".to_owned(),
        help,
        instead: Vec::new(),
    })
}

/// The number with a point at the beginning of a text: `1.5`, `-0.5`.
fn decimal_at(text: &str) -> Option<&str> {
    let end = text
        .find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, '-' | '.')))
        .unwrap_or(text.len());
    let written = text.get(..end)?;
    let (whole, rest) = written.strip_prefix('-').unwrap_or(written).split_once('.')?;
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (are_digits(whole) && are_digits(rest)).then_some(written)
}

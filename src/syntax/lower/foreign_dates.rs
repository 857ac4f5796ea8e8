//! Dates as people write them: `12/25/2026`, `25.12.2026`.

/// A date as people write it, at the beginning of a text: its length, and the dates that it may be.
fn foreign_date(text: &str) -> Option<(usize, Vec<String>)> {
    let length =
        text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '/' | '.' | '-'))).unwrap_or(text.len());
    let written = text.get(..length)?.trim_end_matches(['.', '-', '/']);
    let sign = written.chars().find(|c| !c.is_ascii_digit())?;
    let parts: Vec<&str> = written.split(sign).collect();
    let &[first, second, third] = parts.as_slice() else { return None };
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| is_number(text) && text.len() <= 4);
    let (a, b, c) = (number(first)?, number(second)?, number(third)?);
    let date = |year: u32, month: u32, day: u32| {
        ((1..=12).contains(&month) && (1..=31).contains(&day))
            .then(|| format!("{year:04}-{month:02}-{day:02}"))
    };
    let mut dates: Vec<String> = match (first.len(), third.len()) {
        (4, 1..=2) => date(a, b, c).into_iter().collect(),
        (1..=2, 4) => date(c, a, b).into_iter().chain(date(c, b, a)).collect(),
        _ => return None,
    };
    dates.dedup();
    (!dates.is_empty()).then_some((written.len(), dates))
}

/// A line with the dates in it as the language writes them, where that is certain.
pub(super) fn with_own_dates(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let begins =
            !out.ends_with(|before: char| before.is_ascii_digit() || matches!(before, '/' | '-' | '.'));
        match foreign_date(rest).filter(|_| begins && first.is_ascii_digit()) {
            Some((length, dates)) => {
                match dates.as_slice() {
                    [date] => out.push_str(date),
                    _ => out.push_str(rest.get(..length).unwrap_or_default()),
                }
                rest = rest.get(length..).unwrap_or_default();
            }
            None => {
                out.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
    }
    out
}

/// What to write for a date that may be two: `closed 12/05/2026`.
pub(super) fn unclear_date(line: &str) -> Option<String> {
    line.split([' ', ',']).find_map(|word| {
        let (length, dates) = foreign_date(word)?;
        match dates.as_slice() {
            [first, second] => Some(format!(
                "write year, month and day: `{}` is `{first}` or `{second}`",
                word.get(..length)?
            )),
            _ => None,
        }
    })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

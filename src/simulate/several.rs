//! A value of `--with` that seems to hold more than one.

use crate::spelling::is_name;

/// What to write in place of a value without quotes that holds a second one, `85,lang=en`, or a number with signs between
/// its digits, `85,000`. `None` if it is one value.
pub fn fault(name: &str, value: &str) -> Option<String> {
    if value.starts_with('"') {
        return None;
    }
    let as_text = format!("`--with '{name}=\"{value}\"'` for the text");
    if let Some(digits) = grouped_number(value) {
        return Some(format!(
            "a number has no signs between its digits: write `--with {name}={digits}`, or {as_text}"
        ));
    }
    let (first, next) = second(value)?;
    Some(format!(
        "it holds a second value: write each by itself, as in `--with {name}={first} --with {next}=…`, or {as_text}"
    ))
}

/// The first value, and the name of the second: `85,lang=en`, `85; lang = en`, `85 lang=en`.
fn second(value: &str) -> Option<(&str, &str)> {
    value.match_indices('=').find_map(|(at, _)| {
        let before = value.get(..at)?.trim_end();
        let (first, next) = before.rsplit_once([',', ';', ' '])?;
        let first = first.trim_end_matches([',', ';', '&', ' ']);
        (is_name(next) && !first.is_empty()).then_some((first, next))
    })
}

/// The digits of `85,000`, `1 000 000`, `85_000`, `85'000`.
fn grouped_number(value: &str) -> Option<String> {
    let (sign, plain) = match value.strip_prefix('-') {
        Some(plain) => ("-", plain),
        None => ("", value),
    };
    let sign_of_groups = plain.chars().find(|one| !one.is_ascii_digit())?;
    if ![',', ' ', '_', '\''].contains(&sign_of_groups) {
        return None;
    }
    let groups: Vec<&str> = plain.split(sign_of_groups).collect();
    let (first, others) = groups.split_first()?;
    let are_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let fits = (1..=3).contains(&first.len())
        && are_digits(first)
        && others.iter().all(|group| group.len() == 3 && are_digits(group));
    fits.then(|| format!("{sign}{}", groups.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_several_values_from_one() {
        for value in [
            "85",
            "-3",
            "en",
            "John Smith",
            "a, b",
            "x=1",
            "https://x.example/?a=1&b=2",
            "",
            "1,2",
            "85,00",
            "3 4",
            "\"a,b=c\"",
        ] {
            assert_eq!(fault("balance", value), None, "{value}");
        }
        for value in ["85,lang=en", "85;lang=en", "85 lang=en", "85, lang = en", "a & lang=en"] {
            let found = fault("balance", value).unwrap();
            assert!(found.contains("--with lang=…"), "{value}: {found}");
        }
        for (value, digits) in
            [("85,000", "85000"), ("-1 000 000", "-1000000"), ("85_000", "85000"), ("1'000", "1000")]
        {
            assert!(
                fault("balance", value).unwrap().contains(&format!("--with balance={digits}`")),
                "{value}"
            );
        }
    }
}

//! What others say, made fit to be shown.

use std::time::Duration;

use crate::spelling::is_invisible;

/// How much of an unexpected body is quoted, in characters.
pub const QUOTED: usize = 200;

/// A text of another machine on one line, without control and other invisible characters, at most
/// `longest` characters long.
///
/// ```
/// assert_eq!(cxflowc::cxone::clean("<h1>\u{1b}[31mBad\r\n gateway</h1>", 14), "<h1>[31mBad ga…");
/// ```
pub fn clean(text: &str, longest: usize) -> String {
    let mut out = String::new();
    let mut length = 0;
    let mut gap = false;
    for character in text.chars() {
        if character.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        if character.is_control() || is_invisible(character) {
            continue;
        }
        for character in gap.then_some(' ').into_iter().chain([character]) {
            if length == longest {
                out.push('…');
                return out;
            }
            out.push(character);
            length += 1;
        }
        gap = false;
    }
    out
}

/// The beginning of a body, for a message.
pub fn quoted(body: &[u8]) -> String {
    // Four bytes make a character at most, and white space folds.
    let beginning = body.get(..QUOTED * 8).unwrap_or(body);
    match clean(&String::from_utf8_lossy(beginning), QUOTED).as_str() {
        "" => "with nothing in it".to_owned(),
        text => format!("which begins with: {text}"),
    }
}

/// A status with its name: `503 (service unavailable)`.
pub fn status(status: u16) -> String {
    let name = hyper::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    match name {
        Some(name) => format!("{status} ({})", name.to_lowercase()),
        None => status.to_string(),
    }
}

/// A duration as people say it: `350 ms`, `1.9 s`, `10 min`.
pub fn lasting(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 1.0 {
        format!("{} ms", duration.as_millis())
    } else if seconds < 9.95 && (seconds * 10.0).round() % 10.0 != 0.0 {
        format!("{seconds:.1} s")
    } else if seconds < 120.0 {
        format!("{seconds:.0} s")
    } else if seconds < 7200.0 {
        format!("{:.0} min", seconds / 60.0)
    } else {
        format!("{:.0} h", seconds / 3600.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_quoted_harmlessly() {
        assert_eq!(quoted(b""), "with nothing in it");
        let evil = "\u{1b}]0;title\u{7} \u{202e}abc\0\r\n\tdef";
        assert_eq!(quoted(evil.as_bytes()), "which begins with: ]0;title abc def");
        let long = quoted("x".repeat(100_000).as_bytes());
        assert!(long.chars().count() < QUOTED + 40, "{long}");
        assert_eq!(quoted(&[0xff, 0xfe, b'a']), "which begins with: \u{fffd}\u{fffd}a");
    }

    #[test]
    fn durations_are_round() {
        for (milliseconds, said) in [
            (0, "0 ms"),
            (999, "999 ms"),
            (1000, "1 s"),
            (1940, "1.9 s"),
            (1990, "2 s"),
            (30_000, "30 s"),
            (600_000, "10 min"),
            (3_600_000, "60 min"),
            (86_400_000, "24 h"),
        ] {
            assert_eq!(lasting(Duration::from_millis(milliseconds)), said);
        }
    }
}

//! Reads how long an answer asks to wait.

use std::time::{Duration, SystemTime};

/// Longer waits are ignored.
const MAX_WAIT: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// The wait that `Retry-After` asks for: seconds or a date (RFC 9110, section 10.2.3). A date is relative to
/// the answer's own `Date`, since this machine's clock may be wrong. Nonsense counts as absent.
pub fn wait(retry_after: Option<&str>, date: Option<&str>, now: SystemTime) -> Option<Duration> {
    let text = retry_after?.trim();
    let wait = match seconds(text) {
        Some(seconds) => Duration::from_secs(seconds),
        None => {
            let until = httpdate::parse_http_date(text).ok()?;
            let from = date.and_then(|date| httpdate::parse_http_date(date.trim()).ok()).unwrap_or(now);
            until.duration_since(from).ok()?
        }
    };
    Some(wait).filter(|wait| *wait <= MAX_WAIT)
}

/// Parses seconds, rounding fractions up.
fn seconds(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || text.ends_with('.') {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let is_more = fraction.bytes().any(|digit| digit != b'0');
    Some(whole.saturating_add(u64::from(is_more)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str, date: Option<&str>) -> Option<u64> {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        wait(Some(text), date, now).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_and_any_of_the_three_dates() {
        for (text, seconds) in [
            ("7", Some(7)),
            (" 7 ", Some(7)),
            ("0", Some(0)),
            ("007", Some(7)),
            ("1.2", Some(2)),
            ("0.05", Some(1)),
            ("2.0", Some(2)),
            ("86400", Some(86400)),
            ("31622401", None),
            ("18446744073709551615", None),
            ("99999999999999999999999", None),
            ("Sun, 06 Nov 1996 08:49:47 GMT", None),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10)),
            ("Sunday, 06-Nov-94 08:49:47 GMT", Some(10)),
            ("Sun Nov  6 08:49:47 1994", Some(10)),
        ] {
            assert_eq!(asked(text, None), seconds, "{text}");
        }
    }

    #[test]
    fn nonsense_is_absent() {
        for text in [
            "",
            "soon",
            "-1",
            "+5",
            "1e3",
            "NaN",
            "inf",
            "5s",
            "5 seconds",
            "1,5",
            "1, 5",
            ".5",
            "5.",
            "0x10",
            "1.2.3",
            "\u{663}",
            "Sun, 06 Nov 1994 08:00:00 GMT",
            "2026-11-27T10:00:00Z",
            "Sun, 99 Nov 1994 08:49:47 GMT",
        ] {
            assert_eq!(asked(text, None), None, "{text}");
        }
    }

    #[test]
    fn a_date_is_counted_from_the_answers_own() {
        let an_hour_ahead = "Sun, 06 Nov 1994 09:49:37 GMT";
        let until = "Sun, 06 Nov 1994 09:49:40 GMT";
        assert_eq!(asked(until, Some(an_hour_ahead)), Some(3));
        assert_eq!(asked("Sun, 06 Nov 1994 07:49:40 GMT", Some("Sun, 06 Nov 1994 07:49:37 GMT")), Some(3));
        assert_eq!(asked(until, Some("nonsense")), Some(3603));
        assert_eq!(asked("4", Some(an_hour_ahead)), Some(4));
    }
}

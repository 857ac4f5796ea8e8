//! Times on the command line: `50ms`, `3s`, `10min`, `1h 30min`.

use std::ops::RangeInclusive;
use std::time::Duration;

use jiff::SignedDuration;

/// The longest accepted duration, so that adding it to a point in time cannot overflow.
const MAX_DURATION: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// Reads a time: a number with `ms`, `s`, `min` or `h`, or several of them.
///
/// # Errors
///
/// Fails with what to write instead.
pub fn duration(text: &str) -> Result<Duration, String> {
    if text.trim().parse::<f64>().is_ok() {
        return Err(format!("write the unit as well: {}s, {0}ms or {0}min", text.trim()));
    }
    let signed: SignedDuration = text
        .trim()
        .parse()
        .map_err(|_| "write a number with its unit, as in 500ms, 3s, 10min or 1h".to_owned())?;
    let duration = Duration::try_from(signed).map_err(|_| "a time cannot be negative".to_owned())?;
    if duration > MAX_DURATION {
        return Err("a time can be a year at most".to_owned());
    }
    Ok(duration)
}

/// The most days that are looked ahead: ten years.
const MAX_DAYS: i32 = 3660;

/// Reads a number of days: `90d`.
///
/// # Errors
///
/// Fails with what to write instead.
pub fn days(text: &str) -> Result<i32, String> {
    let number = text.trim().trim_end_matches("days").trim_end_matches("day").trim_end_matches('d').trim();
    match number.parse::<i32>() {
        Ok(days @ 1..=MAX_DAYS) => Ok(days),
        Ok(_) => Err(format!("write 1 to {MAX_DAYS} days, as in 90d")),
        Err(_) => Err("write a number of days, as in 90d".to_owned()),
    }
}

/// Reads a time, or a range such as `50ms..400ms`, both ends included.
///
/// # Errors
///
/// Fails with what to write instead.
pub fn durations(text: &str) -> Result<RangeInclusive<Duration>, String> {
    let Some((least, most)) = text.split_once("..") else {
        return duration(text).map(|time| time..=time);
    };
    let (least, most) = (duration(least)?, duration(most)?);
    if least > most {
        return Err("a range begins with its smaller end, as in 50ms..400ms".to_owned());
    }
    Ok(least..=most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        for (text, milliseconds) in [
            ("50ms", 50),
            ("3s", 3_000),
            ("1.5s", 1_500),
            ("10min", 600_000),
            ("1h 30min", 5_400_000),
            ("0s", 0),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
    }

    #[test]
    fn an_invalid_time_is_answered_with_a_valid_one() {
        for (text, message) in [
            ("50", "write the unit as well: 50s, 50ms or 50min"),
            ("", "write a number with its unit, as in 500ms, 3s, 10min or 1h"),
            ("soon", "write a number with its unit, as in 500ms, 3s, 10min or 1h"),
            ("-3s", "a time cannot be negative"),
            ("9000h", "a time can be a year at most"),
        ] {
            assert_eq!(duration(text), Err(message.to_owned()), "{text}");
        }
    }

    #[test]
    fn days_are_counted() {
        for (text, read) in [("90d", Ok(90)), ("90", Ok(90)), ("1 day", Ok(1)), ("30 days", Ok(30))] {
            assert_eq!(days(text), read, "{text}");
        }
        for text in ["", "soon", "0d", "-3d", "3w", "99999999999d"] {
            assert!(days(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_range_has_two_ends() {
        let of = |least, most| Ok(Duration::from_millis(least)..=Duration::from_millis(most));
        assert_eq!(durations("50ms..400ms"), of(50, 400));
        assert_eq!(durations("50ms"), of(50, 50));
        assert_eq!(
            durations("1s..50ms"),
            Err("a range begins with its smaller end, as in 50ms..400ms".to_owned())
        );
        assert!(durations("50..400ms").is_err());
        assert!(durations("..").is_err());
    }
}

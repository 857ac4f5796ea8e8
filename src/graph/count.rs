//! How many paths a flow has: exact as long as 128 bits hold it.

use std::cmp::Ordering;
use std::fmt;

/// A number of paths.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Count {
    /// This many.
    Exact(u128),
    /// More than 2^128: the decimal logarithm of about this many.
    About(f64),
}

impl Count {
    /// No path.
    pub const ZERO: Count = Count::Exact(0);

    /// Whether it is none at all.
    pub fn is_zero(self) -> bool {
        self == Self::ZERO
    }

    /// This many less; a number that is known to two digits stays what it is.
    pub fn less(self, other: u128) -> Count {
        match self {
            Self::Exact(count) => Self::Exact(count.saturating_sub(other)),
            Self::About(_) => self,
        }
    }

    /// What part of `whole` this is. What is neither nothing nor everything is never 0 or 1, however
    /// close it comes, as long as both numbers are exact.
    pub fn part_of(self, whole: Count) -> f64 {
        match (self, whole) {
            (Self::ZERO, _) | (_, Self::ZERO) => 0.0,
            (Self::Exact(part), Self::Exact(whole)) if part == whole => 1.0,
            (Self::Exact(part), Self::Exact(whole)) => between(part as f64 / whole as f64),
            _ => between(10f64.powf(self.log10() - whole.log10())),
        }
    }

    /// Which of two is more. What is known to two digits is more than 2^128.
    pub fn total_cmp(self, other: Count) -> Ordering {
        match (self, other) {
            (Self::Exact(a), Self::Exact(b)) => a.cmp(&b),
            (Self::Exact(_), Self::About(_)) => Ordering::Less,
            (Self::About(_), Self::Exact(_)) => Ordering::Greater,
            (Self::About(a), Self::About(b)) => a.total_cmp(&b),
        }
    }

    fn log10(self) -> f64 {
        match self {
            Self::Exact(count) => (count as f64).log10(),
            Self::About(log10) => log10,
        }
    }
}

fn between(part: f64) -> f64 {
    part.clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON)
}

impl std::ops::Add for Count {
    type Output = Count;

    fn add(self, other: Count) -> Count {
        if let (Self::Exact(a), Self::Exact(b)) = (self, other)
            && let Some(sum) = a.checked_add(b)
        {
            return Self::Exact(sum);
        }
        let (large, small) = if self.log10() >= other.log10() { (self, other) } else { (other, self) };
        Self::About(
            large.log10() + (10f64.powf(small.log10() - large.log10())).ln_1p() / std::f64::consts::LN_10,
        )
    }
}

impl fmt::Display for Count {
    /// `6`, or `about 1.3e42`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(count) => write!(f, "{count}"),
            Self::About(log10) => {
                let mut exponent = log10.floor();
                let mut mantissa = format!("{:.1}", 10f64.powf(log10 - exponent));
                if mantissa == "10.0" {
                    mantissa = "1.0".to_owned();
                    exponent += 1.0;
                }
                write!(f, "about {mantissa}e{exponent}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_up_to_2_to_the_128() {
        let half = Count::Exact(1 << 127);
        assert_eq!((Count::Exact((1 << 127) - 1) + half).to_string(), u128::MAX.to_string());
        assert_eq!((half + half).to_string(), "about 3.4e38");
    }

    #[test]
    fn beyond_that_two_digits_for_any_size() {
        let mut count = Count::Exact(1);
        for _ in 0..5000 {
            count = count + count;
        }
        assert_eq!(count.to_string(), "about 1.4e1505", "2^5000");
        assert_eq!((count + Count::ZERO).to_string(), "about 1.4e1505");
        assert_eq!(Count::About(41.9999).to_string(), "about 1.0e42");
    }
}

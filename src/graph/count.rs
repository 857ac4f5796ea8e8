//! Counts of paths, exact as long as they fit in 128 bits.

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

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        self == Self::ZERO
    }

    /// The count less a number. An approximate count does not change.
    pub fn less(self, other: u128) -> Count {
        match self {
            Self::Exact(count) => Self::Exact(count.saturating_sub(other)),
            Self::About(_) => self,
        }
    }

    /// The product of two counts.
    pub fn times(self, other: Count) -> Count {
        match (self, other) {
            (Self::ZERO, _) | (_, Self::ZERO) => Self::ZERO,
            (Self::Exact(a), Self::Exact(b)) if a.checked_mul(b).is_some() => Self::Exact(a.wrapping_mul(b)),
            _ => Self::About(self.log10() + other.log10()),
        }
    }

    /// The fraction of `whole` that this is. If both counts are exact, the result is 0 or 1 only if this is zero
    /// or all of `whole`.
    pub fn part_of(self, whole: Count) -> f64 {
        match (self, whole) {
            (Self::ZERO, _) | (_, Self::ZERO) => 0.0,
            (Self::Exact(part), Self::Exact(whole)) if part == whole => 1.0,
            (Self::Exact(part), Self::Exact(whole)) => strictly_between(part as f64 / whole as f64),
            _ => strictly_between(10f64.powf(self.log10() - whole.log10())),
        }
    }

    /// Compares two counts. An approximate count is more than 2^128.
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

fn strictly_between(part: f64) -> f64 {
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
    fn is_exact_up_to_2_to_the_128() {
        let half = Count::Exact(1 << 127);
        assert_eq!((Count::Exact((1 << 127) - 1) + half).to_string(), u128::MAX.to_string());
        assert_eq!((half + half).to_string(), "about 3.4e38");
    }

    #[test]
    fn multiplies() {
        let half = Count::Exact(1 << 127);
        assert_eq!(half.times(Count::ZERO), Count::ZERO);
        assert_eq!(half.times(Count::Exact(1)), half);
        assert_eq!(half.times(Count::Exact(2)).to_string(), "about 3.4e38");
        assert_eq!(Count::About(40.0).times(Count::Exact(1000)).to_string(), "about 1.0e43");
    }

    #[test]
    fn has_two_digits_beyond_that() {
        let mut count = Count::Exact(1);
        for _ in 0..5000 {
            count = count + count;
        }
        assert_eq!(count.to_string(), "about 1.4e1505", "2^5000");
        assert_eq!((count + Count::ZERO).to_string(), "about 1.4e1505");
        assert_eq!(Count::About(41.9999).to_string(), "about 1.0e42");
    }
}

//! Days and times at which calls are made, by the clock of who is called, and whether some are within others.

use std::fmt;

use super::hours::{DAY, WEEKDAYS, Window, days, windows_of};

/// The word for public holidays, wherever they are.
pub const HOLIDAYS: &str = "holidays";

/// Days and times at which calls are made, by the clock of who is called.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallingTimes {
    /// The windows of each weekday in order, Monday first.
    pub week: [Vec<Window>; 7],
    /// The windows of public holidays, none if no call is made on them. `None` if nothing is said about holidays.
    pub holidays: Option<Vec<Window>>,
}

/// Whether times are within others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// They are.
    Yes,
    /// This part of a day is not. The day is a word of the language.
    No(&'static str, Window),
    /// Other times count on holidays, and it is not said whether calls are made on them.
    OpenOnHolidays,
}

impl CallingTimes {
    /// Whether these times are within others.
    ///
    /// Holidays of which the others say nothing are days like any other, so that a call on one must be allowed on
    /// every weekday. Where only the others say something about holidays, it is enough if every time of the week
    /// would be allowed on them.
    pub fn within(&self, others: &Self) -> Within {
        for ((own, allowed), day) in self.week.iter().zip(&others.week).zip(WEEKDAYS) {
            if let Some(window) = first_outside(own, allowed) {
                return Within::No(day, window);
            }
        }
        match (&self.holidays, &others.holidays) {
            (None, None) => Within::Yes,
            (None, Some(allowed)) => {
                let is_allowed = self.week.iter().all(|own| first_outside(own, allowed).is_none());
                if is_allowed { Within::Yes } else { Within::OpenOnHolidays }
            }
            (Some(own), Some(allowed)) => {
                first_outside(own, allowed).map_or(Within::Yes, |window| Within::No(HOLIDAYS, window))
            }
            (Some(own), None) => others
                .week
                .iter()
                .find_map(|allowed| first_outside(own, allowed))
                .map_or(Within::Yes, |window| Within::No(HOLIDAYS, window)),
        }
    }

    /// Whether a call may be made that is within these times and within others.
    pub fn meets(&self, others: &Self) -> bool {
        if self.week.iter().zip(&others.week).any(|(own, others)| overlap(&[own, others])) {
            return true;
        }
        // A fact that says when calls are made on holidays must be within every weekday of what does not name them.
        let on_holidays = |times: &Self| match &times.holidays {
            Some(windows) => vec![windows.clone()],
            None => times.week.to_vec(),
        };
        let all: Vec<Vec<Window>> = [on_holidays(self), on_holidays(others)].concat();
        overlap(&all.iter().collect::<Vec<_>>())
    }

    /// Whether no call is ever made.
    pub fn is_empty(&self) -> bool {
        self.week.iter().chain(&self.holidays).all(Vec::is_empty)
    }
}

/// Whether there is a minute in some window of each.
fn overlap(all: &[&Vec<Window>]) -> bool {
    let mut begins = all.iter().flat_map(|windows| windows.iter().map(|window| window.from));
    let has = |windows: &Vec<Window>, minute: u16| {
        windows.iter().any(|window| window.from <= minute && minute < window.to)
    };
    // Where windows overlap, one of them begins.
    begins.any(|minute| all.iter().all(|windows| has(windows, minute)))
}

/// The first part of windows that is outside others. Both are in order.
fn first_outside(windows: &[Window], others: &[Window]) -> Option<Window> {
    windows.iter().find_map(|window| {
        let mut from = window.from;
        for other in others {
            if from < other.from {
                break;
            }
            from = from.max(other.to.min(DAY));
        }
        let next = others.iter().map(|other| other.from).find(|&begin| begin > from);
        (from < window.to).then(|| Window { from, to: next.map_or(window.to, |next| next.min(window.to)) })
    })
}

/// The times as the language writes them: `mon..fri 9:00..13:00, 14:00..20:00, sat 9:00..13:00, closed holidays`.
impl fmt::Display for CallingTimes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        for (first, windows) in self.week.iter().enumerate().filter(|(_, windows)| !windows.is_empty()) {
            let same: Vec<usize> =
                self.week.iter().enumerate().filter(|(_, own)| own == &windows).map(|(day, _)| day).collect();
            if same.first() == Some(&first) {
                parts.push(format!("{} {}", days(&same), windows_of(windows)));
            }
        }
        match self.holidays.as_deref() {
            None => {}
            Some([]) => parts.push(format!("{} {HOLIDAYS}", super::CLOSED)),
            Some(windows) => parts.push(format!("{HOLIDAYS} {}", windows_of(windows))),
        }
        f.write_str(&parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Windows in hours, for days given by their numbers.
    type Parts<'a> = &'a [(&'a [usize], &'a [(u16, u16)])];

    /// Times of one line.
    fn times(parts: Parts<'_>, holidays: Option<&[(u16, u16)]>) -> CallingTimes {
        let windows = |hours: &[(u16, u16)]| -> Vec<Window> {
            hours.iter().map(|(from, to)| Window { from: from * 60, to: to * 60 }).collect()
        };
        let mut times = CallingTimes { holidays: holidays.map(windows), ..CallingTimes::default() };
        for (days, hours) in parts {
            days.iter().for_each(|&day| times.week[day] = windows(hours));
        }
        times
    }

    #[test]
    fn windows_are_compared_as_sets() {
        const ALL: &[usize] = &[0, 1, 2, 3, 4, 5, 6];
        let allowed = times(&[(&[0, 1], &[(10, 13), (14, 20)])], None);
        for (own, outside) in [
            (&[(10, 13)][..], None),
            (&[(11, 12), (14, 20)], None),
            (&[(10, 20)], Some((13, 14))),
            (&[(9, 12)], Some((9, 10))),
            (&[(19, 21)], Some((20, 21))),
            (&[(0, 24)], Some((0, 10))),
        ] {
            let found = times(&[(&[0], own)], None).within(&allowed);
            let expected = outside.map(|(from, to)| Window { from: from * 60, to: to * 60 });
            assert_eq!(found, expected.map_or(Within::Yes, |window| Within::No("mon", window)), "{own:?}");
        }
        // Two windows that touch are one.
        let joined = times(&[(ALL, &[(8, 12), (12, 21)])], None);
        assert_eq!(times(&[(ALL, &[(9, 20)])], None).within(&joined), Within::Yes);
        assert_eq!(times(&[(&[2], &[(10, 11)])], None).to_string(), "wed 10:00..11:00");
        assert_eq!(
            times(&[(&[2], &[(10, 11)])], None).within(&allowed),
            Within::No("wed", Window { from: 600, to: 660 })
        );
    }

    #[test]
    fn times_meet_where_a_call_may_be_within_both() {
        const ALL: &[usize] = &[0, 1, 2, 3, 4, 5, 6];
        let morning: Parts<'_> = &[(&[0, 1], &[(9, 12)])];
        let afternoon: Parts<'_> = &[(&[0, 1], &[(12, 18)])];
        let no_holidays = Some(&[][..]);
        for (one, other, meet) in [
            (times(morning, None), times(&[(&[1, 2], &[(11, 13)])], None), true),
            (times(morning, None), times(afternoon, None), false),
            (times(morning, None), times(&[(&[5, 6], &[(9, 12)])], None), false),
            (times(morning, no_holidays), times(&[], Some(&[(9, 12)])), false),
            (times(morning, Some(&[(9, 12)])), times(&[], Some(&[(11, 13)])), true),
            // A holiday may be a Sunday.
            (times(morning, None), times(&[], Some(&[(9, 12)])), false),
            (times(&[(ALL, &[(9, 12)])], None), times(&[], Some(&[(9, 12)])), true),
        ] {
            assert_eq!((one.meets(&other), other.meets(&one)), (meet, meet), "{one} and {other}");
        }
    }

    #[test]
    fn holidays_count_where_they_are_named() {
        let week: Parts<'_> = &[(&[0, 1, 2, 3, 4], &[(9, 17)])];
        let outside = Within::No(HOLIDAYS, Window { from: 540, to: 1020 });
        for (own, allowed, found) in [
            (None, None, Within::Yes),
            (None, Some(&[][..]), Within::OpenOnHolidays),
            (None, Some(&[(8, 18)][..]), Within::Yes),
            (Some(&[][..]), Some(&[][..]), Within::Yes),
            (Some(&[][..]), None, Within::Yes),
            (Some(&[(9, 17)][..]), Some(&[(9, 17)][..]), Within::Yes),
            (Some(&[(9, 17)][..]), Some(&[][..]), outside),
            // A holiday may be a Sunday.
            (Some(&[(9, 17)][..]), None, outside),
        ] {
            assert_eq!(times(week, own).within(&times(week, allowed)), found, "{own:?} {allowed:?}");
        }
        assert_eq!(times(week, Some(&[])).to_string(), "mon..fri 9:00..17:00, closed holidays");
        assert_eq!(times(week, Some(&[(9, 12)])).to_string(), "mon..fri 9:00..17:00, holidays 9:00..12:00");
    }
}

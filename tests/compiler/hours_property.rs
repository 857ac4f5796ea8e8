//! Whether hours are open, against a table of every minute of two years in five zones.
//!
//! The clocks of the zones are worked out here from the laws, without the database that the compiler uses, and so are
//! the calendar and the windows of each day.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeMap;

use cxflowc::flow::{CallTime, Hours};
use jiff::Timestamp;

const DAY: i64 = 24 * 60;
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// How many tables are tried in each zone.
const TABLES: u64 = 4;

/// A small generator, so that a failure can be had again by its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// The number of a day since 1970-01-01.
fn day_of(year: i64, month: i64, day: i64) -> i64 {
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = |year| [31, if is_leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let years: i64 = (1970..year).map(|year| if is_leap(year) { 366 } else { 365 }).sum();
    let months: i64 = lengths(year).iter().take(usize::try_from(month).unwrap() - 1).sum();
    years + months + day - 1
}

/// The number of its weekday, Monday first: 1970 began on a Thursday.
fn weekday(day: i64) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap()
}

/// The first Sunday on or after a day.
fn sunday_from(day: i64) -> i64 {
    day + 6 - i64::try_from(weekday(day)).unwrap()
}

/// How many minutes the clock of a zone is ahead of UTC, at a minute since 1970 and in that year.
fn ahead(zone: &str, minute: i64, year: i64) -> i64 {
    let at = |day: i64, hour: i64| day * DAY + hour * 60;
    let between = |from: i64, to: i64| (from..to).contains(&minute);
    match zone {
        "America/New_York" => {
            let from = at(sunday_from(day_of(year, 3, 8)), 7);
            let to = at(sunday_from(day_of(year, 11, 1)), 6);
            if between(from, to) { -240 } else { -300 }
        }
        "Europe/Berlin" => {
            let from = at(sunday_from(day_of(year, 3, 25)), 1);
            let to = at(sunday_from(day_of(year, 10, 25)), 1);
            if between(from, to) { 120 } else { 60 }
        }
        // Summer is in the south when the year changes.
        "Australia/Sydney" => {
            let winter = at(sunday_from(day_of(year, 4, 1)) - 1, 16);
            let summer = at(sunday_from(day_of(year, 10, 1)) - 1, 16);
            if between(winter, summer) { 600 } else { 660 }
        }
        "America/Phoenix" => -420,
        "Asia/Kolkata" => 330,
        other => panic!("{other}"),
    }
}

/// Which minutes of a day are open.
type Minutes = Vec<bool>;

/// Random windows of a day, and their minutes.
fn windows(random: &mut Random) -> (String, Minutes) {
    let mut minutes = vec![false; usize::try_from(DAY).unwrap()];
    let mut written = Vec::new();
    let mut from = random.below(600);
    while from < DAY && written.len() < 3 {
        let to = (from + 1 + random.below(500)).min(DAY);
        written.push(format!("{}:{:02}..{}:{:02}", from / 60, from % 60, to / 60, to % 60));
        (from..to).for_each(|minute| minutes[usize::try_from(minute).unwrap()] = true);
        from = to + random.below(300);
    }
    (written.join(", "), minutes)
}

/// Hours as text, and as a table.
struct Table {
    lines: Vec<String>,
    week: Vec<Minutes>,
    days: BTreeMap<i64, Minutes>,
}

fn table(random: &mut Random) -> Table {
    let closed = || vec![false; usize::try_from(DAY).unwrap()];
    let mut table = Table { lines: Vec::new(), week: vec![closed(); 7], days: BTreeMap::new() };
    for (number, word) in WEEKDAYS.iter().enumerate() {
        if number != 6 && random.below(4) == 0 {
            continue;
        }
        let (written, minutes) = windows(random);
        table.lines.push(format!("{word} {written}"));
        table.week[number] = minutes;
    }
    // Days around the changes of the clocks, too.
    for (month, day) in [(3, 8), (3, 29), (4, 5), (10, 4), (10, 25), (11, 1), (12, 25)] {
        match random.below(3) {
            0 => {}
            1 => {
                table.lines.push(format!("closed 2026-{month:02}-{day:02}"));
                table.days.insert(day_of(2026, month, day), closed());
            }
            _ => {
                let (written, minutes) = windows(random);
                table.lines.push(format!("open 2026-{month:02}-{day:02} {written}"));
                table.days.insert(day_of(2026, month, day), minutes);
            }
        }
    }
    // Days of each year, behind which dates come. One is the day after the last of February in most years.
    for (month, day) in [(1, 1), (3, 1), (7, 4), (12, 24), (12, 25)] {
        let (line, minutes) = match random.below(3) {
            0 => continue,
            1 => (format!("closed every {month:02}-{day:02}"), closed()),
            _ => {
                let (written, minutes) = windows(random);
                (format!("open every {month:02}-{day:02} {written}"), minutes)
            }
        };
        table.lines.push(line);
        for year in 2025..=2028 {
            table.days.entry(day_of(year, month, day)).or_insert_with(|| minutes.clone());
        }
    }
    table
}

fn compiled(zone: &str, table: &Table) -> Hours {
    let lines: String = table.lines.iter().map(|line| format!("  {line}\n")).collect();
    let text = format!(
        "flow \"A\"\nentry now\nhours office in \"{zone}\" {{\n{lines}}}\ndecide now {{ when open office -> bye; else -> bye }}\ndisconnect bye\n"
    );
    let compiled = cxflowc::compile("a.cxflow", text.as_str());
    let errors: Vec<&str> = compiled
        .diagnostics
        .iter()
        .filter(|one| one.code.id == "CX133")
        .map(|one| one.message.as_str())
        .collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    compiled.flow.hours.rows()[0].clone()
}

#[test]
fn hours_are_open_when_a_table_of_all_minutes_says_so() {
    let mut open = 0;
    for zone in ["America/New_York", "Europe/Berlin", "Australia/Sydney", "America/Phoenix", "Asia/Kolkata"] {
        for seed in 1..=TABLES {
            let table = table(&mut Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
            let hours = compiled(zone, &table);
            for year in [2026, 2027] {
                for minute in day_of(year, 1, 1) * DAY..day_of(year + 1, 1, 1) * DAY {
                    let local = minute + ahead(zone, minute, year);
                    let (day, of_day) =
                        (local.div_euclid(DAY), usize::try_from(local.rem_euclid(DAY)).unwrap());
                    let expected = table.days.get(&day).unwrap_or(&table.week[weekday(day)])[of_day];
                    let instant = Timestamp::from_second(minute * 60).unwrap();
                    assert_eq!(
                        hours.is_open(CallTime::Instant(instant)),
                        expected,
                        "{instant} in {zone}, seed {seed}: {hours}"
                    );
                    open += usize::from(expected);
                }
            }
        }
    }
    assert!(open > 1_000_000, "only {open} minutes are open");
}

#[test]
fn a_local_time_is_open_by_the_same_table() {
    for seed in 1..=TABLES {
        let table = table(&mut Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        let hours = compiled("America/New_York", &table);
        for (month, days) in [(3, 31), (11, 30), (12, 31)] {
            for (day, minute) in
                (1..=days).flat_map(|day| (0..DAY).step_by(13).map(move |minute| (day, minute)))
            {
                let written = format!("2026-{month:02}-{day:02}T{:02}:{:02}", minute / 60, minute % 60);
                let number = day_of(2026, month, day);
                let of_day = usize::try_from(minute).unwrap();
                let expected = table.days.get(&number).unwrap_or(&table.week[weekday(number)])[of_day];
                assert_eq!(
                    hours.is_open(written.parse().unwrap()),
                    expected,
                    "{written}, seed {seed}: {hours}"
                );
            }
        }
    }
}

/// What a condition says can be read back from it.
#[test]
fn a_condition_has_the_whole_table() {
    for seed in 1..=50u64 {
        let table = table(&mut Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        let hours = compiled("Europe/Berlin", &table);
        let condition = cxflowc::condition::hours(true, &hours);
        let (is_open, read) = cxflowc::condition::read_hours(&condition).unwrap();
        assert!(is_open);
        assert_eq!((&read.week, &read.days), (&hours.week, &hours.days), "{condition}");
        assert_eq!(read.to_string(), hours.to_string());
    }
}

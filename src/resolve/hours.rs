//! Opening hours: their zones, days and windows, and what asks for them.

use jiff::ToSpan;
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::built_texts::BuiltText;
use super::{DeclRef, Resolver, ScopeId, codes};
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::flow::{
    CallTime, ClockShows, DAY, Hours, HoursId, LONGEST_RANGE, Variable, VariableId, WEEKDAYS, Window, YearDay,
};
use crate::source::Span;
use crate::syntax::ast::{self, DaySpan, Days, Declaration, HoursLine, Name};
use crate::time_zones;

/// A day of the lines: one of the week, one of each year, or a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Day {
    OfWeek(usize),
    OfYear(YearDay),
    Date(Date),
}

impl Resolver<'_> {
    /// Adds opening hours, which are read once the values are known.
    pub(super) fn add_hours(&mut self, scope: ScopeId, name: Name) -> VariableId {
        let full: Box<str> = format!("{}{}", self.scopes[scope].prefix, self.name(name)).into();
        let hours = self.flow.hours.push(Hours::closed(full.clone(), name.span));
        let variable = Variable { name: full, is_contact: false, hours: Some(hours), span: name.span };
        self.flow.variables.push(variable)
    }

    /// Reads all opening hours.
    pub(super) fn fill_hours(&mut self, decls: &[DeclRef]) {
        let mut ids = self.flow.hours.ids();
        for &decl in decls {
            let Some(item) = self.item(decl) else { continue };
            let Declaration::Hours(written) = &item.declaration else { continue };
            // They were added in this order.
            let Some(id) = ids.next() else { return };
            self.read_hours(decl.scope, id, written);
        }
    }

    fn read_hours(&mut self, scope: ScopeId, id: HoursId, written: &ast::Hours) {
        let mut broken = written.broken;
        match written.zone {
            Some(text) => broken |= !self.read_zone(scope, id, text),
            None if written.broken => {}
            None => {
                broken = true;
                let name = self.name(written.name).into_owned();
                self.diagnostics.push(
                    Diagnostic::new(
                        &codes::TIME_ZONE,
                        written.name.span,
                        format!("the hours {} have no time zone", quote(&name)),
                    )
                    .here("by which clock?")
                    .help(format!(
                        "write the zone of a place, as in `hours {name} in \"America/New_York\" {{`"
                    )),
                );
            }
        }
        // The windows of each day, with the line that has them.
        let mut days: FxHashMap<Day, Span> = FxHashMap::default();
        for line in &written.lines {
            let windows = self.windows(line);
            broken |= windows.is_none();
            let mut reported = None;
            for (day, span) in self.days(line, &mut broken) {
                if let Some(&first) = days.get(&day) {
                    broken = true;
                    // Two ranges may have many days in common.
                    if reported != Some((span, first)) {
                        self.report_day_twice(day, span, first, line);
                    }
                    reported = Some((span, first));
                    continue;
                }
                days.insert(day, span);
                let windows = windows.clone().unwrap_or_default();
                let hours = &mut self.flow.hours[id];
                match day {
                    Day::OfWeek(number) => {
                        if let Some(of_day) = hours.week.get_mut(number) {
                            *of_day = windows;
                        }
                    }
                    Day::OfYear(day) => _ = hours.yearly.insert(day, windows),
                    Day::Date(date) => _ = hours.days.insert(date, windows),
                }
            }
        }
        self.flow.hours[id].broken = broken;
        if broken {
            return;
        }
        if self.flow.hours[id].is_constant() == Some(false) {
            self.flow.hours[id].broken = true;
            let name = quote(&self.name(written.name));
            let has_week = self.flow.hours[id].week.iter().any(|windows| !windows.is_empty());
            let (here, help) = match has_week {
                true => (
                    "closed on each day of the year",
                    "take the days out of `closed every` on which somebody is there",
                ),
                false => (
                    "no line says when it is open",
                    "write days and times into the block, as in `mon..fri 9:00..17:00`",
                ),
            };
            self.diagnostics.push(
                Diagnostic::new(
                    &codes::BAD_HOURS,
                    written.name.span,
                    format!("the hours {name} are never open"),
                )
                .here(here)
                .help(help),
            );
            return;
        }
        for line in &written.lines {
            self.check_clock(id, line);
        }
    }

    /// Reads the zone. Returns whether there is such a one.
    fn read_zone(&mut self, scope: ScopeId, id: HoursId, text: ast::Text) -> bool {
        let Some(name) = self.built_text(scope, text, BuiltText::Zone) else { return false };
        if let Some(zone) = time_zones::find(&name) {
            let hours = &mut self.flow.hours[id];
            (hours.zone, hours.zone_name) = (zone, name);
            return true;
        }
        if name.trim().is_empty() {
            self.diagnostics.push(
                Diagnostic::new(&codes::TIME_ZONE, text.span, "the name of the time zone is empty")
                    .here("by which clock?")
                    .help("write the zone of a place, as in `\"America/New_York\"`"),
            );
            return false;
        }
        let meant = time_zones::meant(&name);
        let help = match &meant {
            Some(meant) if meant.is_certain => format!("write `\"{}\"`", meant.name),
            Some(meant) => {
                format!("write the zone of a place where this clock counts; did you mean `\"{}\"`?", meant.name)
            }
            None => "write the zone of a place by its name in the IANA database, as in `\"America/New_York\"`, or `\"UTC\"`".to_owned(),
        };
        let is_written = self.sources.text(text.span) == format!("\"{name}\"");
        let fix = meant
            .filter(|meant| meant.is_certain && is_written)
            .map(|meant| Fix::write(text.span, format!("\"{}\"", meant.name)));
        self.diagnostics.push(
            Diagnostic::new(&codes::TIME_ZONE, text.span, format!("there is no time zone {}", quote(&name)))
                .here("not the name of a zone")
                .help(help)
                .fix(fix),
        );
        false
    }

    /// The windows of a line in order. Reports those that cannot be; `None` if there is one.
    pub(super) fn windows(&mut self, line: &HoursLine) -> Option<Vec<Window>> {
        let mut windows: Vec<(Window, Span)> = Vec::with_capacity(line.windows.len());
        let mut is_right = true;
        for written in &line.windows {
            let clocks = (self.clock(written.from), self.clock(written.to));
            let (Some(from), Some(to)) = clocks else {
                is_right = false;
                continue;
            };
            if from >= to || from == DAY {
                is_right = false;
                self.report_backwards(line, *written, (from, to));
                continue;
            }
            let window = Window { from, to };
            let other = windows.iter().find(|(other, _)| other.from < to && from < other.to);
            if let Some(&(_, first)) = other {
                is_right = false;
                self.diagnostics.push(
                    Diagnostic::new(
                        &codes::BAD_HOURS,
                        written.span(),
                        "this window overlaps with another one of the day",
                    )
                    .here("open already")
                    .label(first, "open here")
                    .help("write one window for both, or separate them"),
                );
                continue;
            }
            windows.push((window, written.span()));
        }
        windows.sort_by_key(|(window, _)| *window);
        is_right.then(|| windows.into_iter().map(|(window, _)| window).collect())
    }

    /// The minutes of a time. Reports one that no day has.
    fn clock(&mut self, span: Span) -> Option<u16> {
        let written = self.sources.text(span);
        let (hour, minute) = written.split_once(':')?;
        let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        let minutes = hour * 60 + minute;
        if minute < 60 && minutes <= DAY {
            return Some(minutes);
        }
        self.diagnostics.push(
            Diagnostic::new(&codes::BAD_HOURS, span, format!("no clock shows {}", quote(written)))
                .here("not a time of the day")
                .help("write a time from 0:00 to 23:59, or 24:00 for the end of the day"),
        );
        None
    }

    fn report_backwards(&mut self, line: &HoursLine, written: ast::Window, (from, to): (u16, u16)) {
        let window = Window { from, to };
        let days = self.sources.text(line.span).split([' ', '\t']).next().unwrap_or_default();
        let (message, help) = if from == to {
            (
                "this window is empty".to_owned(),
                "write when it ends, or `0:00..24:00` for the whole day".to_owned(),
            )
        } else if to == 0 {
            let whole = Window { from, to: DAY };
            (
                format!("the window {window} ends before it begins"),
                format!("the end of the day is 24:00: write `{whole}`"),
            )
        } else {
            let first = Window { from, to: DAY };
            let second = Window { from: 0, to };
            let afternoon = Window { from, to: to + DAY / 2 };
            let night = match &line.days {
                Days::Week(_) => format!(
                    "a window ends on the day on which it begins: write `{days} {first}`, and `{second}` for the days after"
                ),
                Days::OpenYearly(_) | Days::ClosedYearly(_) => format!(
                    "a window ends on the day on which it begins: write `{first}`, and `{second}` on a line for the day after"
                ),
                Days::Open(_) | Days::Closed(_) => {
                    format!(
                        "a window ends on the day on which it begins: write `{first}`, and `{second}` on a line for the next day"
                    )
                }
            };
            // From the afternoon to the morning, the two are more likely turned round.
            let meant = if from >= DAY / 2 { Window { from: to, to: from } } else { afternoon };
            let help = match to <= DAY / 2 && from < afternoon.to {
                true => format!("write `{meant}` if that is meant; {night}"),
                false => night,
            };
            (format!("the window {window} ends before it begins"), help)
        };
        let fix = (to == 0 && from != to).then(|| Fix::write(written.to, "24:00"));
        self.diagnostics.push(
            Diagnostic::new(&codes::BAD_HOURS, written.span(), message)
                .here("never open")
                .help(help)
                .fix(fix),
        );
    }

    /// The days of a line, each with its place.
    fn days(&mut self, line: &HoursLine, broken: &mut bool) -> Vec<(Day, Span)> {
        match &line.days {
            Days::Week(spans) => {
                let mut days = Vec::new();
                for &span in spans {
                    match self.weekdays(span) {
                        Some(numbers) => {
                            days.extend(numbers.map(|number| (Day::OfWeek(number), span.span())))
                        }
                        None => *broken = true,
                    }
                }
                days
            }
            Days::OpenYearly(spans) | Days::ClosedYearly(spans) => {
                let mut days = Vec::new();
                for &span in spans {
                    let first = self.year_day(span.first);
                    let last = span.last.map_or(first, |last| self.year_day(last));
                    let (Some(first), Some(last)) = (first, last) else {
                        *broken = true;
                        continue;
                    };
                    // A range may go over the end of the year.
                    let mut day = first;
                    days.push((Day::OfYear(day), span.span()));
                    while day != last {
                        day = day.next();
                        days.push((Day::OfYear(day), span.span()));
                    }
                }
                days
            }
            Days::Open(spans) | Days::Closed(spans) => {
                let mut days = Vec::new();
                for &span in spans {
                    match self.dates(span) {
                        Some((first, last)) => {
                            let dates = first.series(1.day()).take_while(|date| *date <= last);
                            days.extend(dates.map(|date| (Day::Date(date), span.span())));
                        }
                        None => *broken = true,
                    }
                }
                days
            }
        }
    }

    /// A day of each year. Reports one that no year has.
    fn year_day(&mut self, span: Span) -> Option<YearDay> {
        match self.sources.text(span).parse() {
            Ok(day) => Some(day),
            Err(message) => {
                self.diagnostics.push(
                    Diagnostic::new(&codes::BAD_HOURS, span, message)
                        .here("on no calendar")
                        .help("write the month and then the day, as in `closed every 12-25`"),
                );
                None
            }
        }
    }

    /// The first and the last date of a range. Reports one that ends before it begins, or that is longer than a year.
    fn dates(&mut self, span: DaySpan) -> Option<(Date, Date)> {
        let first = self.date(span.first);
        let last = span.last.map_or(first, |last| self.date(last));
        let (first, last) = (first?, last?);
        let days =
            first.until(last).map_or(i64::MAX, |between| i64::from(between.get_days())).saturating_add(1);
        let most = i64::try_from(LONGEST_RANGE).unwrap_or(i64::MAX);
        let (message, here, help) = match days {
            days if (1..=most).contains(&days) => return Some((first, last)),
            ..1 => (
                "this range of dates ends before it begins".to_owned(),
                "no day",
                format!("write the earlier date first, as in `{last}..{first}`"),
            ),
            _ => (
                format!("this range of dates has {days} days, and at most {most} can be written at once"),
                "more than a year",
                "leave the days of the week out where it is never open, or write a range for each year"
                    .to_owned(),
            ),
        };
        self.diagnostics.push(Diagnostic::new(&codes::BAD_HOURS, span.span(), message).here(here).help(help));
        None
    }

    /// The numbers of weekdays. Reports a range whose last day comes before its first.
    pub(super) fn weekdays(&mut self, span: DaySpan) -> Option<std::ops::RangeInclusive<usize>> {
        let number = |span: Span| WEEKDAYS.iter().position(|word| *word == self.sources.text(span));
        let first = number(span.first)?;
        let last = span.last.map_or(Some(first), number)?;
        if first <= last {
            return Some(first..=last);
        }
        let word = |number: usize| WEEKDAYS.get(number).copied().unwrap_or_default();
        let range = |from: usize, to: usize| match from == to {
            true => word(from).to_owned(),
            false => format!("{}..{}", word(from), word(to)),
        };
        let instead = format!("{}, {}", range(first, 6), range(0, last));
        self.diagnostics.push(
            Diagnostic::new(
                &codes::BAD_HOURS,
                span.span(),
                "a range of days ends in the week in which it begins",
            )
            .here("a week begins with `mon`")
            .help(format!("write `{instead}`"))
            .fix(Fix::write(span.span(), instead)),
        );
        None
    }

    fn report_day_twice(&mut self, day: Day, span: Span, first: Span, line: &HoursLine) {
        let day = match day {
            Day::OfWeek(number) => WEEKDAYS.get(number).copied().unwrap_or_default().to_owned(),
            Day::OfYear(day) => day.to_string(),
            Day::Date(date) => date.to_string(),
        };
        let is_same_line = line.span.contains(first);
        let help = match line.windows.is_empty() {
            _ if is_same_line => "name each day once",
            true => "keep one of the two lines",
            false => "write all windows of a day in one line, as in `9:00..12:00, 13:00..17:00`",
        };
        let place = if is_same_line { "twice in this line" } else { "in two lines" };
        self.diagnostics.push(
            Diagnostic::new(&codes::BAD_HOURS, span, format!("{} stands {place}", quote(&day)))
                .here("again here")
                .label(first, "first here")
                .help(help),
        );
    }

    /// Reports a window of a date that begins or ends while the clock is changed. On the other weeks of the year
    /// the same window of a weekday is right.
    fn check_clock(&mut self, id: HoursId, line: &HoursLine) {
        if !matches!(line.days, Days::Open(_)) {
            return;
        }
        let dates = self.days(line, &mut false).into_iter().filter_map(|(day, _)| match day {
            Day::Date(date) => Some(date),
            Day::OfWeek(_) | Day::OfYear(_) => None,
        });
        let clocks = || line.windows.iter().flat_map(|window| [window.from, window.to]);
        for (date, span) in dates.flat_map(|date| clocks().map(move |clock| (date, clock))) {
            let written = self.sources.text(span);
            let Ok(CallTime::Local(local)) = format!("{date}T{written}").parse() else { continue };
            let hours = &self.flow.hours[id];
            let (what, here) = match hours.clock_shows(local) {
                ClockShows::Once => continue,
                ClockShows::Never => ("is put forward over", "no clock shows this"),
                ClockShows::Twice => ("is put back over", "shown twice"),
            };
            let zone = quote(&hours.zone_name);
            self.diagnostics.push(
                Diagnostic::new(
                    &codes::CLOCK_CHANGE,
                    span,
                    format!("on {date} the clock of {zone} {what} {written}"),
                )
                .here(here)
                .help("write a time before or after the change of the clock"),
            );
        }
    }
}

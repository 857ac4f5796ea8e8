//! Days and times at which calls are made, as facts state them and rules ask for them.

use super::{Resolver, codes};
use crate::diagnostics::{Diagnostic, quote};
use crate::flow::{CallingTimes, HOLIDAYS, WEEKDAYS};
use crate::source::Span;
use crate::syntax::ast::{self, Days};

impl Resolver<'_> {
    /// The days and times. Reports those that cannot be.
    pub(super) fn calling_times(&mut self, written: &ast::CallingTimes) -> Option<CallingTimes> {
        let mut times = CallingTimes::default();
        let mut first: [Option<Span>; 8] = Default::default();
        let mut is_right = true;
        for part in &written.parts {
            let windows = self.windows(&part.line);
            is_right &= windows.is_some();
            let mut days: Vec<(usize, Span)> = Vec::new();
            if let Days::Week(spans) = &part.line.days {
                for &span in spans {
                    match self.weekdays(span) {
                        Some(numbers) => days.extend(numbers.map(|number| (number, span.span()))),
                        None => is_right = false,
                    }
                }
            }
            days.extend(part.holidays.map(|span| (WEEKDAYS.len(), span)));
            for (number, span) in days {
                let windows = windows.clone().unwrap_or_default();
                let Some(place) = first.get_mut(number) else { continue };
                if let Some(first) = *place {
                    is_right = false;
                    let day = WEEKDAYS.get(number).copied().unwrap_or(HOLIDAYS);
                    self.report_stated_twice(day, span, first);
                    break;
                }
                *place = Some(span);
                match times.week.get_mut(number) {
                    Some(of_day) => *of_day = windows,
                    None => times.holidays = Some(windows),
                }
            }
        }
        if is_right && times.is_empty() {
            is_right = false;
            self.diagnostics.push(
                Diagnostic::new(
                    &codes::BAD_HOURS,
                    written.span,
                    "these times have no day on which calls are made",
                )
                .here("only days without calls")
                .help("write the days with calls first, as in `mon..fri 9:00..20:00, closed holidays`"),
            );
        }
        is_right.then_some(times)
    }

    fn report_stated_twice(&mut self, day: &str, span: Span, first: Span) {
        self.diagnostics.push(
            Diagnostic::new(&codes::BAD_HOURS, span, format!("{} stands twice in these times", quote(day)))
                .here("again here")
                .label(first, "first here")
                .help("write all windows of a day together, as in `sat 9:00..12:00, 13:00..17:00`"),
        );
    }
}

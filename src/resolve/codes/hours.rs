//! The codes for opening hours and the times of tests.

use crate::diagnostics::{Area, Code, Example, Page, Severity};

/// A line of opening hours that is wrong.
pub static BAD_HOURS: Code = Code {
    id: "CX133",
    area: Area::Declaration,
    name: "bad-hours",
    severity: Severity::Error,
    what: "Opening hours, or the days and times of calls in a fact or a rule, cannot be: a window ends before it begins, two windows of one day overlap, a weekday or a date stands in two lines, weekdays or dates are in the wrong order, a range of dates is longer than a year, a time or a date does not exist, or there is no window at all.",
    why: "It is unclear when somebody is there, and callers would be sent to an empty office or turned away from an open one. With such times of calls, no rule about them could be decided.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
hours night in "America/New_York" {
  mon..fri 22:00..2:00
}
disclosure notice "https://cdn.example.com/notice.wav"
decide now {
  when open night -> desk
  else -> bye
}
agent desk "night_desk"
disconnect bye
notice -> now
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
hours night in "America/New_York" {
  mon 22:00..24:00
  tue..fri 0:00..2:00, 22:00..24:00
  sat 0:00..2:00
}
disclosure notice "https://cdn.example.com/notice.wav"
decide now {
  when open night -> desk
  else -> bye
}
agent desk "night_desk"
disconnect bye
notice -> now
"#,
        ),
    },
};

/// A time zone that does not exist.
pub static TIME_ZONE: Code = Code {
    id: "CX134",
    area: Area::Declaration,
    name: "time-zone",
    severity: Severity::Error,
    what: "Opening hours have no time zone, or one that is not in the IANA database under this name. The name is that of a place, such as `America/New_York`, or `UTC`, with its own capitals and signs.",
    why: "An abbreviation such as EST stands for a fixed offset or for several zones, and with it the hours would be wrong for half of the year.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
hours office in "EST" { mon..fri 9:00..17:00 }
disclosure notice "https://cdn.example.com/notice.wav"
decide now {
  when open office -> desk
  else -> bye
}
agent desk "front_desk"
disconnect bye
notice -> now
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
hours office in "America/New_York" { mon..fri 9:00..17:00 }
disclosure notice "https://cdn.example.com/notice.wav"
decide now {
  when open office -> desk
  else -> bye
}
agent desk "front_desk"
disconnect bye
notice -> now
"#,
        ),
    },
};

/// The time of a test that does not exist or is unclear.
pub static CALL_TIME: Code = Code {
    id: "CX139",
    area: Area::Declaration,
    name: "call-time",
    severity: Severity::Error,
    what: "The time after `at` in a test does not exist: no such day, no such time, or one over which the clock is put forward in the zone of the flow's hours. Or the flow has hours in several zones, and the time does not say in which of them it is.",
    why: "It is not known whether the hours are open at that time, so the test would show nothing.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
hours office in "America/New_York" { mon..sun 0:00..20:00 }
disclosure notice "https://cdn.example.com/notice.wav"
decide now {
  when open office -> desk
  else -> bye
}
agent desk "front_desk"
disconnect bye
notice -> now
test "in the night" at 2026-03-08T02:30 -> now -> desk
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
hours office in "America/New_York" { mon..sun 0:00..20:00 }
disclosure notice "https://cdn.example.com/notice.wav"
decide now {
  when open office -> desk
  else -> bye
}
agent desk "front_desk"
disconnect bye
notice -> now
test "in the night" at 2026-03-08T03:30 -> now -> desk
"#,
        ),
    },
};

/// A window of a date that begins or ends while the clock is changed.
pub static CLOCK_CHANGE: Code = Code {
    id: "CX216",
    area: Area::Branching,
    name: "clock-change",
    severity: Severity::Warning,
    what: "On a date that opening hours name, a window begins or ends at a time that the zone's clock does not show, since it is put forward over it, or shows twice, since it is put back over it.",
    why: "The office opens or closes an hour earlier or later than the line says, or twice on that day.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
hours office in "America/New_York" {
  mon..fri 9:00..17:00
  open 2026-03-08 2:30..12:00
}
disclosure notice "https://cdn.example.com/notice.wav"
decide now {
  when open office -> desk
  else -> bye
}
agent desk "front_desk"
disconnect bye
notice -> now
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
hours office in "America/New_York" {
  mon..fri 9:00..17:00
  open 2026-03-08 3:00..12:00
}
disclosure notice "https://cdn.example.com/notice.wav"
decide now {
  when open office -> desk
  else -> bye
}
agent desk "front_desk"
disconnect bye
notice -> now
"#,
        ),
    },
};

//! The code about names of dispositions.

use crate::diagnostics::{Area, Code, Example, Page, Severity};

/// A disposition that nothing declares.
pub static UNKNOWN_DISPOSITION: Code = Code {
    id: "CX141",
    area: Area::Declaration,
    name: "unknown-disposition",
    severity: Severity::Error,
    what: "A node, a transition or a test names a disposition that no `dispositions` declares.",
    why: "Whoever reads the reports of calls knows the declared words. A misspelt one would count as an outcome of its own.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
dispositions HEARD, REFUSED
disclosure notice "https://cdn.example.com/notice.wav"
disconnect goodbye disposition HERD
disconnect refused disposition REFUSED
collect menu "To stop these calls, press 9." {
  on 9 -> refused
  on timeout | invalid -> goodbye disposition HEARD
}
notice -> menu
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
dispositions HEARD, REFUSED
disclosure notice "https://cdn.example.com/notice.wav"
disconnect goodbye disposition HEARD
disconnect refused disposition REFUSED
collect menu "To stop these calls, press 9." {
  on 9 -> refused
  on timeout | invalid -> goodbye
}
notice -> menu
"#,
        ),
    },
};

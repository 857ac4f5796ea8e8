//! Flows that many tests begin with.

/// A flow without any finding. Its nodes are declared in lines 4 and 5.
pub const CLEAN: &str = r#"flow "Reminder"
entry notice
param queue = "sales_queue"
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "${queue}"
notice -> sales
"#;

/// A flow with one error, in line 6 from column 11 on.
pub const BROKEN: &str = r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye

notice -> bey
"#;

/// A flow with one warning.
pub const WARNED: &str = r#"flow "Reminder"
entry notice
let unused_one = "x"
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#;

/// A flow with one note.
pub const NOTED: &str = r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
node fax type "fax" ends
notice -> fax
"#;

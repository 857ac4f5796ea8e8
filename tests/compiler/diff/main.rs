//! What changed between two versions of a flow.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod calls;
mod compliance;
mod markdown;

use cxflowc::diff::{FlowDiff, Version, compare, text};

const FLOW: &str = r#"flow "Reminder"
entry notice
fact purpose = "reminder"
waive baseline/retries because "one try is enough" by "k.roe" until 2099-01-01

disclosure notice @mini_miranda { say "This is Lakeside Dental." }
collect menu "Press 1 to confirm, 2 for an agent, 9 to opt out." retries 1 {
  on 1 -> confirmed
  on 2 -> desk
  on 9 -> stopped
  on timeout | invalid -> bye
}
play confirmed { say "Thank you. See you then." }
play stopped @optout { say "We will not call again." }
agent desk "front-desk"
disconnect bye
notice -> menu
confirmed -> bye
stopped -> bye

policy house {
  has_optout: require @optout reachable from =menu
}
apply house
test "confirms" on 1 -> menu -> confirmed -> bye
"#;

struct NoFiles;

impl cxflowc::Files for NoFiles {
    fn read(&self, _: &std::path::Path) -> std::io::Result<Vec<u8>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

fn diff(old: &str, new: &str) -> FlowDiff {
    let (old, new) = (cxflowc::compile("a.cxflow", old), cxflowc::compile("a.cxflow", new));
    compare(Version { compiled: &old, settings: &[] }, Version { compiled: &new, settings: &[] })
}

/// The changes that a replacement in the flow makes, in words.
#[track_caller]
fn changed(what: &str, with: &str) -> String {
    let new = FLOW.replace(what, with);
    assert_ne!(new, FLOW, "{what:?} is not in the flow");
    text(&diff(FLOW, &new))
}

const SURVEY: &str = r#"flow "Survey"
entry notice
let purpose = "debt"
let duty = "At most 3% of calls are abandoned"
fact consent = "none"
disclosure notice { say "This is Lakeside." @identity }
collect menu "Press 1 or 2." retries 2 {
  on 1 -> more
  on 2 -> safe
  on timeout | invalid -> bye
}
play more { say "Buy this." @sales; -> bye }
play safe { say "Only for you."; -> bye }
disconnect bye
notice -> menu
policy house "House rules" {
  expects @sales "an offer"
  expects @optin
  expects fact consent = "none" | "written"
  optin: require @optin before @sales when consent = "none"
  m: limit retries 1
  n: require @identity before @sales
  rate: oblige "${duty}"
  named: require @identity before @sales when purpose = "${purpose}"
}
apply house
waive house/optin because "terms come by letter in this case" by "k.roe" until 2099-03-31
attest house/rate because "dialler report 7 of November" by "k.roe" until 2099-03-31
"#;

const WAIVER: &str =
    "waive house/optin because \"terms come by letter in this case\" by \"k.roe\" until 2099-03-31\n";

/// The flow with replacements, each of which must be there to be replaced.
#[track_caller]
fn survey(replacements: &[(&str, &str)]) -> String {
    let mut flow = SURVEY.to_owned();
    for (what, with) in replacements {
        assert!(flow.contains(what), "{what:?} is not in the flow");
        flow = flow.replace(what, with);
    }
    flow
}

fn section<'a>(changes: &'a str, title: &str) -> &'a str {
    let start = changes.find(&format!("{title}\n")).map_or(changes.len(), |at| at);
    let section = &changes[start..];
    section.split("\n\n").next().unwrap_or_default()
}

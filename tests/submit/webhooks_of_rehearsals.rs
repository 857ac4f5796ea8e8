//! `--emulate` sends events to this machine alone.

use super::support::*;

#[test]
fn a_rehearsal_sends_no_event_to_another_machine_and_says_so() {
    let folder = Folder::of(CLEAN);
    let url = "--webhook-url https://192.0.2.1/hook";
    let run = bare(&folder, &format!("submit --emulate a.cxflow {url}")).run().exits(0);
    run.err_has("POST /api/events/subscriptions 201").err_has(
        "refused: 192.0.2.1 is not on this machine; --deliver-anywhere sends events by https to others",
    );
    bare(&folder, "submit a.cxflow --deliver-anywhere").run().exits(2).err_has("--emulate");
}

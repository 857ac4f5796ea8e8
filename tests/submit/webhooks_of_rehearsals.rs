//! `--emulate` sends nothing to another machine.

use super::support::*;

#[test]
fn a_rehearsal_subscribes_another_machine_and_sends_it_nothing() {
    let folder = Folder::of(CLEAN);
    let url = "--webhook-url https://192.0.2.1/hook";
    let run = bare(&folder, &format!("submit --emulate a.cxflow {url}")).run().exits(0);
    run.err_has("POST /api/events/subscriptions 201").err_lacks("attempt");
    // Only the emulator that stands by itself can be told otherwise.
    bare(&folder, "submit --emulate a.cxflow --deliver-anywhere").run().exits(2);
}

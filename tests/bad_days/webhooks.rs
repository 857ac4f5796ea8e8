//! The flow is in place, and its events are not subscribed to.

use serde_json::json;

use crate::harness::{Platform, Step, all_well, on, token};
use crate::support::{Folder, WEBHOOK_SECRET, side_by_side};

const SUBSCRIBE: &str = "POST /api/events/subscriptions";
const HOOK: &str = "https://hooks.example.com/cxone";

fn none_yet() -> Step {
    on("GET /api/events/subscriptions").answers(200, "[]")
}

/// A list that has the webhook.
fn listed() -> Step {
    let there = json!({ "id": "sub-1", "url": HOOK, "event_types": ["flow.created", "flow.updated", "flow.deleted"] });
    on("GET /api/events/subscriptions").answers(200, json!({ "items": [there] }))
}

#[test]
fn a_webhook_that_is_not_taken_is_a_warning() {
    let refusal = json!({ "error": "unprocessable", "message": "that address is not reachable from here" });
    let platform = Platform::script([
        token(),
        all_well(),
        none_yet(),
        on(SUBSCRIBE).answers(422, refusal),
        token(),
        none_yet(),
        on(SUBSCRIBE).answers(201, json!({ "id": "sub-1", "url": "https://hooks.example.com/cxone" })),
    ]);
    let folder = Folder::for_platform(&platform).with_webhook();
    folder
        .submit("")
        .exits(0)
        .out_has("in place as flow-1")
        .message_has("[CX910 webhook-failed]")
        .message_has("answered 422 (unprocessable entity): that address is not reachable from here")
        .message_has("the next submission tries again");
    folder.submit("").exits(0).out_has("unchanged").lacks("CX910");
    folder.submit("").exits(0).lacks("CX910");
    let sent: serde_json::Value = platform.requests_of(SUBSCRIBE)[0].json();
    assert_eq!(sent["secret"], WEBHOOK_SECRET);
}

#[test]
fn a_webhook_that_may_not_be_registered() {
    let platform = Platform::script([token(), all_well(), none_yet(), on(SUBSCRIBE).answers(403, "")]);
    Folder::for_platform(&platform)
        .with_webhook()
        .submit("")
        .exits(0)
        .message_has("[CX910 webhook-failed]")
        .message_has("does not allow it (403)");
}

#[test]
fn without_a_flow_in_place_no_webhook_is_registered() {
    let platform = Platform::script([token(), on("POST /api/flows").answers(422, "")]);
    Folder::for_platform(&platform).with_webhook().submit("").fails("CX902").lacks("CX910");
}

#[test]
fn a_gateway_before_the_webhook_is_waited_for() {
    let platform = Platform::script([
        token(),
        all_well(),
        none_yet(),
        on(SUBSCRIBE).answers(503, ""),
        // Whether the first one was carried out is looked up.
        none_yet(),
        on(SUBSCRIBE).answers(200, json!({ "id": "sub-1" })),
    ]);
    Folder::for_platform(&platform).with_webhook().submit("").exits(0).lacks("CX910");
}

#[test]
fn one_that_the_platform_has_is_not_registered_again() {
    let platform = Platform::script([token(), all_well(), listed()]);
    let folder = Folder::for_platform(&platform).with_webhook();
    folder.submit("--audit audit.jsonl").exits(0).lacks("CX910");
    assert!(folder.read("cxflow.lock").contains("id = \"sub-1\""));
    assert!(folder.read("audit.jsonl").contains("sub-1, registered before"));
    folder.submit("").exits(0).out_has("unchanged");
}

#[test]
fn one_on_a_later_page_is_found() {
    let many: Vec<_> =
        (0..20).map(|n| json!({ "id": n, "url": format!("https://h{n}.example.com/") })).collect();
    let platform = Platform::script([
        token(),
        on("GET /api/events/subscriptions").answers(200, json!({ "items": many, "total": 21 })),
        on("GET /api/events/subscriptions?limit=100&offset=20")
            .answers(200, json!({ "items": [{ "id": "sub-21", "url": HOOK }], "total": 21 })),
    ]);
    let folder = Folder::for_platform(&platform).with_webhook();
    folder
        .run(&format!("webhook register {HOOK}"))
        .exits(0)
        .out_has("sub-21")
        .message_has("already registered");
}

#[test]
fn one_that_tells_of_less_or_of_another_address_is_another() {
    let less = json!([
        { "id": "sub-1", "url": HOOK, "event_types": ["flow.created"] },
        { "id": "sub-2", "url": format!("{HOOK}/deeper") },
        { "id": "sub-3" },
    ]);
    let platform = Platform::script([
        token(),
        on("GET /api/events/subscriptions").answers(200, less),
        on(SUBSCRIBE).answers(201, json!({ "id": "sub-4" })),
    ]);
    Folder::for_platform(&platform)
        .with_webhook()
        .run(&format!("webhook register {HOOK}"))
        .exits(0)
        .out_has("sub-4");
}

#[test]
fn one_that_is_refused_as_there_is_looked_up_and_not_sent_again() {
    let said = json!({ "message": "a subscription for this url already exists" });
    for answer in [said, json!({})] {
        let conflict = || on(SUBSCRIBE).answers(409, answer.clone());
        let platform = Platform::script([token(), none_yet(), conflict(), listed()]);
        let folder = Folder::for_platform(&platform).with_webhook();
        folder
            .run(&format!("webhook register {HOOK}"))
            .exits(0)
            .out_has("sub-1")
            .message_has("already registered");
        let platform = Platform::script([token(), none_yet(), conflict(), none_yet()]);
        let folder = Folder::for_platform(&platform).with_webhook();
        folder.run(&format!("webhook register {HOOK}")).exits(3).message_has("[CX912");
        assert_eq!(platform.requests_of(SUBSCRIBE).len(), 1);
    }
}

#[test]
fn a_list_passes_over_nothing() {
    let odd = json!([
        { "id": "a\u{202e}\u{1b}[31m", "url": "https://x.example.com/" },
        { "id": "sub-2" },
        { "url": "https://y.example.com/" },
        "sub-4",
    ]);
    let platform =
        Platform::script([token(), on("GET /api/events/subscriptions").answers(200, odd.clone()).for_ever()]);
    let run = Folder::for_platform(&platform).run("webhook list");
    run.exits(0)
        .lacks("no webhooks")
        .out_has("(its id is missing or cannot be shown)  https://x.example.com/")
        .out_has("sub-2  (no address)")
        .out_has("(its id is missing or cannot be shown)  https://y.example.com/")
        .out_has("(its id is missing or cannot be shown)  (no address)");
    let platform = Platform::script([token(), on("GET /api/events/subscriptions").answers(200, odd)]);
    let lines = Folder::for_platform(&platform).run("webhook list --format json").exits(0).lines();
    assert_eq!(lines.len(), 4);
    assert!(lines[0]["id"].is_null() && lines[1]["id"] == "sub-2");
}

#[test]
fn a_registered_webhook_is_never_sent_again() {
    // Each is a yes that does not say what the subscription is called.
    let yes = || on(SUBSCRIBE);
    let cases = [
        yes().answers(204, ""),
        yes().answers(200, ""),
        yes().answers(202, "{}"),
        yes().answers(201, "<html>thanks"),
        yes().breaks_off(r#"{"id":"sub-1","url":"x"}"#),
    ];
    side_by_side(cases, |yes| {
        let platform = Platform::script([token(), all_well(), none_yet(), yes.clone(), listed()]);
        let folder = Folder::for_platform(&platform).with_webhook();
        folder.submit("").exits(0).lacks("CX910");
        assert!(folder.read("cxflow.lock").contains("id = \"sub-1\""));
        folder.submit("").exits(0).out_has("unchanged");
        // A tenant that lists nothing leaves it without an id, and it is known all the same.
        let no_list = || on("GET /api/events/subscriptions").answers(404, "");
        let platform = Platform::script([token(), all_well(), no_list(), yes, no_list()]);
        let folder = Folder::for_platform(&platform).with_webhook();
        folder.submit("").exits(0).lacks("CX910");
        assert!(
            folder.read("cxflow.lock").contains("[[webhook]]")
                && !folder.read("cxflow.lock").contains("\nid = ")
        );
        folder.submit("").exits(0).out_has("unchanged");
        assert_eq!(platform.requests_of(SUBSCRIBE).len(), 1);
    });
}

#[test]
fn the_id_may_stand_in_location_alone() {
    side_by_side(
        ["/api/events/subscriptions/sub-7", "https://inner.example/v1/subscriptions/sub-7"],
        |location| {
            let platform = Platform::script([
                token(),
                all_well(),
                none_yet(),
                on(SUBSCRIBE).answers(201, "").header("Location", location),
            ]);
            let folder = Folder::for_platform(&platform).with_webhook();
            folder.submit("").exits(0).lacks("CX910");
            assert!(folder.read("cxflow.lock").contains("id = \"sub-7\""));
        },
    );
}

#[test]
fn without_a_list_a_lost_answer_is_not_sent_again() {
    side_by_side(
        [on(SUBSCRIBE).answers(503, ""), on(SUBSCRIBE).resets(), on(SUBSCRIBE).answers(500, "")],
        |lost| {
            let no_list = on("GET /api/events/subscriptions").answers(405, "");
            let platform = Platform::script([token(), all_well(), no_list, lost]);
            Folder::for_platform(&platform)
                .with_webhook()
                .submit("")
                .exits(0)
                .message_has("[CX910 webhook-failed]");
        },
    );
}

#[test]
fn a_webhook_whose_answer_was_lost_is_found() {
    let platform = Platform::script([token(), all_well(), none_yet(), on(SUBSCRIBE).resets(), listed()]);
    let folder = Folder::for_platform(&platform).with_webhook();
    folder.submit("").exits(0).lacks("CX910");
    assert!(folder.read("cxflow.lock").contains("id = \"sub-1\""));
}

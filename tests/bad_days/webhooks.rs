//! The flow is in place, and its events are not subscribed to.

use serde_json::json;

use crate::desk::{Desk, WEBHOOK_SECRET, side_by_side};
use crate::server::{Server, Step, all_well, on, token};

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
    let server = Server::script([
        token(),
        all_well(),
        none_yet(),
        on(SUBSCRIBE).answers(422, refusal),
        token(),
        none_yet(),
        on(SUBSCRIBE).answers(201, json!({ "id": "sub-1", "url": "https://hooks.example.com/cxone" })),
    ]);
    let desk = Desk::at(&server).with_webhook();
    desk.submit("")
        .exits(0)
        .out_has("in place as flow-1")
        .says("[CX910 webhook-failed]")
        .says("answered 422 (unprocessable entity): that address is not reachable from here")
        .says("the next submission tries again");
    desk.submit("").exits(0).out_has("unchanged").lacks("CX910");
    desk.submit("").exits(0).lacks("CX910");
    let sent: serde_json::Value = serde_json::from_slice(&server.of(SUBSCRIBE)[0].body).unwrap();
    assert_eq!(sent["secret"], WEBHOOK_SECRET);
}

#[test]
fn a_webhook_that_may_not_be_registered() {
    let server = Server::script([token(), all_well(), none_yet(), on(SUBSCRIBE).answers(403, "")]);
    Desk::at(&server)
        .with_webhook()
        .submit("")
        .exits(0)
        .says("[CX910 webhook-failed]")
        .says("does not allow it (403)");
}

#[test]
fn without_a_flow_in_place_no_webhook_is_registered() {
    let server = Server::script([token(), on("POST /api/flows").answers(422, "")]);
    Desk::at(&server).with_webhook().submit("").fails("CX902").lacks("CX910");
}

#[test]
fn a_gateway_before_the_webhook_is_waited_for() {
    let server = Server::script([
        token(),
        all_well(),
        none_yet(),
        on(SUBSCRIBE).answers(503, ""),
        // Whether the first one was carried out is looked up.
        none_yet(),
        on(SUBSCRIBE).answers(200, json!({ "id": "sub-1" })),
    ]);
    Desk::at(&server).with_webhook().submit("").exits(0).lacks("CX910");
}

#[test]
fn one_that_the_platform_has_is_not_registered_again() {
    let server = Server::script([token(), all_well(), listed()]);
    let desk = Desk::at(&server).with_webhook();
    desk.submit("--audit audit.jsonl").exits(0).lacks("CX910");
    assert!(desk.read("cxflow.lock").contains("id = \"sub-1\""));
    assert!(desk.read("audit.jsonl").contains("sub-1, registered before"));
    desk.submit("").exits(0).out_has("unchanged");
}

#[test]
fn one_on_a_later_page_is_found() {
    let many: Vec<_> =
        (0..20).map(|n| json!({ "id": n, "url": format!("https://h{n}.example.com/") })).collect();
    let server = Server::script([
        token(),
        on("GET /api/events/subscriptions").answers(200, json!({ "items": many, "total": 21 })),
        on("GET /api/events/subscriptions?limit=100&offset=20")
            .answers(200, json!({ "items": [{ "id": "sub-21", "url": HOOK }], "total": 21 })),
    ]);
    let desk = Desk::at(&server).with_webhook();
    desk.run(&format!("webhook register {HOOK}")).exits(0).out_has("sub-21").says("registered before");
}

#[test]
fn one_that_tells_of_less_or_of_another_address_is_another() {
    let less = json!([
        { "id": "sub-1", "url": HOOK, "event_types": ["flow.created"] },
        { "id": "sub-2", "url": format!("{HOOK}/deeper") },
        { "id": "sub-3" },
    ]);
    let server = Server::script([
        token(),
        on("GET /api/events/subscriptions").answers(200, less),
        on(SUBSCRIBE).answers(201, json!({ "id": "sub-4" })),
    ]);
    Desk::at(&server).with_webhook().run(&format!("webhook register {HOOK}")).exits(0).out_has("sub-4");
}

#[test]
fn one_that_is_refused_as_there_is_looked_up_and_not_sent_again() {
    let said = json!({ "message": "a subscription for this url already exists" });
    for answer in [said, json!({})] {
        let conflict = || on(SUBSCRIBE).answers(409, answer.clone());
        let server = Server::script([token(), none_yet(), conflict(), listed()]);
        let desk = Desk::at(&server).with_webhook();
        desk.run(&format!("webhook register {HOOK}")).exits(0).out_has("sub-1").says("registered before");
        let server = Server::script([token(), none_yet(), conflict(), none_yet()]);
        let desk = Desk::at(&server).with_webhook();
        desk.run(&format!("webhook register {HOOK}")).exits(3).says("[CX912");
        assert_eq!(server.of(SUBSCRIBE).len(), 1);
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
    let server =
        Server::script([token(), on("GET /api/events/subscriptions").answers(200, odd.clone()).for_ever()]);
    let run = Desk::at(&server).run("webhook list");
    run.exits(0)
        .lacks("no webhooks")
        .out_has("(its id is missing or cannot be shown)  https://x.example.com/")
        .out_has("sub-2  (no address)")
        .out_has("(its id is missing or cannot be shown)  https://y.example.com/")
        .out_has("(its id is missing or cannot be shown)  (no address)");
    let server = Server::script([token(), on("GET /api/events/subscriptions").answers(200, odd)]);
    let lines = Desk::at(&server).run("webhook list --format json").exits(0).lines();
    assert_eq!(lines.len(), 4);
    assert!(lines[0]["id"].is_null() && lines[1]["id"] == "sub-2");
}

#[test]
fn what_is_registered_is_never_sent_again() {
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
        let server = Server::script([token(), all_well(), none_yet(), yes.clone(), listed()]);
        let desk = Desk::at(&server).with_webhook();
        desk.submit("").exits(0).lacks("CX910");
        assert!(desk.read("cxflow.lock").contains("id = \"sub-1\""));
        desk.submit("").exits(0).out_has("unchanged");
        // A tenant that lists nothing leaves it without an id, and it is known all the same.
        let no_list = || on("GET /api/events/subscriptions").answers(404, "");
        let server = Server::script([token(), all_well(), no_list(), yes, no_list()]);
        let desk = Desk::at(&server).with_webhook();
        desk.submit("").exits(0).lacks("CX910");
        assert!(
            desk.read("cxflow.lock").contains("[[webhook]]") && !desk.read("cxflow.lock").contains("\nid = ")
        );
        desk.submit("").exits(0).out_has("unchanged");
        assert_eq!(server.of(SUBSCRIBE).len(), 1);
    });
}

#[test]
fn the_id_may_stand_in_location_alone() {
    side_by_side(
        ["/api/events/subscriptions/sub-7", "https://inner.example/v1/subscriptions/sub-7"],
        |location| {
            let server = Server::script([
                token(),
                all_well(),
                none_yet(),
                on(SUBSCRIBE).answers(201, "").header("Location", location),
            ]);
            let desk = Desk::at(&server).with_webhook();
            desk.submit("").exits(0).lacks("CX910");
            assert!(desk.read("cxflow.lock").contains("id = \"sub-7\""));
        },
    );
}

#[test]
fn without_a_list_a_lost_answer_is_not_sent_again() {
    side_by_side(
        [on(SUBSCRIBE).answers(503, ""), on(SUBSCRIBE).resets(), on(SUBSCRIBE).answers(500, "")],
        |lost| {
            let no_list = on("GET /api/events/subscriptions").answers(405, "");
            let server = Server::script([token(), all_well(), no_list, lost]);
            Desk::at(&server).with_webhook().submit("").exits(0).says("[CX910 webhook-failed]");
        },
    );
}

#[test]
fn what_was_registered_although_its_answer_was_lost_is_found() {
    let server = Server::script([token(), all_well(), none_yet(), on(SUBSCRIBE).resets(), listed()]);
    let desk = Desk::at(&server).with_webhook();
    desk.submit("").exits(0).lacks("CX910");
    assert!(desk.read("cxflow.lock").contains("id = \"sub-1\""));
}

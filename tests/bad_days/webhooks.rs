//! The flow is in place, and its events are not subscribed to.

use serde_json::json;

use crate::desk::{Desk, WEBHOOK_SECRET};
use crate::server::{Server, all_well, on, token};

const SUBSCRIBE: &str = "POST /api/events/subscriptions";

#[test]
fn a_webhook_that_is_not_taken_is_a_warning() {
    let refusal = json!({ "error": "unprocessable", "message": "that address is not reachable from here" });
    let server = Server::script([
        token(),
        all_well(),
        on(SUBSCRIBE).answers(422, refusal),
        token(),
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
    let server = Server::script([token(), all_well(), on(SUBSCRIBE).answers(403, "")]);
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
        on(SUBSCRIBE).answers(503, ""),
        on(SUBSCRIBE).answers(200, json!({ "id": "sub-1" })),
    ]);
    Desk::at(&server).with_webhook().submit("").exits(0).lacks("CX910");
}

//! Refusals in the shapes of many servers: what is understood is shown at its place, everything else is
//! quoted.

use serde_json::{Value, json};

use crate::harness::{Platform, on, token};
use crate::support::{Folder, side_by_side};

/// Node 1 of the payload is `sales`, in line 5; its action speaks the queue.
const SALES: &str = "a.cxflow:5:7: ";
const QUEUE: &str = "a.cxflow:5:13: ";
const NOTICE: &str = "a.cxflow:4:12: ";
const MEDIA: &str = "a.cxflow:4:19: ";
const TRANSITION: &str = "a.cxflow:6:11: ";
const NAME: &str = "a.cxflow:1:6: ";
const NOWHERE: &str = "";

fn refused(body: &Value) -> Platform {
    Platform::script([token(), on("POST /api/flows").answers(422, body.clone())])
}

fn failed(body: &Value) -> Platform {
    let mut job = match body {
        Value::Object(_) => body.clone(),
        other => json!({ "errors": other }),
    };
    (job["id"], job["status"]) = (json!("job-1"), json!("failed"));
    Platform::script([token(), on("POST /api/flows").answers(201, job)])
}

#[test]
fn a_message_about_a_place_is_shown_there_for_refusals_and_failed_jobs() {
    let cases = [
        // FastAPI.
        (
            json!({ "detail": [{ "loc": ["body", "nodes", 1, "actions", 0, "text"], "msg": "no queue", "type": "E1" }] }),
            QUEUE,
        ),
        (
            json!({ "detail": [{ "loc": ["body", "nodes", 0, "actions", 0, "media_url"], "msg": "no queue", "type": "E1" }] }),
            MEDIA,
        ),
        (
            json!({ "detail": [{ "loc": ["body", "transitions", 0, "to_node"], "msg": "no queue", "type": "E1" }] }),
            TRANSITION,
        ),
        // JSON:API, RFC 9457, GraphQL, ajv, Bean Validation.
        (
            json!({ "errors": [{ "code": "E1", "detail": "no queue", "source": { "pointer": "/nodes/1" } }] }),
            SALES,
        ),
        (
            json!({ "title": "Bad", "errors": [{ "code": "E1", "detail": "no queue", "pointer": "#/nodes/1/actions/0/text" }] }),
            QUEUE,
        ),
        (json!({ "errors": [{ "code": "E1", "message": "no queue", "path": ["nodes", 1] }] }), SALES),
        (
            json!({ "errors": [{ "keyword": "E1", "message": "no queue", "instancePath": "/nodes/0/id" }] }),
            NOTICE,
        ),
        (
            json!({ "violations": [{ "code": "E1", "message": "no queue", "propertyPath": "nodes[1].actions[0].text" }] }),
            QUEUE,
        ),
        (json!({ "invalid-params": [{ "code": "E1", "reason": "no queue", "name": "nodes[1]" }] }), SALES),
        // Google and Azure.
        (
            json!({ "error": { "message": "bad", "details": [{ "code": "E1", "target": "$.nodes[1]", "message": "no queue" }] } }),
            SALES,
        ),
        (
            json!({ "error": { "errors": [{ "code": "E1", "location": "nodes.1", "message": "no queue" }] } }),
            SALES,
        ),
        // By the node's id, under several names.
        (json!({ "errors": [{ "code": "E1", "message": "no queue", "nodeId": "sales" }] }), SALES),
        (json!({ "errors": [{ "code": "E1", "message": "no queue", "node_id": "sales" }] }), SALES),
        (
            json!({ "errors": [{ "code": "E1", "message": "no queue", "node": { "id": "sales", "type": "agent" } }] }),
            SALES,
        ),
        (json!({ "errors": [{ "code": "E1", "message": "no queue", "node": 1 }] }), SALES),
        (json!({ "errors": [{ "code": "E1", "message": "no queue", "field": "nodes.sales.queue" }] }), SALES),
        (json!({ "errors": [{ "code": "E1", "message": "no queue", "path": "sales" }] }), SALES),
        (
            json!({ "errors": [{ "code": "E1", "message": "no queue", "nodeId": "sales", "path": "/nodes/1/actions/0/text" }] }),
            QUEUE,
        ),
        // At the top.
        (json!({ "errorCode": "E1", "errorMessage": "no queue", "nodeId": "sales" }), SALES),
        (json!({ "code": "E1", "message": "no queue", "path": "/nodes/1" }), SALES),
        (json!({ "error": { "code": "E1", "message": "no queue", "node": "sales" } }), SALES),
        // Of the flow, and of what is not in the source.
        (json!({ "errors": [{ "code": "E1", "message": "no queue", "field": "name" }] }), NAME),
        (json!({ "errors": [{ "code": "E1", "message": "no queue", "pointer": "/entry_node" }] }), NOTICE),
        (json!({ "errors": [{ "code": "E1", "message": "no queue", "pointer": "/nodes/17" }] }), NOWHERE),
        (json!({ "errors": [{ "code": "E1", "message": "no queue", "node": "ghost" }] }), NOWHERE),
        (json!([{ "errorCode": "E1", "errorMessage": "no queue" }]), NOWHERE),
    ];
    side_by_side(cases, |(body, place)| {
        for (platform, code) in [(refused(&body), "CX902"), (failed(&body), "CX905")] {
            let run = Folder::for_platform(&platform).submit("--message-format short").exits(3).out_has(code);
            if place == NOWHERE {
                let run = Folder::for_platform(&refused(&body)).submit("").fails("CX902");
                run.message_has("no queue (E1)");
            } else {
                let text = format!("{place}error[{code} ");
                let shown = run
                    .err
                    .lines()
                    .any(|line| line.starts_with(&text) && line.ends_with("the platform: no queue (E1)"));
                assert!(shown, "{body} at {place}: {run:#?}");
            }
        }
    });
}

#[test]
fn maps_of_fields_are_shown_at_their_places() {
    let cases = [
        json!({ "errors": { "nodes[1].actions[0].text": ["no queue", "too long"] } }),
        json!({ "errors": { "/nodes/1/actions/0/text": ["no queue", "too long"] } }),
        json!({ "errors": { "nodes": { "1": { "actions": { "0": { "text": ["no queue", "too long"] } } } } } }),
        json!({ "title": "One or more validation errors occurred.", "status": 400, "errors": { "nodes.1.actions.0.text": ["no queue", "too long"] } }),
    ];
    side_by_side(cases, |body| {
        let platform = refused(&body);
        let run = Folder::for_platform(&platform).submit("--message-format short").exits(3);
        for words in ["no queue", "too long"] {
            let line = format!("{QUEUE}error[CX902 payload-refused]: the platform: {words}\n");
            assert!(run.err.contains(&line), "{body}: {run:#?}");
        }
    });
}

#[test]
fn a_sentence_is_said_and_the_rest_is_quoted() {
    let cases = [
        (r#"{"error":{"code":400,"message":"no room","status":"FULL"}}"#, "(422): no room (400)"),
        (
            r#"{"type":"https://example.com/full","title":"Full","detail":"no room","balance":30}"#,
            "(422): Full: no room (https://example.com/full)",
        ),
        (r#"{"errorCode":"E7","errorMessage":"no room"}"#, "(422): no room (E7)"),
        (r#"{"fault":{"faultstring":"no room","faultcode":"E7"}}"#, "(422): no room (E7)"),
        (r#""no room""#, "(422): no room"),
        ("no room\r\n", "(422): no room"),
        ("<html><body>no room</body>", "(422), a body which begins with: <html><body>no room</body>"),
        ("{broken", "(422), a body which begins with: {broken"),
        ("", "(422), a body with nothing in it"),
        (r#"{"foo":"bar"}"#, r#"(422), a body which begins with: {"foo":"bar"}"#),
        (r#"{"foo":["a","b"]}"#, "foo: a"),
        (r#"{"errors":[{"foo":"bar"}]}"#, "foo: bar"),
        (r#"{"errors":[{"foo":1}]}"#, r#"{"foo":1}"#),
    ];
    side_by_side(cases, |(body, said)| {
        let platform = Platform::script([token(), on("POST /api/flows").answers(422, body)]);
        let run = Folder::for_platform(&platform).submit("").fails("CX902").message_has(said);
        if body.contains("balance") {
            run.message_has(r#"the answer also has: {"balance":30}"#);
        }
    });
}

#[test]
fn programs_get_the_node_and_the_path() {
    let body = json!({ "errors": [{ "message": "no queue", "path": "/nodes/1/actions/0/text" }, { "message": "m", "node": "ghost" }] });
    let platform = refused(&body);
    let run = Folder::for_platform(&platform).submit("--format json").exits(3);
    assert_eq!(
        run.lines()[0]["errors"],
        json!([
            { "code": null, "message": "no queue", "node": "sales", "path": "/nodes/1/actions/0/text" },
            { "code": null, "message": "m", "node": "ghost", "path": null },
        ])
    );
}

#[test]
fn long_answers_are_cut() {
    let long = "x".repeat(100_000);
    let cases = [
        json!({ "message": long }),
        json!({ "errors": [{ "message": long, "path": long, "code": long, "more": long }] }),
        json!({ "more": long, "message": "m" }),
        json!({ "errors": { long.clone(): [long.clone()] } }),
        json!({ "detail": { "detail": { "detail": long } } }),
    ];
    side_by_side(cases, |body| {
        let platform = refused(&body);
        let run = Folder::for_platform(&platform).submit("").exits(3);
        assert!(run.err.len() < 8_000, "{}", run.err.len());
    });
}

#[test]
fn locks_and_conflicts_have_their_own_remedy() {
    let locked = "closed or unlocked";
    let another = "--adopt FLOW_ID";
    let cases = [
        (423, json!({}), locked),
        (423, json!({ "message": "no" }), locked),
        (409, json!({ "message": "the flow is locked by dana" }), locked),
        (409, json!({ "errors": [{ "code": "FLOW_LOCKED", "message": "no" }] }), locked),
        (422, json!({ "error": { "message": "flow is checked out" } }), locked),
        (400, json!({ "code": "flowLocked", "message": "no" }), locked),
        (403, json!({ "detail": "Locked" }), locked),
        (409, json!({ "message": "a flow of this name already exists" }), another),
        (409, json!({ "title": "Duplicate", "detail": "the name is taken" }), another),
    ];
    side_by_side(cases, |(status, body, remedy)| {
        let platform = Platform::script([
            token(),
            on("POST /api/flows").answers(status, body),
            token(),
            on("POST /api/flows").answers(201, crate::harness::completed("job-1", "flow-1")),
        ]);
        let folder = Folder::for_platform(&platform);
        folder.submit("").fails("CX912").message_has(remedy);
        folder.submit("").exits(0);
    });
    for status in [409, 423] {
        let platform = Platform::script([
            token(),
            on("POST /api/flows").answers(status, "busy").header("Retry-After", "1"),
            on("POST /api/flows").answers(201, crate::harness::completed("job-1", "flow-1")),
        ]);
        Folder::for_platform(&platform).submit("").exits(0);
    }
    let platform = Platform::script([token(), on("POST /api/flows").answers(409, "busy").times(5)]);
    Folder::for_platform(&platform)
        .submit("")
        .fails("CX912")
        .message_has("answered 409 (conflict): busy; 5 tries")
        .message_has("second pipeline");
    // A failed job says so as well; what is blocked is not locked.
    let failed = |message: &str| json!({ "id": "job-1", "status": "failed", "message": message });
    for (message, is_lock) in [("the flow is locked", true), ("the number is blocked", false)] {
        let platform = Platform::script([token(), on("POST /api/flows").answers(201, failed(message))]);
        let run = Folder::for_platform(&platform).submit("").fails("CX905").message_has(message);
        if is_lock {
            run.message_has(locked)
        } else {
            run.lacks(locked)
        };
    }
}

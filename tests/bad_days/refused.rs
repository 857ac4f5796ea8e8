//! The platform does not take the payload, or nothing may be sent to it.

use serde_json::json;

use crate::harness::{Platform, completed, on, token};
use crate::support::Folder;

fn refusal() -> serde_json::Value {
    json!({
        "error": "unprocessable", "message": "the payload has 2 problems",
        "errors": [{ "code": "F-2", "message": "the queue is closed", "node": "sales" }, "the name is taken"],
    })
}

#[test]
fn a_refused_payload_says_where_and_why() {
    let platform = Platform::script([token(), on("POST /api/flows").answers(422, refusal())]);
    let run = Folder::for_platform(&platform).submit("--message-format short").exits(3);
    let placed = "a.cxflow:5:7: error[CX902 payload-refused]: the platform: the queue is closed (F-2)\n";
    assert!(run.err.contains(placed), "{run:#?}");
    assert!(run.err.contains("error[CX902 payload-refused]: "), "{run:#?}");

    let platform = Platform::script([token(), on("POST /api/flows").answers(422, refusal())]);
    Folder::for_platform(&platform)
        .submit("")
        .fails("CX902")
        .message_has(&format!("{} refuses the payload (422): the payload has 2 problems", platform.url()))
        .message_has("the name is taken");
}

#[test]
fn reasons_without_a_place_stand_in_one_line_and_in_the_log() {
    let cases = [
        (json!({ "errors": ["one", "two"] }), "(422): one; two\n", "(422): one; two\""),
        (json!({ "errors": ["x1"] }), "(422): x1\n", "(422): x1\""),
        (json!({ "messages": ["one"] }), "(422): one\n", "(422): one\""),
        (
            json!({ "errors": [{ "node": "nosuch", "message": "nn" }] }),
            "(422): nosuch: nn\n",
            "(422): nosuch: nn\"",
        ),
        (
            json!({ "errors": [{ "path": "/nodes/99", "message": "nn" }] }),
            "(422): /nodes/99: nn\n",
            "(422): /nodes/99: nn\"",
        ),
        (
            json!({ "message": "bad", "errors": [1, 2, 3, 4] }),
            "(422): bad: 1; 2; 3\n",
            "(422): bad: 1; 2; 3\"",
        ),
        // One with a place stands there, and in the log.
        (
            json!({ "errors": [{ "node": "sales", "message": "closed" }] }),
            "the platform: closed\n",
            "(422): sales: closed\"",
        ),
        // As Spring writes them.
        (
            json!({ "errors": [{ "field": "nodes[1].text", "defaultMessage": "closed", "code": "Size" }] }),
            "a.cxflow:5:7: error[CX902 payload-refused]: the platform: closed (Size)\n",
            "nodes[1].text: closed (Size)\"",
        ),
    ];
    crate::support::side_by_side(cases, |(body, short, detail)| {
        let platform = Platform::script([token(), on("POST /api/flows").answers(422, body)]);
        let folder = Folder::for_platform(&platform);
        let run = folder.submit("--message-format short --audit audit.jsonl").exits(3);
        assert!(run.err.contains(short), "{short:?} {run:#?}");
        let log = folder.read("audit.jsonl");
        assert!(log.contains(detail), "{detail:?} {log}");
    });
}

#[test]
fn a_refusal_in_no_form_that_is_known() {
    for body in ["", "<html>no", "[]", r#"{"errors":{}}"#, r#"{"message":7}"#] {
        let platform = Platform::script([token(), on("POST /api/flows").answers(422, body)]);
        Folder::for_platform(&platform).submit("").fails("CX902").message_has("refuses the payload (422)");
    }
}

#[test]
fn after_a_refusal_a_rerun_is_a_new_order() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(422, refusal()),
        token(),
        on("POST /api/flows").answers(201, completed("job-1", "flow-1")),
    ]);
    let folder = Folder::for_platform(&platform);
    folder.submit("").fails("CX902");
    folder.submit("").exits(0);
    let creations = platform.requests_of("POST /api/flows");
    assert_ne!(creations[0].header("idempotency-key"), creations[1].header("idempotency-key"));
}

#[test]
fn a_refused_flow_does_not_keep_others_from_being_submitted() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(422, refusal()),
        on("POST /api/flows").answers(201, completed("job-1", "flow-1")),
    ]);
    let folder = Folder::for_platform(&platform);
    folder.write("b.cxflow", crate::support::CLEAN.replace("Reminder", "Other"));
    folder
        .run("submit a.cxflow b.cxflow --parallel 1")
        .fails("CX902")
        .out_has("a.cxflow: not in place, CX902")
        .out_has("b.cxflow: in place as flow-1");
}

#[test]
fn a_guard_that_does_not_hold_keeps_everything_here() {
    let platform = Platform::script([]);
    let folder = Folder::for_platform(&platform);
    folder.write("cxflow.toml", "[env.prod]\nrequire = [\"clean\"]\n");
    let run = folder.submit("--env prod").exits(1).message_has("[CX909 guard]");
    assert!(run.out.is_empty(), "{run:#?}");
}

//! Ids from the platform are not trusted.

use serde_json::json;

use crate::harness::{Platform, completed, job, on, token};
use crate::support::{Folder, side_by_side};

#[test]
fn an_id_stays_one_segment_of_the_path() {
    let cases = [
        ("a/b", "a%2Fb"),
        ("a b?c=d#e", "a%20b%3Fc%3Dd%23e"),
        ("caf\u{e9}", "caf%C3%A9"),
        ("100%25", "100%2525"),
    ];
    side_by_side(cases, |(id, path)| {
        let platform = Platform::script([
            token(),
            on("POST /api/flows").answers(201, job(id, "queued")),
            on(&format!("GET /api/jobs/{path}")).answers(200, completed(id, "flow-1")),
        ]);
        Folder::for_platform(&platform).submit("").exits(0).out_has(&format!("(job {id})"));
    });
}

#[test]
fn an_id_that_cannot_be_shown_or_asked_for_is_none() {
    let long = "x".repeat(10_000);
    // Dots alone are a way up, however they are spelt.
    let ids = [
        "job\u{1b}[2J",
        "job\r\nnext",
        "job\u{202e}1",
        "job\u{9b}1",
        " job",
        "job\u{0}",
        "..",
        "../../admin",
        "a/..%2fb",
        "%2e%2e",
        &long,
        "job\u{200b}1",
        "job\u{2066}1",
        "job\u{fe0f}",
    ];
    side_by_side(ids, |id| {
        let platform = Platform::script([token(), on("POST /api/flows").answers(201, job(id, "queued"))]);
        Folder::for_platform(&platform).submit("--timeout 4s").fails("CX911").message_has("but its `id` ");
    });
}

#[test]
fn a_flow_id_that_cannot_be_shown_is_none() {
    let platform =
        Platform::script([token(), on("POST /api/flows").answers(201, completed("job-1", "flow\u{1b}[2J"))]);
    Folder::for_platform(&platform).submit("").fails("CX908").message_has("does not name a flow");
}

#[cfg(unix)]
#[test]
fn the_command_that_picks_a_job_up_can_be_pasted_whatever_the_id() {
    let cases = [
        ("it's $(touch x) `y`", "it%27s%20%24%28touch%20x%29%20%60y%60"),
        ("-rf", "-rf"),
        ("a;b|c", "a%3Bb%7Cc"),
    ];
    side_by_side(cases, |(id, path)| {
        let platform = Platform::script([
            token(),
            on("POST /api/flows").answers(201, job(id, "queued")),
            on(&format!("GET /api/jobs/{path}")).answers(418, ""),
            token(),
            on(&format!("GET /api/jobs/{path}")).answers(200, completed(id, "flow-1")),
        ]);
        let folder = Folder::for_platform(&platform);
        let run = folder.submit("").fails("CX908");
        let told = run.message();
        let (_, rest) = told.split_once("`cxflowc job ").unwrap();
        let command = format!("cxflowc job {}", rest.rsplit_once("` follows").unwrap().0);
        folder.paste(&command).exits(0).out_has(&format!("{id}: completed, in place as flow-1"));
        assert!(!folder.path("x").exists());
    });
}

#[test]
fn messages_do_not_move_the_cursor() {
    let evil = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\r\nerror\u{202e}\u{0}\u{8}";
    let failed = json!({
        "id": "job-1", "status": "failed", "message": evil, "flow_id": evil,
        "errors": [
            { "code": evil, "message": evil, "node": evil },
            { "code": evil, "message": evil, "node": "sales" },
            evil,
        ],
    });
    let forms = [
        "",
        "-v",
        "--message-format short",
        "--message-format json",
        "--message-format sarif",
        "--message-format github",
        "--format json",
    ];
    side_by_side(forms, |form| {
        let platform = Platform::script([
            token(),
            on("POST /api/flows").answers(201, json!({ "id": "job-1", "status": evil, "message": evil })),
            on("GET /api/jobs/job-1").answers(200, failed.clone()),
        ]);
        // Each run is looked through.
        let folder = Folder::for_platform(&platform);
        folder.submit(&format!("{form} --audit audit.jsonl")).exits(3);
        assert!(!folder.read("audit.jsonl").contains(['\u{1b}', '\u{9b}', '\u{202e}']));
    });
}

#[test]
fn an_id_of_the_command_line_is_checked_as_one_of_the_server_is() {
    let bad = [
        "",
        ".",
        "..",
        "../../flows/flow-1",
        "a/./b",
        "..%2Fa",
        "%2e%2e",
        "..\\a",
        " ",
        "a\u{200b}b",
        "a\u{202e}b",
        "a\u{2066}",
        "\u{feff}",
        "a\tb",
        "a  b",
        " a",
        "a\u{ad}",
    ];
    side_by_side(bad, |id| {
        // Nothing is asked, not even a token.
        let platform = Platform::script([]);
        let folder = Folder::for_platform(&platform);
        for verb in [&["webhook", "delete"][..], &["job"][..], &["submit", "a.cxflow", "--adopt"][..]] {
            let run = folder.run_with(&[verb, &[id]].concat());
            run.exits(2).message_has("the id ");
        }
    });
    let platform =
        Platform::script([token(), on("DELETE /api/events/subscriptions/a%2Fflows").answers(204, "")]);
    Folder::for_platform(&platform).run("webhook delete a/flows").exits(0);
}

#[test]
fn an_id_of_a_lock_is_checked_as_well() {
    for id in ["..", "../x", "a/%2e%2e/b", "", "a\u{202e}b"] {
        let platform = Platform::script([]);
        let folder = Folder::for_platform(&platform);
        let url = platform.url();
        folder.write(
            "cxflow.lock",
            format!(
                "version = 1\n[[flow]]\nname = \"Reminder\"\nplatform = \"{url}\"\nsource = \"a.cxflow\"\n\
                 [flow.pending]\npayload_sha256 = \"00\"\nidempotency_key = \"k\"\njob = \"{id}\"\nsince = \"t\"\n"
            ),
        );
        folder.submit("").exits(2).message_has("has an id that");
    }
}

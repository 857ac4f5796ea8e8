//! A payload that the platform has taken is never sent again, however the platform says so.

use serde_json::json;

use crate::harness::{Platform, Step, completed, job, left_queued, on, token};
use crate::support::{CLEAN, Folder, side_by_side};

fn create() -> Step {
    on("POST /api/flows")
}

#[test]
fn an_answer_that_names_no_job_is_taken_for_sent_and_asked_about() {
    let cases = [
        create().answers(200, ""),
        create().answers(201, "   \r\n"),
        create().answers(202, ""),
        create().answers(202, "{}"),
        create().answers(204, ""),
        create().answers(205, ""),
        create().answers(226, "null"),
        create().answers(200, "<html><title>Sign in"),
        create().answers(200, "OK"),
        create().answers(201, json!({ "status": "queued" })),
        create().answers(201, json!({ "id": null })),
        create().answers(201, json!({ "id": "" })),
        create().answers(201, json!({ "id": ".." })),
        create().answers(201, json!({ "id": "job\u{200b}-1" })),
        create().answers(201, json!({ "id": ["job-1"] })),
        create().answers(201, json!([{ "id": "a" }, { "id": "b" }])),
        create().answers(201, r#"{"id":"job-1""#),
        create().answers(202, "").header("Location", "/api/jobs/"),
        create().answers(202, "").header("Location", "/api/jobs/%2e%2e"),
        create().answers(202, "").header("Location", "/"),
        create().answers(201, json!({ "id": "x" })).header("Content-Encoding", "br"),
        create().answers(201, "no gzip").header("Content-Encoding", "gzip"),
        create().breaks_off(job("job-1", "queued")),
        create().floods(true),
        create().sends(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{\"id\":"),
        create().sends(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        create().sends(b"220 mail.example.com ESMTP\r\n"),
        // Heads that end early: the status alone says that it was taken.
        create().sends(b"HTTP/1.1 201"),
        create().sends(b"HTTP/1.0 200 OK\r\n"),
        create().sends(b"HTTP/1.1 201 Created\r\nContent-Ty"),
        create().sends(b"HTTP/1.1 202 Accepted\r\nLocation: /api/jobs/job-1\r\n"),
        create().sends(b"HTTP/1.1 303 See Other\r\nLocation: /api/jobs"),
        create().sends(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nX: y"),
        create().sends_and_waits(b"HTTP/1.1 201 Created\r\nContent-Length: 40\r\n"),
    ];
    side_by_side(cases, |answer| {
        // Whatever is out of turn fails: there is one creation, and then no request at all.
        let platform =
            Platform::script([token(), answer, token(), create().answers(201, completed("job-2", "flow-2"))]);
        let folder = Folder::for_platform(&platform);
        folder
            .submit("--audit audit.jsonl --timeout 8s")
            .fails("CX911")
            .message_has("the platform accepted it without naming a job")
            .message_has("--send-again")
            .message_has("--adopt");
        assert!(folder.read("cxflow.lock").contains("state = \"sent, unknown\""));
        assert!(folder.read("audit.jsonl").contains("CX911"));
        folder.run("status a.cxflow").exits(1).out_has("result unknown");
        let status = folder.run("status a.cxflow --format json").exits(1);
        assert_eq!(status.lines()[0]["status"], "unknown");
        folder.submit("").fails("CX911").message_has("nothing is sent now");
        folder.submit("--force").fails("CX911");
        // Nor does an edit send anything.
        folder.write("a.cxflow", CLEAN.replace("notice.wav", "other.wav"));
        folder.submit("").fails("CX911");
        folder.write("a.cxflow", CLEAN);
        folder.submit("--send-again").exits(0).out_has("in place as flow-2");
        let [first, second] = &platform.requests_of("POST /api/flows")[..] else { panic!() };
        assert_eq!(first.header("idempotency-key"), second.header("idempotency-key"));
        assert_eq!(first.body, second.body);
        folder.submit("").exits(0).out_has("unchanged");
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_head_that_ends_early_says_so_under_tls_too_and_of_an_update() {
    let authority = crate::certificates::Authority::new("Example");
    let tls = authority.certifies("localhost", |_| ());
    let cut = |step: Step| step.sends(b"HTTP/1.1 202 Accepted\r\nLocation: /api/jobs/job-1\r\n");
    let platform = Platform::encrypted(tls.clone(), [token(), cut(create())]);
    authority
        .trusted_at(&platform)
        .submit("--timeout 8s")
        .fails("CX911")
        .message_has("head of its answer broke off");
    let steps = [token(), crate::harness::all_well(), token(), cut(on("PUT /api/flows/flow-1"))];
    let platform = Platform::encrypted(tls, steps);
    let folder = authority.trusted_at(&platform);
    let settings =
        format!("[env.prod]\nbase_url = \"{}\"\nupdate = \"PUT /api/flows/{{flow_id}}\"\n", platform.url());
    folder.write("cxflow.toml", &settings);
    folder.submit("--env prod").exits(0);
    folder.write("a.cxflow", CLEAN.replace("notice.wav", "other.wav"));
    folder.submit("--env prod --timeout 8s").fails("CX911");
    folder.submit("--env prod").fails("CX911").message_has("nothing is sent now");
}

#[test]
fn the_job_is_found_under_its_usual_names() {
    let cases = [
        (json!({ "job_id": "job-1" }), None),
        (json!({ "jobId": "job-1", "id": "request-9" }), None),
        (json!({ "JobID": "job-1" }), None),
        (json!({ "job": { "id": "job-1" } }), None),
        (json!({ "job": "job-1" }), None),
        (json!({ "data": { "id": "job-1", "status": "queued" } }), None),
        (json!([{ "id": "job-1" }]), None),
        (json!({ "taskId": "job-1" }), None),
        (json!(""), Some("/api/jobs/job-1")),
        (json!({}), Some("/api/jobs/job-1/")),
        (json!({ "id": "flow-1" }), Some("/api/jobs/job-1")),
        (json!({ "message": "accepted" }), Some("https://inner.example:8443/v3/api/jobs/job-1?x=y")),
        (json!(null), Some("jobs/job-1")),
        (json!(null), Some("/v2/jobs/job-1/status")),
    ];
    side_by_side(cases, |(body, location)| {
        let answer = create().answers(202, body);
        let answer = location.into_iter().fold(answer, |answer, to| answer.header("Location", to));
        let platform = Platform::script([
            token(),
            answer,
            on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
        ]);
        Folder::for_platform(&platform).submit("").exits(0).out_has("in place as flow-1 (job job-1)");
    });
}

#[test]
fn the_job_is_in_location_where_the_body_cannot_be_read() {
    let location = "/api/jobs/job-1";
    let cases = [
        create().answers(202, ""),
        create().answers(204, ""),
        create().answers(201, "<html>"),
        create().answers(201, "x").header("Content-Encoding", "zstd"),
        create().breaks_off("0123456789"),
        create().floods(true),
    ];
    side_by_side(cases, |answer| {
        let platform = Platform::script([
            token(),
            answer.header("Location", location),
            on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
        ]);
        Folder::for_platform(&platform).submit("").exits(0).out_has("in place as flow-1 (job job-1)");
    });
}

#[test]
fn the_answer_may_stand_still_after_its_head() {
    // The head says 201 and where the job is; the body never ends.
    let head = b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\nLocation: /api/jobs/job-1\r\n\r\n{\"id\"";
    let platform = Platform::script([
        token(),
        create().sends_and_waits(head),
        token(),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    let folder = Folder::for_platform(&platform);
    folder.submit("--timeout 4s").exits(3);
    folder.submit("").exits(0).out_has("in place as flow-1 (job job-1)");
    assert_eq!(platform.requests_of("POST /api/flows").len(), 1);
}

#[test]
fn json_in_other_dresses_is_understood() {
    let text = r#"{"id":"job-1","status":"queued"}"#;
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let cases = [
        create().answers(201, format!("\u{feff}{text}")),
        create().answers(201, format!("\r\n\t {text} \n")),
        create().answers(201, gzip(text)).header("Content-Encoding", "gzip"),
        create().answers(201, gzip(text)).header("Content-Encoding", "x-gzip"),
        create().answers(201, gzip(text)),
        create().answers(201, utf16.clone()),
        create().answers(201, utf16).header("Content-Type", "application/json; charset=utf-16"),
        create().answers(201, text).header("Content-Type", "text/plain; charset=iso-8859-1"),
    ];
    side_by_side(cases, |answer| {
        let platform = Platform::script([
            token(),
            answer,
            on("GET /api/jobs/job-1").answers(200, gzip(&completed("job-1", "flow-1").to_string())),
        ]);
        Folder::for_platform(&platform).submit("").exits(0).out_has("in place as flow-1 (job job-1)");
        let [creation] = &platform.requests_of("POST /api/flows")[..] else { panic!() };
        assert_eq!(creation.header("accept-encoding"), Some("identity"));
    });
}

#[test]
fn a_bomb_of_blanks_stays_small() {
    let bomb = gzip(&" ".repeat(200 << 20));
    let platform =
        Platform::script([token(), create().answers(201, bomb).header("Content-Encoding", "gzip")]);
    let run = Folder::for_platform(&platform)
        .submit("")
        .fails("CX911")
        .message_has("its body is more than 8 MiB long");
    assert!(run.peak.unwrap_or_default() < 256 << 20);
}

#[test]
fn a_flow_that_is_named_in_place_of_a_job_is_said() {
    let cases = [
        create().answers(201, "").header("Location", "/api/flows/flow-9"),
        create().answers(201, json!({ "id": "flow-9" })).header("Location", "/api/flows/flow-9"),
        create().answers(201, json!({ "flow_id": "flow-9", "status": "completed" })),
        create().answers(200, json!({ "flow": { "id": "flow-9" } })),
    ];
    side_by_side(cases, |answer| {
        let platform = Platform::script([token(), answer]);
        Folder::for_platform(&platform)
            .submit("")
            .fails("CX911")
            .message_has("it names the flow flow-9")
            .message_has("--adopt flow-9");
    });
}

#[test]
fn a_rerun_does_not_send_what_a_job_was_named_for() {
    // Whatever the job's address answers, the payload is not sent again for it.
    let poll = || on("GET /api/jobs/job-1");
    let cases = [
        poll().answers(200, "<html>").times(5),
        poll().answers(500, "").times(5),
        poll().answers(200, job("job-2", "queued")).times(5),
        poll().answers(403, ""),
        poll().answers(418, ""),
        poll().answers(302, ""),
    ];
    side_by_side(cases, |answer| {
        let platform = Platform::script([token(), left_queued(), token(), answer]);
        let folder = Folder::for_platform(&platform);
        folder.submit("--timeout 60s").fails("CX906");
        folder.submit("").exits(3).message_has("`cxflowc job job-1 --wait`");
        assert!(folder.read("cxflow.lock").contains("job = \"job-1\""));
    });
}

#[test]
fn an_update_that_says_nothing_is_not_sent_again_either() {
    let platform = Platform::script([
        token(),
        create().answers(201, completed("job-1", "flow-1")),
        token(),
        on("PUT /api/flows/flow-1").answers(204, ""),
    ]);
    let folder = Folder::for_platform(&platform);
    folder.write("cxflow.toml", "[env.prod]\nupdate = \"PUT /api/flows/{flow_id}\"\n");
    folder.submit("--env prod").exits(0);
    folder.submit("--env prod --force").fails("CX911");
    folder.submit("--env prod").fails("CX911");
}

fn gzip(text: &str) -> Vec<u8> {
    use std::io::Write;
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap()
}

//! Answers that a hostile or broken platform may give, one kind of request at a time.
//!
//! Each case is submitted twice. Whatever is answered: a payload is sent a second time only where nothing
//! says that it was taken, and then under the same key; no secret shows (a watched run looks for that in every stream
//! and file); the status is 0 or 3, and a failure says what to do; the audit log verifies.

use std::time::Duration;

use crate::harness::{Answer, TOKEN, Then};
use crate::loose::{Answers, raw, repeats, says, stops};
use crate::support::{Folder, Run, side_by_side};

/// What becomes of a submission.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Ends {
    /// In place, as this flow.
    InPlace(&'static str),
    /// Its job is known under this id, and may be followed later.
    Job(&'static str),
    /// It was taken, and nobody knows as what (CX911).
    Unknown,
    /// Nothing says whether it was taken: it is sent again under the same key.
    Unanswered,
    /// It was refused, and nothing is left of it.
    Refused,
    /// Nothing was sent.
    NotSent,
}

struct Case {
    name: &'static str,
    answers: Answers,
    ends: Ends,
    /// What the first run says.
    says: &'static str,
}

fn creation(name: &'static str, create: Answer, ends: Ends, says: &'static str) -> Case {
    Case { name, answers: Answers { create, ..Answers::default() }, ends, says }
}

fn job(name: &'static str, jobs: impl Into<Vec<Answer>>, ends: Ends, says: &'static str) -> Case {
    Case { name, answers: Answers { jobs: jobs.into(), ..Answers::default() }, ends, says }
}

fn sign_in(name: &'static str, token: Answer, ends: Ends, says: &'static str) -> Case {
    Case { name, answers: Answers { token, ..Answers::default() }, ends, says }
}

fn try_out(cases: Vec<Case>) {
    // A few at a time, since they are many; all that fail are told.
    let mut cases = cases;
    let mut failed = Vec::new();
    while !cases.is_empty() {
        let some: Vec<Case> = cases.drain(..cases.len().min(12)).collect();
        let names = some.iter().map(|case| case.name).collect::<Vec<_>>();
        if std::panic::catch_unwind(|| side_by_side(some, |case| case.holds())).is_err() {
            failed.push(names);
        }
    }
    assert!(failed.is_empty(), "one of these failed: {failed:?}");
}

impl Case {
    fn holds(&self) {
        let platform = self.answers.clone().platform();
        let folder = Folder::for_url(platform.url());
        // What comes to an end has time for it.
        let time = if matches!(self.ends, Ends::InPlace(_)) { "30s" } else { "5s" };
        let submit = format!("--timeout {time} --audit audit.jsonl -v");
        let runs = [(); 2].map(|()| folder.submit(&submit));
        let told = format!("{}: {runs:#?}\n{:?}", self.name, platform.requests());
        let [first, second] = &runs;
        for run in &runs {
            assert!(matches!(run.status, Some(0 | 3)), "{told}");
            assert!(run.status == Some(0) || run.err.contains("help: "), "{told}");
            assert!(!run.err.contains("panicked"), "{told}");
            assert!(run.took < Duration::from_secs(40), "{told}");
            assert!(run.peak.unwrap_or_default() < 384 << 20, "{told}");
        }
        assert!(first.message().contains(self.says), "{:?} is not said: {told}", self.says);
        let lock = std::fs::read_to_string(folder.path("cxflow.lock")).unwrap_or_default();
        let creations = platform.creations();
        // Credentials and cookies of the platform's choosing go nowhere.
        for came in platform.requests() {
            assert!(came.header("cookie").is_none(), "{told}");
            let is_sign_in = came.line == "POST /api/oauth2/token";
            assert!(is_sign_in || came.header("authorization") == Some(&format!("Bearer {TOKEN}")), "{told}");
        }
        let codes = |run: &Run, code: &str| run.status == Some(3) && run.out.contains(code);
        match self.ends {
            Ends::InPlace(flow) => {
                let in_place = format!("in place as {flow}");
                assert!(first.status == Some(0) && first.out.contains(&in_place), "{told}");
                assert!(second.out.contains("unchanged"), "{told}");
                assert_eq!(creations.len(), 1, "{told}");
            }
            Ends::Job(id) => {
                assert!(first.status == Some(3) && second.status == Some(3), "{told}");
                assert!(lock.contains(&format!("job = {id:?}")), "{told}\n{lock}");
                // A job that has ended is not followed any more.
                let way_on =
                    ["`cxflowc job ", "--adopt FLOW_ID"].iter().any(|way| first.message().contains(way));
                assert!(way_on, "{told}");
                assert_eq!(creations.len(), 1, "{told}");
            }
            Ends::Unknown => {
                assert!(codes(first, "CX911") && codes(second, "CX911"), "{told}");
                assert!(lock.contains("sent, unknown"), "{told}\n{lock}");
                assert!(
                    first.message().contains("--adopt") && first.message().contains("--send-again"),
                    "{told}"
                );
                assert_eq!(creations.len(), 1, "{told}");
            }
            Ends::Unanswered => {
                assert!(first.status == Some(3), "{told}");
                assert!(lock.contains("pending"), "{told}\n{lock}");
                assert!(first.message().contains("same Idempotency-Key"), "{told}");
                let key = creations[0].header("idempotency-key");
                let is_same = |one: &crate::harness::Request| {
                    one.header("idempotency-key") == key && one.body == creations[0].body
                };
                assert!(key.is_some() && creations.iter().all(is_same), "{told}");
            }
            Ends::Refused => {
                assert!(first.status == Some(3) && !lock.contains("pending"), "{told}\n{lock}");
                assert_eq!(creations.len(), 2, "{told}");
            }
            Ends::NotSent => {
                assert!(first.status == Some(3) && creations.is_empty(), "{told}");
                assert!(!lock.contains("pending"), "{told}\n{lock}");
            }
        }
        folder.run("audit verify audit.jsonl").exits(0);
    }
}

fn chunked(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n{body}").into_bytes()
}

const DEEP: usize = 100_000;

#[test]
fn bodies_after_a_creation() {
    use Ends::*;
    let deep = format!(r#"{{"id":"job-1","x":{}{}}}"#, "[".repeat(DEEP), "]".repeat(DEEP));
    let objects = format!(r#"{{"id":"job-1","x":{}1{}}}"#, r#"{"a":"#.repeat(DEEP), "}".repeat(DEEP));
    let wide = format!(r#"{{"id":"job-1","x":[{}0]}}"#, "0,".repeat(1 << 20));
    let made = |body: &str| says("201 Created", body);
    try_out(vec![
        creation("100,000 lists in each other", made(&deep), Unknown, "it is not JSON"),
        creation("lists that are never closed", made(&"[".repeat(DEEP)), Unknown, "it is not JSON"),
        creation("100,000 objects in each other", made(&objects), Unknown, "it is not JSON"),
        creation("a million numbers beside", made(&wide), InPlace("flow-1"), ""),
        creation("the same field twice", made(r#"{"id":"job-9","id":"job-1"}"#), InPlace("flow-1"), ""),
        creation("NaN for an id", made(r#"{"id":NaN}"#), Unknown, "it is not JSON"),
        creation("NaN beside", made(r#"{"id":"job-1","progress":NaN}"#), Unknown, "it is not JSON"),
        creation("a number that is too large", made(r#"{"id":1e999}"#), Unknown, ""),
        creation("true for an id", made(r#"{"id":true}"#), Unknown, "no job `id`"),
        creation("an object for an id", made(r#"{"id":{"value":"job-1"}}"#), Unknown, "no job `id`"),
        creation("dots for an id", made(r#"{"id":".."}"#), Unknown, "leads to another address"),
        creation("a line break in an id", made(r#"{"id":"job-1\r\nHost: evil"}"#), Unknown, "cannot be seen"),
        creation("a direction mark in an id", made(r#"{"id":"job\u202e-1"}"#), Unknown, "cannot be seen"),
        creation("NUL in an id", made(r#"{"id":"job\u0000-1"}"#), Unknown, "cannot be seen"),
        creation(
            "10,000 characters for an id",
            made(&format!(r#"{{"id":"{}"}}"#, "x".repeat(10_000))),
            Unknown,
            "more than 200 characters",
        ),
        creation("half a surrogate in an id", made(r#"{"id":"job\ud800"}"#), Unknown, "it is not JSON"),
        creation("no UTF-8", says("201 Created", b"{\"id\":\"job-\xff\"}"), Job("job-\u{fffd}"), ""),
        creation("an id in no ASCII", made(r#"{"id":"job-é-1"}"#), Job("job-é-1"), "another job"),
        creation(
            "a path for an id",
            made(r#"{"id":"../../api/flows"}"#),
            Unknown,
            "leads to another address",
        ),
        creation("a query for an id", made(r#"{"id":"job-1?x=1#y"}"#), Job("job-1?x=1#y"), ""),
        creation("a token for an id", made(&format!(r#"{{"id":"{TOKEN}"}}"#)), Unknown, "contains a secret"),
        creation("two jobs", made(r#"{"jobs":[{"id":"job-1"},{"id":"job-2"}]}"#), Unknown, "no job `id`"),
        creation("an error with 200", says("200 OK", r#"{"error":"quota"}"#), Unknown, "quota"),
        creation("success: false", says("200 OK", r#"{"success":false,"message":"no"}"#), Unknown, "no"),
        creation("an error beside a job", made(r#"{"id":"job-1","error":"late"}"#), InPlace("flow-1"), ""),
        creation("a flow and no job", made(r#"{"flow_id":"flow-7"}"#), Unknown, "--adopt flow-7"),
        creation("a text for a body", made(r#""job-1""#), Unknown, "no job `id`"),
        creation(
            "another type",
            says("201 Created\r\nContent-Type: image/png", r#"{"id":"job-1"}"#),
            InPlace("flow-1"),
            "",
        ),
        creation(
            "a charset that there is none of",
            says("201 Created\r\nContent-Type: application/json; charset=klingon", r#"{"id":"job-1"}"#),
            InPlace("flow-1"),
            "",
        ),
        creation("XML", made("<job><id>job-1</id></job>"), Unknown, "it is not JSON"),
        creation("JSONP", made(r#"cb({"id":"job-1"})"#), Unknown, "it is not JSON"),
        creation("JSON twice", made(r#"{"id":"job-1"}{"id":"job-2"}"#), Unknown, "it is not JSON"),
        creation("a guard before JSON", made(")]}',\n{\"id\":\"job-1\"}"), Unknown, "it is not JSON"),
    ]);
}

#[test]
fn heads_after_a_creation() {
    use Ends::*;
    let at = |to: &str| says(&format!("202 Accepted\r\nLocation: {to}"), "");
    let body = r#"{"id":"job-1"}"#;
    try_out(vec![
        creation("a relative Location", at("../api/jobs/job-1"), InPlace("flow-1"), ""),
        creation("a Location of one name", at("job-1"), Unknown, "without naming a job"),
        creation(
            "a Location on another host",
            at("https://evil.example/api/jobs/job-1"),
            InPlace("flow-1"),
            "",
        ),
        creation("a Location without a scheme", at("//evil.example/api/jobs/job-1"), InPlace("flow-1"), ""),
        creation(
            "a Location with a password",
            at("http://u:p@evil.example/api/jobs/job-1"),
            InPlace("flow-1"),
            "",
        ),
        creation("a script for a Location", at("javascript:alert(1)"), Unknown, ""),
        creation("a Location that climbs", at("/api/jobs/../flows/flow-3"), Unknown, "flow-3"),
        creation("a Location that climbs, encoded", at("/api/jobs/%2e%2e%2fflows"), Unknown, ""),
        creation("a Location to a stranger's path", at("/admin/delete?all=1"), Unknown, ""),
        creation("a token in a Location", at(&format!("/sign-in?token={TOKEN}")), Unknown, ""),
        creation(
            "a Location for another job than the body",
            says("201 Created\r\nLocation: /api/jobs/job-2", r#"{"job_id":"job-1"}"#),
            InPlace("flow-1"),
            "",
        ),
        creation(
            "a cookie",
            says("201 Created\r\nSet-Cookie: session=1; Path=/", body),
            InPlace("flow-1"),
            "",
        ),
        creation("205", says("205 Reset Content", ""), Unknown, ""),
        creation(
            "206 with a job",
            says("206 Partial Content\r\nContent-Range: bytes 0-13/99", body),
            InPlace("flow-1"),
            "",
        ),
        creation("207 with a job", says("207 Multi-Status", body), InPlace("flow-1"), ""),
        creation("299 without a reason", says("299", body), InPlace("flow-1"), ""),
        creation(
            "100 before 201",
            raw(format!(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 14\r\n\r\n{body}"
            )),
            InPlace("flow-1"),
            "",
        ),
        creation(
            "103 before 201",
            raw(format!(
                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 14\r\n\r\n{body}"
            )),
            InPlace("flow-1"),
            "",
        ),
        creation(
            "100 and nothing",
            stops("HTTP/1.1 100 Continue\r\n\r\n"),
            Unanswered,
            "did not answer within",
        ),
        creation(
            "100 for ever",
            repeats(Vec::new(), b"HTTP/1.1 100 Continue\r\n\r\n".to_vec(), Duration::from_millis(20)),
            Unanswered,
            "did not answer within",
        ),
        creation(
            "101",
            says("101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c", ""),
            Unknown,
            "101",
        ),
        creation("600", says("600 Odd", body), Unanswered, "600"),
        creation("999", says("999 Request denied", ""), Unanswered, "999"),
        creation("HTTP/1.0", raw(format!("HTTP/1.0 201 Created\r\n\r\n{body}")), InPlace("flow-1"), ""),
        creation("HTTP/0.9", raw(body), Unknown, "not HTTP"),
        creation("HTTP/3", raw(format!("HTTP/3 201 Created\r\n\r\n{body}")), Unknown, "not HTTP"),
        creation("ICY", raw(format!("ICY 200 OK\r\n\r\n{body}")), Unknown, "not HTTP"),
        creation(
            "line feeds alone",
            raw(format!("HTTP/1.1 201 Created\nContent-Length: 14\n\n{body}")),
            InPlace("flow-1"),
            "",
        ),
        creation(
            "a header without a colon",
            raw(format!("HTTP/1.1 201 Created\r\nnonsense\r\n\r\n{body}")),
            Unknown,
            "",
        ),
        creation(
            "NUL in a header",
            raw(format!("HTTP/1.1 201 Created\r\nX: a\0b\r\n\r\n{body}")),
            Unknown,
            "",
        ),
        creation(
            "two lengths",
            raw(format!("HTTP/1.1 201 Created\r\nContent-Length: 14\r\nContent-Length: 9\r\n\r\n{body}")),
            Unknown,
            "",
        ),
        creation(
            "a negative length",
            raw(format!("HTTP/1.1 201 Created\r\nContent-Length: -1\r\n\r\n{body}")),
            Unknown,
            "",
        ),
        creation(
            "a length without an end",
            raw(format!("HTTP/1.1 201 Created\r\nContent-Length: 99999999999999999999\r\n\r\n{body}")),
            Unknown,
            "",
        ),
        creation(
            "a header of a mebibyte",
            says(&format!("201 Created\r\nX-Long: {}", "x".repeat(1 << 20)), body),
            Unknown,
            "headers",
        ),
        creation(
            "2,000 headers",
            says(&format!("201 Created{}", "\r\nX-Many: y".repeat(2000)), body),
            Unknown,
            "headers",
        ),
    ]);
}

#[test]
fn ends_of_a_creation() {
    use Ends::*;
    let byte =
        |first: &str, pause| repeats(first.as_bytes(), b"1\r\n \r\n".to_vec(), Duration::from_millis(pause));
    let open = "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n";
    try_out(vec![
        creation(
            "a trailer",
            Answer::bytes(chunked("e\r\n{\"id\":\"job-1\"}\r\n0\r\nX-Sum: 1\r\n\r\n"), Then::Next),
            InPlace("flow-1"),
            "",
        ),
        creation(
            "extensions of chunks",
            Answer::bytes(chunked("e;a=\"b\"\r\n{\"id\":\"job-1\"}\r\n0\r\n\r\n"), Then::Next),
            InPlace("flow-1"),
            "",
        ),
        creation(
            "a chunk of a length that is too large",
            raw(chunked("fffffffffffffffff\r\n{}")),
            Unknown,
            "broke off",
        ),
        creation("a chunk of a negative length", raw(chunked("-5\r\n{}")), Unknown, "broke off"),
        creation("chunks without an end", byte(open, 30), Unknown, "did not come in time"),
        creation("chunks that stop", stops(chunked("e\r\n{\"id\":")), Unknown, "did not come in time"),
        creation("nothing", raw(""), Unanswered, "broke the connection off"),
        creation("half a status line", raw("HTTP/1.1 "), Unanswered, "broke the connection off"),
        creation("a status line", raw("HTTP/1.1 201"), Unknown, "the head of its answer broke off"),
        creation(
            "half a head",
            raw("HTTP/1.1 201 Created\r\nContent-Le"),
            Unknown,
            "the head of its answer broke off",
        ),
        creation(
            "half a head that stops",
            stops("HTTP/1.1 201 Created\r\nContent-Le"),
            Unknown,
            "the head of its answer did not come in time",
        ),
        creation(
            "a head and no body",
            raw("HTTP/1.1 201 Created\r\nContent-Length: 14\r\n\r\n"),
            Unknown,
            "broke off",
        ),
        creation(
            "half a body",
            raw("HTTP/1.1 201 Created\r\nContent-Length: 14\r\n\r\n{\"id\":"),
            Unknown,
            "broke off",
        ),
        creation(
            "more than its length",
            raw("HTTP/1.1 201 Created\r\nContent-Length: 14\r\n\r\n{\"id\":\"job-1\"}{\"id\":\"job-2\"}"),
            InPlace("flow-1"),
            "",
        ),
        creation(
            "a refusal and half its body",
            raw("HTTP/1.1 422 No\r\nContent-Length: 99\r\n\r\n{\"message\":"),
            Unanswered,
            "",
        ),
        creation(
            "a refusal of 100,000 lists",
            says("422 No", "[".repeat(DEEP)),
            Refused,
            "refuses the payload",
        ),
        creation(
            "a refusal with the token",
            says("400 No", format!(r#"{{"detail":"bad token {TOKEN}"}}"#)),
            Refused,
            "bad token",
        ),
        creation(
            "a lock that repeats the token",
            says("423 Locked", format!(r#"{{"error":{{"message":"{TOKEN}"}}}}"#)),
            Refused,
            "",
        ),
        creation(
            "307 to another host",
            says("307 Temporary\r\nLocation: http://127.0.0.1:1/api/flows", ""),
            Refused,
            "another host",
        ),
        creation("308 to itself", says("308 Permanent\r\nLocation: /api/flows", ""), Refused, "not followed"),
        creation("305 to a proxy", says("305 Use Proxy\r\nLocation: http://127.0.0.1:1/", ""), Refused, ""),
        creation("303 to itself", says("303 See Other\r\nLocation: /api/flows", ""), Unknown, "answered 303"),
    ]);
}

#[test]
fn answers_about_a_job() {
    use Ends::*;
    let odd = "not done after";
    let about = |fields: &str| says("200 OK", format!(r#"{{"id":"job-1",{fields}}}"#));
    let done = || about(r#""status":"completed","flow_id":"flow-1""#);
    let deep = format!(r#""status":"completed","flow_id":"flow-1","x":{}"#, "[".repeat(DEEP));
    let mut cases = vec![
        job(
            "another flow each time",
            [
                about(r#""status":"processing","flow_id":"flow-8""#),
                about(r#""status":"completed","flow_id":"flow-9""#),
            ],
            InPlace("flow-9"),
            "",
        ),
        job(
            "another job",
            [says("200 OK", r#"{"id":"job-2","status":"completed","flow_id":"f"}"#)],
            Job("job-1"),
            "",
        ),
        job(
            "two states",
            [about(r#""status":"failed","status":"completed","flow_id":"flow-1""#)],
            InPlace("flow-1"),
            "",
        ),
        job(
            "completed with an error",
            [about(r#""status":"completed","flow_id":"flow-1","error":"x""#)],
            InPlace("flow-1"),
            "",
        ),
        job("a state that nobody knows", [about(r#""status":"melting""#)], Job("job-1"), odd),
        job(
            "a state of 100,000 characters",
            [about(&format!(r#""status":"{}""#, "x".repeat(DEEP)))],
            Job("job-1"),
            odd,
        ),
        job("a state that clears the screen", [about(r#""status":"\u001b[2J\u202ebad""#)], Job("job-1"), odd),
        job("a number for a state", [about(r#""status":7"#)], Job("job-1"), ""),
        job("no state", [about(r#""x":1"#)], Job("job-1"), ""),
        job("204", [raw("HTTP/1.1 204 No Content\r\n\r\n")], Job("job-1"), ""),
        job("200 and nothing", [says("200 OK", "")], Job("job-1"), ""),
        job("null", [says("200 OK", "null")], Job("job-1"), ""),
        job("304", [raw("HTTP/1.1 304 Not Modified\r\n\r\n")], Job("job-1"), "304"),
        job("100,000 lists", [about(&deep)], Job("job-1"), ""),
        job("HTTP/0.9", [raw(r#"{"id":"job-1"}"#)], Job("job-1"), ""),
        job("600", [says("600 Odd", "")], Job("job-1"), ""),
        job(
            "101",
            [says("101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade", "")],
            Job("job-1"),
            "101",
        ),
        job("an error and then its end", [says("500 Oops", "<html>"), done()], InPlace("flow-1"), ""),
        job(
            "half a head and then its end",
            [raw("HTTP/1.1 200 OK\r\nConten"), done()],
            InPlace("flow-1"),
            "",
        ),
        job(
            "a body without an end",
            [repeats(b"HTTP/1.1 200 OK\r\n\r\n", vec![b' '; 1 << 16], Duration::ZERO)],
            Job("job-1"),
            "more than 8 MiB",
        ),
        job(
            "302 with the token",
            [says(&format!("302 Found\r\nLocation: http://127.0.0.1:1/?t={TOKEN}"), "")],
            Job("job-1"),
            "another host",
        ),
        job(
            "a failure that repeats the token",
            [about(&format!(r#""status":"failed","message":"bad {TOKEN}""#))],
            Refused,
            "bad",
        ),
        job(
            "a failure of 100,000 reasons",
            [about(&format!(
                r#""status":"failed","errors":[{}{{"message":"last"}}]"#,
                r#"{"message":"no"},"#.repeat(DEEP)
            ))],
            Refused,
            "more",
        ),
    ];
    let flows = ["", "..", "a\u{200b}b", "a\u{202e}b", " a", "a\nb"];
    for flow in flows {
        let completed = serde_json::json!({ "id": "job-1", "status": "completed", "flow_id": flow });
        let answer = says("200 OK", completed.to_string());
        cases.push(job("no flow id", [answer], Job("job-1"), "does not name a flow"));
    }
    for flow in [r#"{"a":1}"#, "[]", "true", "null", "1e999"] {
        let answer = about(&format!(r#""status":"completed","flow_id":{flow}"#));
        let said = if flow == "1e999" { "it is not JSON" } else { "does not name a flow" };
        cases.push(job("no flow id", [answer], Job("job-1"), said));
    }
    for wait in [
        "-1",
        "soon",
        "0",
        "0.0001",
        "\u{221e}",
        "1,1",
        "99999999999999999999",
        "Wed, 99 Oct 2015 07:28:00 GMT",
        "NaN",
        "",
    ] {
        let head = format!("202 Accepted\r\nRetry-After: {wait}");
        let waits = says(&head, r#"{"id":"job-1","status":"running"}"#);
        cases.push(job("an odd Retry-After", [waits, done()], InPlace("flow-1"), ""));
    }
    try_out(cases);
}

#[test]
fn answers_to_a_sign_in() {
    use Ends::*;
    let granted = |fields: &str| says("200 OK", format!(r#"{{"access_token":"{TOKEN}"{fields}}}"#));
    let given = |token: &str| says("200 OK", format!(r#"{{"access_token":{token}}}"#));
    let hush = format!(r#"{{"access_token":"{TOKEN}""#);
    let deep = format!(r#"{hush},"x":{}"#, "[".repeat(DEEP));
    let mut cases = vec![
        sign_in("201 with a token", says("201 Created", format!("{hush}}}")), InPlace("flow-1"), ""),
        sign_in("NaN for a life", granted(r#","expires_in":NaN"#), NotSent, "it is not JSON"),
        sign_in(
            "a token cut",
            raw(format!("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{hush}")),
            NotSent,
            "",
        ),
        sign_in(
            "a token without an end",
            stops(format!("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{hush}")),
            NotSent,
            "",
        ),
        sign_in("JSONP", says("200 OK", format!("cb({hush}}})")), NotSent, "not shown"),
        sign_in("XML", says("200 OK", format!("<access_token>{TOKEN}</access_token>")), NotSent, "not shown"),
        sign_in("a list", says("200 OK", format!("[{hush}}}]")), NotSent, "not shown"),
        sign_in("100,000 lists", says("200 OK", deep), NotSent, "not shown"),
        sign_in(
            "302 with the token",
            says(&format!("302 Found\r\nLocation: http://127.0.0.1:1/#access_token={TOKEN}"), ""),
            NotSent,
            "another host",
        ),
        sign_in("204", raw("HTTP/1.1 204 No Content\r\n\r\n"), NotSent, ""),
        sign_in(
            "101",
            says("101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade", ""),
            NotSent,
            "101",
        ),
        sign_in("HTTP/0.9", raw(format!("{hush}}}")), NotSent, "does not speak HTTP"),
        sign_in(
            "a token in a header",
            says(&format!("200 OK\r\nX-Token: {TOKEN}"), "{}"),
            NotSent,
            "no `access_token`",
        ),
    ];
    for token in ["\"\"", "17", "null", "[]", r#""a b""#, r#""a\r\nX-Evil: 1""#, r#""caf\u00e9""#] {
        cases.push(sign_in("no token", given(token), NotSent, "`access_token`"));
    }
    let long = given(&format!("\"{}\"", "x".repeat(1 << 20)));
    cases.push(sign_in("a token of a mebibyte", long, NotSent, "longer than 32 KiB"));
    for life in ["-5", "0", "1e308", "\"abc\"", "\"\"", "null", "true", "0.001", "[60]"] {
        let name = "an odd life of a token";
        cases.push(sign_in(name, granted(&format!(r#","expires_in":{life}"#)), InPlace("flow-1"), ""));
    }
    try_out(cases);
}

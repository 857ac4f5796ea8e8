//! What a platform answers, and what git says, cannot speak to the terminal or the CI log of whoever
//! submits.

use cxflowc::spelling::is_invisible;

use super::support::*;
use serde_json::{Value, json};

/// A colour, one that hides, a cleared screen, a title, C1 controls, direction marks, line breaks of
/// all kinds, and workflow commands after each.
const HAZARDS: &str = "A\u{1b}[31mB\u{1b}[8mC\u{1b}[2J\u{1b}]0;t\u{7}\u{9b}31m\u{8}\u{202e}R\u{2066}\u{200f}\u{2028}::error::x\u{2029}::error::x\r::error::x\n::error::x\r\n::set-output name=a::b\u{85}\u{feff}\u{e0041}";

/// The formats in which findings and results come.
const FORMATS: &[&str] = &[
    "--message-format human",
    "--message-format short",
    "--message-format json",
    "--message-format sarif",
    "--message-format github",
    "--format json --message-format short",
    "--format json --message-format json -v",
];

/// Nothing that a terminal obeys but our own colours, and no line that a CI log takes for a command.
#[track_caller]
fn assert_is_safe(run: &Run, what: &str, platform_is_to_be_seen: bool) {
    let text = format!("{}{}", run.out, run.err);
    let raw: String = text.chars().filter(|&one| is_invisible(one) && one != '\n').collect();
    assert!(raw.is_empty(), "{what} prints {raw:?}:\n{text:?}");
    let is_github = what.contains("github");
    for line in text.lines() {
        let line = line.trim_start();
        let own = is_github && line.starts_with("::error file=") || line.starts_with("::error title=CX9");
        assert!(!line.starts_with("::") || own, "{what} prints {line:?}");
    }
    // The hazards got as far as here: their letters are there.
    assert!(!platform_is_to_be_seen || text.contains("[2J"), "{what} says nothing of it: {text}");
}

fn body_of_a_refusal() -> Value {
    json!({
        "error": HAZARDS, "code": HAZARDS, "message": HAZARDS, "error_description": HAZARDS,
        "errors": [
            {"code": HAZARDS, "message": HAZARDS, "node": HAZARDS},
            {"code": HAZARDS, "message": HAZARDS, "node": "notice", "node_id": "notice"},
        ],
    })
}

#[test]
fn a_refusal_of_any_kind_is_escaped_in_every_format() {
    let platform = Platform::start();
    let folder = Folder::of(CLEAN);
    for (what, status) in [
        ("POST /api/oauth2/token", 400),
        ("POST /api/oauth2/token", 401),
        ("POST /api/flows", 400),
        ("POST /api/flows", 401),
        ("POST /api/flows", 403),
        ("POST /api/flows", 409),
        ("POST /api/flows", 422),
        ("POST /api/flows", 500),
    ] {
        platform.answer_to(what, status, body_of_a_refusal());
        for format in FORMATS {
            let arguments = format!("submit a.cxflow --color never --timeout 1s {format}");
            let run = platform.run(&folder, &arguments);
            assert_eq!(run.status, Some(3), "{what} {status}: {arguments}: {run:?}");
            assert_is_safe(&run, &arguments, false);
        }
        std::fs::remove_file(folder.path("cxflow.lock")).ok();
    }
    platform.answer_to("POST /api/flows", 422, body_of_a_refusal());
    for format in FORMATS {
        let run = platform.run(&folder, &format!("submit a.cxflow --color never {format}")).exits(3);
        assert_is_safe(&run, format, true);
    }
}

#[test]
fn a_body_that_is_no_json_is_escaped() {
    let platform = Platform::start();
    let folder = Folder::of(CLEAN);
    // A text in quotes: JSON, and no answer of the kind that is due.
    for status in [200, 201, 404, 503] {
        platform.answer_to("POST /api/flows", status, json!(HAZARDS));
        for format in FORMATS {
            let run = platform.run(&folder, &format!("submit a.cxflow --color never --timeout 1s {format}"));
            assert_eq!(run.status, Some(3), "{status} {format}: {run:?}");
            assert_is_safe(&run, format, false);
        }
    }
}

#[test]
fn messages_of_a_job_are_escaped() {
    let platform = Platform::start();
    let folder = Folder::of(CLEAN);
    for (job, due) in [
        (
            json!({"id": "job-7", "status": "failed", "message": HAZARDS, "errors": body_of_a_refusal()["errors"]}),
            3,
        ),
        (json!({"id": "job-7", "status": "processing", "message": HAZARDS}), 0),
        (json!({"id": "job-7", "status": HAZARDS, "message": HAZARDS}), 0),
        (json!({"id": HAZARDS, "status": "completed", "message": HAZARDS, "flow_id": HAZARDS}), 0),
    ] {
        platform.answer_to("GET /api/jobs/job-7", 200, job.clone());
        for format in FORMATS {
            let run = platform.run(&folder, &format!("job job-7 --color never {format}"));
            assert!(run.status == Some(due) || run.status == Some(3), "{job} {format}: {run:?}");
            assert_is_safe(&run, format, false);
        }
        let run = platform.run(&folder, "job job-7 --color never --wait --timeout 1s -v");
        assert_is_safe(&run, "--wait", false);
    }
}

#[test]
fn messages_during_a_submission_are_escaped() {
    let platform = Platform::start();
    for (created, job) in [
        (
            json!({"id": "job-7", "status": "queued", "message": HAZARDS}),
            json!({"id": "job-7", "status": "failed", "message": HAZARDS, "errors": body_of_a_refusal()["errors"]}),
        ),
        (
            json!({"id": "job-7", "status": "queued"}),
            json!({"id": "job-7", "status": "completed", "message": HAZARDS, "flow_id": HAZARDS}),
        ),
        (json!({"id": HAZARDS, "status": "completed", "flow_id": HAZARDS}), Value::Null),
        (json!({"id": HAZARDS, "status": HAZARDS}), Value::Null),
    ] {
        let answered = created.clone();
        platform.answer(move |request| match &*request.line {
            "POST /api/flows" => Some((201, created.clone())),
            what if what.starts_with("GET /api/jobs/") => Some((200, job.clone())),
            _ => None,
        });
        for format in FORMATS {
            let folder = Folder::of(CLEAN);
            let arguments = format!("submit a.cxflow --color never --timeout 2s --audit log.jsonl {format}");
            let run = platform.run(&folder, &arguments);
            assert!(matches!(run.status, Some(0 | 3)), "{answered}: {run:?}");
            assert_is_safe(&run, &arguments, false);
            // The next run reads what was noted.
            let again = platform.run(&folder, &arguments);
            assert_is_safe(&again, &arguments, false);
            let verified = bare(&folder, "audit verify log.jsonl --color never").run();
            assert_is_safe(&verified, "audit verify", false);
            let stands = bare(&folder, "status a.cxflow --color never").run();
            assert_is_safe(&stands, "status", false);
        }
    }
}

#[test]
fn messages_about_webhooks_are_escaped() {
    let platform = Platform::start();
    let folder = Folder::of(CLEAN);
    let listed = json!([{"id": HAZARDS, "url": HAZARDS, "event_types": [HAZARDS, "flow.created"]}]);
    platform.answer(move |request| match &*request.line {
        "GET /api/events/subscriptions" => Some((200, listed.clone())),
        "POST /api/events/subscriptions" => Some((201, json!({"id": HAZARDS, "url": HAZARDS}))),
        what if what.starts_with("DELETE") => Some((404, body_of_a_refusal())),
        _ => None,
    });
    for verb in [
        "webhook list",
        "webhook list --format json",
        "webhook register https://hooks.example.com/a",
        "webhook register --format json https://hooks.example.com/a",
        "webhook delete hook-1",
        "webhook delete hook-1 --message-format sarif",
        "webhook delete hook-1 --message-format github",
    ] {
        let command = platform.command(&folder, &format!("{verb} --color never"));
        let run = command.env("CXONE_WEBHOOK_SECRET", &"a".repeat(40)).run();
        assert!(matches!(run.status, Some(0 | 3)), "{verb}: {run:?}");
        assert_is_safe(&run, verb, false);
    }
}

#[test]
fn a_colour_of_the_platform_is_none_of_ours() {
    let platform = Platform::start();
    let folder = Folder::of(CLEAN);
    platform.answer_to("POST /api/flows", 422, json!({"message": "a\u{1b}[31;1mred\u{1b}[0m b", "errors": [{"code": "\u{1b}[1mX\u{1b}[0m", "message": "\u{1b}[36mc\u{1b}[0m", "node": "notice"}]}));
    for format in FORMATS {
        let run = platform.run(&folder, &format!("submit a.cxflow --color always {format}")).exits(3);
        let text = format!("{}{}", run.out, run.err);
        for mark in ["\u{1b}[31;1mred", "\u{1b}[36mc\u{1b}", "\u{1b}[1mX"] {
            assert!(!text.contains(mark), "{format}: {text:?}");
        }
    }
}

/// A folder whose `git` is another program, which fails with these words.
#[cfg(unix)]
fn with_git_that_says(folder: &Folder, words: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    folder.write("bin/words", words);
    let words = folder.path("bin/words");
    folder.write("bin/git", format!("#!/bin/sh\ncat '{}' >&2\nexit 128\n", words.display()));
    std::fs::set_permissions(folder.path("bin/git"), std::fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:{}", folder.path("bin").display(), std::env::var("PATH").unwrap())
}

#[cfg(unix)]
#[test]
fn messages_of_git_are_escaped() {
    let platform = Platform::start();
    for words in [
        format!("fatal: {HAZARDS}\n"),
        format!("{HAZARDS}\nfatal: detected dubious ownership in repository at '/x{HAZARDS}'\n"),
        "\u{1b}[31mfatal: not a git repository: /x\u{202e}\u{9b}2J\n".to_owned(),
        "::error::x\u{1b}[8m\n".to_owned(),
    ] {
        let settings = format!(
            "[env.prod]\nbase_url = \"{}\"\nrequire = [\"clean\", \"branch:main\"]\n",
            platform.base_url()
        );
        let folder = Folder::of(CLEAN).with("cxflow.toml", settings);
        let path = with_git_that_says(&folder, &words);
        for verb in [
            "check HEAD:a.cxflow",
            "check HEAD:flows",
            "build HEAD:a.cxflow",
            "submit --env prod a.cxflow",
            "status --env prod HEAD:a.cxflow",
        ] {
            for format in MESSAGE_FORMATS {
                let arguments = format!("{verb} --color never --message-format {format}");
                let command = platform.credentials_only(&folder, &arguments).env("PATH", &path);
                let run = command.run();
                assert!(matches!(run.status, Some(1 | 2)), "{arguments}: {run:?}");
                assert_is_safe(&run, &arguments, false);
            }
        }
    }
}

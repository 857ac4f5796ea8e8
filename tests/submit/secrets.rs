//! No secret is shown, whatever is done and however it goes wrong.

use super::support::SECRET;
use super::support::*;
use serde_json::json;

const KEY: &str = "signing&key of the tests";

/// How a secret may be spelt: as it is, in a form, in a header.
fn spellings() -> Vec<String> {
    let form = |text: &str| -> String { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let header = "Y2xpZW50LW9mLXRoZS10ZXN0czpodW50ZXIy";
    let mut all = vec![header.to_owned(), "the-token-of-the-tests".to_owned()];
    for secret in [SECRET, KEY] {
        all.extend([secret.to_owned(), form(secret)]);
    }
    all
}

#[track_caller]
fn keeps_quiet(text: &str, of: &str) {
    for secret in spellings() {
        assert!(!text.contains(&secret), "{secret} shows in {of}: {text}");
    }
}

/// Every file of a folder.
fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

const VERBS: [&str; 11] = [
    "submit a.cxflow -v",
    "submit a.cxflow --force --format json --message-format json",
    "submit a.cxflow --force --message-format sarif --deny warnings",
    "submit a.cxflow --env prod --audit log.jsonl --metrics m.json",
    "submit --emulate a.cxflow --webhook-url https://hook.example.com/x",
    "status a.cxflow",
    "job job-1 -v",
    "job job-1 --wait --format json",
    "webhook register https://hook.example.com/y -v",
    "webhook list --format json",
    "webhook delete hook-1",
];

fn everything_keeps_quiet(platform: &Platform) {
    let section = format!(
        "[env.prod]\nbase_url = \"{}\"\naudit = \"prod.jsonl\"\nwebhook_url = \"https://hook.example.com/z\"\n",
        platform.base_url()
    );
    let folder = Folder::of(CLEAN).with("cxflow.toml", section);
    for verb in VERBS {
        let run = platform
            .command(
                &folder,
                &format!("{verb}{}", if verb.contains("status") { "" } else { " --timeout 2s" }),
            )
            .env("CXONE_WEBHOOK_URL", "https://hook.example.com/w")
            .env("CXONE_WEBHOOK_SECRET", KEY)
            .env("RUST_LOG", "trace")
            .run();
        keeps_quiet(&format!("{run:?}\n{}\n{}", run.out, run.err), verb);
    }
    for path in files(folder.root()) {
        keeps_quiet(&std::fs::read_to_string(&path).unwrap(), &path.display().to_string());
    }
}

#[test]
fn when_all_goes_well() {
    let platform = Platform::start();
    everything_keeps_quiet(&platform);
    // The header that is looked for is the one that was sent.
    let asked = platform.new_requests();
    let token = asked.iter().find(|request| request.line.ends_with("/token")).unwrap();
    assert!(token.headers["authorization"].contains(&spellings()[0]), "{}", token.headers["authorization"]);
}

/// What a careless platform answers: all that it was sent.
fn echo(request: &super::support::Request) -> serde_json::Value {
    let message = format!("{} with {:?} and {}", request.line, request.headers, request.body);
    let errors = json!([{"code": message, "message": message, "node": message}, message]);
    json!({"error": message, "error_description": message, "message": message, "errors": errors, "id": message,
           "status": message, "flow_id": message})
}

#[test]
fn when_the_platform_echoes_what_it_was_sent() {
    for status in [400, 403, 422] {
        for token in [true, false] {
            let platform = Platform::start();
            platform.answer(move |request| {
                (request.line.ends_with("/token") == token).then(|| (status, echo(request)))
            });
            everything_keeps_quiet(&platform);
        }
    }
}

#[test]
fn when_a_job_echoes_what_it_was_sent() {
    let platform = Platform::start();
    platform.answer(|request| {
        let mut job = echo(request);
        (job["id"], job["status"]) = (json!("job-1"), json!("failed"));
        (!request.line.ends_with("/token")).then_some((200, job))
    });
    everything_keeps_quiet(&platform);
}

#[test]
fn the_process_list_shows_none() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    let (seen, see) = std::sync::mpsc::channel();
    platform.answer(move |request| {
        if request.line == "POST /api/flows" {
            let lists: Vec<String> = std::fs::read_dir("/proc")
                .into_iter()
                .flatten()
                .filter_map(|entry| std::fs::read_to_string(entry.ok()?.path().join("cmdline")).ok())
                .filter(|line| line.contains("cxflowc") && line.contains("a-name-of-this-test.cxflow"))
                .collect();
            seen.send(lists).unwrap();
        }
        None
    });
    folder.write("a-name-of-this-test.cxflow", flow("Seen"));
    platform.run(&folder, "submit a-name-of-this-test.cxflow").exits(0);
    let lists = see.recv().unwrap();
    if std::path::Path::new("/proc/self/cmdline").exists() {
        assert!(!lists.is_empty());
    }
    lists.iter().for_each(|line| keeps_quiet(line, "the process list"));
}

/// A line of the audit log is there for good: whatever names something in it may be a secret.
#[test]
fn a_secret_that_is_a_name_is_not_in_the_log() {
    let secret = "Zq7/+kw9=~PeLm-2233";
    let encoded = "WnE3Lytrdzk9flBlTG0tMjIzMw";
    let named = |name: &str| CLEAN.replace("\"Reminder\"", &format!("\"{name}\""));
    let escaped = secret.replace('Z', "\\u{5a}");
    for name in [secret, encoded, &escaped] {
        let folder = Folder::of(&named(name));
        for verb in ["submit --emulate a.cxflow --audit log.jsonl", "submit a.cxflow --audit log.jsonl"] {
            folder
                .command(verb)
                .env("CXONE_CLIENT_SECRET", secret)
                .env("CXONE_CLIENT_ID", "id")
                .env("CXONE_BASE_URL", "http://127.0.0.1:1")
                .env("GITHUB_ACTOR", secret)
                .run();
            let log = folder.read("log.jsonl");
            assert!(!log.contains(secret) && !log.contains(encoded), "{verb} {name}: {log}");
        }
    }
    // Nor is who acts.
    let folder = Folder::of(CLEAN);
    folder
        .command("submit --emulate a.cxflow --audit log.jsonl")
        .env("CXONE_CLIENT_SECRET", secret)
        .env("GITHUB_ACTOR", secret)
        .run()
        .exits(0);
    let log = folder.read("log.jsonl");
    assert!(log.contains("\"actor\":\"***") && !log.contains(secret), "{log}");
    folder.run("audit verify log.jsonl").exits(0);
}

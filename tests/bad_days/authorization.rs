//! The platform does not accept the client, or no longer does.

use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::json;

use crate::harness::{Platform, TOKEN, all_well, completed, job, on, token, token_of};
use crate::support::{CLIENT, Folder, SECRET, basic, side_by_side};

const SCOPES: &str = "flow%3Awrite+flow%3Aread+flow%3Avalidate+campaign%3Awrite+events%3Awrite";

#[test]
fn a_token_is_asked_for_once_and_sent_along() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    Folder::for_platform(&platform).submit("").exits(0).out_has("a.cxflow: in place as flow-1 (job job-1)");
    let seen = platform.requests();
    assert_eq!(seen[0].header("authorization"), Some(&*format!("Basic {}", basic())));
    assert_eq!(seen[0].body, format!("grant_type=client_credentials&scope={SCOPES}"));
    for request in &seen[1..] {
        assert_eq!(request.header("authorization"), Some(&*format!("Bearer {TOKEN}")), "{}", request.line);
    }
}

#[test]
fn a_token_is_refused() {
    for status in [400, 401] {
        let refusal = json!({ "error": "invalid_client", "error_description": "the client is not known" });
        let platform = Platform::script([on("POST /api/oauth2/token").answers(status, refusal)]);
        Folder::for_platform(&platform)
            .submit("")
            .fails("CX901")
            .message_has(&format!("refuses a token ({status}): the client is not known"))
            .message_has("CXONE_CLIENT_SECRET");
    }
}

#[test]
fn a_refused_token_is_asked_for_once_by_all_flows_of_a_run() {
    let platform =
        Platform::script([on("POST /api/oauth2/token").answers(401, json!({ "error": "invalid_client" }))]);
    let folder = Folder::for_platform(&platform);
    for name in ["b", "c", "d"] {
        folder.write(&format!("{name}.cxflow"), crate::support::CLEAN.replace("Reminder", name));
    }
    let run = folder.run("submit a.cxflow b.cxflow c.cxflow d.cxflow --parallel 2").exits(3);
    assert_eq!(run.out.matches("not in place, CX901").count(), 4, "{run:#?}");
}

#[test]
fn a_scope_is_not_granted() {
    let refusal =
        json!({ "error": "invalid_scope", "error_description": "campaign:write is not for this client" });
    let platform = Platform::script([on("POST /api/oauth2/token").answers(400, refusal)]);
    Folder::for_platform(&platform)
        .submit("")
        .fails("CX901")
        .message_has("campaign:write is not for this client")
        .message_has("`scopes` of the environment");
}

#[test]
fn a_token_that_expires_while_the_job_is_followed_is_renewed() {
    // Of a token that lives a second half of it is used, and polls are a second apart.
    let short = json!({ "access_token": "tok-hush-short", "token_type": "Bearer", "expires_in": 1 });
    let platform = Platform::script([
        on("POST /api/oauth2/token").answers(200, short),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        token_of("tok-hush-second"),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    Folder::for_platform(&platform).submit("").exits(0);
    let [poll] = &platform.requests_of("GET /api/jobs/job-1")[..] else { panic!() };
    assert_eq!(poll.header("authorization"), Some("Bearer tok-hush-second"));
}

#[test]
fn a_token_that_does_not_say_how_long_it_lives_is_renewed_when_it_is_refused() {
    let mute = json!({ "access_token": "tok-hush-mute", "token_type": "Bearer" });
    let platform = Platform::script([
        on("POST /api/oauth2/token").answers(200, mute),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(401, ""),
        token_of("tok-hush-second"),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    Folder::for_platform(&platform).submit("").exits(0);
    let polls = platform.requests_of("GET /api/jobs/job-1");
    assert_eq!(polls[1].header("authorization"), Some("Bearer tok-hush-second"));
}

#[test]
fn one_401_to_the_creation_is_asked_again_with_the_same_key() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(401, ""),
        token_of("tok-hush-second"),
        all_well(),
    ]);
    Folder::for_platform(&platform).submit("").exits(0);
    let creations = platform.requests_of("POST /api/flows");
    assert_eq!(creations[0].header("idempotency-key"), creations[1].header("idempotency-key"));
    assert_eq!(creations[0].body, creations[1].body);
}

#[test]
fn a_401_for_ever_ends_after_one_new_token() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(401, ""),
        token(),
        on("POST /api/flows").answers(401, ""),
    ]);
    Folder::for_platform(&platform)
        .submit("")
        .fails("CX901")
        .message_has("answered 401 to a new token")
        .took_less_than(Duration::from_secs(10));
}

#[test]
fn a_401_for_ever_while_a_job_is_followed_names_the_job() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(401, ""),
        token(),
        on("GET /api/jobs/job-1").answers(401, ""),
    ]);
    Folder::for_platform(&platform).submit("").fails("CX901").message_has("`cxflowc job job-1 --wait`");
}

#[test]
fn a_forbidden_request_is_not_tried_again() {
    let refusal = json!({ "error": "forbidden", "message": "needs flow:write" });
    let platform = Platform::script([token(), on("POST /api/flows").answers(403, refusal)]);
    Folder::for_platform(&platform)
        .submit("")
        .fails("CX901")
        .message_has("(403): needs flow:write")
        .message_has("scope");
}

#[test]
fn a_token_with_line_breaks_is_not_taken_and_not_shown() {
    side_by_side(["tok-hush\r\nX-Evil: 1", "tok-hush one", "tok-hush\u{0}", "tok-hush-\u{e4}"], |evil| {
        let granted = json!({ "access_token": evil, "token_type": "Bearer" });
        let platform = Platform::script([on("POST /api/oauth2/token").answers(200, granted).for_ever()]);
        Folder::for_platform(&platform)
            .submit("-v --timeout 4s")
            .fails("CX908")
            .message_has("`access_token`");
        assert!(platform.requests().iter().all(|seen| seen.header("x-evil").is_none()));
    });
}

#[test]
fn the_client_says_who_it_is_as_the_environment_has_it() {
    let raw = BASE64_STANDARD.encode(format!("{CLIENT}:{SECRET}"));
    let cases = [("basic", Some(basic())), ("basic-raw", Some(raw)), ("post", None)];
    for (how, header) in cases {
        let platform = Platform::script([token(), all_well()]);
        let folder = Folder::for_platform(&platform);
        folder.write("cxflow.toml", format!("[env.prod]\ntoken_auth = \"{how}\"\n"));
        folder.submit("--env prod").exits(0);
        let asked = &platform.requests_of("POST /api/oauth2/token")[0];
        let expected = header.as_ref().map(|header| format!("Basic {header}"));
        assert_eq!(asked.header("authorization"), expected.as_deref(), "{how}");
        let fields: Vec<(String, String)> =
            url::form_urlencoded::parse(asked.body.as_bytes()).into_owned().collect();
        let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let secret = header.is_none().then_some(SECRET);
        assert_eq!(
            (field("client_secret"), field("client_id").is_some()),
            (secret, header.is_none()),
            "{how}"
        );
        assert_eq!(field("grant_type"), Some("client_credentials"));
    }
    let folder = Folder::for_url("http://127.0.0.1:1");
    folder.write("cxflow.toml", "[env.prod]\ntoken_auth = \"basicraw\"\n");
    folder.submit("--env prod").exits(1).message_has("`basic`, `basic-raw`");
    for (written, help) in [
        ("BASIC", "did you mean `basic`?"),
        ("bassic", "did you mean `basic`?"),
        ("client_secret_basic", "did you mean `basic`?"),
        ("Header", "did you mean `basic`?"),
        ("basicraw", "did you mean `basic-raw`?"),
        ("Basic_Raw", "did you mean `basic-raw`?"),
        ("POST", "did you mean `post`?"),
        ("client_secret_post", "did you mean `post`?"),
        ("form", "did you mean `post`?"),
        ("digest", "write `token_auth = \"basic\"`"),
        ("private_key_jwt", "write `token_auth = \"basic\"`"),
    ] {
        folder.write("cxflow.toml", format!("[env.prod]\ntoken_auth = \"{written}\"\n"));
        folder.submit("--env prod").exits(1).message_has(help);
    }
}

#[test]
fn a_secret_with_odd_characters_that_is_refused_says_what_to_try() {
    let refusal = || on("POST /api/oauth2/token").answers(401, json!({ "error": "invalid_client" }));
    for (how, other) in [("basic", "`token_auth = \"basic-raw\"`"), ("basic-raw", "`token_auth = \"basic\"`")]
    {
        let platform = Platform::script([refusal()]);
        let folder = Folder::for_platform(&platform);
        folder.write("cxflow.toml", format!("[env.prod]\ntoken_auth = \"{how}\"\n"));
        folder.submit("--env prod").fails("CX901").message_has(other).message_has("`\"post\"`");
    }
    // A plain one is the same either way.
    let platform = Platform::script([refusal()]);
    Folder::for_platform(&platform)
        .with_variable("CXONE_CLIENT_SECRET", "plain-words")
        .submit("")
        .fails("CX901")
        .lacks("token_auth");
}

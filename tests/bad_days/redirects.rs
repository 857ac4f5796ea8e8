//! Answers that send the client elsewhere. Credentials do not follow, wherever that is.

use crate::harness::{Platform, completed, job, on, token};
use crate::support::Folder;

#[test]
fn another_host_gets_nothing() {
    for status in [301, 302, 307, 308] {
        let other = Platform::script([]);
        let target = format!("{}/api/flows", other.url());
        let platform = Platform::script([
            token(),
            on("POST /api/flows").answers(status, "").header("Location", &*target),
        ]);
        Folder::for_platform(&platform)
            .submit("")
            .fails("CX908")
            .message_has(&format!("redirects to {target} ({status})"))
            .message_has("credentials are not sent to another host")
            .message_has("base URL");
        assert!(other.requests().is_empty());
    }
}

#[test]
fn nor_does_it_where_the_token_or_the_job_is_asked_for() {
    let other = Platform::script([]);
    let platform = Platform::script([on("POST /api/oauth2/token")
        .answers(307, "")
        .header("Location", format!("{}/t", other.url()))]);
    Folder::for_platform(&platform).submit("").fails("CX908").message_has("asking for a token");
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(302, "").header("Location", format!("{}/job", other.url())),
    ]);
    Folder::for_platform(&platform).submit("").fails("CX908").message_has("`cxflowc job job-1 --wait`");
    assert!(other.requests().is_empty());
}

#[test]
fn the_same_host_gets_nothing_more_either() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(308, "").header("Location", "/v2/api/flows"),
    ]);
    Folder::for_platform(&platform)
        .submit("")
        .fails("CX908")
        .message_has("redirects to /v2/api/flows (308)")
        .message_has("`paths`");
    assert_eq!(platform.requests().len(), 2);
}

#[test]
fn a_redirect_to_nowhere() {
    let platform = Platform::script([token(), on("POST /api/flows").answers(302, "")]);
    Folder::for_platform(&platform).submit("").fails("CX908").message_has("redirects (302)");
    let evil = "https://evil.example/\u{9b}31m\u{202e}"
        .as_bytes()
        .iter()
        .map(|&byte| char::from(byte))
        .collect::<String>();
    let platform =
        Platform::script([token(), on("POST /api/flows").answers(302, "").header("Location", evil)]);
    Folder::for_platform(&platform).submit("").fails("CX908");
}

/// After a 303 the flow was created (RFC 9110, section 15.4.4): sent again, it would be a second one.
#[test]
fn a_create_that_is_answered_elsewhere_is_not_sent_again() {
    let see = |to: &str| on("POST /api/flows").answers(303, "").header("Location", to);
    let platform = Platform::script([
        token(),
        see("/api/jobs/job-7"),
        on("GET /api/jobs/job-7").answers(200, completed("job-7", "flow-1")),
    ]);
    Folder::for_platform(&platform).submit("").exits(0);

    let other = Platform::script([]);
    for to in ["/sign-in?next=%2Fapi", "/api/flows/", &format!("{}/api/flows", other.url()), ""] {
        let platform = Platform::script([token(), see(to)]);
        let folder = Folder::for_platform(&platform);
        folder.submit("").fails("CX911").message_has("answered 303").message_has("--adopt FLOW_ID");
        folder.submit("").fails("CX911");
        assert_eq!(platform.requests_of("POST /api/flows").len(), 1, "{to}");
    }
    assert!(other.requests().is_empty());
}

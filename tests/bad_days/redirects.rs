//! Answers that send the client elsewhere. Credentials do not follow, wherever that is.

use crate::desk::Desk;
use crate::server::{Server, completed, job, on, token};

#[test]
fn another_host_gets_nothing() {
    for status in [301, 302, 307, 308] {
        let other = Server::script([]);
        let target = format!("{}/api/flows", other.url());
        let server =
            Server::script([token(), on("POST /api/flows").answers(status, "").header("Location", &*target)]);
        Desk::at(&server)
            .submit("")
            .fails("CX908")
            .says(&format!("redirects to {target} ({status})"))
            .says("credentials are not sent to another host")
            .says("base URL");
        assert!(other.seen().is_empty());
    }
}

#[test]
fn nor_does_it_where_the_token_or_the_job_is_asked_for() {
    let other = Server::script([]);
    let server = Server::script([on("POST /api/oauth2/token")
        .answers(307, "")
        .header("Location", format!("{}/t", other.url()))]);
    Desk::at(&server).submit("").fails("CX908").says("asking for a token");
    let server = Server::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(302, "").header("Location", format!("{}/job", other.url())),
    ]);
    Desk::at(&server).submit("").fails("CX908").says("`cxflowc job job-1 --wait`");
    assert!(other.seen().is_empty());
}

#[test]
fn the_same_host_gets_nothing_more_either() {
    let server =
        Server::script([token(), on("POST /api/flows").answers(308, "").header("Location", "/v2/api/flows")]);
    Desk::at(&server).submit("").fails("CX908").says("redirects to /v2/api/flows (308)").says("`paths`");
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn a_redirect_to_nowhere() {
    let server = Server::script([token(), on("POST /api/flows").answers(302, "")]);
    Desk::at(&server).submit("").fails("CX908").says("redirects (302)");
    let evil = "https://evil.example/\u{9b}31m\u{202e}"
        .as_bytes()
        .iter()
        .map(|&byte| char::from(byte))
        .collect::<String>();
    let server = Server::script([token(), on("POST /api/flows").answers(302, "").header("Location", evil)]);
    Desk::at(&server).submit("").fails("CX908");
}

/// After a 303 the flow was created (RFC 9110, section 15.4.4): sent again, it would be a second one.
#[test]
fn a_create_that_is_answered_elsewhere_is_not_sent_again() {
    let see = |to: &str| on("POST /api/flows").answers(303, "").header("Location", to);
    let server = Server::script([
        token(),
        see("/api/jobs/job-7"),
        on("GET /api/jobs/job-7").answers(200, completed("job-7", "flow-1")),
    ]);
    Desk::at(&server).submit("").exits(0);

    let other = Server::script([]);
    for to in ["/sign-in?next=%2Fapi", "/api/flows/", &format!("{}/api/flows", other.url()), ""] {
        let server = Server::script([token(), see(to)]);
        let desk = Desk::at(&server);
        desk.submit("").fails("CX911").says("answered 303").says("--adopt FLOW_ID");
        desk.submit("").fails("CX911");
        assert_eq!(server.of("POST /api/flows").len(), 1, "{to}");
    }
    assert!(other.seen().is_empty());
}

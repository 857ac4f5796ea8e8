//! Answers that send the client elsewhere. Credentials do not follow, wherever that is.

use crate::desk::Desk;
use crate::server::{Server, job, on, token};

#[test]
fn another_host_gets_nothing() {
    for status in [301, 302, 303, 307, 308] {
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

//! Connections that are not made, or end early.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use crate::harness::{Platform, all_well, completed, job, on, token};
use crate::support::Folder;

#[test]
fn a_server_that_accepts_and_says_nothing() {
    let platform = Platform::script([on("POST /api/oauth2/token").says_nothing()]);
    let run = Folder::for_platform(&platform).submit("--timeout 4s").fails("CX907");
    assert!(run.took >= Duration::from_secs(1) && run.took < Duration::from_secs(8), "{run:#?}");
    run.message_has(&format!("asking for a token: {} did not answer within", platform.url())).lacks("tries");
}

#[test]
fn a_server_that_takes_the_payload_and_says_nothing() {
    let platform = Platform::script([token(), on("POST /api/flows").says_nothing()]);
    let run = Folder::for_platform(&platform).submit("--timeout 4s").fails("CX907");
    run.message_has("creating the flow")
        .message_has("did not answer within")
        .message_has("under the same Idempotency-Key");
}

#[test]
fn a_server_that_says_nothing_of_the_job() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").says_nothing(),
    ]);
    Folder::for_platform(&platform)
        .submit("--timeout 4s")
        .fails("CX907")
        .message_has("`cxflowc job job-1 --wait`");
}

#[test]
fn a_closed_port_is_a_connection_problem() {
    // Taken, so that no other test listens there, and not listened at.
    let taken = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    taken.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
    let address = taken.local_addr().unwrap().as_socket().unwrap();
    let folder = Folder::for_url(&format!("http://{address}"));
    for name in ["b", "c", "d"] {
        folder.write(&format!("{name}.cxflow"), crate::support::CLEAN.replace("Reminder", name));
    }
    // The flows of a run do not each find it out for themselves.
    let run =
        folder.run("submit a.cxflow b.cxflow c.cxflow d.cxflow --parallel 1 --timeout 4s").fails("CX907");
    assert!(run.took < Duration::from_secs(5), "{run:#?}");
    assert_eq!(run.out.matches("not in place, CX907").count(), 4, "{run:#?}");
    run.message_has(&format!("http://{address} refuses connections")).message_has("base URL");
}

#[test]
fn a_platform_that_is_up_a_moment_later_is_waited_for() {
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let folder = Folder::for_url(&format!("http://{address}"));
    let running = folder.start("submit a.cxflow --timeout 20s");
    std::thread::sleep(Duration::from_millis(300));
    let _server = Platform::script_at(address, [token(), all_well()]);
    running.ends().exits(0);
}

#[test]
fn connections_that_are_reset_are_made_again() {
    let platform = Platform::script([
        on("POST /api/oauth2/token").resets(),
        token(),
        on("POST /api/flows").resets(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").resets(),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    Folder::for_platform(&platform).submit("").exits(0);
}

#[test]
fn connections_that_are_reset_for_ever_end_with_the_timeout() {
    let platform = Platform::script([token(), on("POST /api/flows").resets().for_ever()]);
    Folder::for_platform(&platform)
        .submit("--timeout 4s")
        .fails("CX907")
        .message_has("broke the connection off")
        .message_has("under the same Idempotency-Key");
}

#[test]
fn a_body_that_is_cut_is_asked_for_again() {
    let platform = Platform::script([
        on("POST /api/oauth2/token").breaks_off(r#"{"access_token":"tok-hush-half"}"#),
        token(),
        on("POST /api/flows").answers(200, job("job-1", "queued")),
        on("GET /api/jobs/job-1").breaks_off(completed("job-1", "flow-1")),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    Folder::for_platform(&platform).submit("").exits(0);
}

#[test]
fn a_chunked_body_that_is_cut_is_asked_for_again() {
    let half =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{\"id\":\"job-1\",\"status\":\"com";
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").sends(half),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    Folder::for_platform(&platform).submit("").exits(0);
}

#[test]
fn an_answer_that_is_not_http_is_reported_as_such() {
    // What a server says to plain text where it expects TLS, and the greeting of a mail server.
    for greeting in [&b"\x15\x03\x01\x00\x02\x02\x46"[..], b"220 mail.example.com ESMTP\r\n"] {
        let platform = Platform::script([on("POST /api/oauth2/token").sends(greeting).for_ever()]);
        Folder::for_platform(&platform)
            .submit("--timeout 10s")
            .fails("CX908")
            .message_has("does not speak HTTP")
            .message_has("base URL");
    }
}

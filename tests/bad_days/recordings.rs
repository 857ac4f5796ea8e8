//! What whoever serves recordings may do to `prompts --check-media`, over TLS.
#![cfg(target_os = "linux")]

use crate::certificates::Authority;
use crate::harness::{Platform, Step, mu_law, on};
use crate::relay::{Bar, Relay};
use crate::support::{Folder, Run};

/// The check of a flow that plays one recording for a second.
fn check(folder: &Folder, url: &str) -> Run {
    folder.write(
        "a.cxflow",
        format!(
            "flow \"A\"\nentry a\ndisclosure a {{ play \"{url}\" lasts 1s }}\ndisconnect bye\na -> bye\n"
        ),
    );
    folder.run("prompts a.cxflow --check-media --timeout 8s")
}

/// An answer that leads elsewhere.
fn leads(path: &str, to: &str) -> Step {
    on(&format!("GET {path}")).answers(302, "").header("Location", to)
}

/// A server on this machine with these answers, and somebody who trusts it.
fn served(steps: impl IntoIterator<Item = Step>) -> (Platform, Folder) {
    let authority = Authority::new("Example");
    let server = Platform::encrypted(authority.certifies("localhost", |_| ()), steps);
    let folder = authority.trusted_at(&server);
    (server, folder)
}

#[test]
fn a_recording_comes_over_tls_and_after_redirects() {
    let steps =
        [leads("/a.wav", "/b.wav"), leads("/b.wav", "c.wav"), on("GET /c.wav").answers(200, mu_law(1000))];
    let (server, folder) = served(steps);
    check(&folder, &format!("{}/a.wav", server.url())).exits(0).out_is("").err_has("1 recording, 0 wrong");
}

#[test]
fn a_server_that_nobody_vouches_for_is_not_asked() {
    let server = Platform::encrypted(Authority::new("Example").certifies("localhost", |_| ()), []);
    let folder = Authority::new("Another").trusted_at(&server);
    check(&folder, &format!("{}/a.wav", server.url())).exits(1).out_has("a.wav\" cannot be reached: ");
    assert!(server.requests().is_empty());
}

#[test]
fn a_redirect_from_https_to_http_is_not_followed() {
    // It would have been asked without encryption, and on this machine it could have answered.
    let plain = Platform::script([]);
    let (server, folder) = served([leads("/a.wav", &format!("{}/a.wav", plain.url()))]);
    check(&folder, &format!("{}/a.wav", server.url()))
        .exits(1)
        .out_has(&format!("redirects to \"{}/a.wav\", without encryption", plain.url()));
    assert!(plain.requests().is_empty());
}

#[test]
fn a_redirect_to_another_protocol_is_not_followed() {
    for to in ["ftp://localhost/a.wav", "file:///etc/hostname", "data:audio/wav;base64,UklGRg=="] {
        let (server, folder) = served([leads("/a.wav", to)]);
        check(&folder, &format!("{}/a.wav", server.url()))
            .exits(1)
            .out_has(&format!("leads to \"{to}\", which is no `https`"));
    }
}

#[test]
fn redirects_in_a_circle_end() {
    let round = || [leads("/a.wav", "/b.wav"), leads("/b.wav", "/a.wav")];
    let (server, folder) = served([round(), round(), round()].into_iter().flatten());
    check(&folder, &format!("{}/a.wav", server.url())).exits(1).out_has("redirects more than 5 times");
    assert_eq!(server.requests().len(), 6);
}

#[test]
fn another_machine_cannot_make_this_one_ask_itself() {
    let authority = Authority::new("Example");
    let own = Platform::script([]);
    for (to, fault) in [
        (format!("{}/a.wav", own.url()), "which is on this machine"),
        ("http://cdn.example.com/a.wav".to_owned(), "without encryption"),
    ] {
        let tls = authority.certifies("cdn.example.com", |_| ());
        let server = Platform::encrypted(tls, [leads("/a.wav", &to)]);
        let proxy = Relay::proxy(&server.address(), usize::MAX, Bar::Close, None);
        let folder = authority
            .trusted_at(&server)
            .with_variable("HTTPS_PROXY", &format!("http://127.0.0.1:{}", proxy.port()));
        check(&folder, "https://cdn.example.com/a.wav")
            .exits(1)
            .out_has(&format!("redirects to \"{to}\", {fault}"));
        assert!(proxy.heads()[0].starts_with("CONNECT cdn.example.com:443 "), "{:?}", proxy.heads());
    }
    assert!(own.requests().is_empty());
}

//! Network trouble is reported with its cause.
#![cfg(target_os = "linux")]

use std::io::{Read, Write};
use std::net::TcpListener;

use crate::certificates::Authority;
use crate::harness::{Platform, all_well, token};
use crate::relay::{Bar, Relay};
use crate::support::{Folder, side_by_side};

/// A proxy that answers every request for a tunnel so, and closes the connection.
fn proxy(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut bytes = [0; 4096];
            let length = stream.read(&mut bytes).unwrap_or_default();
            assert!(bytes[..length].starts_with(b"CONNECT ") || length == 0);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

/// Before a platform that is asked only through a proxy.
fn before() -> Folder {
    Folder::for_url("https://api.example.com")
        .with_variable("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt")
}

fn has_authorities() -> bool {
    std::path::Path::new("/etc/ssl/certs/ca-certificates.crt").exists()
}

#[test]
fn a_proxy_that_wants_a_sign_in_or_does_not_go_on() {
    if !has_authorities() {
        return;
    }
    let cases = [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n",
            "requires a sign-in (407)",
        ),
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "refuses to connect to it"),
        ("HTTP/1.1 502 Bad Gateway\r\n\r\n", "refuses to connect to it"),
        ("", "breaks the connection off"),
        (
            "HTTP/1.1 200 OK\r\n\r\n<html>no tunnel</html>",
            "opens a connection to something that does not speak TLS",
        ),
    ];
    side_by_side(cases, |(answer, said)| {
        for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
            let address = proxy(answer);
            let run = before()
                .with_variable(name, &format!("http://dana:hush-proxy@{address}"))
                .submit("--timeout 4s")
                .fails("CX907");
            run.message_has(&format!(
                "https://api.example.com was not reached: the proxy http://{address} ({name}) {said}"
            ))
            .message_has("NO_PROXY");
        }
    });
}

#[test]
fn a_proxy_that_is_not_there() {
    if !has_authorities() {
        return;
    }
    let taken = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    taken.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    let address = taken.local_addr().unwrap().as_socket().unwrap().to_string();
    before()
        .with_variable("HTTPS_PROXY", &address)
        .submit("--timeout 4s")
        .fails("CX907")
        .message_has(&format!("the proxy http://{address} (HTTPS_PROXY) refuses connections"));
    before()
        .with_variable("HTTPS_PROXY", "http://nowhere.invalid:3128")
        .submit("--timeout 4s")
        .fails("CX907")
        .message_has("nowhere.invalid:3128 (HTTPS_PROXY) has a name that is not known here");
}

#[test]
fn a_proxy_that_says_nothing() {
    if !has_authorities() {
        return;
    }
    let silent = Relay::before("127.0.0.1:1", 0, Bar::Hold);
    let address = format!("http://127.0.0.1:{}", silent.port());
    before()
        .with_variable("HTTPS_PROXY", &address)
        .submit("--timeout 4s")
        .fails("CX907")
        .message_has(&format!("the proxy {address} (HTTPS_PROXY) does not answer"));
}

#[test]
fn authorities_that_are_nowhere() {
    for (name, value, said) in [
        ("SSL_CERT_FILE", "", "SSL_CERT_FILE is set but names no file"),
        ("SSL_CERT_FILE", "nowhere.pem", "SSL_CERT_FILE names nowhere.pem, and there is no such file"),
        ("SSL_CERT_DIR", "nowhere", "SSL_CERT_DIR names nowhere, and there is no such folder"),
    ] {
        Folder::for_url("https://api.example.com")
            .with_variable(name, value)
            .submit("")
            .fails("CX907")
            .message_has(said);
    }
}

#[test]
fn a_proxy_setting_that_is_unusable_is_not_passed_by() {
    if !has_authorities() {
        return;
    }
    let cases = [
        ("http://[proxy", "is not the address of a proxy"),
        ("http://pro xy:3128", "is not the address of a proxy"),
        ("socks5://127.0.0.1:1080", "names a SOCKS proxy"),
        ("ftp://127.0.0.1:21", "names a proxy that is neither http nor https"),
        ("/etc/proxy", "names no host for the proxy"),
        ("http://dana:hush-proxy@127.0.0.1:99999", "names an invalid port for the proxy"),
        ("127.0.0.1:65536", "names an invalid port for the proxy"),
        ("http://me:hush-proxy@[proxy", "is not the address of a proxy"),
    ];
    side_by_side(cases, |(value, said)| {
        before()
            .with_variable("HTTPS_PROXY", value)
            .submit("--timeout 4s")
            .fails("CX907")
            .message_has(&format!("HTTPS_PROXY {said}"));
    });
}

#[test]
fn this_machine_and_what_no_proxy_names_are_reached_without_one() {
    let platform = Platform::script([token(), all_well()]);
    Folder::for_platform(&platform)
        .with_variable("HTTPS_PROXY", "nonsense://x")
        .with_variable("HTTP_PROXY", "http://127.0.0.1:1")
        .submit("")
        .exits(0);
    if has_authorities() {
        // It goes on to the name itself, which there is none of.
        before()
            .with_variable("HTTPS_PROXY", "http://[proxy")
            .with_variable("NO_PROXY", "api.example.com")
            .with_variable("CXONE_BASE_URL", "https://api.example.com:1")
            .submit("--timeout 4s")
            .fails("CX907")
            .lacks("HTTPS_PROXY");
    }
}

#[test]
fn a_file_of_authorities_that_cannot_be_used_is_named() {
    let folder = before();
    folder.write("empty.pem", "");
    folder.write("text.pem", "no certificate");
    let folder = folder.path("").display().to_string();
    for (path, said) in [
        (
            "/nowhere/authority.pem".to_owned(),
            "SSL_CERT_FILE names /nowhere/authority.pem, and there is no such file",
        ),
        (format!("{folder}empty.pem"), "which contains no certificate in PEM"),
        (format!("{folder}text.pem"), "which contains no certificate in PEM"),
        (folder.clone(), "which is a folder"),
    ] {
        let folder = before().with_variable("SSL_CERT_FILE", &path);
        folder.submit("--timeout 4s").fails("CX907").message_has(said);
    }
    // This machine is spoken to without certificates.
    let platform = Platform::script([token(), all_well()]);
    Folder::for_platform(&platform)
        .with_variable("SSL_CERT_FILE", "/nowhere/authority.pem")
        .submit("")
        .exits(0);
}

/// A proxy whose sign-in is checked, with the platform behind it. The password stands in no output and in no
/// file: a watched run looks for `hush` in all of them.
#[test]
fn a_proxy_that_checks_who_signs_in() {
    let right = "Basic ZGFuYTpodXNoLXByMHh5QC86";
    let cases = [
        ("dana:hush-pr0xy%40%2F:", true),
        ("dana:hush-pr0xy%40%2f%3A", true),
        ("dana:hush-wrong", false),
        ("dana", false),
        ("", false),
    ];
    side_by_side(cases, |(user, may)| {
        let authority = Authority::new("Example");
        let tls = authority.certifies("api.example.com", |_| ());
        let platform = Platform::encrypted(tls, if may { vec![token(), all_well()] } else { Vec::new() });
        let proxy = Relay::proxy(&platform.address(), usize::MAX, Bar::Close, Some(right));
        let at = if user.is_empty() { String::new() } else { format!("{user}@") };
        let folder = authority
            .trusted_at(&platform)
            .with_variable("CXONE_BASE_URL", "https://api.example.com")
            .with_variable("HTTPS_PROXY", &format!("http://{at}127.0.0.1:{}", proxy.port()));
        let run = folder.submit("-v --audit audit.jsonl --timeout 8s");
        let asked = proxy.heads();
        assert!(asked[0].starts_with("CONNECT api.example.com:443 "), "{asked:?}");
        // What is for the platform is not told to the proxy.
        assert!(asked.iter().all(|head| !head.contains("\nauthorization:")), "{asked:?}");
        if may {
            run.exits(0).out_has("in place as flow-1");
            assert!(platform.requests().iter().all(|seen| seen.header("proxy-authorization").is_none()));
            return;
        }
        run.fails("CX907")
            .message_has(&format!(
                "the proxy http://127.0.0.1:{} (HTTPS_PROXY) requires a sign-in (407)",
                proxy.port()
            ))
            .message_has("http://USER:PASSWORD@HOST:PORT")
            .lacks("dana");
        assert_eq!(asked.len(), 1, "a sign-in that was refused is not tried again: {asked:?}");
        assert!(!folder.read("audit.jsonl").contains("dana"));
    });
}

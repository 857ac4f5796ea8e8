//! Whom a request is meant for: only requests that name this machine and this port are answered.

use super::support::*;

fn port(api: &Api) -> u16 {
    api.emulator.base_url().rsplit(':').next().unwrap().parse().unwrap()
}

/// The answer to a request with these header lines.
fn asked(api: &Api, target: &str, headers: &str) -> String {
    let text = format!("GET {target} HTTP/1.1\r\n{headers}connection: close\r\n\r\n");
    api.connect().says(&text).hears().unwrap()
}

#[track_caller]
fn refused(heard: &str, status: &str, error: &str) {
    assert!(heard.starts_with(&format!("HTTP/1.1 {status}")), "{heard}");
    let body: serde_json::Value = serde_json::from_str(heard.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!(body["error"], error, "{heard}");
    assert!(!body["message"].as_str().unwrap().is_empty());
    assert!(heard.contains("connection: close"), "{heard}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_names_of_this_machine_are_answered() {
    let api = Api::quick().await;
    let port = port(&api);
    for name in [
        "127.0.0.1",
        "127.0.0.1.",
        "localhost",
        "LocalHost",
        "localhost.",
        "LOCALHOST.",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[0000::0001]",
    ] {
        let heard = asked(&api, "/api/openapi.yaml", &format!("Host: {name}:{port}\r\n"));
        assert!(heard.starts_with("HTTP/1.1 200"), "{name}: {heard}");
        let heard = asked(&api, &format!("http://{name}:{port}/api/openapi.yaml"), "host: HERE\r\n");
        assert!(heard.starts_with("HTTP/1.1 200"), "{name}: {heard}");
    }
    let heard = asked(&api, "/api/openapi.yaml", &format!("hOST:   localhost:{port}  \r\n"));
    assert!(heard.starts_with("HTTP/1.1 200"), "{heard}");
    let old = format!("GET /api/openapi.yaml HTTP/1.0\r\nhost: localhost:{port}\r\n\r\n");
    assert!(api.connect().says(&old).hears().unwrap().starts_with("HTTP/1.0 200"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_names_and_other_ports_are_421() {
    let (options, lines) = logged(quick());
    let api = Api::start(options).await;
    let port = port(&api);
    let other = if port == 1 { 2 } else { port - 1 };
    let mut hosts: Vec<String> = [
        "example.com",
        "127.0.0.1.example.com",
        "localhost.example.com",
        "rebind.localhost",
        "localhost..",
        "127.0.0.2",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "10.0.0.1",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[fe80::1]",
        "xn--localhost-",
    ]
    .map(|name| format!("{name}:{port}"))
    .to_vec();
    hosts.extend(["127.0.0.1", "localhost", "localhost:", "[::1]"].map(str::to_owned));
    hosts.extend(["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{other}")));
    for host in &hosts {
        refused(&asked(&api, "/api/flows", &format!("host: {host}\r\n")), "421", "misdirected_request");
    }
    // The target stands above the Host, and the Host still has to be right.
    for target in [
        format!("http://example.com:{port}/api/flows"),
        "http://localhost/api/flows".to_owned(),
        format!("https://localhost:{port}/api/flows"),
        format!("ftp://localhost:{port}/api/flows"),
    ] {
        refused(&asked(&api, &target, "host: HERE\r\n"), "421", "misdirected_request");
    }
    let good = format!("http://localhost:{port}/api/flows");
    refused(&asked(&api, &good, "host: example.com\r\n"), "421", "misdirected_request");
    let connect = "CONNECT example.com:443 HTTP/1.1\r\nhost: HERE\r\n\r\n";
    refused(&api.connect().says(connect).hears().unwrap(), "421", "misdirected_request");
    assert!(
        lines.lock().unwrap().iter().any(|line| line
            .starts_with(&format!("GET /api/flows refused: the request is for example.com:{port} (Host)"))),
        "{:?}",
        lines.lock().unwrap()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_is_missing_doubled_or_none_is_400() {
    let api = Api::quick().await;
    let port = port(&api);
    for headers in [
        String::new(),
        "host: HERE\r\nhost: HERE\r\n".to_owned(),
        "host: HERE\r\nHost: example.com\r\n".to_owned(),
        "host:\r\n".to_owned(),
        "host: :80\r\n".to_owned(),
        format!("host: user@localhost:{port}\r\n"),
        format!("host: localhost:{port}/\r\n"),
        format!("host: localhost:{port}, example.com\r\n"),
        format!("host: local host:{port}\r\n"),
        "host: localhost:port\r\n".to_owned(),
        "host: localhost:+80\r\n".to_owned(),
        "host: localhost:99999999\r\n".to_owned(),
        format!("host: ::1:{port}\r\n"),
        format!("host: [::1:{port}\r\n"),
        format!("host: [localhost]:{port}\r\n"),
        format!("host: [::1]{port}\r\n"),
        format!("host: h\u{f6}st:{port}\r\n"),
    ] {
        refused(&asked(&api, "/api/flows", &headers), "400", "bad_request");
    }
    for version in ["1.0", "1.1"] {
        let heard = api.connect().says(&format!("GET /api/flows HTTP/{version}\r\n\r\n")).hears().unwrap();
        assert!(heard.contains(" 400 "), "{heard}");
    }
}

/// A page under a name of its own that resolves to 127.0.0.1 sends that name with everything.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_for_somebody_else_does_nothing_even_with_a_good_token() {
    let api = Api::quick().await;
    let body = flow().to_string();
    let text = format!(
        "POST /api/flows HTTP/1.1\r\nhost: rebind.example.com\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        api.token,
        body.len()
    );
    refused(&api.connect().says(&text).hears().unwrap(), "421", "misdirected_request");
    assert_eq!(api.get("/api/jobs").await.is(200).json()["total"], 0);
}

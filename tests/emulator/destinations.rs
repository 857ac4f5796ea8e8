//! Events stay on this machine, unless somebody asked for more.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::command::prepared;
use super::harness::Emulate;
use super::harness::Folder;
use super::support::*;

/// The deliveries, as they are listed.
async fn listed(api: &Api) -> Vec<Value> {
    api.get("/api/events/deliveries").await.is(200).json()["items"].as_array().unwrap().clone()
}

/// Waits until no delivery is under way.
async fn settled(api: &Api, number: usize) -> Vec<Value> {
    let until = Instant::now() + PATIENCE;
    loop {
        let all = listed(api).await;
        if all.len() == number && all.iter().all(|one| one["status"] != "waiting") {
            return all;
        }
        assert!(Instant::now() < until, "{all:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn events_for_other_machines_are_refused_and_told_of() {
    let (options, lines) = logged(quick());
    let api = Api::start(options).await;
    // None of these needs a name server, and nothing is ever sent to one of them.
    let hosts = [
        ("192.0.2.1", "192.0.2.1"),
        ("3221225985", "192.0.2.1"),
        ("0xc0000201", "192.0.2.1"),
        ("0300.0.02.01", "192.0.2.1"),
        ("0xc0.0.0x2.1", "192.0.2.1"),
        ("[::ffff:192.0.2.1]", "::ffff:192.0.2.1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("0.0.0.0", "0.0.0.0"),
        ("[::]", "::"),
        ("169.254.169.254", "169.254.169.254"),
    ];
    for (host, _) in hosts {
        api.subscribed(&format!("https://{host}/hook"), &["flow.created"]).await;
    }
    api.placed(&flow()).await;
    let all = settled(&api, hosts.len()).await;
    for (delivery, (host, address)) in all.iter().zip(hosts) {
        let message =
            format!("{address} is not on this machine; --deliver-anywhere sends events by https to others");
        assert_eq!(
            (&delivery["status"], &delivery["attempts"], &delivery["message"]),
            (&json!("refused"), &json!(0), &json!(message)),
            "{host}: {delivery}"
        );
        let id = delivery["id"].as_str().unwrap();
        let line = format!("flow.created {id} refused: {message}");
        assert!(lines.lock().unwrap().contains(&line), "{line}: {:?}", lines.lock().unwrap());
    }
}

#[tokio::test]
async fn this_machine_is_reached_under_each_of_its_names() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let api = Api::quick().await;
    let mut hosts = ["127.0.0.1", "localhost", "LOCALHOST", "2130706433", "0x7f.1"].to_vec();
    let mut listeners = vec![listener];
    // A machine may have no IPv6.
    if let Ok(other) = tokio::net::TcpListener::bind(("::1", port)).await {
        listeners.push(other);
        hosts.extend(["[::1]", "[0:0:0:0:0:0:0:1]"]);
    }
    for listener in listeners {
        let router = axum::Router::new().fallback(|| async { "" });
        tokio::spawn(async move { axum::serve(listener, router).await });
    }
    for host in &hosts {
        api.subscribed(&format!("http://{host}:{port}/hook"), &["flow.created"]).await;
    }
    api.placed(&flow()).await;
    for delivery in settled(&api, hosts.len()).await {
        assert_eq!(
            (&delivery["status"], &delivery["message"]),
            (&json!("delivered"), &json!("200")),
            "{delivery}"
        );
    }
}

/// What a name leads to counts, and not what it is called. The names are given in a file that takes the place of
/// `/etc/hosts` for this emulator alone, where the system allows that.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_name_is_judged_by_all_addresses_that_it_leads_to() {
    prepared();
    let names = ["localhost", "test"].map(|end| {
        format!("127.0.0.1 here.{end} both.{end}\n192.0.2.1 both.{end} elsewhere.{end}\n::1 both.{end}\n")
    });
    let folder = Folder::new().with("hosts", names.concat());
    let with_names = |run: &str, program: &str| {
        let mut command = Command::new("unshare");
        let script = format!("mount --bind \"$0\" /etc/hosts && exec {run}");
        command.args(["--map-root-user", "--mount", "sh", "-c", &script]).arg(folder.path("hosts"));
        command.arg(program).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        command
    };
    if !with_names("\"$1\"", "true").status().is_ok_and(|status| status.success()) {
        return;
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let router = axum::Router::new().fallback(|| async { "" });
    tokio::spawn(async move { axum::serve(listener, router).await });
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
    for (options, scheme, end) in
        [("", "http", "localhost"), ("", "https", "test"), ("--deliver-anywhere", "http", "localhost")]
    {
        let run = format!("\"$1\" emulate --job-time 30ms {options}");
        let emulate = Emulate::of(with_names(&run, env!("CARGO_BIN_EXE_cxflowc")));
        let json_of = async |answer: reqwest::Response| {
            serde_json::from_slice::<Value>(&answer.bytes().await.unwrap()).unwrap()
        };
        let token = json_of(emulate.token().await).await;
        let send = async |method: reqwest::Method, path: &str, body: &Value| {
            let request = client.request(method, format!("{}{path}", emulate.is("CXONE_BASE_URL")));
            let request = request.header("content-type", "application/json").body(body.to_string());
            let answer = request.bearer_auth(token["access_token"].as_str().unwrap()).send().await.unwrap();
            let status = answer.status();
            let said = json_of(answer).await;
            assert!(status.is_success(), "{path}: {said}");
            said
        };
        let urls = ["elsewhere", "both"].map(|name| format!("{scheme}://{name}.{end}:{port}/hook"));
        for url in urls.into_iter().chain([format!("http://here.localhost:{port}/hook")]) {
            let body = json!({ "url": url, "event_types": ["flow.created"], "secret": SECRET });
            send(reqwest::Method::POST, "/api/events/subscriptions", &body).await;
        }
        send(reqwest::Method::POST, "/api/flows", &flow()).await;
        let until = Instant::now() + PATIENCE;
        let all = loop {
            let listed = send(reqwest::Method::GET, "/api/events/deliveries", &json!({})).await;
            let all = listed["items"].as_array().unwrap().clone();
            if all.len() == 3 && all.iter().all(|one| one["status"] != "waiting") {
                break all;
            }
            assert!(Instant::now() < until, "{all:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        let became: Vec<&str> = all.iter().map(|one| one["status"].as_str().unwrap()).collect();
        assert_eq!(became, ["refused", "refused", "delivered"], "{scheme} {end} {options}: {all:?}");
        for one in &all[..2] {
            let message = one["message"].as_str().unwrap();
            assert!(message.starts_with("192.0.2.1 is not on this machine; --deliver-anywhere"), "{message}");
        }
    }
}

/// What answers sends the event on to another machine, and is not followed.
#[tokio::test]
async fn a_redirect_leads_nowhere() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let away = || async { axum::response::Redirect::temporary("http://192.0.2.1/") };
    let router = axum::Router::new().fallback(away);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut options = quick();
    options.limits.delivery_pause = Duration::from_millis(2);
    let api = Api::start(options).await;
    api.subscribed(&format!("http://127.0.0.1:{port}/hook"), &["flow.created"]).await;
    api.placed(&flow()).await;
    let all = settled(&api, 1).await;
    assert_eq!(
        (&all[0]["status"], &all[0]["attempts"], &all[0]["message"]),
        (&json!("failed"), &json!(6), &json!("307"))
    );
}

#[tokio::test]
async fn deliver_anywhere_sends_events_to_any_https_address() {
    let mut options = quick();
    options.deliver_anywhere = true;
    // Nothing leaves this machine here either: the port is one on which nobody listens.
    options.limits.delivery_pause = Duration::from_millis(2);
    let api = Api::start(options).await;
    api.subscribed("https://[::ffff:127.0.0.1]:9/hook", &["flow.created"]).await;
    api.subscribed("https://0.0.0.0:9/hook", &["flow.created"]).await;
    api.placed(&flow()).await;
    for delivery in settled(&api, 2).await {
        assert_eq!(delivery["status"], "failed", "{delivery}");
        assert_eq!(delivery["attempts"], 6);
    }
}

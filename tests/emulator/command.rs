//! `cxflowc emulate`, as a process.

use std::io::Read;
use std::process::Command;

use reqwest::Client;

use super::harness::{Emulate, Folder};

impl Emulate {
    pub async fn token(&self) -> reqwest::Response {
        let client = Client::builder().no_proxy().build().unwrap();
        let request = client.post(format!("{}/api/oauth2/token", self.is("CXONE_BASE_URL")));
        let request = request.basic_auth(self.is("CXONE_CLIENT_ID"), Some(self.is("CXONE_CLIENT_SECRET")));
        request.form(&[("grant_type", "client_credentials")]).send().await.unwrap()
    }

    /// Sends a signal. The exit status, and the rest of both outputs.
    fn ends_by(mut self, signal: &str) -> (Option<i32>, String, String) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let (mut out, mut err) = (String::new(), String::new());
        self.out.read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        (self.child.wait().unwrap().code(), out, err)
    }
}

/// So that the client of these tests has its cryptography.
pub fn prepared() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

#[tokio::test]
async fn it_prints_what_submit_reads_and_serves() {
    prepared();
    let emulate = Emulate::start("");
    let names: Vec<&str> = emulate.variables.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "CXONE_ACCESS_KEY_ID",
            "CXONE_ACCESS_KEY_SECRET",
            "CXONE_BASE_URL",
            "CXONE_CLIENT_ID",
            "CXONE_CLIENT_SECRET"
        ]
    );
    assert!(emulate.is("CXONE_BASE_URL").starts_with("http://127.0.0.1:"));
    assert_eq!(emulate.token().await.status(), 200);
    let url = emulate.is("CXONE_BASE_URL").to_owned();
    let (status, out, err) = emulate.ends_by("-TERM");
    assert_eq!((status, out.as_str()), (Some(0), ""));
    assert_eq!(err, format!("the emulator listens on {url}; Ctrl-C ends it\n"));
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_ends_it_with_130_and_quiet_is_quiet() {
    let (status, out, err) = Emulate::start("-q").ends_by("-INT");
    assert_eq!((status, out.as_str(), err.as_str()), (Some(130), "", ""));
}

#[cfg(unix)]
#[tokio::test]
async fn verbose_is_a_line_for_each_request_and_tells_no_secret() {
    prepared();
    let emulate = Emulate::start("-q -v");
    let secret = emulate.is("CXONE_CLIENT_SECRET").to_owned();
    let answer = emulate.token().await.bytes().await.unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
    let (_, _, err) = emulate.ends_by("-TERM");
    assert!(err.starts_with("POST /api/oauth2/token 200 (") && err.lines().count() == 1, "{err}");
    assert!(!err.contains(&secret) && !err.contains(answer["access_token"].as_str().unwrap()));
}

#[tokio::test]
async fn its_options_are_those_of_the_emulator() {
    prepared();
    let options = "--seed 7 --fault 418:1 --latency 1ms..2ms --job-time 3s --token-life 60s";
    let (one, other) = (Emulate::start(options), Emulate::start(options));
    assert_eq!(one.is("CXONE_CLIENT_SECRET"), other.is("CXONE_CLIENT_SECRET"));
    assert_eq!(one.token().await.status(), 418);
    let fine = Emulate::start("--token-life 60s");
    assert_ne!(one.is("CXONE_CLIENT_SECRET"), fine.is("CXONE_CLIENT_SECRET"));
    let token: serde_json::Value =
        serde_json::from_slice(&fine.token().await.bytes().await.unwrap()).unwrap();
    assert_eq!(token["expires_in"], 60);
}

#[test]
fn a_port_that_is_taken_exits_2_and_says_what_to_do() {
    let first = Emulate::start("");
    let port = first.is("CXONE_BASE_URL").rsplit(':').next().unwrap().to_owned();
    let said = format!(
        "cxflowc: port {port} is taken\n  help: choose another port with --port, or leave --port out to use any free one\n"
    );
    Folder::new().run(&format!("emulate --port {port}")).exits(2).out_is("").err_is(&said);
}

#[test]
fn an_unreadable_file_exits_2() {
    for (arguments, said) in [
        (["--fault", "502"], "`502` has no share: write FAULT:SHARE, as in 502:0.1"),
        (["--fault", "502:0.9,reset:0.2"], "the shares add up to 1.10, which is more than 1"),
        (["--latency", "50"], "write the unit as well: 50s, 50ms or 50min"),
        (["--latency", "2s..1s"], "a range begins with its smaller end, as in 50ms..400ms"),
        (["--job-time", "soon"], "write a number with its unit, as in 500ms, 3s, 10min or 1h"),
        (["--token-life", "-1s"], ""),
        (["--port", "70000"], ""),
        (["--seed", "x"], ""),
    ] {
        Folder::new().command("emulate").args(arguments).run().exits(2).err_has(said);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn with_a_library_it_checks_the_nodes_of_its_kinds() {
    prepared();
    let emulate = Emulate::start("--library cxone");
    let token: serde_json::Value =
        serde_json::from_slice(&emulate.token().await.bytes().await.unwrap()).unwrap();
    let client = Client::builder().no_proxy().build().unwrap();
    let send = async |seconds: serde_json::Value| {
        let hold =
            serde_json::json!({"directive": "MUSIC", "MusicFile": "hold.wav", "SecondstoPlay": seconds});
        let payload = serde_json::json!({"name": "F", "description": "", "entry_node": "notice",
            "nodes": [
                {"id": "notice", "type": "disclosure", "actions": []},
                {"id": "hold", "type": "MUSIC", "actions": [hold]},
                {"id": "bye", "type": "disconnect", "actions": []},
            ],
            "transitions": [
                {"from_node": "notice", "to_node": "hold", "condition": "always"},
                {"from_node": "hold", "to_node": "bye", "condition": "always"},
            ],
        });
        let request = client.post(format!("{}/api/flows", emulate.is("CXONE_BASE_URL")));
        let request = request.bearer_auth(token["access_token"].as_str().unwrap());
        request.header("content-type", "application/json").body(payload.to_string()).send().await.unwrap()
    };
    assert_eq!(send(30.into()).await.status(), 201);
    let refused = send("30s".into()).await;
    assert_eq!(refused.status(), 422);
    let refused: serde_json::Value = serde_json::from_slice(&refused.bytes().await.unwrap()).unwrap();
    assert_eq!(refused["errors"][0]["node"], "hold", "{refused}");
}

#[test]
fn a_library_that_is_none_is_told_at_once() {
    let folder = Folder::of("flow \"A\"\nentry bye\ndisconnect bye\n")
        .with("bad.cxflow", "kind lookup type \"web\" { with url: string }\n");
    for (library, told) in [
        ("nofile.cxflow", "nofile.cxflow"),
        ("bad.cxflow", "the file has errors"),
        ("a.cxflow", "--library a.cxflow"),
    ] {
        folder.run(&format!("emulate --library {library}")).exits(2).err_has(told);
    }
}

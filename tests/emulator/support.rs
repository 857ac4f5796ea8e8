//! An emulator, a client for it, and what came back.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cxflowc::emulator::{Emulator, EmulatorOptions};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::description::Description;

/// As long as a test waits for anything.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct Api {
    pub emulator: Emulator,
    pub client: Client,
    pub token: String,
    /// Whether faults are to be expected.
    pub faulty: bool,
    /// Each operation with each status that it answered.
    pub seen: Mutex<BTreeSet<(String, u16)>>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.headers)).to_str().unwrap()
    }

    /// The codes of the errors, each with its node.
    pub fn errors(&self) -> Vec<(String, Option<String>)> {
        errors(&self.json())
    }
}

/// The codes of the errors of a job or of a refusal, each with its node.
pub fn errors(value: &Value) -> Vec<(String, Option<String>)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let errors = value["errors"].as_array().unwrap();
    errors.iter().map(|error| (text(&error["code"]).unwrap(), text(&error["node"]))).collect()
}

/// Options under which jobs are done soon.
pub fn quick() -> EmulatorOptions {
    EmulatorOptions { job_time: Duration::from_millis(30), seed: Some(1), ..EmulatorOptions::default() }
}

impl Api {
    /// An emulator with a token for everything.
    pub async fn start(options: EmulatorOptions) -> Self {
        let mut api = Self::without_token(options).await;
        api.token = api.new_token("").await;
        api
    }

    pub async fn quick() -> Self {
        Self::start(quick()).await
    }

    pub async fn quick_at(port: u16) -> Self {
        Self::start(EmulatorOptions { port, ..quick() }).await
    }

    pub async fn without_token(options: EmulatorOptions) -> Self {
        let faulty = options.faults != Default::default();
        let emulator = Emulator::start(options).await.unwrap();
        let client = Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        Self { emulator, client, token: String::new(), faulty, seen: Mutex::default() }
    }

    pub fn secret(&self) -> String {
        self.emulator.client_secret().expose_secret().to_owned()
    }

    pub async fn new_token(&self, scope: &str) -> String {
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        let answer = self.send(self.token_request().form(&form)).await.is(200);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    pub fn token_request(&self) -> RequestBuilder {
        self.bare(Method::POST, "/api/oauth2/token")
            .basic_auth(self.emulator.client_id(), Some(self.secret()))
    }

    /// A request without a token.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.emulator.base_url()))
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    pub fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.with_json(Method::POST, path, body)
    }

    pub fn with_json(&self, method: Method, path: &str, body: &Value) -> RequestBuilder {
        self.request(method, path).header("content-type", "application/json").body(body.to_string())
    }

    /// Sends a request; its answer is one that the description has.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        self.try_send(request).await.unwrap()
    }

    pub async fn try_send(&self, request: RequestBuilder) -> reqwest::Result<Answer> {
        let request = request.build()?;
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = self.client.execute(request).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let answer = Answer { status, headers, body: response.bytes().await?.to_vec() };
        let operation = Description::get().holds(&method, &path, &answer, self.faulty);
        self.seen.lock().unwrap().insert((operation, status));
        Ok(answer)
    }

    /// Hands a flow over and waits for its job's end.
    pub async fn hand_over(&self, payload: &Value) -> Value {
        let job = self.send(self.post("/api/flows", payload)).await.is(201).json();
        self.ended(job["id"].as_str().unwrap()).await
    }

    /// A job's end.
    pub async fn ended(&self, job: &str) -> Value {
        let path = format!("/api/jobs/{job}");
        let until = Instant::now() + PATIENCE;
        loop {
            let job = self.get(&path).await.is(200).json();
            if job["status"] == "completed" || job["status"] == "failed" {
                return job;
            }
            assert!(Instant::now() < until, "the job does not end: {job}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// A flow in place; its id.
    pub async fn placed(&self, payload: &Value) -> String {
        let job = self.hand_over(payload).await;
        job["flow_id"].as_str().unwrap_or_else(|| panic!("{job}")).to_owned()
    }

    pub async fn subscribed(&self, url: &str, events: &[&str]) -> String {
        let body = json!({"url": url, "event_types": events, "secret": SECRET});
        let answer = self.send(self.post("/api/events/subscriptions", &body)).await.is(201);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// A connection of one's own, for what no client does.
    pub fn connect(&self) -> Raw {
        let address = self.emulator.base_url().strip_prefix("http://").unwrap();
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Raw(stream)
    }
}

/// What deliveries are signed with.
pub const SECRET: &str = "a secret of the receiver";

pub struct Raw(pub TcpStream);

impl Raw {
    /// Sends a text, in which `HERE` stands for the emulator's own address.
    pub fn says(mut self, text: &str) -> Self {
        let here = self.0.peer_addr().unwrap().to_string();
        self.0.write_all(text.replace("HERE", &here).as_bytes()).unwrap();
        self
    }

    /// Everything until the other side closes.
    pub fn hears(&mut self) -> std::io::Result<String> {
        let mut bytes = Vec::new();
        let read = self.0.read_to_end(&mut bytes);
        read.map(|_| String::from_utf8(bytes).unwrap())
    }
}

/// A flow that is taken.
pub fn flow() -> Value {
    json!({
        "name": "Reminder",
        "description": "",
        "nodes": [
            {"id": "notice", "type": "disclosure", "actions": [{"directive": "play", "media_url": "https://cdn.example.com/n.wav"}]},
            {"id": "sales", "type": "agent", "actions": [{"directive": "route", "text": "sales_queue"}]}
        ],
        "transitions": [{"from_node": "notice", "to_node": "sales", "condition": "always"}],
        "entry_node": "notice"
    })
}

pub fn named(name: &str) -> Value {
    let mut flow = flow();
    flow["name"] = name.into();
    flow
}

/// Lines that were logged.
pub type Lines = Arc<Mutex<Vec<String>>>;

/// Options that keep what is logged.
pub fn logged(options: EmulatorOptions) -> (EmulatorOptions, Lines) {
    let lines = Lines::default();
    let kept = Arc::clone(&lines);
    let log = move |line: &str| kept.lock().unwrap().push(line.to_owned());
    (EmulatorOptions { log: Some(Arc::new(log)), ..options }, lines)
}
